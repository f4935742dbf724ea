//! Names in one directory that are different here and the same on another computer.

use std::borrow::Cow;
use std::collections::HashMap;

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use super::SourceTreeError;
use super::path::joined;

/// Checks the names in `directory`, and returns the pairs that differ only in upper and lower case.
///
/// # Errors
///
/// Two names are the same characters, in different Unicode forms: some file systems have them as one file.
pub(super) fn check_names<'a>(
    directory: &str,
    names: impl Iterator<Item = &'a str> + Clone,
) -> Result<Vec<(String, String)>, SourceTreeError> {
    // Next to all directories have lowercase ASCII names alone, which cannot collide.
    let is_plain = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if names.clone().all(|name| name.bytes().all(is_plain)) {
        return Ok(Vec::new());
    }
    let mut by_composed: HashMap<Cow<'_, str>, &str> = HashMap::new();
    let mut by_lowercase: HashMap<String, &str> = HashMap::new();
    let mut alike = Vec::new();
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    for name in names {
        let pair = |other: &str| (joined(directory, other), joined(directory, name));
        let composed = composed(name);
        if let Some(other) = by_lowercase.insert(composed.to_lowercase(), name)
            && !by_composed.contains_key(&composed)
        {
            alike.push(pair(other));
        }
        if let Some(other) = by_composed.insert(composed, name) {
            let (first, second) = pair(other);
            return Err(SourceTreeError::SameName { first, second });
        }
    }
    Ok(alike)
}

/// A name or a path in Unicode's composed form (NFC), in which one name is always spelled the same.
///
/// In which form a name is stored depends on the file system that it came from.
pub fn composed(name: &str) -> Cow<'_, str> {
    if name.is_ascii() || is_nfc_quick(name.chars()) == IsNormalized::Yes {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(name.nfc().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str]) -> Result<Vec<(String, String)>, String> {
        check_names("d", names.iter().copied()).map_err(|error| error.to_string())
    }

    #[test]
    fn finds_names_that_are_alike() {
        let pair = |first: &str, second: &str| (first.to_owned(), second.to_owned());
        for (names, expected) in [
            (&["a", "b", "__init__.py"][..], vec![]),
            (&["README", "Makefile", "ä"], vec![]),
            (&["a", "A"], vec![pair("d/A", "d/a")]),
            (&["É", "e\u{301}"], vec![pair("d/e\u{301}", "d/É")]),
            (&["aB", "Ab", "ab"], vec![pair("d/Ab", "d/aB"), pair("d/aB", "d/ab")]),
        ] {
            assert_eq!(check(names), Ok(expected), "{names:?}");
        }
    }

    #[test]
    fn refuses_names_that_are_the_same() {
        assert_eq!(
            check(&["\u{e9}.py", "x", "e\u{301}.py"]),
            Err("`d/e\u{301}.py` and `d/\u{e9}.py` are the same name in different Unicode forms"
                .into())
        );
        assert!(check_names("", ["\u{212b}", "\u{c5}"].into_iter()).is_err());
    }
}
