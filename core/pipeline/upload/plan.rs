//! What is to be done about each file: told by what the repository has, before a byte is sent.

use flit_sdk::model::{Existence, Release};
use flit_sdk::{Host, LogLevel, PluginError, Target};

use super::access::Access;
use super::error::UploadError;
use super::journal::{Entry, FileState};
use super::retry::persistently;

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
    Put,
    /// The repository has these bytes.
    Keep,
}

impl Plan {
    /// Asks what the repository has, unless nothing may be asked, and decides.
    pub(super) fn make(
        host: &dyn Host,
        access: &Access<'_>,
        release: Release,
        entry: Option<&Entry>,
        asks: bool,
    ) -> Result<Self, UploadError> {
        if let Some(file_name) = entry.and_then(|entry| entry.changed(&release)) {
            return Err(UploadError::Changed { file_name: file_name.to_owned() });
        }
        let existences = if asks {
            existences(host, access, &release)?
        } else {
            let reason = String::from("nobody asked");
            vec![Existence::Unknown { reason }; release.files.len()]
        };
        let mut steps = Vec::with_capacity(release.files.len());
        for (file, existence) in release.files.iter().zip(existences) {
            steps.push(match existence {
                Existence::Same => Step::Keep,
                Existence::Other { sha256 } => {
                    return Err(UploadError::OtherBytes {
                        file_name: file.file_name.clone(),
                        theirs: sha256,
                        ours: file.sha256.clone(),
                    });
                }
                Existence::Unknown { reason } => {
                    let message =
                        format!("cannot tell whether {} is there: {reason}", file.file_name);
                    host.log(LogLevel::Debug, &message);
                    // The journal knows what an earlier run of ours was told.
                    if was_put(entry, &file.file_name) { Step::Keep } else { Step::Put }
                }
                // Also what this flit does not know yet: putting finds out.
                Existence::Absent | _ => Step::Put,
            });
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

fn was_put(entry: Option<&Entry>, file_name: &str) -> bool {
    entry.is_some_and(|entry| {
        entry.files.iter().any(|file| file.file_name == file_name && file.state == FileState::Put)
    })
}

/// What the repository has of all files.
fn existences(
    host: &dyn Host,
    access: &Access<'_>,
    release: &Release,
) -> Result<Vec<Existence>, UploadError> {
    let plugin = access.plugin().name;
    let credentials = access.credentials(host)?;
    let target = Target { repository: access.repository(), credentials: credentials.as_ref() };
    let answered = persistently(host, access.retry(), "ask what is published", || {
        access.uploader().exists(host, &target, release)
    })
    .map_err(|error| UploadError::Plugin { plugin, source: refused_to_say(error) })?;
    let asked = release.files.len();
    if answered.len() != asked {
        return Err(UploadError::OtherCount { plugin, asked, answered: answered.len() });
    }
    Ok(answered)
}

/// A question that failed is no "no": who goes on all the same says so.
fn refused_to_say(error: PluginError) -> PluginError {
    if error.kind == flit_sdk::ErrorKind::Cancelled {
        return error;
    }
    error
        .context("cannot tell what the repository has already")
        .hint("`--index-url` says where its index is; `--verify none` publishes without asking")
}
