//! The types that a readme may have.

use std::path::Path;

/// The media types of readmes that indexes render, by the suffix of the file.
const TYPES: [(&str, &str); 3] =
    [("rst", "text/x-rst"), ("md", "text/markdown"), ("txt", "text/plain")];

/// The media type of a readme by the suffix of its file, upper or lower case; `None` if the suffix says nothing.
pub fn readme_content_type(path: &str) -> Option<&'static str> {
    let suffix = Path::new(path).extension()?.to_str()?;
    let known = TYPES.iter().find(|(known, _)| suffix.eq_ignore_ascii_case(known));
    known.map(|(_, content_type)| *content_type)
}

/// Whether a readme may be of this media type, whatever parameters stand behind it: `text/markdown; variant=GFM`.
pub fn is_readme_content_type(content_type: &str) -> bool {
    let base = content_type.split(';').next().unwrap_or_default().trim();
    TYPES.iter().any(|(_, known)| *known == base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_tell_types() {
        for (path, content_type) in [
            ("README.rst", Some("text/x-rst")),
            ("docs/README.MD", Some("text/markdown")),
            ("a.rst.Txt", Some("text/plain")),
            ("README", None),
            ("README.adoc", None),
            (".md", None),
            ("", None),
        ] {
            assert_eq!(readme_content_type(path), content_type, "{path}");
            assert!(content_type.is_none_or(is_readme_content_type));
        }
    }

    #[test]
    fn parameters_do_not_matter() {
        assert!(is_readme_content_type(" text/markdown ; variant=GFM"));
        for content_type in ["", "text/html", "Text/markdown", "text/markdownx", ";text/plain"] {
            assert!(!is_readme_content_type(content_type), "{content_type}");
        }
    }
}
