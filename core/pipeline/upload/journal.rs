//! The journal: what of a release was put where, kept beside the files until the release is complete.
//!
//! A run that was killed between two files, or in the middle of one, is gone on with by the next: with the same bytes,
//! the same session, and without what the repository has already.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use flit_sdk::model::{ProjectName, Release, Repository, Version};
use flit_sdk::{Host, LogLevel};
use serde::{Deserialize, Serialize};

/// The name of the journal.
const FILE_NAME: &str = ".flit-publish.json";

/// What the journal's first number says that this flit can read.
const FORMAT: u32 = 1;

/// How the names of files begin that are to become the journal.
const TEMPORARY_PREFIX: &str = ".flit-publish-";

/// A temporary file this old belongs to a run that was killed.
const ABANDONED_AFTER: Duration = Duration::from_mins(1);

/// The journal of the releases in one directory. Every change is on the disk before the next step is taken.
#[derive(Debug)]
pub(crate) struct Journal {
    directory: PathBuf,
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

/// Why a journal cannot be kept.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the journal {}", .path.display())]
pub(crate) struct JournalError {
    path: PathBuf,
    source: io::Error,
}

impl Journal {
    /// The journal of a directory.
    pub(crate) fn of(directory: &Path) -> Self {
        Self { directory: directory.into() }
    }

    /// What is known of a release at a repository. A journal that cannot be read is told and counts as none.
    pub(crate) fn entry(
        &self,
        host: &dyn Host,
        repository: &Repository,
        name: &ProjectName,
        version: &Version,
    ) -> Option<Entry> {
        self.remove_abandoned();
        let entries = self.read().unwrap_or_else(|problem| {
            let path = self.path();
            let message = format!("the journal {} is ignored: {problem}", path.display());
            host.log(LogLevel::Warning, &message);
            vec![]
        });
        entries.into_iter().find(|entry| entry.is_of(repository, name, version))
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
        self.update(repository, release, |_| Some(entry))
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

    /// Forgets a release: it is complete. The journal goes with the last of them.
    pub(super) fn end(
        &self,
        repository: &Repository,
        release: &Release,
    ) -> Result<(), JournalError> {
        self.update(repository, release, |_| None)
    }

    /// Changes one entry of the file as it is now: another run may keep the journal of another repository in it.
    fn update(
        &self,
        repository: &Repository,
        release: &Release,
        change: impl FnOnce(Option<Entry>) -> Option<Entry>,
    ) -> Result<(), JournalError> {
        let (changed, mut others): (Vec<_>, Vec<_>) = self
            .read()
            .unwrap_or_default()
            .into_iter()
            .partition(|entry| entry.is_of(repository, &release.name, &release.version));
        others.extend(change(changed.into_iter().next()));
        self.write(others).map_err(|source| JournalError { path: self.path(), source })
    }

    fn path(&self) -> PathBuf {
        self.directory.join(FILE_NAME)
    }

    fn read(&self) -> Result<Vec<Entry>, String> {
        let path = self.path();
        match fs_err::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
            // Who reads a FIFO that somebody laid there waits for ever.
            Ok(metadata) if !metadata.is_file() => return Err("it is not a file".into()),
            Ok(_) | Err(_) => {}
        }
        let text = fs_err::read_to_string(&path).map_err(|error| error.to_string())?;
        match serde_json::from_str(&text) {
            Ok(Content { format: FORMAT, releases }) => Ok(releases),
            Ok(Content { format, .. }) => {
                Err(format!("it has format {format}, and this flit reads {FORMAT}"))
            }
            Err(error) => Err(error.to_string()),
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
        let mut file =
            tempfile::Builder::new().prefix(TEMPORARY_PREFIX).tempfile_in(&self.directory)?;
        serde_json::to_writer_pretty(&mut file, &Content { format: FORMAT, releases })?;
        file.write_all(b"\n")?;
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(())
    }

    /// Removes what runs left behind that were killed while they wrote. What cannot be removed is in nobody's way.
    fn remove_abandoned(&self) {
        let Ok(entries) = fs_err::read_dir(&self.directory) else { return };
        let is_old = |entry: &fs_err::DirEntry| {
            let written = entry.metadata().and_then(|metadata| metadata.modified());
            written.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > ABANDONED_AFTER))
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            if name.to_string_lossy().starts_with(TEMPORARY_PREFIX) && is_old(&entry) {
                drop(fs_err::remove_file(entry.path()));
            }
        }
    }
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

    /// The files, as they lie in `directory`.
    pub(crate) fn paths(&self, directory: &Path) -> Vec<PathBuf> {
        self.files.iter().map(|file| directory.join(&file.file_name)).collect()
    }

    /// Whether files that were put are visible to others: where there is a session, nothing is before it is committed.
    pub(super) fn may_be_visible(&self) -> bool {
        self.session.is_empty() && self.is_begun()
    }

    /// Whether these are the files that the release was begun with.
    pub(super) fn has_same_files(&self, release: &Release) -> bool {
        let known = self.files.iter().map(|file| (&file.file_name, &file.sha256));
        known.eq(release.files.iter().map(|file| (&file.file_name, &file.sha256)))
    }

    /// The first file that others may see with other bytes than it has in `release`.
    pub(super) fn changed<'a>(&self, release: &'a Release) -> Option<&'a str> {
        if !self.may_be_visible() {
            return None;
        }
        release.files.iter().map(|file| (&file.file_name, &file.sha256)).find_map(
            |(name, sha256)| {
                let known = self.files.iter().find(|entry| entry.file_name == *name)?;
                let is_changed = known.state != FileState::Pending && known.sha256 != *sha256;
                is_changed.then_some(name.as_str())
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use flit_sdk::testing::TestHost;

    use super::*;

    fn repository(url: &str) -> Repository {
        Repository { url: url.into(), ..Repository::default() }
    }

    fn release() -> Release {
        Release {
            name: ProjectName::parse("Demo").unwrap(),
            version: Version::parse("1.0").unwrap(),
            files: vec![],
        }
    }

    #[test]
    fn releases_of_several_repositories_are_kept_apart_and_the_file_goes_with_the_last() {
        let directory = tempfile::tempdir().unwrap();
        let journal = Journal::of(directory.path());
        let (first, second) = (repository("https://a/"), repository("https://b/"));
        let host = TestHost::default();
        let session = |at: &Repository| {
            let Release { name, version, .. } = release();
            journal.entry(&host, at, &name, &version).map(|entry| entry.session)
        };
        journal.begin(&first, &release(), "one", &[]).unwrap();
        journal.begin(&second, &release(), "two", &[]).unwrap();
        assert_eq!(session(&first).as_deref(), Some("one"));
        journal.end(&first, &release()).unwrap();
        assert_eq!((session(&first), session(&second).as_deref()), (None, Some("two")));
        journal.end(&second, &release()).unwrap();
        assert_eq!(fs_err::read_dir(directory.path()).unwrap().count(), 0);
        assert!(host.messages().is_empty());
    }

    #[test]
    fn a_journal_that_cannot_be_read_is_told_and_counts_as_none() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(FILE_NAME);
        let journal = Journal::of(directory.path());
        for (text, problem) in [
            ("{", "EOF while parsing an object at line 1 column 1"),
            (r#"{"format": 9, "releases": []}"#, "it has format 9, and this flit reads 1"),
        ] {
            fs_err::write(&path, text).unwrap();
            let host = TestHost::default();
            let Release { name, version, .. } = release();
            assert!(journal.entry(&host, &repository("u"), &name, &version).is_none());
            let expected = format!("warning: the journal {} is ignored: {problem}", path.display());
            assert_eq!(host.messages(), [expected.to_lowercase()]);
        }
    }
}
