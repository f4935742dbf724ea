//! Requirements on other distributions (PEP 508) and on Python.

use std::str::FromStr as _;

/// Why a requirement was refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is not a valid requirement")]
pub struct RequirementError {
    /// What was to be a requirement.
    pub text: String,
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
    let parsed = pep508_rs::Requirement::<pep508_rs::VerbatimUrl>::from_str(text);
    parsed.map(drop).map_err(|error| refused(text, &error.message.to_string()))
}

/// Checks the versions of Python that a project works with, such as `>=3.9,!=3.10.1`.
///
/// # Errors
///
/// It is not a set of clauses that PEP 440 accepts.
pub fn check_requires_python(text: &str) -> Result<(), RequirementError> {
    let parsed = pep440_rs::VersionSpecifiers::from_str(text);
    parsed
        .map(drop)
        .map_err(|error| refused(text, error.to_string().lines().next().unwrap_or_default()))
}

fn refused(text: &str, reason: &str) -> RequirementError {
    RequirementError { text: text.into(), source: Reason(reason.into()) }
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
    fn checks_requires_python() {
        assert_eq!(check_requires_python(">=3.9, !=3.10.*"), Ok(()));
        for text in ["3.9", ">=x", ">3;"] {
            assert!(check_requires_python(text).is_err(), "{text}");
        }
    }
}
