//! Interpolation: values that refer to other values.

/// How deep references may nest; `configparser`'s limit.
const MAX_DEPTH: usize = 10;

/// How many references may be followed for one value: ten levels of a few references each would never end.
const MAX_REFERENCES: usize = 10_000;

/// Why a value cannot be interpolated.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum InterpolationError {
    #[error("a `%` must be followed by `%` or `(`, found `{rest}`")]
    BarePercent { rest: String },
    #[error("`{rest}` is not a reference such as `%(name)s`")]
    BadReference { rest: String },
    #[error("it refers to `{key}`, which is neither in its section nor in [DEFAULT]")]
    UnknownKey { key: String },
    #[error("references are nested more than {MAX_DEPTH} deep; do they lead back to themselves?")]
    TooDeep,
    #[error("following the references of the file gives too much text")]
    TooLong,
}

/// Replaces the references in a value.
///
/// The rule is that of `configparser.BasicInterpolation`:
///
/// - `%(key)s` stands for the value of `key` in the same section, or else in `[DEFAULT]`. The key is lowercased; between
///   the parentheses stands anything but `)`, and at least one character.
/// - The value that is put in may have references in turn, ten levels deep at most; they are looked up in the section
///   of the value that everything started from.
/// - `%%` stands for `%`. No other `%` is allowed.
///
/// `value_of` finds the uninterpolated value of a lowercase key. The value may become `room_bytes` longer than it is.
pub(crate) fn interpolate<'a>(
    value: &'a str,
    room_bytes: usize,
    value_of: impl Fn(&str) -> Option<&'a str>,
) -> Result<String, InterpolationError> {
    let mut text = String::with_capacity(value.len());
    let limit = value.len() + room_bytes;
    // What is still to be read of each level, the deepest last; the number of entries is the depth.
    let mut pending = vec![value];
    let mut references = 0;
    while let Some(rest) = pending.pop() {
        let Some((before, rest)) = rest.find('%').map(|at| rest.split_at(at)) else {
            push_limited(&mut text, rest, limit)?;
            continue;
        };
        push_limited(&mut text, before, limit)?;
        if let Some(rest) = rest.strip_prefix("%%") {
            text.push('%');
            pending.push(rest);
            continue;
        }
        let Some(reference) = rest.strip_prefix("%(") else {
            return Err(InterpolationError::BarePercent { rest: start_of(rest) });
        };
        let Some((key, rest)) = reference
            .split_once(')')
            .and_then(|(key, rest)| (!key.is_empty()).then_some((key, rest.strip_prefix('s')?)))
        else {
            return Err(InterpolationError::BadReference { rest: start_of(rest) });
        };
        references += 1;
        if references > MAX_REFERENCES {
            return Err(InterpolationError::TooLong);
        }
        let key = key.to_lowercase();
        let Some(value) = value_of(&key) else {
            return Err(InterpolationError::UnknownKey { key });
        };
        pending.push(rest);
        if value.contains('%') {
            pending.push(value);
            if pending.len() > MAX_DEPTH {
                return Err(InterpolationError::TooDeep);
            }
        } else {
            push_limited(&mut text, value, limit)?;
        }
    }
    Ok(text)
}

fn push_limited(text: &mut String, part: &str, limit: usize) -> Result<(), InterpolationError> {
    if text.len() + part.len() > limit {
        return Err(InterpolationError::TooLong);
    }
    text.push_str(part);
    Ok(())
}

/// Enough of the text to recognize it in a message.
fn start_of(rest: &str) -> String {
    const SHOWN: usize = 20;
    let line = rest.lines().next().unwrap_or_default();
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages() {
        let check = |value: &'static str, message: &str| {
            let error =
                interpolate(value, 100, |key| (key == "loop").then_some("%(LOOP)s")).unwrap_err();
            assert_eq!(error.to_string(), message);
        };
        check(
            "50% of it all, or perhaps more",
            "a `%` must be followed by `%` or `(`, found `% of it all, or perh…`",
        );
        check("a%", "a `%` must be followed by `%` or `(`, found `%`");
        check("%(name)", "`%(name)` is not a reference such as `%(name)s`");
        check("%()s", "`%()s` is not a reference such as `%(name)s`");
        check(
            "%(Nobody)s",
            "it refers to `nobody`, which is neither in its section nor in [DEFAULT]",
        );
        check(
            "%(loop)s",
            "references are nested more than 10 deep; do they lead back to themselves?",
        );
    }

    #[test]
    fn small_files_cannot_make_large_values() {
        let doubled = |key: &str| (key == "a").then_some("%(b)s%(b)s%(b)s%(b)s%(b)s%(b)s%(b)s");
        let wide = "%(c)s".repeat(2_000);
        let value_of = |key: &str| match key {
            "b" => Some(wide.as_str()),
            "c" => Some(""),
            other => doubled(other),
        };
        assert_eq!(interpolate("%(a)s", 0, value_of), Err(InterpolationError::TooLong));
        let value_of = |_: &str| Some("0123456789");
        assert_eq!(interpolate("%(a)s%(a)s", 10, value_of).as_deref(), Ok("01234567890123456789"));
        assert_eq!(interpolate("%(a)s%(a)s", 9, value_of), Err(InterpolationError::TooLong));
    }
}
