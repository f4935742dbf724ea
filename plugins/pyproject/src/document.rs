//! The document: the text of a configuration file and the TOML in it.

use std::ops::Range;
use std::path::Path;

use flit_sdk::source_tree::{SourceTreeError, read_text};
use flit_sdk::{Location, PluginError};
use toml::de::DeTable;

use crate::problem::Problem;
use crate::toml_problem::TomlProblem;
use crate::toml_subset::check_subset;

/// The text of a configuration file.
#[derive(Debug)]
pub(crate) struct Document {
    /// Its name in the source tree.
    pub(crate) path: String,
    text: String,
}

impl Document {
    /// Reads the file; `None` if there is none.
    pub(crate) fn read(source_tree: &Path, name: &str) -> Result<Option<Self>, PluginError> {
        match read_text(source_tree, name) {
            Ok(text) => Ok(Some(Self { path: name.into(), text })),
            Err(SourceTreeError::Missing { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Parses the text. The tables borrow from it.
    pub(crate) fn parse(&self) -> Result<DeTable<'_>, PluginError> {
        if self.text.starts_with('\u{feff}') {
            return Err(self.error(TomlProblem::ByteOrderMark, 0..'\u{feff}'.len_utf8()));
        }
        check_subset(&self.text).map_err(|(problem, span)| self.error(problem, span))?;
        match DeTable::parse(&self.text) {
            Ok(root) => Ok(root.into_inner()),
            Err(error) => {
                let message = error.message().lines().collect::<Vec<_>>().join(", ");
                Err(self.error(TomlProblem::Syntax { message }, error.span().unwrap_or_default()))
            }
        }
    }

    /// The place of the bytes `span`.
    pub(crate) fn location(&self, span: Range<usize>) -> Location {
        Location::of_span(&self.path, &self.text, span)
    }

    /// A problem as an error with its place.
    pub(crate) fn error(&self, problem: impl Into<Problem>, span: Range<usize>) -> PluginError {
        problem.into().lower().at(self.location(span))
    }
}
