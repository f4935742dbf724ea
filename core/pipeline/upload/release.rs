//! One release: its session, its files in order, and the receipt.

use flit_sdk::model::{Receipt, Release};
use flit_sdk::{Host, LogLevel};

use super::access::Access;
use super::confirm::confirm;
use super::error::UploadError;
use super::journal::{FileState, Journal, JournalError};
use super::order::put_all;
use super::plan::{EarlierSession, Plan, Step};
use super::report::{FileReport, ReleaseReport};
use super::transfer::Transfer;
use super::{UploadOptions, directory_of};

/// Publishes one release as planned.
pub(super) fn publish(
    host: &dyn Host,
    access: &Access<'_>,
    plan: Plan,
    options: &UploadOptions,
) -> Result<ReleaseReport, UploadError> {
    let Plan { release, steps, session } = plan;
    let journal = Journal::of(directory_of(&release));
    let publishing =
        Publishing { host, access, release: &release, steps: &steps, journal: &journal, options };
    let result = match publishing.run(session) {
        // What was put is gone with the session: all of it once more.
        Err(error) if error.has_lost_session() => publishing.run(None),
        result => result,
    };
    match result {
        Ok((files, receipt)) => Ok(ReleaseReport { release, files, receipt: Some(receipt) }),
        Err(error) => Err(publishing.fail(error)),
    }
}

/// A release on its way.
struct Publishing<'a> {
    host: &'a dyn Host,
    access: &'a Access<'a>,
    release: &'a Release,
    steps: &'a [Step],
    journal: &'a Journal,
    options: &'a UploadOptions,
}

impl Publishing<'_> {
    fn run(
        &self,
        session: Option<EarlierSession>,
    ) -> Result<(Vec<FileReport>, Receipt), UploadError> {
        let Self { host, access, release, .. } = *self;
        let session = match session {
            Some(EarlierSession::Resumed(session)) => session,
            Some(EarlierSession::Abandoned(session)) => {
                abort(host, access, &session);
                begin(host, access, release, self.steps)?
            }
            None => begin(host, access, release, self.steps)?,
        };
        let states: Vec<_> = self.steps.iter().map(|step| step.state()).collect();
        self.begin_journal(&session, &states)?;
        let transfer = Transfer {
            access,
            release,
            session: &session,
            journal: self.journal,
            skips_existing: self.options.skips_existing,
        };
        let mut reports = put_all(&transfer, self.steps, self.options.jobs)?;
        let receipt = commit(host, access, &published(release, &reports), &session)?;
        self.journal.end(access.repository(), release)?;
        let verify = self.options.verify;
        let confirmed = confirm(host, access, &session, release, &mut reports, verify);
        if let Err(error) = confirmed {
            self.tell(&reports);
            return Err(error);
        }
        Ok((reports, receipt))
    }

    /// Begins the journal. Where nobody may write, it is gone without: what the repository has is asked all the same.
    fn begin_journal(&self, session: &str, states: &[FileState]) -> Result<(), UploadError> {
        let repository = self.access.repository();
        match self.journal.begin(repository, self.release, session, states) {
            Err(error) if error.is_read_only() => {
                self.journal.turn_off();
                let message = format!("{error}: if this run is stopped, the next begins anew");
                self.host.log(LogLevel::Warning, &message);
                Ok(())
            }
            result => Ok(result?),
        }
    }

    /// Tells what became of the files of a release that is not complete.
    fn tell(&self, reports: &[FileReport]) {
        self.access.observer().released(ReleaseReport {
            release: self.release.clone(),
            files: reports.to_vec(),
            receipt: None,
        });
    }

    /// Clears up after a failure, and tells what became of each file.
    fn fail(&self, error: UploadError) -> UploadError {
        let is_taken_back = self.give_up(&error).unwrap_or_else(|second| {
            self.host.log(LogLevel::Warning, &second.to_string());
            false
        });
        let UploadError::Incomplete { failed, mut reports } = error else { return error };
        for report in &mut reports {
            if is_taken_back && matches!(report, FileReport::Published(_)) {
                *report = FileReport::HeldBack;
            }
        }
        self.tell(&reports);
        if failed.iter().all(|failed| failed.error.is_cancelled()) {
            UploadError::Cancelled
        } else {
            UploadError::Incomplete { failed, reports }
        }
    }

    /// After a failure: keeps what the next run can go on with, and nothing else. Returns whether what was put was taken
    /// back.
    fn give_up(&self, error: &UploadError) -> Result<bool, JournalError> {
        let Self { host, access, release, journal, .. } = *self;
        let repository = access.repository();
        let entry = journal.entry(repository, &release.name, &release.version)?;
        let Some(entry) = entry else { return Ok(false) };
        let is_hopeless = !entry.session.is_empty() && !error.may_succeed_later();
        if is_hopeless {
            // Nothing of it is visible, and the same files would fail again.
            abort(host, access, &entry.session);
        }
        if is_hopeless || !entry.is_begun() {
            journal.end(repository, release)?;
        }
        Ok(is_hopeless)
    }
}

/// The release without the files that were left as the repository has them, whatever that is.
fn published(release: &Release, reports: &[FileReport]) -> Release {
    let files = release.files.iter().zip(reports);
    let files = files.filter(|(_, report)| **report != FileReport::Skipped);
    Release { files: files.map(|(file, _)| file.clone()).collect(), ..release.clone() }
}

/// Gives a session up. What the repository keeps of it is in nobody's way for long.
fn abort(host: &dyn Host, access: &Access<'_>, session: &str) {
    let told = access
        .call(host, |uploader, target| uploader.abort(host, target, session))
        .and_then(|told| told.map_err(|source| access.failed(source)));
    if let Err(error) = told {
        let reason = error.plugin_error().map_or_else(|| error.to_string(), ToString::to_string);
        host.log(LogLevel::Warning, &format!("cannot take back what was sent: {reason}"));
    }
}

/// Begins a session, unless the repository has all there is to put.
fn begin(
    host: &dyn Host,
    access: &Access<'_>,
    release: &Release,
    steps: &[Step],
) -> Result<String, UploadError> {
    if steps.iter().all(|step| matches!(step, Step::Keep { .. })) {
        return Ok(String::new());
    }
    access
        .call_persistently(host, "begin", |uploader, target| uploader.begin(host, target, release))
}

fn commit(
    host: &dyn Host,
    access: &Access<'_>,
    release: &Release,
    session: &str,
) -> Result<Receipt, UploadError> {
    access.call_persistently(host, "finish", |uploader, target| {
        uploader.commit(host, target, session, release)
    })
}
