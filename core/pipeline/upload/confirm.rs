//! After all is sent: whether the repository gives out what it was given.

use flit_sdk::model::{Existence, Release, ReleaseFile};
use flit_sdk::{ErrorKind, Host, LogLevel, Target};

use super::access::Access;
use super::error::UploadError;
use super::report::{Confirmation, FileReport};
use super::retry::{pause, persistently};
use super::transfer::existence;

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
    for (file, report) in release.files.iter().zip(reports) {
        let (FileReport::Published(confirmation) | FileReport::AlreadyThere(confirmation)) = report
        else {
            continue;
        };
        if *confirmation != Confirmation::ByIndex {
            *confirmation = by_index(host, access, session, release, file)?;
        }
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

fn by_index(
    host: &dyn Host,
    access: &Access<'_>,
    session: &str,
    release: &Release,
    file: &ReleaseFile,
) -> Result<Confirmation, UploadError> {
    let mut look = 0;
    loop {
        let reason = match existence(host, access, session, release, file) {
            Existence::Same => return Ok(Confirmation::ByIndex),
            Existence::Other { sha256 } => return Err(corrupted(file, sha256)),
            Existence::Unknown { reason } => return Ok(Confirmation::Unknown(reason)),
            _ => "the index does not list it yet",
        };
        let is_patient = look < LOOKS && pause(host, access.retry().wait(look, None));
        if !is_patient {
            return Ok(Confirmation::Unknown(reason.into()));
        }
        look += 1;
    }
}

fn by_download(
    host: &dyn Host,
    access: &Access<'_>,
    file: &ReleaseFile,
) -> Result<Confirmation, UploadError> {
    let credentials = access.credentials(host)?;
    let target = Target { repository: access.repository(), credentials: credentials.as_ref() };
    let downloaded = persistently(host, access.retry(), "download what was published", || {
        access.uploader().downloaded_sha256(host, &target, file)
    });
    match downloaded {
        Ok(sha256) if sha256 == file.sha256 => Ok(Confirmation::ByDownload),
        Ok(sha256) => Err(corrupted(file, sha256)),
        Err(source) if source.kind == ErrorKind::Cancelled => {
            Err(UploadError::Plugin { plugin: access.plugin().name, source })
        }
        Err(error) => Ok(Confirmation::Unknown(error.to_string())),
    }
}

fn corrupted(file: &ReleaseFile, theirs: String) -> UploadError {
    let file_name = file.file_name.clone();
    UploadError::Corrupted { file_name, theirs, ours: file.sha256.clone() }
}
