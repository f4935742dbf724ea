//! The keyring, through the program `keyring`: the entries are those that Python's flit and twine made.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use flit_sdk::model::ProjectName;
use flit_sdk::program::{self, Ended};
use flit_sdk::{Host, Secret};

use super::environment::Environment;

/// How long all questions together may take: a keyring that is locked waits for somebody who may not be there.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// The program.
#[derive(Clone, Debug)]
pub(super) struct Keyring {
    /// Where it is; `None` if it is not installed.
    pub(super) program: Option<PathBuf>,
    pub(super) time_limit: Duration,
    /// Where it is started: nothing that lies in a source tree is its business.
    directory: Option<PathBuf>,
}

/// The entry with the token of a project, as Python's flit names it.
pub(super) fn project_entry(project: &ProjectName) -> String {
    format!("pypi_token:project:{}", project.normalized())
}

/// The entry with the token of a user, as Python's flit names it.
pub(super) fn user_entry(username: &str) -> String {
    format!("pypi_token:user:{username}")
}

/// Whether an entry holds a token, and not the password of the user that it names.
pub(super) fn is_token_entry(entry: &str) -> bool {
    entry.starts_with("pypi_token:")
}

/// What came of asking for an entry.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Answer {
    Password(Secret),
    /// There is no such entry.
    Nothing,
    /// It cannot be told, for this reason.
    Failed(String),
    /// The user asked to stop.
    Cancelled,
}

impl Keyring {
    /// The program on the path. Relative directories are left out: they may be those of a source tree.
    pub(super) fn of(environment: &Environment) -> Self {
        let program = environment.program("keyring");
        Self { program, time_limit: TIME_LIMIT, directory: environment.home() }
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let Some(directory) = self.directory.as_deref().filter(|directory| directory.is_dir()) {
            command.current_dir(directory);
        }
        command
    }

    /// Asks for the password of an entry.
    pub(super) fn get(
        &self,
        host: &dyn Host,
        service: &str,
        username: &str,
        time_limit: Duration,
    ) -> Answer {
        let Some(program) = &self.program else { return Answer::Nothing };
        // It would be taken for an option.
        if username.starts_with('-') {
            return Answer::Nothing;
        }
        let mut command = self.command(program);
        command.args(["get", service, username]);
        match program::run(host, command, b"", time_limit) {
            Ok(Ended::Exited { status, stdout, .. }) if status.success() => password(&stdout),
            // Without a word: there is no such entry.
            Ok(Ended::Exited { status, stderr, .. })
                if status.code() == Some(1) && !complains(&stderr) =>
            {
                Answer::Nothing
            }
            Ok(Ended::Exited { status, stderr, .. }) => Answer::Failed(failure(status, &stderr)),
            Ok(Ended::TimedOut) => {
                let seconds = self.time_limit.as_secs_f32();
                Answer::Failed(format!("no answer within {seconds} s, is it locked?"))
            }
            Ok(Ended::Cancelled) => Answer::Cancelled,
            Err(error) => Answer::Failed(format!("cannot be started: {}", error.kind())),
        }
    }

    /// Keeps a password, which goes to the program's stdin.
    pub(super) fn set(
        &self,
        host: &dyn Host,
        service: &str,
        username: &str,
        password: &Secret,
    ) -> Result<(), String> {
        let Some(program) = &self.program else { return Err("there is no such program".into()) };
        if username.starts_with('-') {
            return Err(format!("it would take the user name `{username}` for an option"));
        }
        let mut command = self.command(program);
        command.args(["set", service, username]);
        let mut line = Vec::new();
        // Writing into memory cannot fail.
        drop(writeln!(line, "{}", password.expose()));
        match program::run(host, command, &line, self.time_limit) {
            Ok(Ended::Exited { status, .. }) if status.success() => Ok(()),
            Ok(Ended::Exited { status, stderr, .. }) => Err(failure(status, &stderr)),
            Ok(Ended::TimedOut) => Err("no answer, is it locked?".into()),
            Ok(Ended::Cancelled) => Err("stopped".into()),
            Err(error) => Err(format!("cannot be started: {}", error.kind())),
        }
    }
}

/// The one line that the program printed.
fn password(stdout: &[u8]) -> Answer {
    let text = str::from_utf8(stdout).unwrap_or("\0").trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        Answer::Nothing
    } else if text.contains(char::is_control) {
        Answer::Failed("its answer is not one line of text".into())
    } else {
        Answer::Password(Secret::new(text))
    }
}

/// How the program ended. Of what it printed, only the name of a Python exception is told: the rest may be a secret.
fn failure(status: ExitStatus, stderr: &[u8]) -> String {
    let ended = match status.code() {
        Some(code) => format!("ended with code {code}"),
        None => "was killed".into(),
    };
    match exception(stderr) {
        Some(name) => format!("{ended} ({name})"),
        None if complains(stderr) => format!("{ended} and an error message"),
        None => ended,
    }
}

/// Whether there is an error message. The warnings of Python are none: a line each, and an indented one with its source.
fn complains(stderr: &[u8]) -> bool {
    let stderr = String::from_utf8_lossy(stderr);
    let is_noise = |line: &str| {
        line.trim().is_empty() || line.starts_with([' ', '\t']) || line.contains("Warning: ")
    };
    !stderr.lines().all(is_noise)
}

/// The name of the exception that ended a Python program.
fn exception(stderr: &[u8]) -> Option<String> {
    let stderr = String::from_utf8_lossy(stderr);
    let last_line = stderr.trim_end().lines().next_back()?;
    let name = last_line.split(':').next()?;
    let is_exception = (name.ends_with("Error") || name.starts_with("keyring."))
        && name.chars().all(|next| next.is_ascii_alphanumeric() || "._".contains(next));
    is_exception.then(|| name.to_owned())
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
