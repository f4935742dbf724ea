//! Where distributions are written before they get their names: nothing half-written is ever seen.
//!
//! Each run has a hidden directory of its own inside the output directory, so that a rename is all it takes in the end.
//! It holds a lock for as long as the run lives; a run that was killed leaves its directory behind unlocked, and the
//! next run removes it.

use std::fs::TryLockError;
use std::io;
use std::path::{Path, PathBuf};

use flit_sdk::model::Distribution;
use tempfile::TempDir;

/// How the names of staging directories begin.
const PREFIX: &str = ".flit-";

/// The name of the locked file.
const LOCK: &str = "lock";

/// The staging directory of one run; removed when dropped.
#[derive(Debug)]
pub(super) struct Staging {
    output_dir: PathBuf,
    directory: TempDir,
    /// Held, never read: whoever can lock the file knows that this run is over.
    _lock: std::fs::File,
    /// Whether the output directory exists only because of this run.
    made_output_dir: bool,
}

/// Why the output directory is of no use.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StagingError {
    /// The directory cannot be made.
    #[error("cannot make the output directory {}", .path.display())]
    Make { path: PathBuf, source: io::Error },
    /// The directory cannot be written.
    #[error("cannot write into the output directory {}", .path.display())]
    Write { path: PathBuf, source: io::Error },
    /// A finished file cannot get its name.
    #[error("cannot put {} into its place", .path.display())]
    Publish { path: PathBuf, source: io::Error },
}

impl StagingError {
    /// What the user could do.
    pub(super) fn hints(&self) -> Vec<String> {
        match self {
            Self::Make { .. } | Self::Write { .. } => {
                vec!["name another directory with `--outdir`".into()]
            }
            Self::Publish { path, .. } if path.is_dir() => {
                vec!["a directory of that name is in the way: remove it".into()]
            }
            Self::Publish { .. } => vec![],
        }
    }
}

impl Staging {
    /// Makes the output directory if need be, and a staging directory in it.
    pub(super) fn new(output_dir: &Path) -> Result<Self, StagingError> {
        let made_output_dir = !output_dir.exists();
        fs_err::create_dir_all(output_dir)
            .map_err(|source| StagingError::Make { path: output_dir.into(), source })?;
        remove_abandoned(output_dir);
        let (directory, lock) = locked_directory(output_dir).map_err(|source| {
            if made_output_dir {
                drop(fs_err::remove_dir(output_dir));
            }
            StagingError::Write { path: output_dir.into(), source }
        })?;
        Ok(Self { output_dir: output_dir.into(), directory, _lock: lock, made_output_dir })
    }

    /// Makes an empty directory for one builder.
    pub(super) fn directory_for(&self, format: &str) -> Result<PathBuf, StagingError> {
        let path = self.directory.path().join(format);
        match fs_err::create_dir(&path) {
            Ok(()) => Ok(path),
            Err(source) => Err(StagingError::Write { path: self.output_dir.clone(), source }),
        }
    }

    /// Gives the finished files their names in the output directory, and ends the run.
    pub(super) fn publish(
        mut self,
        distributions: &mut [Distribution],
    ) -> Result<(), StagingError> {
        let failed = |path: &Path, source| StagingError::Publish { path: path.into(), source };
        let final_path =
            |staged: &Path| self.output_dir.join(staged.file_name().unwrap_or_default());
        // All or nothing, as far as a file system can: what would stop a rename is looked for before the first one.
        for distribution in &*distributions {
            let path = final_path(&distribution.path);
            if path.is_dir() {
                return Err(failed(&path, io::ErrorKind::IsADirectory.into()));
            }
            make_readable(&distribution.path).map_err(|source| failed(&path, source))?;
        }
        for distribution in distributions {
            let path = final_path(&distribution.path);
            fs_err::rename(&distribution.path, &path).map_err(|source| failed(&path, source))?;
            distribution.path = path;
        }
        self.made_output_dir = false;
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if self.made_output_dir {
            drop(fs_err::remove_dir_all(self.directory.path()));
            // Only if it is empty: somebody else may use it by now.
            drop(fs_err::remove_dir(&self.output_dir));
        }
    }
}

/// Makes a directory of our own that nobody takes for abandoned.
fn locked_directory(output_dir: &Path) -> io::Result<(TempDir, std::fs::File)> {
    loop {
        let directory = tempfile::Builder::new().prefix(PREFIX).tempdir_in(output_dir)?;
        let path = directory.path().join(LOCK);
        let lock = fs_err::File::create(&path)?.into_parts().0;
        // Between the two lines above and this one, another run may have taken the directory for abandoned.
        lock.lock()?;
        if path.exists() {
            return Ok((directory, lock));
        }
    }
}

/// Removes what killed runs left behind. What cannot be removed is in nobody's way.
fn remove_abandoned(output_dir: &Path) {
    let Ok(entries) = fs_err::read_dir(output_dir) else { return };
    for entry in entries.flatten() {
        if !entry.file_name().to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        let path = entry.path().join(LOCK);
        // Opening a FIFO that somebody laid there would wait for ever.
        if !fs_err::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
            continue;
        }
        let Ok(lock) = fs_err::File::open(path) else { continue };
        match lock.file().try_lock() {
            Ok(()) => drop(fs_err::remove_dir_all(entry.path())),
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => {}
        }
    }
}

/// A distribution is made to be read by others, whatever umask or temporary file its builder used (flit writes 0644 too).
#[cfg(unix)]
fn make_readable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs_err::set_permissions(path, std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_abandoned_directory_is_removed_and_a_living_one_stays() {
        let output_dir = tempfile::tempdir().unwrap();
        let abandoned = output_dir.path().join(".flit-old");
        fs_err::create_dir(&abandoned).unwrap();
        fs_err::write(abandoned.join(LOCK), "").unwrap();
        let first = Staging::new(output_dir.path()).unwrap();
        assert!(!abandoned.exists());
        let second = Staging::new(output_dir.path()).unwrap();
        assert!(first.directory.path().exists());
        drop((first, second));
        assert_eq!(fs_err::read_dir(output_dir.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_fifo_in_place_of_a_lock_stops_nobody() {
        let output_dir = tempfile::tempdir().unwrap();
        let directory = output_dir.path().join(".flit-x");
        fs_err::create_dir(&directory).unwrap();
        let made = std::process::Command::new("mkfifo").arg(directory.join(LOCK)).status();
        assert!(made.unwrap().success());
        drop(Staging::new(output_dir.path()).unwrap());
        assert!(directory.exists());
    }

    #[test]
    fn a_failed_run_removes_the_output_directory_it_made() {
        let parent = tempfile::tempdir().unwrap();
        let output_dir = parent.path().join("dist");
        drop(Staging::new(&output_dir).unwrap());
        assert!(!output_dir.exists());
        Staging::new(&output_dir).unwrap().publish(&mut []).unwrap();
        assert!(output_dir.exists());
    }
}
