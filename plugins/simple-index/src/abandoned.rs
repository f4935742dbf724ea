//! What killed runs left behind.

use std::fs::TryLockError;
use std::path::Path;

use crate::new_file::{PREFIX, SUFFIX};

/// Removes the unfinished files in a directory that no run works on. What cannot be removed is in nobody's way.
pub(crate) fn remove(directory: &Path) {
    let Ok(entries) = fs_err::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_unfinished = name.starts_with(PREFIX) && name.ends_with(SUFFIX);
        // A link or a FIFO is not ours.
        if !is_unfinished || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        let path = entry.path();
        // Some network file systems lock only what may be written.
        let file = fs_err::File::options().read(true).write(true).open(&path);
        let Ok(file) = file.or_else(|_| fs_err::File::open(&path)) else { continue };
        match file.file().try_lock() {
            Ok(()) => drop(fs_err::remove_file(path)),
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use flit_sdk::testing::SourceTreeBuilder;

    use super::*;
    use crate::new_file::NewFile;

    #[test]
    fn only_what_nobody_works_on_is_removed() {
        let tree = SourceTreeBuilder::new()
            .file(".flit-killed.tmp", "half")
            .file(".flit-note", "mine")
            .file("a.tmp", "mine")
            .file(".flit-directory.tmp/file", "mine");
        let names = || {
            let entries = fs_err::read_dir(tree.path()).unwrap();
            let mut names: Vec<_> =
                entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        };
        let mut unfinished = NewFile::begin(&tree.path()).unwrap();
        unfinished.write(b"half").unwrap();
        remove(&tree.path());
        assert_eq!(names().len(), 4, "{:?}", names());
        assert!(unfinished.claim(&tree.path().join("whole")).unwrap());
        assert_eq!(names(), [".flit-directory.tmp", ".flit-note", "a.tmp", "whole"]);
    }
}
