//! Who we are at the repository: the first password that is found, and the user name that goes with it.

use std::io::{BufRead, IsTerminal as _};
use std::time::Instant;

use flit_sdk::model::{Credentials, ProjectName};
use flit_sdk::{Host, LogLevel, Secret};

use super::candidates::{Candidate, TOKEN_USER, Username};
use super::configured::Configured;
use super::error::RepositoryError;
use super::{keyring, netrc};

/// How the API tokens of PyPI begin.
const TOKEN_PREFIX: &str = "pypi-";

/// The longest password that is read from stdin.
const LONGEST_PASSWORD: u64 = 1 << 16;

/// What came of looking for credentials.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The first that were found.
    pub(crate) credentials: Option<Credentials>,
    /// Where they were looked for, in order, with what was there.
    pub(crate) tried: Vec<String>,
    /// Whether the certificate that we show may be all that the repository wants.
    pub(crate) is_certificate_enough: bool,
    /// The user name, if only that was found.
    pub(super) username: Option<Username>,
    /// The password and where it was, if only that was found.
    pub(super) password: Option<(Secret, String)>,
}

/// A search that is under way.
struct Search<'a> {
    host: &'a dyn Host,
    configured: &'a Configured,
    username: Option<Username>,
    password: Option<(Secret, String)>,
    tried: Vec<String>,
}

impl Configured {
    /// Looks for credentials everywhere but on the terminal.
    ///
    /// The order is that of the [module](super): the first password counts. A user name counts from where it is found first,
    /// and goes with a password that is found later, unless that one is another user's.
    pub(crate) fn find(
        &self,
        host: &dyn Host,
        project: &ProjectName,
    ) -> Result<Found, RepositoryError> {
        let stdin = || {
            let stdin = std::io::stdin();
            if stdin.is_terminal() {
                return Err(RepositoryError::Stdin { reason: "it is a terminal".into() });
            }
            first_line(stdin.lock())
        };
        self.find_with(host, project, stdin)
    }

    fn find_with(
        &self,
        host: &dyn Host,
        project: &ProjectName,
        stdin: impl FnOnce() -> Result<Secret, RepositoryError>,
    ) -> Result<Found, RepositoryError> {
        let mut search = Search {
            host,
            configured: self,
            username: self
                .username
                .clone()
                .map(|name| Username { name, source: "`--username`".into() }),
            password: None,
            tried: Vec::new(),
        };
        if self.reads_password_from_stdin {
            search.password = Some((stdin()?, "stdin".into()));
        }
        for candidate in &self.candidates {
            search.consider(candidate);
        }
        search.ask_keyring(project)?;
        search.look_into_netrc();
        search.tried.extend(self.ci_note.map(|note| format!("trusted publishing: {note}")));
        search.finish()
    }

    /// The user name to take where none was found.
    pub(super) fn default_username(&self) -> Option<&'static str> {
        self.place.is_pypi().then_some(TOKEN_USER)
    }

    /// Puts both together. The user of an API token is always the same, whatever an old `.pypirc` says.
    pub(super) fn credentials(
        &self,
        username: Option<Username>,
        (password, source): (Secret, String),
    ) -> Result<Credentials, (Secret, String)> {
        // PyPI takes a token with blanks around it as well; others need not.
        let token = password.expose().trim();
        let is_token = token.starts_with(TOKEN_PREFIX);
        let password = if is_token { Secret::new(token) } else { password };
        let default = if is_token { Some(TOKEN_USER) } else { self.default_username() };
        match (username, default) {
            (Some(_), Some(default)) if is_token && self.place.is_pypi() => {
                Ok(Credentials { username: default.into(), password, source })
            }
            (Some(Username { name: username, source: of_username }), _) => {
                let is_one = of_username == source;
                let source = if is_one { source } else { format!("{of_username} and {source}") };
                Ok(Credentials { username, password, source })
            }
            (None, Some(default)) => Ok(Credentials { username: default.into(), password, source }),
            (None, None) => Err((password, source)),
        }
    }

    /// Refuses to send a password where anybody on the way could read it.
    pub(super) fn check_way(&self) -> Result<(), RepositoryError> {
        if self.place.is_private() || self.repository.connection.allows_plain_http {
            Ok(())
        } else {
            Err(RepositoryError::PlainHttp { url: self.repository.url.clone() })
        }
    }
}

impl Search<'_> {
    fn consider(&mut self, candidate: &Candidate) {
        let Candidate { source, username, password, absence, caution } = candidate;
        if let (Some(ours), Some(theirs)) = (&self.username, username)
            && ours.name != theirs.name
        {
            self.tried.push(format!("{source}: for another user name"));
            return;
        }
        if self.username.is_none() {
            self.username.clone_from(username);
        }
        if self.password.is_some() {
            return;
        }
        match password {
            Some(password) => {
                // Where both stand together, the one place says it all.
                self.username = username.clone().or_else(|| self.username.take());
                self.password = Some((password.clone(), source.clone()));
                if let Some(caution) = caution {
                    self.host.log(LogLevel::Warning, caution);
                }
            }
            None => self.tried.push(format!("{source}: {absence}")),
        }
    }

    /// Asks for what flit keeps there: a token of the project, a token of the user, the user's password.
    fn ask_keyring(&mut self, project: &ProjectName) -> Result<(), RepositoryError> {
        let keyring = &self.configured.keyring;
        if self.password.is_some() {
            return Ok(());
        }
        if keyring.program.is_none() {
            self.tried.push("the keyring: there is no program `keyring`".into());
            return Ok(());
        }
        let username = self.username.as_ref().map(|username| username.name.as_str());
        let username = username.or_else(|| self.configured.default_username());
        let mut entries = vec![keyring::project_entry(project)];
        if let Some(username) = username {
            if username != TOKEN_USER {
                entries.push(keyring::user_entry(username));
            }
            entries.push(username.to_owned());
        }
        let service = &self.configured.repository.url;
        let deadline = Instant::now() + keyring.time_limit;
        let mut failure = None;
        for entry in &entries {
            let time_limit = deadline.saturating_duration_since(Instant::now());
            if time_limit.is_zero() {
                break;
            }
            match keyring.get(self.host, service, entry, time_limit) {
                keyring::Answer::Password(password) => {
                    let source = format!("the keyring (`{entry}`)");
                    if keyring::is_token_entry(entry) {
                        let name = TOKEN_USER.to_owned();
                        self.username = Some(Username { name, source: source.clone() });
                    }
                    self.password = Some((password, source));
                    return Ok(());
                }
                keyring::Answer::Nothing => {}
                // The other entries may be there all the same.
                keyring::Answer::Failed(reason) => failure = failure.or(Some(reason)),
                keyring::Answer::Cancelled => return Err(RepositoryError::Cancelled),
            }
        }
        let quoted: Vec<_> = entries.iter().map(|entry| format!("`{entry}`")).collect();
        self.tried.push(match failure {
            Some(reason) => format!("the keyring: `keyring get`: {reason}"),
            None => format!("the keyring: no {} for this URL", quoted.join(", no ")),
        });
        Ok(())
    }

    fn look_into_netrc(&mut self) {
        let Some(netrc) = &self.configured.netrc else { return };
        let Some(host_name) = self.configured.place.url.host_str() else { return };
        if self.password.is_some() {
            return;
        }
        let username = self.username.as_ref().map(|username| username.name.as_str());
        match netrc.login(host_name, username) {
            netrc::Answer::Found(file, login) => {
                let theirs = login.username.map(|name| Username { name, source: file.clone() });
                self.username = theirs.or_else(|| self.username.take());
                self.password = login.password.map(|password| (password, file));
            }
            netrc::Answer::Nothing(file, absence) => self.tried.push(format!("{file}: {absence}")),
        }
    }

    fn finish(self) -> Result<Found, RepositoryError> {
        let Self { configured, username, password, mut tried, .. } = self;
        let Some(password) = password else {
            let has_certificate = configured.repository.connection.client_cert.is_some();
            let is_certificate_enough = has_certificate && username.is_none();
            return Ok(Found { tried, is_certificate_enough, username, ..Found::default() });
        };
        match configured.credentials(username, password) {
            Ok(credentials) => {
                configured.check_way()?;
                Ok(Found { credentials: Some(credentials), tried, ..Found::default() })
            }
            Err(password) => {
                tried.push(format!("{}: a password without a user name", password.1));
                Ok(Found { tried, password: Some(password), ..Found::default() })
            }
        }
    }
}

/// The first line of what is sent to us.
fn first_line(input: impl BufRead) -> Result<Secret, RepositoryError> {
    let failed = |reason: &str| RepositoryError::Stdin { reason: reason.into() };
    let mut bytes = Vec::new();
    let result = input.take(LONGEST_PASSWORD).read_until(b'\n', &mut bytes);
    result.map_err(|error| failed(&error.kind().to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| failed("it is not UTF-8"))?;
    let password = text.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
    if password.is_empty() { Err(failed("it is empty")) } else { Ok(Secret::new(password)) }
}

#[cfg(test)]
mod tests;
