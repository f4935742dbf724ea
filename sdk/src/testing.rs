//! For the tests of plugins: source trees made on the spot, and a host that remembers.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;

use crate::host::{Host, LogLevel};
use crate::plugin::Plugin;

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

/// A host that remembers what it was told.
#[derive(Debug, Default)]
pub struct TestHost {
    messages: Mutex<Vec<(LogLevel, String)>>,
    is_cancelled: AtomicBool,
}

impl TestHost {
    /// What was logged so far, as `level: message` each.
    ///
    /// # Panics
    ///
    /// If a thread panicked while it logged.
    pub fn messages(&self) -> Vec<String> {
        let messages = self.messages.lock().expect("no thread panicked while logging");
        messages
            .iter()
            .map(|(level, message)| format!("{level:?}: {message}").to_lowercase())
            .collect()
    }

    /// Asks the plugin to stop.
    pub fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }
}

impl Host for TestHost {
    fn log(&self, level: LogLevel, message: &str) {
        self.messages
            .lock()
            .expect("no thread panicked while logging")
            .push((level, message.into()));
    }

    fn progress(&self, _done: u64, _total: u64) {}

    fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }
}

/// The same plugin behind the stable boundary, without a library: every question and answer crosses as it would for a
/// loaded plugin, and panics become errors.
///
/// Run each test of a plugin with both, and expect equal results:
///
/// ```
/// # use flit_sdk::{Plugin, testing::through_abi};
/// # const PLUGIN: Plugin = Plugin::new("hello", "0.1.0", "greets");
/// for plugin in [PLUGIN, through_abi(&PLUGIN)] {
///     assert!(plugin.build.is_none());
/// }
/// ```
pub fn through_abi(plugin: &Plugin) -> Plugin {
    crate::abi::through(plugin)
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
