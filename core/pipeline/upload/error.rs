//! Why a release could not be published.

use std::io;
use std::path::PathBuf;

use flit_sdk::model::{ProjectName, Version};
use flit_sdk::{ErrorKind, PluginError};

use super::journal::JournalError;
use super::report::FileReport;
use crate::distribution::DistributionError;
use crate::repositories::RepositoryError;

/// Why a release could not be published.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UploadError {
    /// There is no repository, or nobody to be there.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
    /// Nobody knows this kind of repository.
    #[error("no plugin publishes to {url}")]
    NoUploader { url: String },
    /// Several know it.
    #[error("several plugins publish to {url}: {}", .plugins.join(", "))]
    SeveralUploaders { url: String, plugins: Vec<&'static str> },
    /// Nothing was built yet.
    #[error("no distribution of `{name}` {version} in {}", .directory.display())]
    NothingBuilt { directory: PathBuf, name: ProjectName, version: Version },
    /// A pattern of files matches none.
    #[error("no file matches {}", .pattern.display())]
    NoMatch { pattern: PathBuf },
    /// Attestations were named, and nothing that they are for.
    #[error("there is no distribution among the files")]
    NoFiles,
    /// A directory cannot be read.
    #[error(transparent)]
    Unreadable { source: io::Error },
    /// The files cannot be read.
    #[error(transparent)]
    Files(#[from] DistributionError),
    /// Something is wrong with the files; each finding was shown.
    #[error("{errors} {} with the files, nothing was sent", plural(*.errors, "problem", "problems"))]
    Findings { errors: usize },
    /// An uploader failed at something that is not about one file.
    #[error("plugin `{plugin}` failed")]
    Plugin { plugin: &'static str, source: PluginError },
    /// An uploader answered for more or fewer files than it was asked about.
    #[error("plugin `{plugin}` was asked about {asked} files and answered for {answered}")]
    OtherCount { plugin: &'static str, asked: usize, answered: usize },
    /// Trusted publishing was demanded and is not to be had.
    #[error("trusted publishing is not possible: {reason}")]
    NoTrustedPublishing { reason: String },
    /// The repository has other bytes.
    #[error("the repository has another {file_name}: its SHA-256 is {theirs}, yours is {ours}")]
    OtherBytes { file_name: String, theirs: String, ours: String },
    /// The repository says that it has a file of that name, and nobody can say which bytes it has.
    #[error("the repository says that it has {file_name}: {message}")]
    Exists { file_name: String, message: String, unknown: Option<String> },
    /// The repository was given other bytes of this release before.
    #[error("{file_name} is not the file that an earlier run began to publish")]
    Changed { file_name: String },
    /// A part of this version may be published, and what would be built now is something else.
    #[error("the sources are not those that an earlier run began to publish")]
    SourcesChanged,
    /// There is no place to build.
    #[error("cannot make a temporary directory")]
    NoTemporaryDirectory { source: io::Error },
    /// A file was sent, and nobody can say whether it arrived.
    #[error("cannot tell whether {file_name} arrived: {reason}")]
    Unconfirmed { file_name: String, reason: String },
    /// What can be downloaded is something else.
    #[error(
        "the repository gives out another {file_name}: its SHA-256 is {theirs}, yours is {ours}"
    )]
    Corrupted { file_name: String, theirs: String, ours: String },
    /// Some files were not published. What became of each was told.
    #[error("{} of {} not published", files(missing(.reports)), .reports.len())]
    Incomplete { failed: Vec<Failed>, reports: Vec<FileReport> },
    /// Some releases of several were not published.
    #[error("{} of {all} releases not published", .failed.len() + .untried.len())]
    Releases { failed: Vec<Failed>, untried: Vec<String>, all: usize },
    /// A file was sent, and it cannot be had back to compare.
    #[error("{file_name} was taken, but is not confirmed: {reason}")]
    NotConfirmed { file_name: String, reason: String },
    /// The journal cannot be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The user asked to stop.
    #[error("stopped")]
    Cancelled,
}

/// A file, or a release of several, that was not published, with the reason.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) what: String,
    pub(crate) error: Box<UploadError>,
}

fn missing(reports: &[FileReport]) -> usize {
    let is_missing =
        |report: &&FileReport| matches!(report, FileReport::Failed | FileReport::HeldBack);
    reports.iter().filter(is_missing).count()
}

fn plural(count: usize, one: &'static str, many: &'static str) -> &'static str {
    if count == 1 { one } else { many }
}

fn files(count: usize) -> String {
    format!("{count} {}", plural(count, "file", "files"))
}

impl UploadError {
    /// What a plugin reported, if that is all.
    pub(crate) fn plugin_error(&self) -> Option<&PluginError> {
        if let Self::Plugin { source, .. } = self { Some(source) } else { None }
    }

    /// What kind of failure a plugin reported.
    fn kind(&self) -> Option<ErrorKind> {
        self.plugin_error().map(|error| error.kind)
    }

    /// Whether it is of no use to go on with other files.
    pub(super) fn stops_everything(&self) -> bool {
        if let Self::Incomplete { failed, .. } = self {
            return failed.iter().any(|failed| failed.error.stops_everything());
        }
        let ours = matches!(self, Self::Cancelled | Self::Journal(_) | Self::Repository(_));
        let theirs = self.kind().is_some_and(|kind| {
            matches!(
                kind,
                ErrorKind::Unauthorized
                    | ErrorKind::Unregistered
                    | ErrorKind::Untrusted
                    | ErrorKind::Unreachable
                    | ErrorKind::Network
                    | ErrorKind::SessionLost
                    | ErrorKind::Panicked
                    | ErrorKind::Cancelled
            )
        });
        ours || theirs
    }

    /// Whether the same run may succeed at another time, or with other credentials.
    pub(super) fn may_succeed_later(&self) -> bool {
        if let Self::Incomplete { failed, .. } | Self::Releases { failed, .. } = self {
            return failed.iter().any(|failed| failed.error.may_succeed_later());
        }
        let ours = matches!(self, Self::Unconfirmed { .. } | Self::Cancelled);
        let theirs = self.kind().is_some_and(|kind| {
            matches!(
                kind,
                ErrorKind::Unauthorized
                    | ErrorKind::Unreachable
                    | ErrorKind::Network
                    | ErrorKind::Unavailable
                    | ErrorKind::Cancelled
            )
        });
        ours || theirs
    }

    /// Whether the very same run may succeed at another time.
    fn wants_another_run(&self) -> bool {
        if let Self::Incomplete { failed, .. } | Self::Releases { failed, .. } = self {
            return failed.iter().any(|failed| failed.error.wants_another_run());
        }
        self.may_succeed_later() && self.kind() != Some(ErrorKind::Unauthorized)
    }

    /// Whether the repository answered, so that it is certain what it did not take; and if not, nothing was sent.
    pub(super) fn is_an_answer(&self) -> bool {
        let ours = matches!(self, Self::OtherBytes { .. } | Self::Exists { .. });
        let theirs = self.kind().is_some_and(|kind| {
            matches!(
                kind,
                ErrorKind::Rejected
                    | ErrorKind::Unauthorized
                    | ErrorKind::Unregistered
                    | ErrorKind::Untrusted
                    | ErrorKind::Unreachable
                    | ErrorKind::Unavailable
                    | ErrorKind::SessionLost
                    | ErrorKind::InvalidProject
                    | ErrorKind::Unsupported
            )
        });
        ours || theirs
    }

    /// Whether the repository has forgotten the session.
    pub(super) fn has_lost_session(&self) -> bool {
        if let Self::Incomplete { failed, .. } = self {
            return failed.iter().any(|failed| failed.error.has_lost_session());
        }
        self.kind() == Some(ErrorKind::SessionLost)
    }

    /// Whether the user asked to stop.
    pub(crate) fn is_cancelled(&self) -> bool {
        match self {
            Self::Cancelled | Self::Files(DistributionError::Cancelled) => true,
            Self::Repository(error) => error.is_cancelled(),
            Self::Incomplete { failed, .. } | Self::Releases { failed, .. } => {
                failed.iter().any(|failed| failed.error.is_cancelled())
            }
            error => error.kind() == Some(ErrorKind::Cancelled),
        }
    }

    /// What the user could do.
    pub(crate) fn hints(&self) -> Vec<String> {
        let again = "`flit publish` with the same options goes on where this run stopped";
        match self {
            Self::Repository(error) => error.hints(),
            Self::NoUploader { .. } => {
                vec!["load a plugin that knows this kind of repository with `--plugin`".into()]
            }
            Self::SeveralUploaders { .. } => vec!["load only one of them".into()],
            Self::Plugin { plugin, source } => crate::pipeline::blame(plugin, source),
            Self::OtherCount { plugin, .. } => {
                vec![format!("this is a defect of the plugin `{plugin}`")]
            }
            Self::OtherBytes { .. } => vec![
                "a published file never changes: raise the version, or go back to the sources that were published".into(),
            ],
            Self::Exists { unknown, .. } => {
                let reason = unknown.iter().map(|reason| {
                    format!("whether it is the same file cannot be told: {reason}")
                });
                let skip = "`--skip-existing` leaves such files as they are".to_owned();
                reason.chain([skip]).collect()
            }
            Self::SourcesChanged => vec![
                "raise the version, or go back to those sources".into(),
                "`--no-build` finishes what was begun, with the files that were built then".into(),
            ],
            Self::Changed { .. } => vec![
                "`.flit-publish.json` beside the files remembers it: remove it if the repository has nothing".into(),
                "a part of this version may be published: raise the version, or go back to the sources that were published".into(),
            ],
            Self::Cancelled => vec![again.into()],
            Self::Incomplete { .. } | Self::Releases { .. } => {
                self.wants_another_run().then(|| again.into()).into_iter().collect()
            }
            Self::NoTrustedPublishing { .. } => vec![
                "`--trusted-publishing auto` looks for other credentials first".into(),
            ],
            Self::NothingBuilt { .. } => {
                vec!["`flit publish` without `--no-build` builds them".into()]
            }
            // That a second run goes on is a hint of the release, told once for all files.
            Self::Unconfirmed { .. }
            | Self::NotConfirmed { .. }
            | Self::NoTemporaryDirectory { .. }
            | Self::NoFiles
            | Self::NoMatch { .. }
            | Self::Unreadable { .. }
            | Self::Corrupted { .. }
            | Self::Findings { .. }
            | Self::Files(_) => vec![],
            Self::Journal(error) => error.hints(),
        }
    }
}
