//! Finds the page of a project: asks the places where the index may be, and judges what they answer.

use flit_sdk::model::{ProjectName, Repository};
use flit_sdk::{ErrorKind, Host, PluginError};
use reqwest::Url;
use reqwest::header::{self, HeaderName};

use super::location::{Certainty, Location, locations};
use super::page::{self, PageError, ProjectPage};
use super::redirect;
use crate::client::{Answer, Authorization, BodyEnd, Client, Request};
use crate::explain::{proxy_unauthorized, shown};
use crate::retry_after::retry_after;
use crate::route;
use crate::service::Service;

/// What came of looking for the page.
#[derive(Debug)]
pub(super) enum Lookup {
    /// The page.
    Page(Found),
    /// The index knows no such project.
    NoProject,
    /// Nothing that was asked can be relied on.
    Unknown {
        /// Why.
        reason: String,
    },
}

/// A page.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) page: ProjectPage,
    /// Where it came from in the end.
    pub(super) url: Url,
}

/// Looks for the page of `project`.
///
/// # Errors
///
/// The index did not answer, or not as an index does. What is only a guess has no errors but those that may pass.
pub(super) fn look_up(
    host: &dyn Host,
    client: &Client,
    repository: &Repository,
    project: &ProjectName,
) -> Result<Lookup, PluginError> {
    let mut doubts = Vec::new();
    for location in locations(repository) {
        match look_at(host, client, &location, project)? {
            Lookup::Unknown { reason } => doubts.push(reason),
            settled @ (Lookup::Page(_) | Lookup::NoProject) => return Ok(settled),
        }
    }
    if doubts.is_empty() {
        doubts.push(String::from("where it should be is no URL of the web"));
    }
    let reason =
        format!("cannot find its index: {} (`--index-url` says where it is)", doubts.join("; "));
    Ok(Lookup::Unknown { reason })
}

fn look_at(
    host: &dyn Host,
    client: &Client,
    location: &Location,
    project: &ProjectName,
) -> Result<Lookup, PluginError> {
    asked(host, client, location, project).or_else(|error| {
        let may_pass = matches!(
            error.kind,
            ErrorKind::Unavailable
                | ErrorKind::Network
                | ErrorKind::Unreachable
                | ErrorKind::Cancelled
        );
        if location.certainty == Certainty::Guessed && !may_pass {
            Ok(Lookup::Unknown { reason: error.to_string() })
        } else {
            Err(error)
        }
    })
}

fn asked(
    host: &dyn Host,
    client: &Client,
    location: &Location,
    project: &ProjectName,
) -> Result<Lookup, PluginError> {
    let page_url = location.project_page(&project.normalized());
    let (url, answer) = redirect::follow(&page_url, |url| get(host, client, url))?;
    match answer.status {
        200 | 203 => match read(project, &answer) {
            Ok(page) => return Ok(Lookup::Page(Found { page, url })),
            Err(error) => return Err(not_understood(&url, &error)),
        },
        _ if redirect::is_fallback(&url, &answer) => return Ok(Lookup::NoProject),
        404 if says_no_repository(&answer) => {
            return Err(not_shown(ErrorKind::Unauthorized, &url, &answer));
        }
        404 => {}
        _ => return Err(refusal(&url, &answer)),
    }
    let is_proven = location.certainty == Certainty::Known
        || is_of_index(&answer)
        || has_index_root(host, client, location)?;
    Ok(if is_proven {
        Lookup::NoProject
    } else {
        Lookup::Unknown { reason: format!("nothing shows that `{}` is one", shown(&location.root)) }
    })
}

fn get(host: &dyn Host, client: &Client, url: &Url) -> Result<Answer, PluginError> {
    // PyPI shows its index to everybody, and some who keep copies of its pages keep none for those with credentials.
    let authorization =
        if Service::of(url).is_some() { Authorization::None } else { Authorization::Repository };
    let headers = [(header::CACHE_CONTROL, "no-cache")];
    let request = Request { authorization, headers: &headers, ..Request::get(url, page::ACCEPT) };
    client.send(host, request)
}

/// Reads a page, if all of it is there.
fn read(project: &ProjectName, answer: &Answer) -> Result<ProjectPage, PageError> {
    match answer.end {
        BodyEnd::Complete if may_be_cut(answer) => Err(PageError::Cut),
        BodyEnd::Complete => page::read_project_page(project, &answer.content_type(), &answer.body),
        BodyEnd::TooLong => Err(PageError::TooLong),
        BodyEnd::Lost => Err(PageError::Cut),
    }
}

/// Whether only the end of the connection ended the page, and it does not look like an end: then what is missing could
/// be taken for absent. JSON needs no such care.
fn may_be_cut(answer: &Answer) -> bool {
    let is_framed = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING]
        .iter()
        .any(|name| answer.headers.contains_key(name));
    let is_html = answer.body.trim_ascii_start().starts_with(b"<");
    let text = || answer.text().to_ascii_lowercase();
    !is_framed && is_html && !text().contains("</html")
}

/// Whether a 404 is of the index itself, and about the project.
fn is_of_index(answer: &Answer) -> bool {
    answer.headers.contains_key(DEVPI_VERSION) && answer.text().contains("The project ")
}

const DEVPI_VERSION: HeaderName = HeaderName::from_static("x-devpi-api-version");

/// Whether GitLab hides the repository: it calls forbidden what is not there, and not there what is forbidden.
fn says_no_repository(answer: &Answer) -> bool {
    answer.text().contains("404 Project Not Found")
}

/// Whether the list of projects is there: then what has no page is no project.
fn has_index_root(
    host: &dyn Host,
    client: &Client,
    location: &Location,
) -> Result<bool, PluginError> {
    let (url, answer) = redirect::follow(&location.root, |url| get(host, client, url))?;
    if matches!(answer.status, 408 | 425 | 429 | 500..) {
        return Err(refusal(&url, &answer));
    }
    Ok(answer.status == 200 && page::is_index_root(&answer.content_type(), &answer.body))
}

/// What is to be said of an answer that is no page.
fn not_understood(url: &Url, error: &PageError) -> PluginError {
    let kind = match error {
        PageError::NoIndex { .. } => ErrorKind::Untrusted,
        PageError::Cut => ErrorKind::Network,
        PageError::Json(_) | PageError::ApiVersion { .. } | PageError::TooLong => {
            ErrorKind::Unsupported
        }
    };
    PluginError::from_error(kind, error)
        .context(format!("cannot read the index at `{}`", shown(url)))
        .hint("`--index-url` says where the index is")
}

/// What is to be said of an answer that is neither a page nor the lack of one.
pub(super) fn refusal(url: &Url, answer: &Answer) -> PluginError {
    match answer.status {
        401 | 403 => not_shown(ErrorKind::Unauthorized, url, answer),
        // What a page links to may take a while until it is everywhere.
        404 | 408 | 425 | 429 | 500.. => {
            let retry_after = retry_after(answer);
            PluginError { retry_after, ..not_shown(ErrorKind::Unavailable, url, answer) }
        }
        407 => proxy_unauthorized(None),
        _ => not_shown(ErrorKind::Rejected, url, answer),
    }
}

fn not_shown(kind: ErrorKind, url: &Url, answer: &Answer) -> PluginError {
    let (server, page, status) = (route::authority(url), shown(url), answer.status);
    let message = format!("`{server}` does not show `{page}`: it answered {status}");
    let error = PluginError::new(kind, message);
    if kind == ErrorKind::Unauthorized {
        error.hint(
            "the index may want other credentials than uploads; they go only to the origin of the upload URL",
        )
    } else {
        error
    }
}
