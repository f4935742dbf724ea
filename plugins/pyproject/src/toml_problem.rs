//! What can be wrong with the TOML of a document.

/// A mistake in the TOML, or something that a pyproject.toml may not have.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TomlProblem {
    #[error("the file starts with a byte order mark, which TOML does not allow")]
    ByteOrderMark,
    #[error("not valid TOML: {message}")]
    Syntax { message: String },
    #[error("nested more than {max_depth} tables and lists deep")]
    TooDeep { max_depth: usize },
    #[error("a line ends inside `{{…}}`, which is TOML 1.1")]
    NewlineInInlineTable,
    #[error("a comma before `}}`, which is TOML 1.1")]
    CommaAtEndOfInlineTable,
    #[error("the escape `\\{escape}`, which is TOML 1.1")]
    NewEscape { escape: char },
}

impl TomlProblem {
    /// What the user could do about it.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::ByteOrderMark => Some("save the file as UTF-8 without a byte order mark"),
            Self::NewlineInInlineTable => Some(
                "write `{…}` on one line, or as a table with a header: installers read TOML 1.0",
            ),
            Self::CommaAtEndOfInlineTable => Some("remove the comma: installers read TOML 1.0"),
            Self::NewEscape { .. } => {
                Some("write it as `\\u00` and two digits: installers read TOML 1.0")
            }
            Self::Syntax { .. } | Self::TooDeep { .. } => None,
        }
    }
}
