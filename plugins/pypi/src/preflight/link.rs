//! Links to the project: its home page, where it can be downloaded, and all others with their labels.

use flit_sdk::model::{CoreMetadata, Field};
use reqwest::Url;

use super::{Problem, Weight};

/// How long the label of a link may be, in characters.
const MAX_LABEL: usize = 32;

const RULE: &str = "metadata.url";

/// All links that lead nowhere, and labels that are none.
pub(super) fn problems(metadata: &CoreMetadata) -> Vec<Problem> {
    let mut problems = Vec::new();
    for field in [Field::HomePage, Field::DownloadUrl] {
        if let Some(url) = metadata.text(field)
            && !is_web_url(url)
        {
            problems.push(not_a_url(field, url));
        }
    }
    let mut labels: Vec<&str> = Vec::new();
    for link in metadata.list(Field::ProjectUrl) {
        let (label, url) = link.split_once(',').unwrap_or((link, ""));
        let (label, url) = (label.trim(), url.trim());
        let length = label.chars().count();
        let wrong =
            |message: String, hint: &str| Problem::new(Weight::Wrong, RULE, message).hint(hint);
        if label.is_empty() {
            problems
                .push(wrong(format!("`Project-URL: {link}` has no label"), "write `Label, URL`"));
        } else if length > MAX_LABEL {
            let message = format!(
                "the label `{label}` of a link has {length} characters, and may have {MAX_LABEL}"
            );
            problems.push(wrong(message, "shorten it"));
        } else if url.is_empty() {
            problems.push(wrong(format!("`Project-URL: {link}` has no URL"), "write `Label, URL`"));
        } else if !is_web_url(url) {
            problems.push(not_a_url(Field::ProjectUrl, url));
        }
        if labels.contains(&label) {
            let message = format!("two links have the label `{label}`");
            problems.push(wrong(message, "give each its own"));
        }
        labels.push(label);
    }
    problems
}

fn not_a_url(field: Field, url: &str) -> Problem {
    let message = format!("`{field}`: `{url}` is not a URL of the web");
    Problem::new(Weight::Wrong, RULE, message)
        .hint("write all of it, such as `https://example.org/`")
}

fn is_web_url(text: &str) -> bool {
    // The library mends what others refuse.
    let is_plain = |c: char| c.is_ascii_graphic() && !"<>\"{}|\\^`".contains(c);
    let has_scheme = |text: &str| {
        let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        scheme.is_some_and(|scheme| scheme == "http" || scheme == "https")
    };
    text.chars().all(is_plain) && has_scheme(text) && Url::parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_urls_of_the_web() {
        for text in ["https://x.org", "http://x.org/a?b=c#d", "HTTPS://x.org:8080/%20~"] {
            assert!(is_web_url(text), "{text}");
        }
        for text in [
            "",
            "x.org",
            "www.x.org/a",
            "ftp://x.org",
            "https://",
            "https://x.org/a b",
            "https://x.org/ä",
            "git@x.org:a",
        ] {
            assert!(!is_web_url(text), "{text}");
        }
    }
}
