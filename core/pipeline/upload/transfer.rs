//! One file on its way: attempts, what their answers mean, and what is asked when an answer says nothing.

use flit_sdk::model::{Existence, Outcome, Release, ReleaseFile};
use flit_sdk::{ErrorKind, Host, LogLevel, PluginError, Stage, Target};

use super::access::Access;
use super::error::UploadError;
use super::journal::{FileState, Journal};
use super::report::{Confirmation, FileReport};
use super::retry::{gave_up, may_be_retried, pause};
use crate::pipeline::timed;

/// What all files of a release have in common.
pub(super) struct Transfer<'a> {
    pub(super) access: &'a Access<'a>,
    pub(super) release: &'a Release,
    pub(super) session: &'a str,
    pub(super) journal: &'a Journal,
    pub(super) skips_existing: bool,
}

/// What came of one attempt.
enum Settled {
    Done(FileReport),
    Again(PluginError),
}

/// What was tried for one file so far.
#[derive(Default)]
struct History {
    retries: u32,
    /// Whether bytes were sent whose fate is not known.
    may_have_arrived: bool,
    has_renewed: bool,
    has_registered: bool,
}

impl Transfer<'_> {
    /// Puts a file, however often it takes.
    pub(super) fn put(
        &self,
        host: &dyn Host,
        file: &ReleaseFile,
    ) -> Result<FileReport, UploadError> {
        self.write_down(file, FileState::Sending)?;
        let mut history = History::default();
        let result = self.attempts(host, file, &mut history);
        match &result {
            Ok(_) => self.write_down(file, FileState::Put)?,
            // The repository does not have it for certain: the next run may send other bytes.
            Err(error) if !history.may_have_arrived && !error.is_cancelled() => {
                self.write_down(file, FileState::Pending)?;
            }
            Err(_) => {}
        }
        result
    }

    fn attempts(
        &self,
        host: &dyn Host,
        file: &ReleaseFile,
        history: &mut History,
    ) -> Result<FileReport, UploadError> {
        loop {
            let credentials = self.access.credentials(host)?;
            let target =
                Target { repository: self.access.repository(), credentials: credentials.as_ref() };
            let answer = timed(host, Stage::Upload, self.access.plugin(), || {
                self.access.uploader().put(host, &target, self.session, file)
            });
            match self.settle(host, file, answer, history)? {
                Settled::Done(report) => return Ok(report),
                Settled::Again(error) => self.wait(host, file, error, history)?,
            }
        }
    }

    fn wait(
        &self,
        host: &dyn Host,
        file: &ReleaseFile,
        error: PluginError,
        history: &mut History,
    ) -> Result<(), UploadError> {
        let retry = self.access.retry();
        if history.retries >= retry.retries {
            return Err(self.failed(gave_up(error, history.retries)));
        }
        let failure = format!("cannot publish {}", file.file_name);
        retry
            .wait_for(host, history.retries, &failure, &error)
            .map_err(|cancelled| self.failed(cancelled))?;
        history.retries += 1;
        Ok(())
    }

    /// What an answer means. The index is asked wherever the answer alone does not tell.
    fn settle(
        &self,
        host: &dyn Host,
        file: &ReleaseFile,
        answer: Result<Outcome, PluginError>,
        history: &mut History,
    ) -> Result<Settled, UploadError> {
        let error = match answer {
            Ok(Outcome::Created) => return Ok(published(Confirmation::NotAsked)),
            Ok(Outcome::AlreadyIdentical) => return Ok(history.already_there()),
            Ok(Outcome::Conflict { message }) => {
                return self.settle_conflict(host, file, message, history).map(Settled::Done);
            }
            Ok(Outcome::Unknown { reason }) => {
                history.may_have_arrived = true;
                return self.settle_unknown(host, file, reason);
            }
            Ok(_) => PluginError::new(ErrorKind::Other, "the outcome is one of a later version"),
            Err(error) => error,
        };
        match error.kind {
            kind if kind == ErrorKind::Network || kind == ErrorKind::Unavailable => {
                history.may_have_arrived |= kind == ErrorKind::Network;
                self.settle_lost(host, file, error)
            }
            ErrorKind::Unauthorized if self.may_renew(host, history)? => Ok(Settled::Again(error)),
            ErrorKind::Unregistered => self.register(host, file, error, history),
            // Whatever the words: if the bytes are there, nothing is wrong.
            ErrorKind::Rejected => match self.look(host, file) {
                Existence::Same => Ok(history.already_there()),
                Existence::Other { sha256 } => Err(other_bytes(file, sha256)),
                _ => Err(self.failed(error)),
            },
            _ => Err(self.failed(error)),
        }
    }

    fn settle_lost(
        &self,
        host: &dyn Host,
        file: &ReleaseFile,
        error: PluginError,
    ) -> Result<Settled, UploadError> {
        match self.look(host, file) {
            Existence::Same => Ok(published(Confirmation::ByIndex)),
            Existence::Other { sha256 } => Err(other_bytes(file, sha256)),
            _ => Ok(Settled::Again(error)),
        }
    }

    fn settle_unknown(
        &self,
        host: &dyn Host,
        file: &ReleaseFile,
        reason: String,
    ) -> Result<Settled, UploadError> {
        match self.look_for(host, file) {
            Existence::Same => Ok(published(Confirmation::ByIndex)),
            Existence::Other { sha256 } => Err(other_bytes(file, sha256)),
            Existence::Absent => Ok(Settled::Again(PluginError::new(ErrorKind::Network, reason))),
            _ => Err(UploadError::Unconfirmed { file_name: file.file_name.clone(), reason }),
        }
    }

    fn settle_conflict(
        &self,
        host: &dyn Host,
        file: &ReleaseFile,
        message: String,
        history: &History,
    ) -> Result<FileReport, UploadError> {
        // The index may be behind; so it is given time if these may be the bytes that we sent ourselves.
        let existence = if history.may_have_arrived {
            self.look_for(host, file)
        } else {
            self.look(host, file)
        };
        let unknown = match existence {
            Existence::Same => return Ok(history.report_of_same()),
            Existence::Other { sha256 } => return Err(other_bytes(file, sha256)),
            Existence::Unknown { reason } => Some(reason),
            _ => Some("its index does not list it".into()),
        };
        let file_name = file.file_name.clone();
        if self.skips_existing {
            let message = format!("skipped {file_name}, as asked: {message}");
            host.log(LogLevel::Warning, &message);
            return Ok(FileReport::Skipped);
        }
        Err(UploadError::Exists { file_name, message, unknown })
    }

    /// Registers the project, as servers of old asked for; if that fails too, the first error is the one that counts.
    fn register(
        &self,
        host: &dyn Host,
        file: &ReleaseFile,
        error: PluginError,
        history: &mut History,
    ) -> Result<Settled, UploadError> {
        if std::mem::replace(&mut history.has_registered, true) {
            return Err(self.failed(error));
        }
        host.log(LogLevel::Debug, &error.to_string());
        let message =
            format!("the server may want `{}` to be registered first: trying", self.release.name);
        host.log(LogLevel::Info, &message);
        let credentials = self.access.credentials(host)?;
        let target =
            Target { repository: self.access.repository(), credentials: credentials.as_ref() };
        match self.access.uploader().register(host, &target, &file.metadata) {
            Ok(()) => Ok(Settled::Again(error)),
            Err(second) => {
                Err(self.failed(error.hint(format!("registering failed too: {second}"))))
            }
        }
    }

    fn may_renew(&self, host: &dyn Host, history: &mut History) -> Result<bool, UploadError> {
        let is_first = !std::mem::replace(&mut history.has_renewed, true);
        Ok(is_first && self.access.renew(host)?)
    }

    /// Asks once what the repository has; a question that fails tells nothing.
    fn look(&self, host: &dyn Host, file: &ReleaseFile) -> Existence {
        existence(host, self.access, self.release, file)
    }

    /// Asks until the file shows up, as long as the patience lasts.
    fn look_for(&self, host: &dyn Host, file: &ReleaseFile) -> Existence {
        let retry = self.access.retry();
        let mut existence = self.look(host, file);
        for number in 0..retry.retries {
            let waits = existence == Existence::Absent && pause(host, retry.wait(number, None));
            if !waits {
                break;
            }
            existence = self.look(host, file);
        }
        existence
    }

    fn write_down(&self, file: &ReleaseFile, state: FileState) -> Result<(), UploadError> {
        let repository = self.access.repository();
        Ok(self.journal.set(repository, self.release, &file.file_name, state)?)
    }

    fn failed(&self, source: PluginError) -> UploadError {
        UploadError::Plugin { plugin: self.access.plugin().name, source }
    }
}

impl History {
    fn already_there(&self) -> Settled {
        Settled::Done(self.report_of_same())
    }

    /// The same bytes are there: ours, if some of this run got lost on the way.
    fn report_of_same(&self) -> FileReport {
        if self.may_have_arrived {
            FileReport::Published(Confirmation::ByIndex)
        } else {
            FileReport::AlreadyThere
        }
    }
}

fn published(confirmation: Confirmation) -> Settled {
    Settled::Done(FileReport::Published(confirmation))
}

fn other_bytes(file: &ReleaseFile, sha256: String) -> UploadError {
    UploadError::OtherBytes {
        file_name: file.file_name.clone(),
        theirs: sha256,
        ours: file.sha256.clone(),
    }
}

/// What the repository has of one file; a question that fails tells nothing.
pub(super) fn existence(
    host: &dyn Host,
    access: &Access<'_>,
    release: &Release,
    file: &ReleaseFile,
) -> Existence {
    let unknown = |reason: String| Existence::Unknown { reason };
    let credentials = match access.credentials(host) {
        Ok(credentials) => credentials,
        Err(error) => return unknown(error.to_string()),
    };
    let target = Target { repository: access.repository(), credentials: credentials.as_ref() };
    let asked = Release { files: vec![file.clone()], ..release.clone() };
    match access.uploader().exists(host, &target, &asked) {
        Ok(mut existences) => match existences.pop() {
            Some(existence) if existences.is_empty() => existence,
            Some(_) | None => unknown("the answer is about other files".into()),
        },
        Err(error) => {
            if may_be_retried(&error) {
                host.log(LogLevel::Debug, &format!("cannot ask for {}: {error}", file.file_name));
            }
            unknown(error.to_string())
        }
    }
}
