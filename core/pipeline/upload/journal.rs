//! The journal: what of a release was put where, kept beside the files until the release is complete.
//!
//! A run that was killed between two files, or in the middle of one, is gone on with by the next: with the same bytes,
//! the same session, and without what the repository has already.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use flit_sdk::model::{
    Distribution, DistributionName, ProjectName, Release, ReleaseFile, Repository, Version,
};
use serde::{Deserialize, Serialize};

/// The name of the journal.
const FILE_NAME: &str = ".flit-publish.json";

/// What the journal's first number says that this flit can read.
const FORMAT: u32 = 1;

/// How the names of files begin that are to become the journal.
const TEMPORARY_PREFIX: &str = ".flit-publish-";

/// And how they end.
const TEMPORARY_SUFFIX: &str = ".tmp";

/// A temporary file this old belongs to a run that was killed.
const ABANDONED_AFTER: Duration = Duration::from_mins(1);

/// The journal of the releases in one directory. Every change is on the disk before the next step is taken.
#[derive(Debug)]
pub(crate) struct Journal {
    directory: PathBuf,
    /// Held while the file is changed: several transfers of a run keep one journal.
    changing: Mutex<()>,
    /// Whether there is no place to keep it.
    is_off: AtomicBool,
}

#[derive(Debug, Deserialize, Serialize)]
struct Content {
    format: u32,
    releases: Vec<Entry>,
}

/// What is known of one unfinished release at one repository.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Entry {
    /// Where uploads go.
    pub(crate) repository: String,
    /// The normalized name of the project.
    pub(crate) name: String,
    /// The version.
    pub(crate) version: String,
    /// What the uploader calls its session.
    pub(crate) session: String,
    /// The files.
    pub(crate) files: Vec<FileEntry>,
}

/// One file of an unfinished release.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct FileEntry {
    /// Its name.
    pub(crate) file_name: String,
    /// Which bytes it had.
    pub(crate) sha256: String,
    /// How far it got.
    pub(crate) state: FileState,
}

/// How far a file got.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FileState {
    /// Nothing was sent.
    Pending,
    /// Sending began, and nobody wrote down how it ended.
    Sending,
    /// The repository has it.
    Put,
}

/// Why a journal is of no use.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JournalError {
    /// What it says cannot be read: writing a new one would lose that.
    #[error("cannot read the journal {}: {reason}", .path.display())]
    Read { path: PathBuf, reason: String },
    /// It cannot be written.
    #[error("cannot write the journal {}", .path.display())]
    Write { path: PathBuf, source: io::Error },
}

impl JournalError {
    /// Whether the directory is one that nobody may write into.
    pub(super) fn is_read_only(&self) -> bool {
        matches!(self, Self::Write { source, .. } if matches!(
            source.kind(),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
        ))
    }

    /// What the user could do.
    pub(super) fn hints(&self) -> Vec<String> {
        match self {
            Self::Read { .. } => vec![
                "it says what an earlier run published: remove it if you know that to be complete, or nothing".into(),
            ],
            Self::Write { .. } => vec![],
        }
    }
}

impl Journal {
    /// The journal of a directory.
    pub(crate) fn of(directory: &Path) -> Self {
        Self {
            directory: directory.into(),
            changing: Mutex::new(()),
            is_off: AtomicBool::new(false),
        }
    }

    /// What is known of a release at a repository.
    pub(crate) fn entry(
        &self,
        repository: &Repository,
        name: &ProjectName,
        version: &Version,
    ) -> Result<Option<Entry>, JournalError> {
        let entries = self.read()?;
        Ok(entries.into_iter().find(|entry| entry.is_of(repository, name, version)))
    }

    /// Writes down that a release is begun; what was known of it is forgotten.
    pub(super) fn begin(
        &self,
        repository: &Repository,
        release: &Release,
        session: &str,
        states: &[FileState],
    ) -> Result<(), JournalError> {
        let files = release.files.iter().zip(states).map(|(file, state)| FileEntry {
            file_name: file.file_name.clone(),
            sha256: file.sha256.clone(),
            state: *state,
        });
        let entry = Entry {
            repository: repository.url.clone(),
            name: release.name.normalized(),
            version: release.version.to_string(),
            session: session.to_owned(),
            files: files.collect(),
        };
        self.update(repository, release, |earlier| {
            let mut entry = entry;
            if let Some(earlier) = earlier.filter(Entry::may_be_visible) {
                // Those of another format, which this run has nothing to do with.
                let is_ours = |file: &FileEntry| entry.knows(&file.file_name);
                let others = earlier.files.into_iter().filter(|file| !is_ours(file));
                let others: Vec<_> =
                    others.filter(|file| file.state != FileState::Pending).collect();
                entry.files.extend(others);
            }
            Some(entry)
        })
    }

    /// Keeps no journal from now on.
    pub(super) fn turn_off(&self) {
        self.is_off.store(true, Ordering::Relaxed);
    }

    /// Writes down how far a file got.
    pub(super) fn set(
        &self,
        repository: &Repository,
        release: &Release,
        file_name: &str,
        state: FileState,
    ) -> Result<(), JournalError> {
        self.update(repository, release, |entry| {
            let mut entry = entry?;
            let file = entry.files.iter_mut().find(|file| file.file_name == file_name);
            if let Some(file) = file {
                file.state = state;
            }
            Some(entry)
        })
    }

    /// Forgets the files of a release: they are published. The journal goes with the last of them.
    pub(super) fn end(
        &self,
        repository: &Repository,
        release: &Release,
    ) -> Result<(), JournalError> {
        self.update(repository, release, |entry| {
            let mut entry = entry?;
            let is_done = |known: &FileEntry| {
                release.files.iter().any(|file| file.file_name == known.file_name)
            };
            entry.files.retain(|known| !is_done(known));
            (entry.session.is_empty() && !entry.files.is_empty()).then_some(entry)
        })
    }

    /// Changes one entry of the file as it is now: another run may keep the journal of another repository in it.
    fn update(
        &self,
        repository: &Repository,
        release: &Release,
        change: impl FnOnce(Option<Entry>) -> Option<Entry>,
    ) -> Result<(), JournalError> {
        if self.is_off.load(Ordering::Relaxed) {
            return Ok(());
        }
        let failed = |source| JournalError::Write { path: self.path(), source };
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let _lock = lock(&self.directory).map_err(failed)?;
        self.remove_abandoned();
        let (changed, mut others): (Vec<_>, Vec<_>) = self
            .read()?
            .into_iter()
            .partition(|entry| entry.is_of(repository, &release.name, &release.version));
        others.extend(change(changed.into_iter().next()));
        self.write(others).map_err(failed)
    }

    fn path(&self) -> PathBuf {
        self.directory.join(FILE_NAME)
    }

    fn read(&self) -> Result<Vec<Entry>, JournalError> {
        let path = self.path();
        let failed = |reason: String| JournalError::Read { path: path.clone(), reason };
        match fs_err::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
            // Who reads a FIFO that somebody laid there waits for ever.
            Ok(metadata) if !metadata.is_file() => return Err(failed("it is not a file".into())),
            Ok(_) | Err(_) => {}
        }
        let text = fs_err::read_to_string(&path).map_err(|error| failed(error.to_string()))?;
        let content = serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
        let Content { format, releases } = content;
        if format != FORMAT {
            let reason = format!("it has format {format}, and this flit reads {FORMAT}");
            return Err(failed(reason));
        }
        // It lies in the source tree: nobody vouches for the paths in it.
        let mut names = releases.iter().flat_map(|entry| &entry.files).map(|file| &file.file_name);
        match names.find(|name| DistributionName::parse(name).is_err()) {
            Some(name) => Err(failed(format!("`{name}` is not the name of a distribution"))),
            None => Ok(releases),
        }
    }

    fn write(&self, releases: Vec<Entry>) -> io::Result<()> {
        let path = self.path();
        if releases.is_empty() {
            return match fs_err::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                Ok(()) | Err(_) => Ok(()),
            };
        }
        let mut file = tempfile::Builder::new()
            .prefix(TEMPORARY_PREFIX)
            .suffix(TEMPORARY_SUFFIX)
            .tempfile_in(&self.directory)?;
        serde_json::to_writer_pretty(&mut file, &Content { format: FORMAT, releases })?;
        file.write_all(b"\n")?;
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        sync(&self.directory)
    }

    /// Removes what runs left behind that were killed while they wrote. What cannot be removed is in nobody's way.
    fn remove_abandoned(&self) {
        let Ok(entries) = fs_err::read_dir(&self.directory) else { return };
        let is_old = |entry: &fs_err::DirEntry| {
            let Ok(metadata) = entry.metadata() else { return false };
            let age = metadata.modified().ok().and_then(|written| written.elapsed().ok());
            metadata.is_file() && age.is_some_and(|age| age > ABANDONED_AFTER)
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_ours = name.starts_with(TEMPORARY_PREFIX) && name.ends_with(TEMPORARY_SUFFIX);
            if is_ours && is_old(&entry) {
                drop(fs_err::remove_file(entry.path()));
            }
        }
    }
}

/// Keeps other runs from changing what is in a directory while this one does.
#[cfg(unix)]
fn lock(directory: &Path) -> io::Result<std::fs::File> {
    let directory = fs_err::File::open(directory)?.into_parts().0;
    directory.lock()?;
    Ok(directory)
}

/// Where directories cannot be locked, two runs at once over the same files may forget what the other did: what the
/// repository has is asked all the same.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it may fail")]
fn lock(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Has a rename survive a power cut.
#[cfg(unix)]
fn sync(directory: &Path) -> io::Result<()> {
    fs_err::File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it may fail")]
fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}

impl Entry {
    fn is_of(&self, repository: &Repository, name: &ProjectName, version: &Version) -> bool {
        self.repository == repository.url
            && self.name == name.normalized()
            && self.version == version.as_str()
    }

    /// Whether the repository has, or may have, some of it.
    pub(crate) fn is_begun(&self) -> bool {
        !self.session.is_empty() || self.files.iter().any(|file| file.state != FileState::Pending)
    }

    /// Whether files that were put are visible to others: where there is a session, nothing is before it is committed.
    pub(super) fn may_be_visible(&self) -> bool {
        self.session.is_empty() && self.is_begun()
    }

    fn knows(&self, file_name: &str) -> bool {
        self.files.iter().any(|file| file.file_name == file_name)
    }

    /// How far a file of these bytes got.
    pub(super) fn state(&self, file: &ReleaseFile) -> FileState {
        let known = self
            .files
            .iter()
            .find(|known| known.file_name == file.file_name && known.sha256 == file.sha256);
        known.map_or(FileState::Pending, |known| known.state)
    }

    /// Whether these are the files that the release was begun with.
    pub(super) fn has_same_files(&self, release: &Release) -> bool {
        let known = self.files.iter().map(|file| (&file.file_name, &file.sha256));
        known.eq(release.files.iter().map(|file| (&file.file_name, &file.sha256)))
    }

    /// What the release was begun with under this name, if those were other bytes.
    pub(super) fn other_than(&self, file_name: &str, sha256: &str) -> Option<FileState> {
        let known = self.files.iter().find(|known| known.file_name == file_name)?;
        (known.sha256 != sha256).then_some(known.state)
    }

    /// Whether these are bytes that the release was begun with, each of them.
    pub(crate) fn agrees_with(&self, distributions: &[Distribution]) -> bool {
        distributions.iter().all(|distribution| {
            let name = distribution.path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| self.other_than(name, &distribution.sha256).is_none())
        })
    }

    /// Whether the repository said of any of the files that it has it.
    pub(super) fn has_put(&self) -> bool {
        self.files.iter().any(|file| file.state == FileState::Put)
    }
}

#[cfg(test)]
mod tests;
