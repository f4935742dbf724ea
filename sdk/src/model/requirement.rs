//! Requirements on other distributions (PEP 508) and on Python.

use std::str::FromStr as _;

/// Why a requirement was refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct RequirementError {
    /// What was to be a requirement.
    pub text: String,
    /// What it should have been: "a valid requirement".
    pub expected: &'static str,
    /// What is wrong with it, and where.
    #[source]
    pub source: Reason,
}

/// What a parser had to say, with the marks it draws below the text on one line.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct Reason(String);

/// Checks a requirement such as `requests[security] >=2; python_version < "3.9"`.
///
/// Requirements are passed on as they were written, so nothing is returned.
///
/// # Errors
///
/// It is not a requirement that PEP 508 accepts.
pub fn check_requirement(text: &str) -> Result<(), RequirementError> {
    if let Some(reason) = unfit_for_parser(text) {
        return Err(refused(text, &reason));
    }
    let parsed = pep508_rs::Requirement::<pep508_rs::VerbatimUrl>::from_str(text);
    parsed.map(drop).map_err(|error| refused(text, &error.message.to_string()))
}

/// How deep parentheses may be nested in a requirement; the parser recurses for each.
const MAX_NESTING: usize = 32;

/// What is wrong with a requirement on which the parser (`pep508_rs` 0.9.2) would panic or overflow the stack.
fn unfit_for_parser(text: &str) -> Option<String> {
    let is_in_name = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let head = text.split([';', '@', '(', '<', '>', '=', '!', '~']).next().unwrap_or_default();
    let mut names = head.split(|c: char| !is_in_name(c)).filter(|name| !name.is_empty());
    if let Some(name) = names.find(|name| name.ends_with(['.', '_', '-'])) {
        return Some(format!("a name must not end as `{name}` does"));
    }
    let mut depth: usize = 0;
    for character in text.chars() {
        match character {
            '(' if depth == MAX_NESTING => return Some("parentheses are nested too deep".into()),
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// Checks the versions of Python that a project works with, such as `>=3.9,!=3.10.1`.
///
/// # Errors
///
/// It is not a set of clauses that PEP 440 accepts.
pub fn check_requires_python(text: &str) -> Result<(), RequirementError> {
    let parsed = pep440_rs::VersionSpecifiers::from_str(text);
    // Further lines draw the text again, with marks below it.
    let first_line =
        |reason: String| reason.lines().next().unwrap_or_default().trim_end_matches(':').to_owned();
    parsed.map(drop).map_err(|error| RequirementError {
        text: text.into(),
        expected: "a valid set of Python versions",
        source: Reason(first_line(error.to_string())),
    })
}

fn refused(text: &str, reason: &str) -> RequirementError {
    RequirementError {
        text: text.into(),
        expected: "a valid requirement",
        source: Reason(reason.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_requirements() {
        for text in [
            "a",
            "a[b, c]>=1,<2",
            "a (>=1)",
            "a[b.c] ==1.*",
            "a @ https://x.example/a.whl",
            "a; python_version < '3'",
        ] {
            assert_eq!(check_requirement(text), Ok(()), "{text}");
        }
        for text in ["", "a >", "a b", "a; python < '3'", "-a", "a[", "a;"] {
            assert!(check_requirement(text).is_err(), "{text}");
        }
    }

    #[test]
    fn refuses_what_the_parser_cannot_bear() {
        let nested = format!("a; {}os_name == 'x'{}", "(".repeat(100_000), ")".repeat(100_000));
        let reason = |text: &str| check_requirement(text).unwrap_err().source.to_string();
        assert_eq!(reason(&nested), "parentheses are nested too deep");
        assert_eq!(reason("a.. >=1"), "a name must not end as `a..` does");
        assert_eq!(reason("a[b-]"), "a name must not end as `b-` does");
    }

    #[test]
    fn checks_requires_python() {
        assert_eq!(check_requires_python(">=3.9, !=3.10.*"), Ok(()));
        for text in ["3.9", ">=x", ">3;"] {
            assert!(check_requires_python(text).is_err(), "{text}");
        }
    }
}
