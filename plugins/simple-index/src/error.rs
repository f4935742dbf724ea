//! Why a directory could not be published into.

use std::io;
use std::path::PathBuf;

use flit_sdk::{ErrorKind, Location, PluginError};

/// Why a directory could not be published into, or read as an index.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IndexError {
    /// The URL names a directory of another machine, or none at all.
    #[error("`{url}` names no directory of this machine")]
    NoDirectoryUrl { url: String },
    /// Something else lies where the directory should be.
    #[error("`{}` is not a directory", .path.display())]
    NotADirectory { path: PathBuf },
    /// Something else lies where the directory of the project should be.
    #[error("`{}` is in the way of the directory of the project", .path.display())]
    InTheWay { path: PathBuf },
    /// Something else lies where a file should be.
    #[error("`{}` is not a file", .path.display())]
    NotAFile { path: PathBuf },
    /// A link that would have us read or write elsewhere.
    #[error("`{}` is a link that leads out of the index", .path.display())]
    LeadsOut { path: PathBuf },
    /// A page that means something else, and would be lost.
    #[error("`{}` is there, and is not the page of a package index", .path.display())]
    NotAPage { path: PathBuf },
    /// A JSON page that cannot be read.
    #[error("cannot read `{}` as a page of a package index", .path.display())]
    BrokenPage {
        path: PathBuf,
        #[source]
        source: serde_json::Error,
    },
    /// A page of a later version of the Simple API.
    #[error("`{}` is written in version `{version}` of the Simple API, and only 1.x is known", .path.display())]
    LaterPage { path: PathBuf, version: String },
    /// A name that cannot stand in an index.
    #[error("`{file_name}` cannot be put into an index: {reason}")]
    FileName { file_name: String, reason: &'static str },
    /// The distribution is not what it was when the release was made up.
    #[error("`{}` changed while it was published", .path.display())]
    Changed { path: PathBuf },
    /// Somebody else published other bytes under the name meanwhile.
    #[error("`{file_name}` is in the index with other bytes")]
    OtherBytes { file_name: String, sha256: String },
    /// A file that is not on its page.
    #[error("no page of the index lists `{file_name}`")]
    NotListed { file_name: String },
    /// A file that the page has from elsewhere.
    #[error("the page of the index has `{file_name}` from elsewhere: {url}")]
    Elsewhere { file_name: String, url: String },
    /// The lock of the index cannot be had.
    #[error("cannot lock `{}`", .path.display())]
    Lock {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// Writing failed.
    #[error("cannot write `{}`", .path.display())]
    Write {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// Reading failed; the message names the path.
    #[error(transparent)]
    Read(#[from] io::Error),
    /// The user asked to stop.
    #[error("stopped")]
    Cancelled,
}

impl IndexError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoDirectoryUrl { .. } | Self::LaterPage { .. } | Self::Elsewhere { .. } => {
                ErrorKind::Unsupported
            }
            Self::NotADirectory { .. }
            | Self::InTheWay { .. }
            | Self::NotAFile { .. }
            | Self::LeadsOut { .. }
            | Self::NotAPage { .. }
            | Self::BrokenPage { .. }
            | Self::OtherBytes { .. }
            | Self::NotListed { .. } => ErrorKind::Rejected,
            Self::FileName { .. } | Self::Changed { .. } => ErrorKind::InvalidProject,
            Self::Lock { .. } | Self::Write { .. } | Self::Read(_) => ErrorKind::Io,
            Self::Cancelled => ErrorKind::Cancelled,
        }
    }

    /// What the user could do.
    pub(crate) fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoDirectoryUrl { .. } => {
                "a `file:` URL has three slashes before the path: `file:///srv/index`".into()
            }
            Self::NotADirectory { .. } => {
                "name a directory; it is made if it does not exist".into()
            }
            Self::InTheWay { .. } => "move it away, or publish into another directory".into(),
            Self::LeadsOut { .. } => "replace the link by what it leads to".into(),
            Self::NotAPage { path } => {
                let beside = path.with_file_name("simple");
                format!("publish into a directory of its own, such as `{}`", beside.display())
            }
            Self::BrokenPage { path, .. } => {
                let html = path.with_file_name("index.html");
                format!("mend it, or delete it if all is in `{}`", html.display())
            }
            Self::Changed { .. } => "publish again once nothing writes it any more".into(),
            Self::OtherBytes { .. } => {
                "a published file never changes: publish under a new version".into()
            }
            Self::Lock { .. } => {
                "the file system of the index has to know locks, or two runs at once would lose files"
                    .into()
            }
            Self::Write { source, .. } => return write_hint(source),
            Self::NotAFile { .. }
            | Self::LaterPage { .. }
            | Self::FileName { .. }
            | Self::NotListed { .. }
            | Self::Elsewhere { .. }
            | Self::Read(_)
            | Self::Cancelled => return None,
        })
    }
}

/// A result of this plugin.
pub(crate) type Result<T, E = IndexError> = std::result::Result<T, E>;

fn write_hint(error: &io::Error) -> Option<String> {
    let hint = match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "publishing takes the right to write into the directory and all below it"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "the pages of the index are as they were: publish again once there is space"
        }
        _ => return None,
    };
    Some(hint.into())
}

impl From<IndexError> for PluginError {
    fn from(error: IndexError) -> Self {
        // A transparent error has the causes of what it holds.
        let mut lowered = Self::from_error(error.kind(), &error);
        lowered.hints.extend(error.hint());
        if let IndexError::BrokenPage { path, source } = error {
            let line = u32::try_from(source.line()).unwrap_or(u32::MAX);
            lowered.location = Some(Location { path, line, column: 0, length: 0 });
        }
        lowered
    }
}
