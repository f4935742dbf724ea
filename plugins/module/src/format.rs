//! How Python formats strings and whole numbers into text.

use crate::evaluate::{MAX_TEXT_BYTES, Value};

/// `str(value)` of a string or a whole number.
pub(crate) fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Sequence(_) | Value::Module(_) | Value::Other(_) => None,
    }
}

/// `template % values`, with no more than `%s`, `%d`, `%i` and `%%`.
pub(crate) fn percent_format(template: &str, values: &[Value]) -> Option<String> {
    let mut values = values.iter();
    let mut text = String::new();
    let mut pieces = template.split('%');
    text.push_str(pieces.next()?);
    while let Some(piece) = pieces.next() {
        let mut characters = piece.chars();
        match (characters.next(), piece) {
            (None, _) => {
                // Two in a row: what follows the second is plain text.
                text.push('%');
                text.push_str(pieces.next()?);
                continue;
            }
            (Some('s'), _) => text.push_str(&as_text(values.next()?)?),
            (Some('d' | 'i'), _) => {
                let Value::Number(number) = values.next()? else { return None };
                text.push_str(&number.to_string());
            }
            _ => return None,
        }
        text.push_str(characters.as_str());
    }
    values.next().is_none().then_some(text)
}

/// `template.format(*values)`, with no more than `{}`, `{0}`, `{{` and `}}`.
pub(crate) fn brace_format(template: &str, values: &[Value]) -> Option<String> {
    let mut text = String::new();
    let mut next = 0;
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(escaped) = rest.strip_prefix(brace) {
            text.push_str(brace);
            rest = escaped;
            continue;
        }
        if brace == "}" {
            return None;
        }
        let (field, behind) = rest.split_once('}')?;
        let index = if field.is_empty() {
            next += 1;
            next - 1
        } else {
            field.parse().ok()?
        };
        text.push_str(&as_text(values.get(index)?)?);
        // One value may be asked for any number of times.
        if text.len() > MAX_TEXT_BYTES {
            return None;
        }
        rest = behind;
    }
    text.push_str(rest);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> [Value; 2] {
        [Value::Number(1), Value::Text("b".into())]
    }

    #[test]
    fn formats_with_percent() {
        for (template, expected) in [
            ("%s.%s", Some("1.b")),
            ("v%d%%%s%%", Some("v1%b%")),
            ("%i-%s!", Some("1-b!")),
            ("%s", None),
            ("%s%s%s", None),
            ("%d%d", None),
            ("%5d%s", None),
            ("%(a)s%s", None),
            ("%s%s%", None),
        ] {
            assert_eq!(percent_format(template, &values()).as_deref(), expected, "{template}");
        }
    }

    #[test]
    fn a_value_is_not_repeated_endlessly() {
        let values = [Value::Text("x".repeat(1000))];
        assert!(brace_format(&"{0}".repeat(65), &values).is_some());
        assert_eq!(brace_format(&"{0}".repeat(66), &values), None);
    }

    #[test]
    fn formats_with_braces() {
        for (template, expected) in [
            ("{}.{}", Some("1.b")),
            ("{1}{0}{{}}", Some("b1{}")),
            ("plain", Some("plain")),
            ("{}{}{}", None),
            ("{a}", None),
            ("{:d}", None),
            ("{0!r}", None),
            ("{", None),
            ("}", None),
        ] {
            assert_eq!(brace_format(template, &values()).as_deref(), expected, "{template}");
        }
    }
}
