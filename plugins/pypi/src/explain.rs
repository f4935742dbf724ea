//! The words for what an answer means.

use flit_sdk::model::Outcome;
use flit_sdk::{ErrorKind, PluginError};
use reqwest::{Url, header};

use crate::answer::{Answered, Meaning};
use crate::retry_after::retry_after;
use crate::route;
use crate::server_text::{html_title, server_text};
use crate::service::Service;

/// The outcome or the error that `meaning` is reported as.
pub(crate) fn meaning(meaning: Meaning, answered: &Answered<'_>) -> Result<Outcome, PluginError> {
    let host = route::authority(answered.url);
    let said = server_text(answered.answer, answered.credentials);
    let refused = |kind| {
        let message = format!("`{host}` refused `{}`", answered.file_name);
        PluginError { causes: vec![said.clone()], ..PluginError::new(kind, message) }
    };
    Err(match meaning {
        Meaning::Created => return Ok(Outcome::Created),
        Meaning::Identical => return Ok(Outcome::AlreadyIdentical),
        Meaning::Exists => return Ok(Outcome::Conflict { message: said }),
        Meaning::Odd(reason) => {
            let reason = format!("{reason}: {said}");
            return Ok(Outcome::Unknown { reason });
        }
        Meaning::Page => page(answered, &host),
        Meaning::Moved => moved(answered, &host, said),
        Meaning::WrongUrl => wrong_url(answered, refused(ErrorKind::Rejected)),
        Meaning::Unauthorized => unauthorized(answered, &host, said),
        Meaning::Unregistered => {
            let error = unauthorized(answered, &host, said);
            PluginError { kind: ErrorKind::Unregistered, ..error }
        }
        Meaning::ProxyUnauthorized => proxy_unauthorized(answered.proxy.as_deref()),
        Meaning::Unavailable => {
            let message = format!("`{host}` cannot take `{}` now", answered.file_name);
            let mut error = PluginError::new(ErrorKind::Unavailable, message);
            error.causes.push(said);
            error.retry_after = retry_after(answered.answer);
            error
        }
        Meaning::Refused(advice) => {
            let error = refused(ErrorKind::Rejected);
            advice.into_iter().fold(error, PluginError::hint)
        }
    })
}

/// A proxy that wants a user name and a password.
pub(crate) fn proxy_unauthorized(proxy: Option<&str>) -> PluginError {
    let proxy = proxy.map_or_else(|| "a proxy".to_owned(), |proxy| format!("the proxy `{proxy}`"));
    let message = format!("{proxy} wants a user name and a password, or others");
    PluginError::new(ErrorKind::Rejected, message)
        .hint("write them into the URL of the proxy: `http://USER:PASSWORD@HOST:PORT`")
}

/// Where a redirect leads, seen from the URL that was asked.
pub(crate) fn redirect_target(answered: &Answered<'_>) -> Option<Url> {
    let location = answered.answer.header(header::LOCATION)?;
    let target = answered.url.join(&location).ok()?;
    target.has_host().then_some(target)
}

/// A URL as it is shown: without what may be secret.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    let _ = (url.set_username(""), url.set_password(None));
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

fn page(answered: &Answered<'_>, host: &str) -> PluginError {
    let message = format!("what `{host}` says does not look like the answer of an index");
    let title = html_title(answered.answer).map_or_else(
        || "it is a page without a title".to_owned(),
        |title| format!("it is a page with the title `{title}`"),
    );
    PluginError { causes: vec![title], ..PluginError::new(ErrorKind::Rejected, message) }
        .hint("is that the URL for uploads, and does this network ask you to log in first?")
}

fn moved(answered: &Answered<'_>, host: &str, said: String) -> PluginError {
    let Some(target) = redirect_target(answered) else {
        let message = format!("`{host}` redirects the upload, but does not say where to");
        return PluginError {
            causes: vec![said],
            ..PluginError::new(ErrorKind::Rejected, message)
        };
    };
    if target == *answered.url {
        let message = format!("`{host}` redirects the upload in a circle");
        return PluginError {
            causes: vec![said],
            ..PluginError::new(ErrorKind::Rejected, message)
        };
    }
    let is_elsewhere = target.origin() != answered.url.origin();
    let kind = if is_elsewhere { ErrorKind::Untrusted } else { ErrorKind::Rejected };
    let target = shown(&target);
    let message = format!("`{host}` redirects the upload to `{target}`");
    PluginError { causes: vec![said], ..PluginError::new(kind, message) }
        .hint(format!("nothing was sent there; if that is where uploads go, make `{target}` the URL of the repository"))
}

fn wrong_url(answered: &Answered<'_>, error: PluginError) -> PluginError {
    let url = answered.url;
    let is_index = url
        .path_segments()
        .is_some_and(|mut parts| parts.any(|part| matches!(part, "simple" | "+simple")));
    let advice = match Service::of(url) {
        Some(service) => {
            format!("uploads to {} go to `{}`", service.name(), service.upload_url())
        }
        None if is_index => {
            "this looks like the URL of the index that installers read: uploads go to another, which the server's manual tells".to_owned()
        }
        None if !url.path().ends_with('/') => {
            format!("is this the URL for uploads? some servers want a slash at its end: `{}/`", shown(url))
        }
        None => format!("is `{}` the URL for uploads?", shown(url)),
    };
    error.hint(advice)
}

fn unauthorized(answered: &Answered<'_>, host: &str, said: String) -> PluginError {
    let Some(credentials) = answered.credentials else {
        let message = format!("`{host}` wants a user name and a password, and there are none");
        return PluginError {
            causes: vec![said],
            ..PluginError::new(ErrorKind::Unauthorized, message)
        };
    };
    let message = format!("`{host}` does not let us upload `{}`", answered.file_name);
    let source = format!("the user name and the password are from {}", credentials.source);
    let mut error = PluginError::new(ErrorKind::Unauthorized, message);
    error.causes = vec![said, source];
    let is_token = credentials.password.expose().starts_with("pypi-");
    let has_token_name = credentials.username == "__token__";
    let is_pypi = Service::of(answered.url).is_some();
    match (has_token_name, is_token, is_pypi) {
        (false, true, _) => error.hint("the user name that goes with an API token is `__token__`"),
        (true, false, true) => error.hint("the API tokens of PyPI begin with `pypi-`: is the whole of it there?"),
        (false, false, true) => error.hint("PyPI takes no passwords: make an API token, and give it with the user name `__token__`"),
        (true, true, true) => {
            error.hint("a token may be for another project, or for another index: PyPI and TestPyPI each have their own")
        }
        (_, _, false) if answered.answer.status == 403 => {
            error.hint("some servers answer `403` also where the user name or the password is wrong")
        }
        (_, _, false) => error,
    }
}
