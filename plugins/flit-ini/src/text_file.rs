//! Reading files of sections, as Python reads them.

use std::path::Path;

use flit_sdk::PluginError;
use flit_sdk::python_text::with_universal_newlines;
use flit_sdk::source_tree::read_text;

use crate::problem::{Problem, ProblemKind};

/// Reads a file of sections, `path` being relative to the source tree: UTF-8 without a byte order mark.
pub(crate) fn read_ini_file(source_tree: &Path, path: &str) -> Result<String, PluginError> {
    let text = with_universal_newlines(read_text(source_tree, path)?);
    match text.strip_prefix('\u{feff}') {
        None => Ok(text),
        Some(rest) => Err(Problem::new(0..0, ProblemKind::ByteOrderMark).into_error(path, rest)),
    }
}
