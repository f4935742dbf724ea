//! Publishing as the user sees it: a bar for each file on a terminal, plain lines elsewhere.

use flit_sdk::model::{CiIdentity, Credentials, Finding, ReleaseFile};
use flit_sdk::{Host, LogLevel};
use indicatif::{HumanBytes, ProgressBar};

use super::host::TerminalHost;
use super::mask;
use super::output::Output;
use super::prompt::TerminalPrompt;
use crate::pipeline::upload::{Confirmation, FileReport, Observer};
use crate::repositories::Prompt;

/// Shows transfers, and asks for passwords.
pub(super) struct Transfers<'a> {
    pub(super) output: Output,
    pub(super) host: &'a TerminalHost,
    pub(super) prompt: TerminalPrompt,
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

    fn done(&self, file: &ReleaseFile, report: &FileReport) {
        let name = &file.file_name;
        let message = match report {
            FileReport::Published(confirmation) => {
                let how = match confirmation {
                    Confirmation::NotAsked | Confirmation::Unknown(_) => "",
                    Confirmation::ByIndex => ", confirmed by its index",
                    Confirmation::ByDownload => ", confirmed by downloading it",
                };
                format!("published {name}{how}")
            }
            FileReport::AlreadyThere => format!("{name} is published already, with the same bytes"),
            FileReport::Skipped => format!("left {name} as it is"),
            // The error tells why.
            FileReport::Failed => return,
            FileReport::HeldBack => format!("held back {name}"),
        };
        self.host.log(LogLevel::Info, &message);
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
