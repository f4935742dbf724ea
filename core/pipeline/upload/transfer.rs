//! One file on its way: attempts, what their answers mean, and what is asked when an answer says nothing.

use flit_sdk::model::{Credentials, Existence, Outcome, Release, ReleaseFile};
use flit_sdk::{ErrorKind, Host, LogLevel, PluginError, Stage};

use super::access::Access;
use super::error::UploadError;
use super::journal::{FileState, Journal};
use super::look::look;
use super::report::{Confirmation, FileReport};
use super::retry::{gave_up, pause};
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
    /// To be tried again after a pause.
    Again(PluginError),
    /// To be tried again at once: what was in the way is done away with.
    Now,
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
        may_have_arrived: bool,
    ) -> Result<FileReport, UploadError> {
        self.write_down(file, FileState::Sending)?;
        let mut history = History { may_have_arrived, ..History::default() };
        let result = self.attempts(host, file, &mut history);
        match &result {
            Ok(_) => self.write_down(file, FileState::Put)?,
            // The repository does not have it for certain: the next run may send other bytes.
            Err(error) if !history.may_have_arrived && error.is_an_answer() => {
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
            let (answer, sent) = self.access.call(host, |uploader, target| {
                let put = || uploader.put(host, target, self.session, file);
                let answer = timed(host, Stage::Upload, self.access.plugin(), put);
                (answer, target.credentials.cloned())
            })?;
            match self.settle(host, file, sent.as_ref(), answer, history)? {
                Settled::Done(report) => return Ok(report),
                Settled::Again(error) => self.wait(host, file, error, history)?,
                Settled::Now => {}
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
        sent: Option<&Credentials>,
        answer: Result<Outcome, PluginError>,
        history: &mut History,
    ) -> Result<Settled, UploadError> {
        let error = match answer {
            Ok(Outcome::Created) => return Ok(published(Confirmation::NotAsked)),
            Ok(Outcome::AlreadyIdentical) => {
                return Ok(history.already_there(Confirmation::NotAsked));
            }
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
            ErrorKind::Unreachable => Ok(Settled::Again(error)),
            ErrorKind::Network | ErrorKind::Unavailable => {
                // A gateway that gave up may have passed the file on before; who says when to come back did not.
                history.may_have_arrived |=
                    error.kind == ErrorKind::Network || error.retry_after.is_none();
                self.settle_lost(host, file, error)
            }
            ErrorKind::Unauthorized if self.may_renew(host, sent, history)? => Ok(Settled::Now),
            ErrorKind::Unregistered => self.register(host, file, error, history),
            // Whatever the words: if the bytes are there, nothing is wrong.
            ErrorKind::Rejected => match self.look(host, file) {
                Existence::Same => Ok(history.already_there(Confirmation::ByIndex)),
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
            Existence::Same => return Ok(history.report_of_same(Confirmation::ByIndex)),
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
        let registered = self
            .access
            .call(host, |uploader, target| uploader.register(host, target, &file.metadata))?;
        match registered {
            Ok(()) => Ok(Settled::Now),
            Err(second) => {
                host.log(LogLevel::Debug, &format!("registering failed too: {second}"));
                Err(self.failed(error))
            }
        }
    }

    fn may_renew(
        &self,
        host: &dyn Host,
        refused: Option<&Credentials>,
        history: &mut History,
    ) -> Result<bool, UploadError> {
        let is_first = !std::mem::replace(&mut history.has_renewed, true);
        match refused {
            Some(refused) if is_first => self.access.renew(host, refused),
            Some(_) | None => Ok(false),
        }
    }

    /// Asks once what the repository has; a question that fails tells nothing.
    fn look(&self, host: &dyn Host, file: &ReleaseFile) -> Existence {
        let asked = Release { files: vec![file.clone()], ..self.release.clone() };
        let answered = look(host, self.access, self.session, &asked);
        answered.into_iter().next().expect("it answers for each file")
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
        self.access.failed(source)
    }
}

impl History {
    fn already_there(&self, confirmation: Confirmation) -> Settled {
        Settled::Done(self.report_of_same(confirmation))
    }

    /// The same bytes are there: ours, if some of them got lost on the way.
    fn report_of_same(&self, confirmation: Confirmation) -> FileReport {
        if self.may_have_arrived {
            FileReport::Published(confirmation)
        } else {
            FileReport::AlreadyThere(confirmation)
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
