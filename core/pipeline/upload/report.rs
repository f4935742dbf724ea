//! What became of the files of a release: what a run that publishes tells in the end.

use flit_sdk::model::{Receipt, Release};

/// What became of one release.
#[derive(Debug)]
pub(crate) struct ReleaseReport {
    /// The release.
    pub(crate) release: Release,
    /// What became of each of its files, in their order.
    pub(crate) files: Vec<FileReport>,
    /// What the repository says it has now, if the release is complete.
    pub(crate) receipt: Option<Receipt>,
}

/// What became of one file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum FileReport {
    /// The repository took it.
    Published(Confirmation),
    /// The repository had the same bytes before.
    AlreadyThere(Confirmation),
    /// The repository has a file of that name, nobody can say which, and the user asked to skip such files.
    Skipped,
    /// The repository did not take it.
    Failed,
    /// It was not sent, because another file failed or the run was stopped.
    HeldBack,
}

/// How sure it is that the repository has the bytes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Confirmation {
    /// Nobody asked.
    NotAsked,
    /// Its index lists the hash.
    ByIndex,
    /// The bytes were downloaded again.
    ByDownload,
    /// It cannot be told, for this reason.
    Unknown(String),
}

impl FileReport {
    /// How sure it is that the repository has the bytes, if it was given them.
    pub(crate) fn confirmation(&self) -> Option<&Confirmation> {
        match self {
            Self::Published(confirmation) | Self::AlreadyThere(confirmation) => Some(confirmation),
            Self::Skipped | Self::Failed | Self::HeldBack => None,
        }
    }

    /// The same, to be changed.
    pub(super) fn confirmation_mut(&mut self) -> Option<&mut Confirmation> {
        match self {
            Self::Published(confirmation) | Self::AlreadyThere(confirmation) => Some(confirmation),
            Self::Skipped | Self::Failed | Self::HeldBack => None,
        }
    }

    /// The word that programs read.
    pub(crate) fn state(&self) -> &'static str {
        match self {
            Self::Published(_) => "published",
            Self::AlreadyThere(_) => "already-there",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::HeldBack => "held-back",
        }
    }
}

impl Confirmation {
    /// The word that programs read.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::NotAsked => "not-asked",
            Self::ByIndex => "index",
            Self::ByDownload => "download",
            Self::Unknown(_) => "unknown",
        }
    }
}
