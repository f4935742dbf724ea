//! Why a release could not be published.

use std::io;
use std::path::PathBuf;

use flit_sdk::{ErrorKind, PluginError};

use super::journal::JournalError;
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
    #[error("no distributions {stem} in {}", .directory.display())]
    NothingBuilt { directory: PathBuf, stem: String },
    /// A pattern of files matches none.
    #[error("no file matches {}", .pattern.display())]
    NoMatch { pattern: PathBuf },
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
    #[error("{file_name} has changed since it was published")]
    Changed { file_name: String },
    /// A file was sent, and nobody can say whether it arrived.
    #[error("cannot tell whether {file_name} arrived: {reason}")]
    Unconfirmed { file_name: String, reason: String },
    /// What can be downloaded is something else.
    #[error(
        "the repository gives out another {file_name}: its SHA-256 is {theirs}, yours is {ours}"
    )]
    Corrupted { file_name: String, theirs: String, ours: String },
    /// Some files were not published.
    #[error("{} of {all} not published", files(.failed.len() + .held_back))]
    Incomplete { failed: Vec<FailedFile>, held_back: usize, all: usize },
    /// The journal cannot be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The user asked to stop.
    #[error("stopped")]
    Cancelled,
}

/// A file that was not published, with the reason.
#[derive(Debug)]
pub(crate) struct FailedFile {
    pub(crate) file_name: String,
    pub(crate) error: Box<UploadError>,
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
        match self {
            Self::Plugin { source, .. } => Some(source),
            _ => None,
        }
    }

    /// Whether it is of no use to go on with other files.
    pub(super) fn stops_everything(&self) -> bool {
        match self {
            Self::Plugin { source, .. } => matches!(
                source.kind,
                ErrorKind::Unauthorized
                    | ErrorKind::Unregistered
                    | ErrorKind::Untrusted
                    | ErrorKind::Network
                    | ErrorKind::Unavailable
                    | ErrorKind::Panicked
                    | ErrorKind::Cancelled
            ),
            Self::Cancelled | Self::Journal(_) | Self::Repository(_) => true,
            _ => false,
        }
    }

    /// Whether the same run may succeed at another time, or with other credentials.
    pub(super) fn may_succeed_later(&self) -> bool {
        match self {
            Self::Incomplete { failed, .. } => {
                failed.iter().any(|failed| failed.error.may_succeed_later())
            }
            Self::Plugin { source, .. } => matches!(
                source.kind,
                ErrorKind::Unauthorized
                    | ErrorKind::Network
                    | ErrorKind::Unavailable
                    | ErrorKind::Cancelled
            ),
            Self::Unconfirmed { .. } | Self::Cancelled => true,
            _ => false,
        }
    }

    /// Whether the user asked to stop.
    pub(crate) fn is_cancelled(&self) -> bool {
        match self {
            Self::Cancelled | Self::Files(DistributionError::Cancelled) => true,
            Self::Repository(error) => error.is_cancelled(),
            Self::Plugin { source, .. } => source.kind == ErrorKind::Cancelled,
            Self::Incomplete { failed, .. } => {
                failed.iter().any(|failed| failed.error.is_cancelled())
            }
            _ => false,
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
            Self::Plugin { plugin, source } => super::super::blame(plugin, source),
            Self::OtherCount { plugin, .. } => {
                vec![format!("this is a defect of the plugin `{plugin}`")]
            }
            Self::OtherBytes { .. } => vec![
                "a published file never changes: raise the version, or restore the files that were published".into(),
            ],
            Self::Exists { unknown, .. } => {
                let reason = unknown.iter().map(|reason| {
                    format!("whether it is the same file cannot be told: {reason}")
                });
                let skip = "`--skip-existing` leaves such files as they are".to_owned();
                reason.chain([skip]).collect()
            }
            Self::Changed { .. } => vec![
                "a part of this version is published: restore the files in its directory, or raise the version".into(),
            ],
            Self::Unconfirmed { .. } | Self::Cancelled => vec![again.into()],
            Self::Incomplete { .. } => {
                self.may_succeed_later().then(|| again.into()).into_iter().collect()
            }
            Self::NoTrustedPublishing { .. } => vec![
                "`--trusted-publishing auto` looks for other credentials first".into(),
            ],
            Self::NothingBuilt { .. } => {
                vec!["`flit publish` without `--no-build` builds them".into()]
            }
            Self::NoMatch { .. }
            | Self::Unreadable { .. }
            | Self::Corrupted { .. }
            | Self::Findings { .. }
            | Self::Files(_)
            | Self::Journal(_) => vec![],
        }
    }
}
