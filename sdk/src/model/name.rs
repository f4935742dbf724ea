//! Names: of projects, of extras, and of what Python can import.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

/// The name of a project, valid by construction and kept as it was written.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ProjectName(String);

/// Why a name was refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "`{name}` is not a valid name: use ASCII letters, digits, `.`, `-` and `_`, with a letter or digit at both ends"
)]
pub struct NameError {
    /// The name.
    pub name: String,
}

impl ProjectName {
    /// Checks a name.
    ///
    /// # Errors
    ///
    /// It is not letters, digits, `.`, `-` and `_` with a letter or digit at both ends, all of ASCII.
    pub fn parse(name: &str) -> Result<Self, NameError> {
        let is_edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let bytes = name.as_bytes();
        let is_inner = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
        if is_edge(bytes.first()) && is_edge(bytes.last()) && bytes.iter().all(is_inner) {
            Ok(Self(name.into()))
        } else {
            Err(NameError { name: name.into() })
        }
    }

    /// The name as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as indexes compare it: lowercase, with each run of `-`, `_` and `.` as one hyphen (PEP 503).
    pub fn normalized(&self) -> String {
        normalized_with(&self.0, '-')
    }

    /// The name as it stands in file names: as [`normalized`](Self::normalized), with underscores.
    pub fn file_name_part(&self) -> String {
        normalized_with(&self.0, '_')
    }
}

impl fmt::Display for ProjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of an extra as metadata writes it (PEP 685).
pub fn normalized_extra(name: &str) -> String {
    normalized_with(name, '-')
}

fn normalized_with(name: &str, separator: char) -> String {
    let mut normalized = String::with_capacity(name.len());
    let mut is_in_run = false;
    for character in name.chars() {
        let is_separator = matches!(character, '-' | '_' | '.');
        if !is_separator {
            normalized.push(character.to_ascii_lowercase());
        } else if !is_in_run {
            normalized.push(separator);
        }
        is_in_run = is_separator;
    }
    normalized
}

/// Whether Python would take `text` for an identifier (`str.isidentifier`); keywords count.
pub fn is_identifier(text: &str) -> bool {
    // Python compares identifiers after NFKC, and so decides what one is.
    let mut characters = text.nfkc();
    characters.next().is_some_and(|first| first == '_' || first.is_alphabetic())
        && characters.all(|next| next == '_' || next.is_alphanumeric() || is_combining(next))
}

fn is_combining(character: char) -> bool {
    unicode_normalization::char::is_combining_mark(character)
}

/// Whether `text` is one or more identifiers with dots between them.
pub fn is_dotted_identifier(text: &str) -> bool {
    text.split('.').all(is_identifier)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_names() {
        for name in ["a", "A1", "a.b", "a-_-b", "9"] {
            assert!(ProjectName::parse(name).is_ok(), "{name}");
        }
        for name in ["", "-a", "a-", "a b", "ä", "a/b", "a\n"] {
            assert!(ProjectName::parse(name).is_err(), "{name}");
        }
    }

    #[test]
    fn normalizes_runs_of_separators() {
        let name = ProjectName::parse("Foo.-_Bar").unwrap();
        assert_eq!(name.normalized(), "foo-bar");
        assert_eq!(name.file_name_part(), "foo_bar");
    }

    #[test]
    fn knows_identifiers() {
        for text in ["a", "_", "a1", "größe", "变量", "class"] {
            assert!(is_identifier(text), "{text}");
        }
        for text in ["", "1a", "a-b", "a.b", "a b"] {
            assert!(!is_identifier(text), "{text}");
        }
        assert!(is_dotted_identifier("a.b_c"));
        assert!(!is_dotted_identifier("a..b"));
    }
}
