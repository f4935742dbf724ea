//! Has a CI service prove who this job is: a token (OpenID Connect) for an audience.

use std::path::Path;
use std::time::Duration;

use flit_sdk::model::{CiIdentity, Connection, Repository};
use flit_sdk::{ErrorKind, Host, PluginError, Secret, Target};
use reqwest::header::HeaderName;
use reqwest::{Method, Url};
use serde_json::{Value, json};

use super::{claims, is_safe, program};
use crate::client::{Answer, Authorization, Body, Client, Request};
use crate::retry_after::retry_after;
use crate::route;

/// Where the services are, as they are found everywhere but in tests.
pub(super) struct Services {
    /// The metadata server of Google Cloud: every machine there has one.
    pub(super) google_metadata: String,
    /// Where Google Cloud makes tokens for other accounts.
    pub(super) google_credentials: String,
    /// How long a program of a service may take.
    pub(super) time_limit: Duration,
}

impl Default for Services {
    fn default() -> Self {
        Self {
            google_metadata: "http://metadata.google.internal".into(),
            google_credentials: "https://iamcredentials.googleapis.com".into(),
            time_limit: Duration::from_secs(30),
        }
    }
}

/// The token of this job for `audience`, which has been [checked](super::exchange).
pub(super) fn token(
    host: &dyn Host,
    client: &Client,
    services: &Services,
    identity: &CiIdentity,
    audience: &str,
) -> Result<Secret, PluginError> {
    let run = |program: Option<&Path>, name: &str, arguments: &[&str]| match program {
        Some(program) => program::output(host, program, arguments, services.time_limit),
        None => Err(PluginError::new(
            ErrorKind::Unsupported,
            format!("there is no `{name}` in the directories of `PATH`"),
        )),
    };
    let token = match identity {
        CiIdentity::GitHub { request_url, request_token } => {
            github(host, client, request_url, request_token, audience)?
        }
        CiIdentity::GitLab { id_tokens } => gitlab(id_tokens, audience)?.expose().to_owned(),
        CiIdentity::GoogleCloud { service_account: None } => google(host, services, audience)?,
        CiIdentity::GoogleCloud { service_account: Some(account) } => {
            google_account(host, client, services, account, audience)?
        }
        CiIdentity::Buildkite { program } => {
            let arguments = ["oidc", "request-token", "--audience", audience];
            run(program.as_deref(), "buildkite-agent", &arguments)?
        }
        CiIdentity::CircleCi { program } => {
            let claims = json!({ "aud": audience }).to_string();
            let arguments = ["run", "oidc", "get", "--root-issuer", "--claims", &claims];
            run(program.as_deref(), "circleci", &arguments)?
        }
        _ => return Err(failure("this service is not known")),
    };
    let token = token.trim();
    if claims::is_token(token) {
        Ok(Secret::new(token))
    } else {
        Err(failure("what the service gave is no identity token"))
    }
}

fn github(
    host: &dyn Host,
    client: &Client,
    request_url: &str,
    request_token: &Secret,
    audience: &str,
) -> Result<String, PluginError> {
    let Some(mut url) = Url::parse(request_url).ok().filter(is_safe) else {
        return Err(failure("`ACTIONS_ID_TOKEN_REQUEST_URL` is no URL with `https`"));
    };
    url.query_pairs_mut().append_pair("audience", audience);
    let authorization = Authorization::Bearer(request_token);
    let request = Request { authorization, ..Request::get(&url, "application/json") };
    let answer = client.send(host, request)?;
    let told = checked(&url, &answer).map_err(|error| match error.kind {
        ErrorKind::Unauthorized => error.hint(
            "give the job the permission `id-token: write`; a pull request from a fork has none",
        ),
        _ => error,
    })?;
    text_at(told, "value")
}

fn gitlab<'a>(
    id_tokens: &'a [(String, Secret)],
    audience: &str,
) -> Result<&'a Secret, PluginError> {
    let in_variable = |letter: char| match letter.to_ascii_uppercase() {
        upper @ ('A'..='Z' | '0'..='9') => upper,
        _ => '_',
    };
    let name: String = audience.chars().map(in_variable).collect();
    let token = id_tokens.iter().find(|(of, _)| *of == name).map(|(_, token)| token);
    token.ok_or_else(|| {
        failure(&format!("the job has no variable `{name}_ID_TOKEN`")).hint(format!(
            "write `id_tokens: {{ {name}_ID_TOKEN: {{ aud: {audience} }} }}` into the job in .gitlab-ci.yml"
        ))
    })
}

fn google(host: &dyn Host, services: &Services, audience: &str) -> Result<String, PluginError> {
    let query = [("audience", audience), ("format", "full")];
    Ok(google_metadata(host, services, "identity", &query)?.text())
}

/// A token for another account, which this machine's own may speak for.
fn google_account(
    host: &dyn Host,
    client: &Client,
    services: &Services,
    account: &str,
    audience: &str,
) -> Result<String, PluginError> {
    let answer = google_metadata(host, services, "token", &[])?;
    let access_token = Secret::new(text_at(&answer, "access_token")?);
    let mut url = parsed(&services.google_credentials)?;
    url.path_segments_mut()
        .map_err(|()| failure("the URL of the service cannot be parsed"))?
        .extend(["v1", "projects", "-", "serviceAccounts", &format!("{account}:generateIdToken")]);
    let json = json!({ "audience": audience, "includeEmail": true }).to_string();
    let request = Request {
        method: Method::POST,
        authorization: Authorization::Bearer(&access_token),
        body: Body::Bytes { bytes: json.into_bytes(), content_type: "application/json".into() },
        ..Request::get(&url, "application/json")
    };
    let answer = client.send(host, request)?;
    text_at(
        checked(&url, &answer).map_err(|error| {
            error.hint(format!("let this machine's account make identity tokens for `{account}`"))
        })?,
        "token",
    )
}

/// Asks the metadata server of this machine, which is never behind a proxy.
fn google_metadata(
    host: &dyn Host,
    services: &Services,
    what: &str,
    query: &[(&str, &str)],
) -> Result<Answer, PluginError> {
    let mut url = parsed(&services.google_metadata)?;
    url.set_path(&format!("/computeMetadata/v1/instance/service-accounts/default/{what}"));
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    let connection = Connection { stall_timeout: Some(METADATA_STALL), ..Connection::default() };
    let repository =
        Repository { url: services.google_metadata.clone(), connection, ..Repository::default() };
    let client = Client::new(&Target { repository: &repository, credentials: None })?;
    let headers = [(METADATA_FLAVOR, "Google")];
    let answer = client.send(host, Request { headers: &headers, ..Request::get(&url, "*/*") })?;
    // It says so itself, so that nobody else is taken for it.
    if answer.header(METADATA_FLAVOR).is_none_or(|flavor| flavor != "Google") {
        return Err(failure(&format!("`{}` is no metadata server", route::authority(&url))));
    }
    checked(&url, &answer).cloned()
}

const METADATA_FLAVOR: HeaderName = HeaderName::from_static("metadata-flavor");
/// It is on the same machine, or nowhere.
const METADATA_STALL: Duration = Duration::from_secs(5);

/// The answer, if it is a good one. The body of another may hold anything, and is not shown.
fn checked<'a>(url: &Url, answer: &'a Answer) -> Result<&'a Answer, PluginError> {
    let server = route::authority(url);
    let status = answer.status;
    let kind = match status {
        200 => return Ok(answer),
        408 | 425 | 429 | 500.. => ErrorKind::Unavailable,
        401 | 403 => ErrorKind::Unauthorized,
        _ => ErrorKind::Rejected,
    };
    let message = format!("`{server}` gives no identity token: it answered {status}");
    Err(PluginError { retry_after: retry_after(answer), ..PluginError::new(kind, message) })
}

/// The text under `key` of a JSON object.
fn text_at(answer: &Answer, key: &str) -> Result<String, PluginError> {
    let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let text = told.get(key).and_then(Value::as_str);
    text.map(str::to_owned).ok_or_else(|| failure(&format!("the answer has no `{key}`")))
}

fn parsed(url: &str) -> Result<Url, PluginError> {
    Url::parse(url).map_err(|_| failure("the URL of the service cannot be parsed"))
}

fn failure(message: &str) -> PluginError {
    PluginError::new(ErrorKind::Unauthorized, message)
}
