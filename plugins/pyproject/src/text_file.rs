//! Reading text files of the source tree: UTF-8, with the place of the first byte that is not.

use std::path::Path;

use flit_sdk::{ErrorKind, Location, PluginError};

/// Reads the file `path` of the source tree, which lies at `on_disk`.
pub(crate) fn read_text(on_disk: &Path, path: &str) -> Result<String, PluginError> {
    decode(fs_err::read(on_disk)?, path)
}

/// Takes the content of the file `path` as UTF-8.
pub(crate) fn decode(content: Vec<u8>, path: &str) -> Result<String, PluginError> {
    String::from_utf8(content).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let byte = error.as_bytes()[at];
        // Up to the first bad byte, the repaired text has the same bytes; there it has one replacement character.
        let text = String::from_utf8_lossy(error.as_bytes());
        let place = at..at + char::REPLACEMENT_CHARACTER.len_utf8();
        PluginError::new(ErrorKind::InvalidProject, format!("`{path}` is not UTF-8"))
            .at(Location::of_span(path, &text, place))
            .hint(format!("the byte 0x{byte:02x} is where UTF-8 ends; save the file as UTF-8"))
    })
}
