//! Files that appear whole or not at all, readable for everybody.

use std::io::{self, Write as _};
use std::path::Path;

use fs_err::File;
use tempfile::NamedTempFile;

/// How the names of unfinished files begin.
pub(crate) const PREFIX: &str = ".flit-";

/// How the names of unfinished files end.
pub(crate) const SUFFIX: &str = ".tmp";

/// A file under a hidden name in the directory that it is for; removed when dropped.
///
/// It is locked for as long as it is unfinished: whoever can lock it knows that its run is over.
#[derive(Debug)]
pub(crate) struct NewFile {
    file: NamedTempFile<File>,
}

impl NewFile {
    /// An empty file in the directory.
    pub(crate) fn begin(directory: &Path) -> io::Result<Self> {
        loop {
            let file = tempfile::Builder::new()
                .prefix(PREFIX)
                .suffix(SUFFIX)
                .make_in(directory, |path| {
                    File::options().write(true).create_new(true).open(path)
                })?;
            // Where there are no locks, nobody can take the file for abandoned.
            drop(file.as_file().file().lock());
            // Between the two, another run may have taken it for abandoned.
            if fs_err::exists(file.path())? {
                return Ok(Self { file });
            }
        }
    }

    /// Adds to the end.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.as_file_mut().write_all(bytes)
    }

    /// Gives the file its name, in place of a file that has it.
    pub(crate) fn replace(self, path: &Path) -> io::Result<()> {
        self.finish()?.persist(path).map_err(|failed| failed.error)?;
        sync_parent(path)
    }

    /// Gives the file its name, unless another has it: then the answer is `false`.
    pub(crate) fn claim(self, path: &Path) -> io::Result<bool> {
        match self.finish()?.persist_noclobber(path) {
            Ok(_) => sync_parent(path).map(|()| true),
            Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(failed) => Err(failed.error),
        }
    }

    /// The bytes are on the disk before the name is.
    fn finish(self) -> io::Result<NamedTempFile<File>> {
        set_mode(self.file.path(), 0o644)?;
        self.file.as_file().sync_all()?;
        Ok(self.file)
    }
}

/// Writes a text as a whole file. A file that has these very bytes is left alone.
pub(crate) fn write_text(path: &Path, text: &str) -> io::Result<()> {
    let has_it = fs_err::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file())
        && fs_err::read(path).is_ok_and(|bytes| bytes == text.as_bytes());
    if has_it {
        return Ok(());
    }
    let mut file = NewFile::begin(parent(path))?;
    file.write(text.as_bytes())?;
    file.replace(path)
}

/// Makes a directory that everybody may read, with the directories above it; nothing if it is there.
pub(crate) fn make_directory(path: &Path) -> io::Result<()> {
    let missing: Vec<_> = path.ancestors().take_while(|ancestor| !ancestor.exists()).collect();
    for directory in missing.into_iter().rev() {
        match fs_err::create_dir(directory) {
            Ok(()) => {
                set_mode(directory, 0o755)?;
                sync_parent(directory)?;
            }
            // Another run was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && directory.is_dir() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Gives what we made its mode, whatever the umask. A file system that knows no modes is no obstacle.
#[cfg(unix)]
pub(crate) fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let given = fs_err::metadata(path)?.permissions().mode();
    if given & 0o777 == mode {
        return Ok(());
    }
    // The bit that hands a group down stays.
    let mode = given & 0o7000 | mode;
    match fs_err::set_permissions(path, std::fs::Permissions::from_mode(mode)) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        done => done,
    }
}

/// Modes are a matter of Unix.
#[cfg(not(unix))]
pub(crate) fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

/// Has the new name of a file on the disk.
#[cfg(unix)]
pub(crate) fn sync_parent(path: &Path) -> io::Result<()> {
    match File::open(parent(path))?.sync_all() {
        // Some network file systems cannot, and need not.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        done => done,
    }
}

/// Directories cannot be opened elsewhere.
#[cfg(not(unix))]
pub(crate) fn sync_parent(_: &Path) -> io::Result<()> {
    Ok(())
}

fn parent(path: &Path) -> &Path {
    path.parent().expect("a file or directory of an index has a parent")
}
