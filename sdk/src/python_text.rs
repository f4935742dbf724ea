//! What Python takes for a blank, a line end and a line: more than what Rust does.
//!
//! Projects are described in files that Python reads as well, so both must see the same lines in them.

/// The characters that end a line for Python's `str.splitlines`; CR LF is one line end.
pub const LINE_ENDS: [char; 10] =
    ['\n', '\r', '\x0b', '\x0c', '\x1c', '\x1d', '\x1e', '\u{85}', '\u{2028}', '\u{2029}'];

/// Whether Python's `str.isspace` accepts a character and `str.strip` takes it away: white space, and the separators of
/// ASCII, which Unicode does not count.
pub fn is_blank(character: char) -> bool {
    character.is_whitespace() || ('\x1c'..='\x1f').contains(&character)
}

/// Turns the line ends CR LF and CR into LF, as Python does when it reads a text file.
pub fn with_universal_newlines(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_is_blank_and_not_every_blank_a_line_end() {
        assert!(LINE_ENDS.into_iter().all(is_blank));
        for character in [' ', '\t', '\x1f', '\u{a0}', '\u{3000}'] {
            assert!(is_blank(character) && !LINE_ENDS.contains(&character), "{character:?}");
        }
        for character in ['a', '\0', '\x1b', '\u{200b}', '\u{feff}'] {
            assert!(!is_blank(character), "{character:?}");
        }
    }

    #[test]
    fn three_line_ends_become_one() {
        for (text, expected) in [
            ("a\r\nb\rc\nd", "a\nb\nc\nd"),
            ("\r\r\n\n\r", "\n\n\n\n"),
            ("a\x0bb\u{2028}", "a\x0bb\u{2028}"),
            ("", ""),
        ] {
            assert_eq!(with_universal_newlines(text.into()), expected, "{text:?}");
        }
    }
}
