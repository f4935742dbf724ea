//! What the repository has: asked until it answers, or once where no answer is an answer too.

use flit_sdk::model::{Existence, Release};
use flit_sdk::{ErrorKind, Host, LogLevel, PluginError};

use super::access::Access;
use super::error::UploadError;
use super::retry::persistently;

/// What the repository has of all files, asked until it answers.
pub(super) fn ask(
    host: &dyn Host,
    access: &Access<'_>,
    release: &Release,
) -> Result<Vec<Existence>, UploadError> {
    let answered = access.call(host, |uploader, target| {
        persistently(host, access.retry(), "ask what is published", || {
            uploader.exists(host, target, "", release)
        })
    })?;
    let answered = answered.map_err(|error| access.failed(refused_to_say(error)))?;
    let (asked, count) = (release.files.len(), answered.len());
    if count == asked {
        Ok(answered)
    } else {
        Err(UploadError::OtherCount { plugin: access.plugin().name, asked, answered: count })
    }
}

/// What the repository has of all files, asked once; a question that fails tells nothing.
pub(super) fn look(
    host: &dyn Host,
    access: &Access<'_>,
    session: &str,
    release: &Release,
) -> Vec<Existence> {
    let asked =
        access.call(host, |uploader, target| uploader.exists(host, target, session, release));
    let unknown = |reason: String| vec![Existence::Unknown { reason }; release.files.len()];
    match asked {
        Ok(Ok(answered)) if answered.len() == release.files.len() => answered,
        Ok(Ok(_)) => unknown("the answer is about other files".into()),
        Ok(Err(error)) => {
            host.log(LogLevel::Debug, &format!("cannot ask what is published: {error}"));
            unknown(error.to_string())
        }
        Err(error) => unknown(error.to_string()),
    }
}

/// A question that failed is no "no": who goes on all the same says so.
fn refused_to_say(error: PluginError) -> PluginError {
    if error.kind == ErrorKind::Cancelled {
        return error;
    }
    let is_about_the_index = matches!(
        error.kind,
        ErrorKind::Unauthorized | ErrorKind::Rejected | ErrorKind::Unsupported | ErrorKind::Other
    );
    let error = error.context("cannot tell what the repository has already");
    if is_about_the_index {
        error
            .hint("`--index-url` says where its index is; `--verify none` publishes without asking")
    } else {
        error
    }
}
