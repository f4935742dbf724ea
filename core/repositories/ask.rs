//! Asking on the terminal for what was not found, and keeping it for the next time.

use std::io;

use flit_sdk::model::{Credentials, ProjectName};
use flit_sdk::{Host, LogLevel, Secret};

use super::candidates::{TOKEN_USER, Username};
use super::configured::Configured;
use super::credentials::Found;
use super::error::RepositoryError;
use super::keyring;

/// Where credentials are from that somebody typed.
const SOURCE: &str = "your answer";

/// How often one question is asked. A terminal that was closed answers nothing, for ever.
const MOST_QUESTIONS: usize = 20;

/// Whoever can be asked on a terminal.
pub(crate) trait Prompt {
    /// Whether there is a terminal.
    fn is_possible(&self) -> bool;
    /// Asks for a line. The end of the input is an error of kind [`UnexpectedEof`](io::ErrorKind::UnexpectedEof).
    fn line(&self, question: &str) -> io::Result<String>;
    /// Asks for a line that is not shown.
    fn hidden(&self, question: &str) -> io::Result<String>;
}

impl Configured {
    /// Asks for what was not found.
    pub(crate) fn ask(
        &self,
        host: &dyn Host,
        prompt: &dyn Prompt,
        found: Found,
    ) -> Result<Credentials, RepositoryError> {
        let Found { credentials, tried, username, password, .. } = found;
        if let Some(credentials) = credentials {
            return Ok(credentials);
        }
        let url = &self.repository.url;
        if !prompt.is_possible() {
            return Err(RepositoryError::NoCredentials {
                url: url.clone(),
                tried,
                advice: self.advice(username.as_ref()),
            });
        }
        // Nobody types a password that is not going to be sent.
        self.check_way()?;
        let username = match username {
            Some(username) => username,
            None => Username { name: self.ask_username(host, prompt)?, source: SOURCE.into() },
        };
        let (password, source) = match password {
            Some(password) => password,
            None => (self.ask_password(host, prompt, &username.name)?, SOURCE.into()),
        };
        let together = self.credentials(Some(username), (password, source));
        Ok(together.expect("there is a user name"))
    }

    /// Offers to keep credentials that were typed, and that the repository has taken, in the keyring. The next run finds
    /// them there; a token is kept for this project alone.
    pub(crate) fn offer_to_keep(
        &self,
        host: &dyn Host,
        prompt: &dyn Prompt,
        project: &ProjectName,
        credentials: &Credentials,
    ) {
        // The user name may be from elsewhere; it comes first.
        let is_ours = credentials.source.ends_with(SOURCE) && prompt.is_possible();
        if !is_ours || self.keyring.program.is_none() {
            return;
        }
        // Who does not answer does not want it.
        let answer = prompt.line("Keep it in the keyring for the next time? [y/N] ");
        if !matches!(answer.unwrap_or_default().trim(), "y" | "Y" | "yes") {
            return;
        }
        let entry = if credentials.username == TOKEN_USER {
            keyring::project_entry(project)
        } else {
            credentials.username.clone()
        };
        let url = &self.repository.url;
        match self.keyring.set(host, url, &entry, &credentials.password) {
            Ok(()) => host.log(LogLevel::Info, &format!("kept in the keyring as `{entry}`")),
            Err(reason) => {
                let message = format!("cannot keep it in the keyring: `keyring set`: {reason}");
                host.log(LogLevel::Warning, &message);
            }
        }
    }

    fn ask_username(
        &self,
        host: &dyn Host,
        prompt: &dyn Prompt,
    ) -> Result<String, RepositoryError> {
        let default = self.default_username();
        let question = match default {
            Some(default) => format!("User name at {} [{default}]: ", self.repository.url),
            None => format!("User name at {}: ", self.repository.url),
        };
        self.until_answered(host, "user name", || {
            let answer = prompt.line(&question)?;
            Ok(match answer.trim() {
                "" => default.unwrap_or_default().into(),
                answer => answer.into(),
            })
        })
    }

    fn ask_password(
        &self,
        host: &dyn Host,
        prompt: &dyn Prompt,
        username: &str,
    ) -> Result<Secret, RepositoryError> {
        let what = if username == TOKEN_USER { "API token" } else { "password" };
        let question = if username == TOKEN_USER {
            format!("API token for {}: ", self.repository.url)
        } else {
            format!("Password of {username} at {}: ", self.repository.url)
        };
        let answer = self.until_answered(host, what, || prompt.hidden(&question))?;
        Ok(Secret::new(answer))
    }

    fn until_answered(
        &self,
        host: &dyn Host,
        what: &'static str,
        ask: impl Fn() -> io::Result<String>,
    ) -> Result<String, RepositoryError> {
        let not_answered =
            || RepositoryError::NotAnswered { url: self.repository.url.clone(), what };
        for _ in 0..MOST_QUESTIONS {
            let answer = ask();
            if host.is_cancelled() {
                return Err(RepositoryError::Cancelled);
            }
            match answer {
                Ok(answer) if answer.is_empty() => {}
                Ok(answer) => return Ok(answer),
                Err(error) => {
                    return Err(match error.kind() {
                        io::ErrorKind::Interrupted => RepositoryError::Cancelled,
                        io::ErrorKind::UnexpectedEof => not_answered(),
                        reason => RepositoryError::Terminal { what, reason },
                    });
                }
            }
        }
        Err(not_answered())
    }

    /// What to do where there is no terminal.
    fn advice(&self, username: Option<&Username>) -> Vec<String> {
        let url = &self.repository.url;
        let pypirc = &self.pypirc;
        let username =
            username.map(|username| username.name.as_str()).filter(|name| !name.is_empty());
        let keys = match username {
            Some(name) => format!("`username = {name}` and `password`"),
            None => "`username` and `password`".into(),
        };
        let section = match &self.repository.name {
            Some(name) => format!("{keys} to [{name}] in {pypirc}"),
            None => format!("a section with `repository = {url}`, {keys} to {pypirc}"),
        };
        let (variables, keyring) = match (self.place.is_pypi(), username) {
            (true, name) => (
                "`FLIT_PASSWORD` to an API token, which begins with `pypi-`".to_owned(),
                format!("run `keyring set {url} {}` once", name.unwrap_or(TOKEN_USER)),
            ),
            (false, Some(name)) => (
                format!("`FLIT_PASSWORD` to the password of `{name}`"),
                format!("run `keyring set {url} {name}` once"),
            ),
            // The keyring is asked for the password of a user, not for users.
            (false, None) => (
                "`FLIT_USERNAME` and `FLIT_PASSWORD`".into(),
                format!("run `keyring set {url} USER` once, and set `FLIT_USERNAME` to USER"),
            ),
        };
        vec![format!("set {variables}"), format!("or add {section}"), format!("or {keyring}")]
    }
}

#[cfg(test)]
mod tests;
