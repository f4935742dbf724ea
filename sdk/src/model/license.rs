//! Licenses (PEP 639): expressions as SPDX has them, and the usual names of license files.

use spdx::identifiers::{EXCEPTIONS, LICENSES};
use spdx::{Expression, ParseMode};

use crate::suggestion::nearest;

/// How the names of the files start that flit 4 takes for license files without being told, at the top of the source tree.
pub const LICENSE_FILE_PREFIXES: [&str; 5] = ["COPYING", "LICENSE", "LICENCE", "NOTICE", "AUTHORS"];

/// Why a license expression was refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LicenseError {
    /// There is nothing in it.
    #[error("the license expression is empty")]
    Empty,
    /// It does not follow the grammar, or names what SPDX does not know.
    #[error("`{text}` is not an SPDX license expression: {reason}")]
    Invalid {
        /// The expression.
        text: String,
        /// What is wrong with it.
        reason: String,
        /// A name that was perhaps meant.
        suggestion: Option<String>,
    },
    /// It names a license that SPDX has replaced by others.
    #[error("`{id}` is a deprecated license identifier")]
    Deprecated {
        /// The identifier.
        id: String,
        /// The identifiers that took its place, as far as they follow from it.
        replacements: Vec<String>,
    },
}

/// Checks a license expression and writes it as SPDX does: identifiers in their own case, single spaces.
///
/// # Errors
///
/// It is empty, does not follow the grammar of SPDX expressions (operators in capitals), or names a license or
/// exception that SPDX does not list or has deprecated.
pub fn license_expression(text: &str) -> Result<String, LicenseError> {
    if text.trim().is_empty() {
        return Err(LicenseError::Empty);
    }
    let mut canonical = String::with_capacity(text.len());
    let mut previous = "";
    for token in tokens(text) {
        match token {
            "(" | ")" => canonical.push_str(token),
            "AND" | "OR" | "WITH" => canonical.extend([" ", token, " "]),
            name => {
                // Two names in a row are an error, but not one name.
                if !matches!(previous, "" | "(" | "AND" | "OR" | "WITH") {
                    canonical.push(' ');
                }
                let spelling = match previous {
                    "WITH" => canonical_exception(name),
                    _ => canonical_license(name),
                };
                canonical.push_str(&spelling.map_err(|problem| problem.of(text))?);
            }
        }
        previous = token;
    }
    check_grammar(text, &canonical)?;
    Ok(canonical)
}

/// Splits an expression at spaces and around parentheses. Other white space belongs to no SPDX token.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ')
        .flat_map(|word| word.split_inclusive(['(', ')']))
        .flat_map(|piece| {
            let name = piece.trim_end_matches(['(', ')']);
            [name, &piece[name.len()..]]
        })
        .filter(|token| !token.is_empty())
}

/// Leaves the order of names, operators and parentheses to the SPDX library.
fn check_grammar(text: &str, canonical: &str) -> Result<(), LicenseError> {
    // The library wants no `+` behind GNU licenses, which flit accepts behind every license.
    let without_plus = canonical.replace('+', "");
    let parsed = Expression::parse_mode(&without_plus, ParseMode::STRICT);
    parsed.map(drop).map_err(|error| {
        let place = without_plus.get(error.span).unwrap_or_default().trim();
        let reason = match place {
            "" => error.reason.to_string(),
            place => format!("{} (at `{place}`)", error.reason),
        };
        LicenseError::Invalid { text: text.into(), reason, suggestion: None }
    })
}

/// What is wrong with one name, before it is known of which expression it is a part.
enum NameProblem {
    Unknown { reason: String, suggestion: Option<String> },
    Deprecated { id: String, replacements: Vec<String> },
}

impl NameProblem {
    fn of(self, text: &str) -> LicenseError {
        match self {
            Self::Unknown { reason, suggestion } => {
                LicenseError::Invalid { text: text.into(), reason, suggestion }
            }
            Self::Deprecated { id, replacements } => LicenseError::Deprecated { id, replacements },
        }
    }
}

fn canonical_license(name: &str) -> Result<String, NameProblem> {
    let unknown = |reason, suggestion| Err(NameProblem::Unknown { reason, suggestion });
    if let Some(operator) =
        ["AND", "OR", "WITH"].into_iter().find(|operator| name.eq_ignore_ascii_case(operator))
    {
        let reason = format!("operators are written in capitals, not `{name}`");
        return unknown(reason, Some(operator.into()));
    }
    if let Some((prefix, reference)) = name.split_at_checked("LicenseRef-".len())
        && prefix.eq_ignore_ascii_case("LicenseRef-")
    {
        let is_valid = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        if reference.is_empty() || !reference.bytes().all(is_valid) {
            let reason =
                format!("`{name}` may only have ASCII letters, digits, `-` and `.` in its name");
            return unknown(reason, None);
        }
        return Ok(format!("LicenseRef-{reference}"));
    }
    let (base, plus) = match name.strip_suffix('+') {
        Some(base) => (base, "+"),
        None => (name, ""),
    };
    let known = LICENSES
        .iter()
        .find(|license| is_license(license.name) && license.name.eq_ignore_ascii_case(base))
        .and_then(|license| spdx::license_id(license.name));
    match known {
        None => {
            unknown(format!("`{name}` is not the identifier of a license"), nearest_license(base))
        }
        Some(license) if license.is_deprecated() => Err(NameProblem::Deprecated {
            id: format!("{}{plus}", license.name),
            replacements: replacements(license.name, !plus.is_empty()),
        }),
        Some(license) => Ok(format!("{}{plus}", license.name)),
    }
}

/// The table also holds SPDX's two words for "no license is named here".
fn is_license(name: &str) -> bool {
    !matches!(name, "NOASSERTION" | "NONE")
}

/// The GNU licenses were deprecated in favor of names that say whether later versions are allowed.
fn replacements(id: &str, allows_later: bool) -> Vec<String> {
    let suffixes: &[&str] = if allows_later { &["-or-later"] } else { &["-only", "-or-later"] };
    let base = id.trim_end_matches('+');
    let named = suffixes.iter().map(|suffix| format!("{base}{suffix}"));
    named.filter(|id| spdx::license_id(id).is_some()).collect()
}

fn nearest_license(name: &str) -> Option<String> {
    let lowercase = name.to_lowercase();
    let names: Vec<(String, &str)> = LICENSES
        .iter()
        .filter_map(|license| spdx::license_id(license.name))
        .filter(|license| is_license(license.name) && !license.is_deprecated())
        .map(|license| (license.name.to_lowercase(), license.name))
        .collect();
    let found = nearest(&lowercase, names.iter().map(|(lowercase, _)| lowercase.as_str()))?;
    names.iter().find(|(lowercase, _)| lowercase == found).map(|(_, name)| (*name).to_owned())
}

fn canonical_exception(name: &str) -> Result<String, NameProblem> {
    let known = EXCEPTIONS
        .iter()
        .find(|exception| exception.name.eq_ignore_ascii_case(name))
        .and_then(|exception| spdx::exception_id(exception.name));
    match known {
        Some(exception) if exception.is_deprecated() => {
            Err(NameProblem::Deprecated { id: exception.name.into(), replacements: Vec::new() })
        }
        Some(exception) => Ok(exception.name.into()),
        None => Err(NameProblem::Unknown {
            reason: format!("`{name}` is not the identifier of a license exception"),
            suggestion: nearest(name, EXCEPTIONS.iter().map(|exception| exception.name))
                .map(str::to_owned),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_expressions_as_spdx_does() {
        for (text, canonical) in [
            ("MIT", "MIT"),
            ("mit", "MIT"),
            (" apache-2.0  or   MIT ", "Apache-2.0 OR MIT"),
            ("( mit OR(bsd-3-clause ) )", "(MIT OR (BSD-3-Clause))"),
            (
                "GPL-3.0-only WITH classpath-EXCEPTION-2.0",
                "GPL-3.0-only WITH Classpath-exception-2.0",
            ),
            ("Apache-2.0+", "Apache-2.0+"),
            ("gpl-3.0-only+", "GPL-3.0-only+"),
            ("licenseref-My.Own-1", "LicenseRef-My.Own-1"),
            ("LicenseRef-a AND (MIT OR BSD-2-Clause)", "LicenseRef-a AND (MIT OR BSD-2-Clause)"),
        ] {
            let text = text.replace(" or ", " OR ");
            assert_eq!(license_expression(&text).as_deref(), Ok(canonical), "{text}");
        }
    }

    #[test]
    fn says_what_is_wrong_with_an_expression() {
        for (text, message) in [
            ("", "the license expression is empty"),
            (" \t", "the license expression is empty"),
            ("MIT or ISC", "operators are written in capitals, not `or`"),
            ("MIT\tOR ISC", "`MIT\tOR` is not the identifier of a license"),
            ("NOASSERTION", "`NOASSERTION` is not the identifier of a license"),
            ("GPL-2.0", "`GPL-2.0` is a deprecated license identifier"),
            ("lgpl-2.1+", "`LGPL-2.1+` is a deprecated license identifier"),
            (
                "GPL-3.0-only WITH Nokia-Qt-exception-1.1",
                "`Nokia-Qt-exception-1.1` is a deprecated",
            ),
            ("LicenseRef-", "`LicenseRef-` may only have ASCII letters"),
            ("LicenseRef-a_b", "`LicenseRef-a_b` may only have ASCII letters"),
            ("LicenseRef-a+", "`LicenseRef-a+` may only have ASCII letters"),
            ("MIT WITH nothing", "`nothing` is not the identifier of a license exception"),
            ("MIT AND", "expected one of `<license>`, `(` here"),
            ("AND MIT", "expected one of `<license>`, `(` here (at `AND`)"),
            ("MIT ISC", "(at `ISC`)"),
            ("(MIT", "unclosed parens"),
            ("MIT)", "unopened parens"),
            ("()", "(at `)`)"),
            ("MIT ()", "(at `(`)"),
            ("MIT WITH", "expected a `<addition>` here"),
            ("MIT +", "`+` is not the identifier of a license"),
        ] {
            let error = license_expression(text).unwrap_err().to_string();
            assert!(error.contains(message), "{text}: {error}");
        }
    }

    #[test]
    fn suggests_what_was_perhaps_meant() {
        let suggestion = |text| match license_expression(text) {
            Err(LicenseError::Invalid { suggestion, .. }) => suggestion,
            other => panic!("{other:?}"),
        };
        assert_eq!(suggestion("apache2.0").as_deref(), Some("Apache-2.0"));
        assert_eq!(suggestion("MIT or ISC").as_deref(), Some("OR"));
        assert_eq!(suggestion("Completely different"), None);
        assert_eq!(
            license_expression("GPL-2.0"),
            Err(LicenseError::Deprecated {
                id: "GPL-2.0".into(),
                replacements: vec!["GPL-2.0-only".into(), "GPL-2.0-or-later".into()],
            })
        );
    }
}
