//! Opening the files of the source tree: regular files only, and only such that are inside it at this very moment.
//!
//! Discovery saw these files a while ago. Whatever became of them since, a link that leads out of the tree is not followed
//! and nothing blocks.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use flit_sdk::model::SourceFile;
use flit_sdk::source_tree::{SourceTreeError, resolve_file};

use crate::error::WheelError;

/// A source tree whose files can be opened.
#[derive(Debug)]
pub(crate) struct SourceTree {
    path: PathBuf,
    #[cfg(unix)]
    directory: rustix::fd::OwnedFd,
}

/// A regular file inside the source tree.
#[derive(Debug)]
pub(crate) struct OpenFile {
    pub(crate) file: File,
    /// How many bytes it had when it was opened.
    pub(crate) size: u64,
}

impl SourceTree {
    pub(crate) fn open(path: &Path) -> Result<Self, WheelError> {
        #[cfg(unix)]
        let directory = unix::open_directory(path)
            .map_err(|error| WheelError::read(&path.display().to_string(), error))?;
        Ok(Self {
            path: path.into(),
            #[cfg(unix)]
            directory,
        })
    }

    /// Opens a file of the tree.
    pub(crate) fn open_file(&self, file: &SourceFile) -> Result<OpenFile, WheelError> {
        let path = file.path.as_str();
        let opened = if let Some(opened) = self.open_directly(file) {
            opened
        } else {
            // The file is a link, or was replaced, or this system cannot open what is inside a directory alone: so look at
            // where the path leads.
            resolve_file(&self.path, path)?;
            open_resolved(&fs_err::canonicalize(self.path.join(path)).map_err(read(path))?)
        };
        let file = opened.map_err(read(path))?;
        let metadata = file.metadata().map_err(read(path))?;
        if metadata.is_file() {
            Ok(OpenFile { file, size: metadata.len() })
        } else if metadata.is_dir() {
            Err(SourceTreeError::NotAFile { path: path.into() }.into())
        } else {
            let what = "a FIFO, a socket or a device";
            Err(SourceTreeError::SpecialFile { path: path.into(), what }.into())
        }
    }

    /// Opens a file in one step if the system makes sure that no link leads out of the tree; `None` to look more closely.
    #[cfg(unix)]
    fn open_directly(&self, file: &SourceFile) -> Option<io::Result<File>> {
        if file.is_link { None } else { unix::open_beneath(&self.directory, &file.path) }
    }

    #[cfg(not(unix))]
    fn open_directly(&self, _: &SourceFile) -> Option<io::Result<File>> {
        None
    }
}

#[cfg(unix)]
fn open_resolved(path: &Path) -> io::Result<File> {
    unix::open_resolved(path)
}

#[cfg(not(unix))]
fn open_resolved(path: &Path) -> io::Result<File> {
    fs_err::File::open(path).map(fs_err::File::into_file)
}

fn read(path: &str) -> impl Fn(io::Error) -> WheelError {
    move |error| WheelError::read(path, error)
}

impl OpenFile {
    /// Reads all of the file into `buffer`, which only ever grows, and returns how many bytes that are.
    ///
    /// A file that grows or shrinks meanwhile is taken as it comes.
    pub(crate) fn read_all(&mut self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        let expected = usize::try_from(self.size).unwrap_or(usize::MAX);
        let mut filled = 0;
        loop {
            // One byte more than expected, so that a single read tells that the file ends where it should.
            if buffer.len() <= filled.max(expected) {
                buffer.resize(expected.saturating_add(1).max(2 * filled), 0);
            }
            match self.file.read(&mut buffer[filled..]) {
                Ok(0) => return Ok(filled),
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
            if filled == expected {
                return Ok(filled);
            }
        }
    }
}

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    use rustix::fd::OwnedFd;
    use rustix::fs::{CWD, Mode, OFlags};
    use rustix::io::Errno;

    /// A FIFO must not block, and a terminal must not become ours.
    const FLAGS: OFlags = OFlags::RDONLY
        .union(OFlags::CLOEXEC)
        .union(OFlags::NONBLOCK)
        .union(OFlags::NOCTTY)
        .union(OFlags::NOFOLLOW);

    pub(super) fn open_directory(path: &Path) -> io::Result<OwnedFd> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(rustix::fs::open(path, flags, Mode::empty())?)
    }

    /// Opens what is at `path` below `directory`; `None` if it is not there, or not there without following links.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(super) fn open_beneath(directory: &OwnedFd, path: &str) -> Option<io::Result<File>> {
        use rustix::fs::ResolveFlags;
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
        match rustix::fs::openat2(directory, path, FLAGS, Mode::empty(), resolve) {
            Ok(file) => Some(Ok(file.into())),
            // Links, things that vanished, and kernels or sandboxes without this call.
            Err(Errno::LOOP | Errno::XDEV | Errno::NOENT | Errno::NOSYS | Errno::PERM) => None,
            Err(error) => Some(Err(error.into())),
        }
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(super) fn open_beneath(_: &OwnedFd, _: &str) -> Option<io::Result<File>> {
        None
    }

    /// Opens a path in which all links are resolved.
    pub(super) fn open_resolved(path: &Path) -> io::Result<File> {
        match rustix::fs::openat(CWD, path, FLAGS, Mode::empty()) {
            Ok(file) => Ok(file.into()),
            Err(Errno::LOOP) => Err(io::Error::other("it was replaced by a link")),
            Err(error) => Err(error.into()),
        }
    }
}
