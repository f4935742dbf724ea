//! Registers a project before its first upload, as servers of old asked for.

use flit_sdk::model::{CoreMetadata, Field};
use flit_sdk::{ErrorKind, Host, PluginError, Target};
use reqwest::{Method, Url};

use crate::client::{ACCEPT_WORDS, Answer, Authorization, Body, Client, Request, parse_url};
use crate::explain::{proxy_unauthorized, shown};
use crate::form::metadata_fields;
use crate::multipart::text_form;
use crate::retry_after::retry_after;
use crate::route;
use crate::server_text::{html_title, is_html, server_text};

/// Registers the project that `metadata` is of.
pub(crate) fn register(
    host: &dyn Host,
    target: &Target<'_>,
    metadata: &CoreMetadata,
) -> Result<(), PluginError> {
    let client = Client::new(target)?;
    let url = parse_url(&target.repository.url)?;
    let mut fields = vec![(":action", "submit".to_owned()), ("protocol_version", "1".into())];
    fields.extend(metadata_fields(metadata));
    let (content_type, bytes) = text_form(&fields);
    let request = Request {
        method: Method::POST,
        authorization: Authorization::Repository,
        body: Body::Bytes { bytes, content_type },
        ..Request::get(&url, ACCEPT_WORDS)
    };
    let answer = client.send(host, request)?;
    let project = metadata.text(Field::Name).unwrap_or_default();
    match refusal(target, &url, project, &answer, client.proxy_of(&url).as_deref()) {
        None => Ok(()),
        Some(error) => Err(error),
    }
}

/// What is to be said of an answer that is no good one.
fn refusal(
    target: &Target<'_>,
    url: &Url,
    project: &str,
    answer: &Answer,
    proxy: Option<&str>,
) -> Option<PluginError> {
    let server = route::authority(url);
    let said = server_text(answer, target.credentials);
    let error = |kind, message: String| PluginError {
        causes: vec![said.clone()],
        ..PluginError::new(kind, message)
    };
    Some(match answer.status {
        200..=299 if is_html(answer) && html_title(answer).is_some() => error(
            ErrorKind::Rejected,
            format!("what `{server}` says does not look like the answer of an index"),
        ),
        200..=299 => return None,
        300..=399 => error(ErrorKind::Rejected, format!("`{server}` redirects elsewhere"))
            .hint(format!("is `{}` the URL for uploads?", shown(url))),
        401 | 403 => {
            let message = format!("`{server}` does not let us register `{project}`");
            let mut error = error(ErrorKind::Unauthorized, message);
            error.causes.extend(target.credentials.map(|credentials| {
                format!("the user name and the password are from {}", credentials.source)
            }));
            error
        }
        404 | 405 => {
            error(ErrorKind::Rejected, format!("`{server}` does not take registrations here"))
                .hint(format!("is `{}` the URL for uploads?", shown(url)))
        }
        407 => proxy_unauthorized(proxy),
        410 | 501 => {
            error(ErrorKind::Unsupported, format!("`{server}` has no registration any more"))
                .hint("publish: the first upload makes the project")
        }
        408 | 425 | 429 | 500.. => {
            let message = format!("`{server}` cannot register `{project}` now");
            PluginError {
                retry_after: retry_after(answer),
                ..error(ErrorKind::Unavailable, message)
            }
        }
        _ => error(ErrorKind::Rejected, format!("`{server}` refuses to register `{project}`")),
    })
}
