//! What is to be done about each file: told by what the repository has, before a byte is sent.

use flit_sdk::model::{Existence, Release, ReleaseFile};
use flit_sdk::{Host, LogLevel};

use super::access::Access;
use super::error::UploadError;
use super::journal::{Entry, FileState};
use super::look;

/// What is to be done for one release.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The release.
    pub(crate) release: Release,
    /// What is to be done about each file, in their order.
    pub(crate) steps: Vec<Step>,
    /// The session that an earlier run began.
    pub(super) session: Option<EarlierSession>,
}

/// What is to be done about the session of an earlier run.
#[derive(Debug)]
pub(super) enum EarlierSession {
    /// It was about the same files: it is gone on with.
    Resumed(String),
    /// It was about others: it is given up.
    Abandoned(String),
}

/// What is to be done about one file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Step {
    /// It is to be sent.
    Put {
        /// Whether an earlier run sent it, and nobody knows what came of that.
        may_have_arrived: bool,
    },
    /// The repository has these bytes.
    Keep {
        /// Whether its index says so, and not only the journal.
        is_listed: bool,
    },
}

impl Step {
    /// How far the file is before anything is done.
    pub(super) fn state(self) -> FileState {
        match self {
            Self::Put { may_have_arrived: false } => FileState::Pending,
            Self::Put { may_have_arrived: true } => FileState::Sending,
            Self::Keep { .. } => FileState::Put,
        }
    }
}

impl Plan {
    /// The release as messages name it.
    pub(crate) fn shown_name(&self) -> String {
        format!("`{}` {}", self.release.name, self.release.version)
    }

    /// Asks what the repository has, unless nothing may be asked, and decides.
    pub(super) fn make(
        host: &dyn Host,
        access: &Access<'_>,
        release: Release,
        entry: Option<&Entry>,
        asks: bool,
    ) -> Result<Self, UploadError> {
        let existences = if asks {
            look::ask(host, access, &release)?
        } else {
            let reason = String::new();
            vec![Existence::Unknown { reason }; release.files.len()]
        };
        warn_of_unknown(host, &release, &existences);
        let mut steps = Vec::with_capacity(release.files.len());
        for (file, existence) in release.files.iter().zip(existences) {
            let entry =
                entry.filter(|entry| entry.may_be_visible() || existence == Existence::Same);
            steps.push(step(file, existence, entry)?);
        }
        let session = entry.filter(|entry| !entry.session.is_empty()).map(|entry| {
            let session = entry.session.clone();
            if entry.has_same_files(&release) {
                EarlierSession::Resumed(session)
            } else {
                EarlierSession::Abandoned(session)
            }
        });
        Ok(Self { release, steps, session })
    }
}

fn step(
    file: &ReleaseFile,
    existence: Existence,
    entry: Option<&Entry>,
) -> Result<Step, UploadError> {
    let changed = || UploadError::Changed { file_name: file.file_name.clone() };
    let other = entry.and_then(|entry| entry.other_than(&file.file_name, &file.sha256));
    let earlier = entry.map_or(FileState::Pending, |entry| entry.state(file));
    let put = Step::Put { may_have_arrived: earlier != FileState::Pending };
    match existence {
        Existence::Same => Ok(Step::Keep { is_listed: true }),
        Existence::Other { sha256 } => Err(UploadError::OtherBytes {
            file_name: file.file_name.clone(),
            theirs: sha256,
            ours: file.sha256.clone(),
        }),
        // The index may be behind with what the repository took, but not with what nobody knows to have arrived.
        Existence::Absent if other == Some(FileState::Put) => Err(changed()),
        Existence::Absent => Ok(put),
        // Also what this flit does not know yet. Then the journal tells what an earlier run of ours was told.
        Existence::Unknown { .. } | _ => match (other, earlier) {
            (Some(FileState::Put | FileState::Sending), _) => Err(changed()),
            (Some(FileState::Pending) | None, FileState::Put) => {
                Ok(Step::Keep { is_listed: false })
            }
            (Some(FileState::Pending) | None, FileState::Sending | FileState::Pending) => Ok(put),
        },
    }
}

/// Says once for all files that what is there cannot be told, and why.
fn warn_of_unknown(host: &dyn Host, release: &Release, existences: &[Existence]) {
    let reasons = existences.iter().filter_map(|existence| match existence {
        Existence::Unknown { reason } if !reason.is_empty() => Some(reason),
        _ => None,
    });
    let mut reasons: Vec<_> = reasons.collect();
    reasons.dedup();
    for reason in reasons {
        let Release { name, version, .. } = release;
        let message =
            format!("cannot tell whether `{name}` {version} is published already: {reason}");
        host.log(LogLevel::Warning, &message);
    }
}
