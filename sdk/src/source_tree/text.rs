//! Reading text files that configuration names: UTF-8, with the place of the first byte that is not.

use std::path::Path;

use super::SourceTreeError;
use super::path::resolve_file;
use crate::error::Location;

/// Reads the file at `path`, a path from [`relative_path`](super::relative_path), as UTF-8.
///
/// What is no regular file is never opened: a FIFO would make everybody wait, and a device has no end.
///
/// # Errors
///
/// There is no such file, it is something else than a file, a link on the way leads out of the source tree, or it is not
/// UTF-8.
pub fn read_text(source_tree: &Path, path: &str) -> Result<String, SourceTreeError> {
    let content = fs_err::read(resolve_file(source_tree, path)?)?;
    String::from_utf8(content).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let byte = error.as_bytes()[at];
        // Up to the first bad byte, the repaired text has the same bytes; there it has one replacement character.
        let text = String::from_utf8_lossy(error.as_bytes());
        let place = at..at + char::REPLACEMENT_CHARACTER.len_utf8();
        SourceTreeError::NotUtf8 { location: Location::of_span(path, &text, place), byte }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{ErrorKind, PluginError};
    use crate::testing::SourceTreeBuilder;

    #[test]
    fn reads_text_and_marks_the_first_byte_that_is_none() {
        let tree = SourceTreeBuilder::new()
            .file("a/good", "\u{feff}\u{e4}\r\n")
            .file("a/bad", b"one\n\xc3\xa4\xff\xfe\n")
            .file("a/cut", b"\xe2\x82");
        assert_eq!(read_text(&tree.path(), "a/good").unwrap(), "\u{feff}\u{e4}\r\n");
        for (path, byte, line, column) in [("a/bad", "ff", 2, 2), ("a/cut", "e2", 1, 1)] {
            let error = PluginError::from(read_text(&tree.path(), path).unwrap_err());
            assert_eq!(error.kind, ErrorKind::InvalidProject);
            assert_eq!(error.message, format!("`{path}` is not UTF-8"));
            let hint = format!("the byte 0x{byte} is where UTF-8 ends; save the file as UTF-8");
            assert_eq!(error.hints, [hint]);
            let place = error.location.expect("it has a place");
            assert_eq!((place.line, place.column, place.length), (line, column, 1));
        }
        let error = read_text(&tree.path(), "a/gone").unwrap_err();
        assert_eq!(error.to_string(), "`a/gone` does not exist");
    }

    #[cfg(unix)]
    #[test]
    fn never_waits_at_a_fifo_and_reads_nothing_outside() {
        use crate::testing::{make_fifo, symlink};
        let tree = SourceTreeBuilder::new();
        make_fifo(tree.path().join("pipe"));
        symlink("pipe", tree.path().join("link"));
        symlink("/dev/zero", tree.path().join("endless"));
        for (path, message) in [
            ("pipe", "`pipe` is not a file"),
            ("link", "`link` is not a file"),
            ("endless", "`endless` is a link that leads out of the source tree, to /dev/zero"),
        ] {
            assert_eq!(read_text(&tree.path(), path).unwrap_err().to_string(), message);
        }
    }
}
