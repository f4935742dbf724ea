//! Publishing as the user sees it: a bar for each file on a terminal, plain lines elsewhere.

use std::sync::Mutex;

use flit_sdk::model::{CiIdentity, Credentials, Finding, ReleaseFile};
use flit_sdk::{Host, LogLevel};
use indicatif::{HumanBytes, ProgressBar};

use super::host::TerminalHost;
use super::mask;
use super::output::{Output, OutputError};
use super::prompt::TerminalPrompt;
use super::published;
use crate::pipeline::upload::{Confirmation, FileReport, Observer, ReleaseReport};
use crate::repositories::Prompt;

/// Shows transfers, and asks for passwords.
pub(super) struct Transfers<'a> {
    output: Output,
    host: &'a TerminalHost,
    repository: &'a str,
    prompt: TerminalPrompt,
    /// Why a release could not be told on stdout: it is published all the same.
    untold: Mutex<Option<OutputError>>,
}

impl<'a> Transfers<'a> {
    pub(super) fn new(output: Output, host: &'a TerminalHost, repository: &'a str) -> Self {
        let prompt = TerminalPrompt::new();
        Self { output, host, repository, prompt, untold: Mutex::new(None) }
    }

    /// Whether all that was published could be told.
    pub(super) fn told(self) -> Result<(), OutputError> {
        self.untold.into_inner().ok().flatten().map_or(Ok(()), Err)
    }
}

impl Observer for Transfers<'_> {
    fn prompt(&self) -> &dyn Prompt {
        &self.prompt
    }

    fn host_of<'a>(&'a self, file: &ReleaseFile) -> Box<dyn Host + 'a> {
        let bar = self.host.file_bar(&file.file_name, file.size);
        if bar.is_none() {
            let size = HumanBytes(file.size);
            self.host.log(LogLevel::Info, &format!("sending {} ({size})", file.file_name));
        }
        Box::new(FileHost { host: self.host, bar })
    }

    fn finding(&self, finding: &Finding) {
        self.host.speak(|| self.output.finding(finding));
    }

    fn released(&self, report: ReleaseReport) {
        self.host.finish();
        for (file, report) in report.release.files.iter().zip(&report.files) {
            if let Some(message) = message(&file.file_name, report) {
                self.host.log(LogLevel::Info, &message);
            }
        }
        let mut told = Ok(());
        self.host.speak(|| told = published::release(self.output, &report, self.repository));
        if let (Err(error), Ok(mut untold)) = (told, self.untold.lock()) {
            untold.get_or_insert(error);
        }
        if let Some(hint) = report.receipt.and_then(|receipt| receipt.hint) {
            self.host.log(LogLevel::Hint, &hint);
        }
    }

    fn hide(&self, credentials: &Credentials) {
        mask::hide(credentials);
    }

    fn minted(&self, credentials: &Credentials, identity: &CiIdentity) {
        if matches!(identity, CiIdentity::GitHub { .. }) {
            self.host.speak(|| Output::hide_from_github(&credentials.password));
        }
    }
}

/// What became of a file, unless an error tells it.
fn message(name: &str, report: &FileReport) -> Option<String> {
    match report {
        FileReport::Published(Confirmation::NotAsked) => Some(format!("published {name}")),
        FileReport::Published(Confirmation::ByIndex) => {
            Some(format!("published {name}, confirmed by its index"))
        }
        FileReport::Published(Confirmation::ByDownload) => {
            Some(format!("published {name}, confirmed by downloading it"))
        }
        FileReport::Published(Confirmation::Unknown(_)) => {
            Some(format!("sent {name}, not confirmed"))
        }
        FileReport::AlreadyThere(_) => {
            Some(format!("{name} is published already, with the same bytes"))
        }
        FileReport::Skipped => Some(format!("left {name} as it is")),
        FileReport::HeldBack => Some(format!("held back {name}")),
        FileReport::Failed => None,
    }
}

/// The host of one transfer.
struct FileHost<'a> {
    host: &'a TerminalHost,
    bar: Option<ProgressBar>,
}

impl Host for FileHost<'_> {
    fn log(&self, level: LogLevel, message: &str) {
        self.host.log(level, message);
    }

    fn progress(&self, done: u64, total: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(total);
            bar.set_position(done);
        }
    }

    fn is_cancelled(&self) -> bool {
        self.host.is_cancelled()
    }
}

impl Drop for FileHost<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
