//! Reading text files of the source tree.

use std::path::Path;

use flit_sdk::PluginError;
use flit_sdk::python_text::with_universal_newlines;
use flit_sdk::source_tree::resolve_file;

use crate::problem::{Problem, ProblemKind};

/// Reads a file of sections, `path` being relative to the source tree: UTF-8 without a byte order mark.
pub(crate) fn read_ini_file(source_tree: &Path, path: &str) -> Result<String, PluginError> {
    let text = with_universal_newlines(read_text_file(source_tree, path)?);
    match text.strip_prefix('\u{feff}') {
        None => Ok(text),
        Some(rest) => Err(Problem::new(0..0, ProblemKind::ByteOrderMark).into_error(path, rest)),
    }
}

/// Reads a file that must be UTF-8, `path` being relative to the source tree.
pub(crate) fn read_text_file(source_tree: &Path, path: &str) -> Result<String, PluginError> {
    let bytes = fs_err::read(resolve_file(source_tree, path)?)?;
    String::from_utf8(bytes).map_err(|error| {
        let start = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes());
        let span = start..start + char::REPLACEMENT_CHARACTER.len_utf8();
        Problem::new(span, ProblemKind::NotUtf8).into_error(path, &text)
    })
}
