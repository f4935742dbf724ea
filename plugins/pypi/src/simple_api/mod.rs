//! Asks the Simple API of an index what it has of a release.

mod comparison;
mod file_name;
mod html;
mod json;
mod location;
mod lookup;
mod page;
mod redirect;

use flit_sdk::model::{Existence, Field, ProjectName, Release, ReleaseFile, Repository};
use flit_sdk::{ErrorKind, Host, LogLevel, PluginError, Target, hexadecimal};
use sha2::{Digest as _, Sha256};

use crate::client::Client;
use location::{Certainty, Location};
use lookup::{Found, Lookup};
use page::ProjectPage;

/// Asks what the index has of each file. One page says it of all files.
pub(crate) fn exists(
    host: &dyn Host,
    target: &Target<'_>,
    release: &Release,
) -> Result<Vec<Existence>, PluginError> {
    let client = Client::new(target)?;
    let all = |existence: Existence| vec![existence; release.files.len()];
    Ok(match lookup::look_up(host, &client, target.repository, &release.name)? {
        Lookup::Page(Found { page, .. }) => {
            let of_file = |file| comparison::existence(&page, file);
            let existences: Vec<_> = release.files.iter().map(of_file).collect();
            // Of interest before the first file is up, and nothing new behind that.
            if existences.iter().all(|existence| *existence == Existence::Absent) {
                warn_of_status(host, &release.name, &page);
            }
            existences
        }
        Lookup::NoProject => all(Existence::Absent),
        Lookup::Unknown { reason } => all(Existence::Unknown { reason }),
    })
}

/// Downloads a published file and returns its SHA-256.
pub(crate) fn downloaded_sha256(
    host: &dyn Host,
    target: &Target<'_>,
    file: &ReleaseFile,
) -> Result<String, PluginError> {
    let client = Client::new(target)?;
    let name = project_of(file)?;
    let not_listed = || {
        let message = format!("the index does not list `{}` yet", file.file_name);
        PluginError::new(ErrorKind::Unavailable, message)
    };
    let Found { page, url: page_url } =
        match lookup::look_up(host, &client, target.repository, &name)? {
            Lookup::Page(found) => found,
            Lookup::NoProject => return Err(not_listed()),
            Lookup::Unknown { reason } => {
                return Err(PluginError::new(ErrorKind::Unsupported, reason));
            }
        };
    let listed = comparison::entries(&page, file);
    let listed = listed.first().ok_or_else(not_listed)?;
    let url = page.url_of(listed, &page_url);
    let url = url.filter(|url| redirect::leads_safely(&page_url, url)).ok_or_else(|| {
        let message = format!("the index has no usable link for `{}`", file.file_name);
        PluginError::new(ErrorKind::Unsupported, message)
    })?;
    let mut hasher = Sha256::new();
    let mut done = 0;
    let (url, answer) = redirect::follow(&url, |url| {
        client.download(host, url, &mut |piece| {
            hasher.update(piece);
            done += piece.len() as u64;
            host.progress(done, file.size);
            Ok(())
        })
    })?;
    if answer.status != 200 {
        return Err(lookup::refusal(&url, &answer));
    }
    Ok(hexadecimal(&hasher.finalize()))
}

/// The page of a project, if it is certain where the index is.
pub(crate) fn project_page(repository: &Repository, normalized_name: &str) -> Option<String> {
    let certain = |location: &Location| location.certainty != Certainty::Guessed;
    let location = location::locations(repository).into_iter().find(certain)?;
    Some(location.project_page(normalized_name).into())
}

fn project_of(file: &ReleaseFile) -> Result<ProjectName, PluginError> {
    let name = file.metadata.text(Field::Name).unwrap_or_default();
    ProjectName::parse(name)
        .map_err(|error| PluginError::from_error(ErrorKind::InvalidProject, &error))
}

fn warn_of_status(host: &dyn Host, name: &ProjectName, page: &ProjectPage) {
    let Some(status) = &page.status else { return };
    let says = match status.status.as_str() {
        "archived" => "is archived: no new releases are expected, and they may be refused",
        "quarantined" => "is in quarantine: nobody can install it",
        _ => return,
    };
    let reason = status.reason.as_ref().map(|reason| format!(" ({})", page::one_line(reason)));
    let message = format!("the index says that `{name}` {says}{}", reason.unwrap_or_default());
    host.log(LogLevel::Warning, &message);
}
