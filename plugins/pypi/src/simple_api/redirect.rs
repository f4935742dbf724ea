//! Follows the redirects of a read, as far as that is safe.

use flit_sdk::{ErrorKind, PluginError};
use reqwest::Url;
use reqwest::header;

use crate::client::Answer;
use crate::explain::shown;
use crate::route;
use crate::service::Service;

/// How many redirects are followed.
const MOST_HOPS: usize = 5;

/// Gets `url`, and what it redirects to. Returns where the answer is from.
///
/// Reads may be redirected, for instance to where files are stored. Whether credentials go along is for `get` to decide:
/// the client gives them only to the origin of the repository.
pub(super) fn follow(
    url: &Url,
    mut get: impl FnMut(&Url) -> Result<Answer, PluginError>,
) -> Result<(Url, Answer), PluginError> {
    let mut url = url.clone();
    for _ in 0..=MOST_HOPS {
        let answer = get(&url)?;
        let Some(next) = redirect(&url, &answer) else { return Ok((url, answer)) };
        let next = next?;
        if falls_back(&url, &next) {
            return Ok((url, answer));
        }
        url = next;
    }
    let message = format!("`{}` redirects more than {MOST_HOPS} times", shown(&url));
    Err(PluginError::new(ErrorKind::Untrusted, message))
}

/// Whether an index sends whoever asks for a project that it does not know to PyPI: as pypiserver and GitLab do. What
/// PyPI has of that project is nothing that this index has.
pub(super) fn is_fallback(url: &Url, answer: &Answer) -> bool {
    redirect(url, answer).is_some_and(|next| next.is_ok_and(|next| falls_back(url, &next)))
}

fn falls_back(from: &Url, to: &Url) -> bool {
    let is_pypi = |url| Service::of(url).is_some();
    is_pypi(to) && to.path().starts_with("/simple/") && !is_pypi(from)
}

/// Where the answer redirects to, if it does.
fn redirect(url: &Url, answer: &Answer) -> Option<Result<Url, PluginError>> {
    if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = answer.header(header::LOCATION)?;
    let next = url.join(&location).ok().filter(|next| leads_safely(url, next));
    Some(next.ok_or_else(|| {
        let message = format!("`{}` redirects to where nothing protects the answer", shown(url));
        PluginError::new(ErrorKind::Untrusted, message)
    }))
}

/// Whether what comes from `next`, which `url` names, is as safe as what came from `url`.
pub(super) fn leads_safely(url: &Url, next: &Url) -> bool {
    let is_local = || route::is_loopback(url) && route::is_loopback(next);
    match next.scheme() {
        "https" => true,
        "http" => next.origin() == url.origin() || is_local(),
        _ => false,
    }
}
