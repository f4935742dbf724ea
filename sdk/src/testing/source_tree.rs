//! Source trees made on the spot, and what may lie in them.

use std::path::PathBuf;

use tempfile::TempDir;

/// A source tree in a temporary directory, removed when this is dropped.
#[derive(Debug)]
pub struct SourceTreeBuilder {
    directory: TempDir,
}

impl SourceTreeBuilder {
    /// An empty source tree.
    ///
    /// # Panics
    ///
    /// If there is no place for temporary files.
    pub fn new() -> Self {
        Self { directory: TempDir::new().expect("a temporary directory can be made") }
    }

    /// The same tree with one more file, whose parents are made as needed.
    ///
    /// # Panics
    ///
    /// If the file cannot be written.
    #[must_use]
    pub fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path().join(path);
        fs_err::create_dir_all(path.parent().expect("a file in a tree has a parent"))
            .expect("can be made");
        fs_err::write(path, content).expect("the file can be written");
        self
    }

    /// The directory of the tree, with all links resolved.
    ///
    /// # Panics
    ///
    /// If the directory is gone.
    pub fn path(&self) -> PathBuf {
        fs_err::canonicalize(self.directory.path()).expect("the directory exists")
    }
}

impl Default for SourceTreeBuilder {
    fn default() -> Self {
        Self::new()
    }
}

/// Makes a symbolic link in a source tree.
///
/// # Panics
///
/// If links are refused here.
#[cfg(unix)]
pub fn symlink(target: impl AsRef<std::path::Path>, link: impl AsRef<std::path::Path>) {
    std::os::unix::fs::symlink(target, link).expect("links can be made");
}

/// Makes a FIFO in a source tree: who reads it waits for somebody to write.
///
/// # Panics
///
/// If there is no `mkfifo`, or it cannot make one here.
#[cfg(unix)]
pub fn make_fifo(path: impl AsRef<std::path::Path>) {
    let made = std::process::Command::new("mkfifo").arg(path.as_ref()).status();
    assert!(made.is_ok_and(|status| status.success()), "a FIFO can be made");
}
