//! Line ends in values: what Python takes for one is more than what Rust does.

use std::borrow::Cow;

use flit_sdk::python_text::LINE_ENDS;

/// Writes a value of several lines with LF between them, so that each can be folded.
pub(crate) fn with_lf_only(text: &str) -> Cow<'_, str> {
    if text.contains(|character| character != '\n' && LINE_ENDS.contains(&character)) {
        text.replace("\r\n", "\n").replace(LINE_ENDS, "\n").into()
    } else {
        text.into()
    }
}

/// Whether `text` would go on in a second line.
pub(crate) fn has_line_end(text: &str) -> bool {
    text.contains(LINE_ENDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_line_ends_of_python() {
        assert_eq!(with_lf_only("a\r\nb\rc\x0cd\u{2028}e\nf"), "a\nb\nc\nd\ne\nf");
        assert_eq!(with_lf_only("a b"), "a b");
        assert!(has_line_end("a\u{85}b"));
        assert!(!has_line_end("a\tb"));
    }
}
