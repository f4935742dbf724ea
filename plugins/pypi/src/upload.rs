//! One upload: a form is sent, and what is answered is judged.

use flit_sdk::model::{Outcome, ReleaseFile};
use flit_sdk::{ErrorKind, Host, LogLevel, PluginError, Target};
use reqwest::{Method, Url};

use crate::answer::{self, Answered};
use crate::client::{ACCEPT_WORDS, Answer, Authorization, Body, Client, Request, parse_url};
use crate::explain::{redirect_target, shown};
use crate::fault::Failure;
use crate::form::upload_fields;
use crate::multipart::{Withheld, file_form};
use crate::service::Service;
use crate::waiting::{Activity, Phase};

/// Uploads `file` to `target`.
pub(crate) fn upload(
    host: &dyn Host,
    target: &Target<'_>,
    file: &ReleaseFile,
) -> Result<Outcome, PluginError> {
    let url = parse_url(&target.repository.url)?;
    refuse_retired(&url)?;
    let client = Client::new(target)?;
    let (answer, is_early) = send(host, &client, &url, file)?;
    let answered = |answer, url, is_early| Answered {
        proxy: client.proxy_of(url),
        answer,
        url,
        file_name: &file.file_name,
        credentials: target.credentials,
        is_early,
    };
    let first = answered(&answer, &url, is_early);
    let Some(next) = followed(&first) else { return answer::outcome(&first) };
    let message = format!(
        "`{}` sends uploads on to `{}`: make that the URL of the repository",
        shown(&url),
        shown(&next)
    );
    host.log(LogLevel::Warning, &message);
    let (answer, is_early) = send(host, &client, &next, file)?;
    answer::outcome(&answered(&answer, &next, is_early))
}

/// Sends the form, once. Also returns whether the answer came before all of it was sent.
///
/// A server that refuses a file for its size, or us, may say so at once and close, and the reset that answers the bytes
/// on their way then destroys what it said. So it is asked again, with the head of the request and nothing behind it.
fn send(
    host: &dyn Host,
    client: &Client,
    url: &Url,
    file: &ReleaseFile,
) -> Result<(Answer, bool), PluginError> {
    let (content_type, form) = file_form(&upload_fields(file), file)?;
    let (fault, activity, bytes) = (form.fault(), form.activity(), form.bytes_left());
    let request = |body, activity, content_type| Request {
        method: Method::POST,
        authorization: Authorization::Repository,
        body: Body::Streamed { body, activity, content_type },
        ..Request::get(url, ACCEPT_WORDS)
    };
    let body = reqwest::Body::wrap(form);
    let answer = client.send_large(host, request(body, activity.clone(), content_type.clone()));
    if let Some(fault) = fault.get() {
        return Err(fault.clone());
    }
    match answer {
        Ok(answer) => Ok((answer, !activity.is_sent())),
        Err(Failure { error, is_reset: true }) => {
            let head_alone = reqwest::Body::wrap(Withheld(bytes));
            let activity = Activity::new(Phase::Listening, 0);
            let answer = client.send_large(host, request(head_alone, activity, content_type));
            let refusal = answer.ok().filter(|answer| answer.status >= 300);
            refusal.map(|answer| (answer, true)).ok_or(error)
        }
        Err(Failure { error, is_reset: false }) => Err(error),
    }
}

/// Where the upload is to be sent instead: only if the method and the body stay what they are, and only to the same
/// server, which has the credentials already. PyPI does so where the slash at the end of `/legacy/` is missing.
fn followed(answered: &Answered<'_>) -> Option<Url> {
    let keeps_method = matches!(answered.answer.status, 307 | 308);
    let target = redirect_target(answered).filter(|_| keeps_method)?;
    (target.origin() == answered.url.origin()).then_some(target)
}

/// Hosts of the PyPI of old, which answer nothing useful.
fn refuse_retired(url: &Url) -> Result<(), PluginError> {
    let Some(service) = Service::formerly_of(url) else { return Ok(()) };
    let message = format!("`{}` is no more: {} has moved", shown(url), service.name());
    let hint = format!("make `{}` the URL of the repository", service.upload_url());
    Err(PluginError::new(ErrorKind::Unsupported, message).hint(hint))
}
