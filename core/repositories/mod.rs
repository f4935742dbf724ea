//! Which repository the user means, and who we are there.
//!
//! # Which repository
//!
//! 1. `--repository`: a URL, a directory (`./index`), or a name: `pypi`, `testpypi`, or a section of `.pypirc`
//! 2. `FLIT_INDEX_URL`, a URL; then, for those who come from other tools, `TWINE_REPOSITORY_URL`, `TWINE_REPOSITORY` and
//!    `UV_PUBLISH_URL`
//! 3. PyPI
//!
//! # As whom
//!
//! The first password that is found counts:
//!
//! 1. stdin, if the command line says so; `--username` goes with any password
//! 2. `FLIT_PASSWORD` with `FLIT_USERNAME`
//! 3. `TWINE_PASSWORD` with `TWINE_USERNAME`; `UV_PUBLISH_TOKEN`, or `UV_PUBLISH_PASSWORD` with `UV_PUBLISH_USERNAME`
//! 4. the URL: `https://user:password@host/`, percent-encoded
//! 5. `.pypirc`: the section of that name, or the one with that URL; then `[server-login]`
//! 6. the keyring, through the program `keyring`: the entries `pypi_token:project:<name>`, `pypi_token:user:<user>` and
//!    `<user>` of the repository's URL
//! 7. `.netrc`
//! 8. trusted publishing, in a CI job that can prove who it is
//! 9. the terminal
//!
//! What goes together:
//!
//! - A user name counts from where it is found first. A password that stands beside another user name is left out.
//! - The user of a token (`pypi-…`) is `__token__`, and so is that of PyPI if nobody says otherwise.
//! - What the variables of a program hold is for the repository that this program's variables name, and for no other. If
//!   they name none, it is for the one that was typed, or for PyPI if nobody named one; where the variables of another
//!   program named it, it is not used.
//! - What `.pypirc`, the keyring and `.netrc` hold is used only for the repository that it is kept for.

mod ask;
mod candidates;
mod choice;
mod ci;
mod configured;
mod connection;
mod credentials;
mod environment;
mod error;
mod keyring;
mod netrc;
mod number;
mod place;
mod pypirc;
mod secrets;
mod small_file;
#[cfg(test)]
#[cfg(unix)]
mod testing;

use std::fmt;
use std::path::{Path, PathBuf};

pub(crate) use ask::Prompt;
pub(crate) use ci::ci_identity;
pub(crate) use configured::{Configured, configure};
pub(crate) use credentials::Found;
pub(crate) use environment::Environment;
pub(crate) use error::RepositoryError;
pub(crate) use number::{NumberError, retries, retry_delay};
use pypirc::PypircError;
pub(crate) use secrets::secrets;

/// What was typed about the repository.
#[derive(Clone, Default)]
pub(crate) struct RepositoryRequest {
    /// A name of `.pypirc`, a URL, or a directory.
    pub(crate) typed: Option<String>,
    /// Where the index of the repository is.
    pub(crate) index_url: Option<String>,
    /// The file to read instead of `~/.pypirc`.
    pub(crate) pypirc: Option<PathBuf>,
    /// Certificates to trust.
    pub(crate) ca_cert: Option<PathBuf>,
    /// The certificate to show.
    pub(crate) client_cert: Option<PathBuf>,
    /// The user name.
    pub(crate) username: Option<String>,
    /// Whether the password is the first line of stdin.
    pub(crate) reads_password_from_stdin: bool,
    /// Whether credentials may go over plain http to another machine.
    pub(crate) allows_plain_http: bool,
    /// What relative directories start from.
    pub(crate) base: PathBuf,
}

impl fmt::Debug for RepositoryRequest {
    /// Leaves out the URLs: a password may be in them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RepositoryRequest").field("base", &self.base).finish_non_exhaustive()
    }
}

/// A path as people write it: `~` is the home directory.
fn shown_path(path: &Path, environment: &Environment) -> String {
    let below_home = environment.home().and_then(|home| path.strip_prefix(home).ok());
    match below_home {
        Some(rest) if !rest.as_os_str().is_empty() => format!("~/{}", rest.display()),
        Some(_) | None => path.display().to_string(),
    }
}
