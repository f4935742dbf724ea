//! What is wrong with a record that came from the other side.

use crate::error::{ErrorKind, PluginError};

/// Why a record was not understood. The words continue "plugin `x` answered".
#[derive(Debug, thiserror::Error)]
pub(super) enum Malformed {
    #[error("without `{0}`")]
    Missing(&'static str),
    #[error("with `{0}` of the wrong type")]
    WrongType(&'static str),
    #[error("with the {field} `{value}`, {reason}")]
    Invalid { field: &'static str, value: String, reason: &'static str },
    #[error("with {found} `{field}` instead of {wanted}")]
    WrongCount { field: &'static str, found: usize, wanted: usize },
}

impl Malformed {
    pub(super) fn invalid(
        field: &'static str,
        value: impl std::fmt::Display,
        reason: &'static str,
    ) -> Self {
        Self::Invalid { field, value: value.to_string(), reason }
    }

    /// The error that the user sees; `who` is "plugin `x` answered" or "flit asked".
    pub(super) fn said_by(&self, who: &str) -> PluginError {
        PluginError::new(ErrorKind::Other, format!("{who} {self}"))
    }
}
