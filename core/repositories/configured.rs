//! The repository of a run, and all that may hold credentials for it.

use std::path::{Path, PathBuf};

use flit_sdk::model::Repository;
use flit_sdk::{Host, LogLevel};

use super::candidates::{Candidate, candidates};
use super::choice::{self, Choice, Namer};
use super::ci;
use super::connection::connection;
use super::environment::Environment;
use super::error::RepositoryError;
use super::keyring::Keyring;
use super::netrc::Netrc;
use super::place::{Kind, Place, kind};
use super::{RepositoryRequest, shown_path};

/// The repository of a run, and all that may hold credentials for it.
#[derive(Debug)]
pub(crate) struct Configured {
    /// The repository.
    pub(crate) repository: Repository,
    pub(super) place: Place,
    /// What was typed of us.
    pub(super) username: Option<String>,
    pub(super) reads_password_from_stdin: bool,
    /// What the environment, the URL and `.pypirc` say of us.
    pub(super) candidates: Vec<Candidate>,
    pub(super) keyring: Keyring,
    pub(super) netrc: Option<Netrc>,
    /// Where the user keeps credentials of named repositories.
    pub(super) pypirc: String,
    /// What keeps this CI job from being trusted, if its service could vouch for it.
    pub(crate) ci_note: Option<&'static str>,
}

/// Finds the repository: its URL, its index, and how to get there.
pub(crate) fn configure(
    host: &dyn Host,
    request: &RepositoryRequest,
    environment: &Environment,
) -> Result<Configured, RepositoryError> {
    for variable in environment.unreadable() {
        host.log(LogLevel::Warning, &format!("`{variable}` is not UTF-8: it is left out"));
    }
    let (choice, file) = choice::choose(host, request, environment)?;
    let index = index(request, environment, &choice)?;
    let repository = Repository {
        name: choice.name.clone(),
        url: choice.place.url.to_string(),
        index_url: index.as_ref().map(|place| place.url.to_string()),
        connection: connection(host, request, environment, &choice, &file)?,
    };
    Ok(Configured {
        repository,
        candidates: candidates(environment, &choice, &file, index.as_ref())?,
        // An empty name is one: some servers want it with their tokens.
        username: request.username.clone(),
        reads_password_from_stdin: request.reads_password_from_stdin,
        keyring: Keyring::of(environment),
        netrc: netrc(environment, &request.base),
        pypirc: file.shown,
        ci_note: ci::note(environment),
        place: choice.place,
    })
}

/// Where the index is, if somebody said so. uv's variable is about the repository that uv would publish to.
fn index(
    request: &RepositoryRequest,
    environment: &Environment,
    choice: &Choice,
) -> Result<Option<Place>, RepositoryError> {
    let is_for_uv = match environment.text("UV_PUBLISH_URL") {
        Some(_) => choice.namer == Namer::Uv,
        None => !choice.place.is_pypi(),
    };
    let variable = environment.text("UV_PUBLISH_CHECK_URL").filter(|_| is_for_uv);
    let (text, origin) = match (&request.index_url, variable) {
        (Some(text), _) => (text.as_str(), "`--index-url`"),
        (None, Some(text)) => (text, "`UV_PUBLISH_CHECK_URL`"),
        (None, None) => return Ok(None),
    };
    let text = text.trim();
    match kind(text) {
        Kind::Directory => {
            let path = choice::directory(text, &request.base, environment);
            Place::of_directory(&path, origin).map(Some)
        }
        Kind::Url | Kind::Word => Place::of_url(text, origin).map(Some),
    }
}

fn netrc(environment: &Environment, base: &Path) -> Option<Netrc> {
    let named = environment.path("NETRC").map(|path| base.join(path));
    let paths: Vec<PathBuf> = match (named, environment.home()) {
        (Some(path), _) => vec![path],
        (None, Some(home)) => vec![home.join(".netrc"), home.join("_netrc")],
        (None, None) => return None,
    };
    let with_names = paths.into_iter().map(|path| {
        let shown = shown_path(&path, environment);
        (path, shown)
    });
    Some(Netrc::at(with_names.collect()))
}
