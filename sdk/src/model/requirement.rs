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
    pub source: RequirementReason,
}

/// What a parser had to say, with the marks it draws below the text on one line.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct RequirementReason(String);

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
    let parse = pep508_rs::Requirement::<pep508_rs::VerbatimUrl>::from_str;
    let error = match parse(text) {
        Ok(_) => return Ok(()),
        Err(error) => error.message.to_string(),
    };
    // Python's parser lets a comma stand behind the last version, and this one does not.
    let is_fine = without_last_comma(text).is_some_and(|text| parse(&text).is_ok());
    if is_fine { Ok(()) } else { Err(refused(text, &error)) }
}

/// The requirement without the comma behind its last version; `None` if there is none.
fn without_last_comma(text: &str) -> Option<String> {
    let (versions, marker) = text.split_at(text.find(';').unwrap_or(text.len()));
    let versions = versions.trim_end();
    let (open, end) = match versions.strip_suffix(')') {
        Some(open) => (open.trim_end(), ")"),
        None => (versions, ""),
    };
    let open = open.strip_suffix(',')?;
    open.contains(OPERATORS).then(|| format!("{open}{end}{marker}"))
}

/// What operators on versions start with.
const OPERATORS: [char; 5] = ['<', '>', '=', '~', '!'];

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

/// Checks the versions of Python that a project works with, such as `>=3.9,!=3.10.1`. Blank clauses count for nothing.
///
/// # Errors
///
/// It is not a set of clauses that PEP 440 accepts.
pub fn check_requires_python(text: &str) -> Result<(), RequirementError> {
    let clauses: Vec<_> = text.split(',').filter(|clause| !clause.trim().is_empty()).collect();
    let Err(error) = pep440_rs::VersionSpecifiers::from_str(&clauses.join(",")) else {
        return Ok(());
    };
    let bare = clauses.iter().map(|clause| clause.trim()).find(|it| !it.starts_with(OPERATORS));
    let reason = bare.map_or_else(
        || {
            let error = error.to_string();
            // Further lines draw the text again, with marks below it.
            let line = error.lines().next().unwrap_or_default();
            line.trim_start_matches("Failed to parse version: ").trim_end_matches(':').to_owned()
        },
        |clause| format!("`{clause}` does not start with an operator such as `>=`"),
    );
    Err(RequirementError {
        text: text.into(),
        expected: "a valid set of Python versions",
        source: RequirementReason(reason),
    })
}

fn refused(text: &str, reason: &str) -> RequirementError {
    RequirementError {
        text: text.into(),
        expected: "a valid requirement",
        source: RequirementReason(reason.into()),
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
            "a >=1, <2,",
            "a[b] (>=1, ) ; os_name == ','",
        ] {
            assert_eq!(check_requirement(text), Ok(()), "{text}");
        }
        for text in ["", "a >", "a b", "a; python < '3'", "-a", "a[", "a;", "a,", "a >=1,,"] {
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
        for text in [">=3.9, !=3.10.*", ">=3.9,", ", >=3.9 ,,", ""] {
            assert_eq!(check_requires_python(text), Ok(()), "{text}");
        }
        for (text, reason) in [
            ("3.9", "`3.9` does not start with an operator such as `>=`"),
            (">=3, ^3.9", "`^3.9` does not start with an operator such as `>=`"),
            (">=3.*", "Operator >= cannot be used with a wildcard version specifier"),
            (
                ">=x",
                "expected version to start with a number, but no leading ASCII digits were found",
            ),
            (">3;", "after parsing `3`, found `;`, which is not part of a valid version"),
        ] {
            assert_eq!(check_requires_python(text).unwrap_err().source.to_string(), reason);
        }
    }
}
