//! After all is sent: whether the repository gives out what it was given.

use flit_sdk::model::{Existence, Release, ReleaseFile};
use flit_sdk::{ErrorKind, Host, LogLevel};

use super::access::Access;
use super::error::UploadError;
use super::look::look;
use super::report::{Confirmation, FileReport};
use super::retry::{pause, persistently};

/// How to make sure that what was published is there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verify {
    /// Not at all; nor is asked before what is there.
    None,
    /// The index lists the hash.
    Index,
    /// The file is downloaded and hashed.
    Download,
}

/// How often an index that is behind is asked again.
const LOOKS: u32 = 3;

/// Confirms each file that was published. Only a file that is another one is an error: an index may be behind for long.
pub(super) fn confirm(
    host: &dyn Host,
    access: &Access<'_>,
    session: &str,
    release: &Release,
    reports: &mut [FileReport],
    verify: Verify,
) -> Result<(), UploadError> {
    if verify == Verify::None {
        return Ok(());
    }
    by_index(host, access, session, release, reports)?;
    for (file, report) in release.files.iter().zip(reports) {
        let Some(confirmation) = report.confirmation_mut() else { continue };
        if verify == Verify::Download {
            *confirmation = by_download(host, access, file)?;
        }
        let Confirmation::Unknown(reason) = &confirmation else { continue };
        let file_name = file.file_name.clone();
        if verify == Verify::Download {
            return Err(UploadError::NotConfirmed { file_name, reason: reason.clone() });
        }
        let message = format!("{file_name} was taken, but is not confirmed: {reason}");
        host.log(LogLevel::Warning, &message);
    }
    Ok(())
}

/// Asks the index for all files at once, and again for those that it does not list yet.
fn by_index(
    host: &dyn Host,
    access: &Access<'_>,
    session: &str,
    release: &Release,
    reports: &mut [FileReport],
) -> Result<(), UploadError> {
    let mut open: Vec<_> = release.files.iter().zip(reports).collect();
    open.retain(|(_, report)| {
        report.confirmation().is_some_and(|confirmation| *confirmation != Confirmation::ByIndex)
    });
    for number in 0.. {
        if open.is_empty() {
            break;
        }
        let files = open.iter().map(|(file, _)| (*file).clone()).collect();
        let existences = look(host, access, session, &Release { files, ..release.clone() });
        let mut behind = Vec::new();
        for ((file, report), existence) in open.into_iter().zip(existences) {
            let Some(confirmation) = report.confirmation_mut() else { continue };
            match existence {
                Existence::Same => *confirmation = Confirmation::ByIndex,
                Existence::Other { sha256 } => return Err(corrupted(file, sha256)),
                Existence::Unknown { reason } => *confirmation = Confirmation::Unknown(reason),
                _ => {
                    *confirmation = Confirmation::Unknown("the index does not list it yet".into());
                    behind.push((file, report));
                }
            }
        }
        open = behind;
        let is_patient =
            number < LOOKS && !open.is_empty() && pause(host, access.retry().wait(number, None));
        if !is_patient {
            break;
        }
    }
    Ok(())
}

fn by_download(
    host: &dyn Host,
    access: &Access<'_>,
    file: &ReleaseFile,
) -> Result<Confirmation, UploadError> {
    let downloaded = access.call(host, |uploader, target| {
        persistently(host, access.retry(), "download what was published", || {
            uploader.downloaded_sha256(host, target, file)
        })
    })?;
    match downloaded {
        Ok(sha256) if sha256 == file.sha256 => Ok(Confirmation::ByDownload),
        Ok(sha256) => Err(corrupted(file, sha256)),
        Err(source) if source.kind == ErrorKind::Cancelled => Err(access.failed(source)),
        Err(error) => Ok(Confirmation::Unknown(error.to_string())),
    }
}

fn corrupted(file: &ReleaseFile, theirs: String) -> UploadError {
    let file_name = file.file_name.clone();
    UploadError::Corrupted { file_name, theirs, ours: file.sha256.clone() }
}
