//! The HTTP client of a repository: one request at a time, no redirects, no retries.

use std::sync::Arc;

use flit_sdk::model::{Connection, Credentials};
use flit_sdk::{ErrorKind, Host, PluginError, Secret, Target};
use hyper::ext::ReasonPhrase;
use reqwest::header::{self, HeaderMap, HeaderName};
use reqwest::{Method, Url};
use tokio::runtime::Runtime;

use crate::fault::{self, Failure, Fault};
use crate::route::{self, Proxies};
use crate::trust;
use crate::waiting::{Activity, Limits, Phase, watched};

/// The forms of what a server has to say, the best first. Warehouse and devpi say all of it only in JSON; pypiserver has
/// only HTML.
pub(crate) const ACCEPT_WORDS: &str = "application/json;q=0.9, text/plain;q=0.8, text/html;q=0.7";

/// What is read of a page at most.
const PAGE_BYTES: usize = 64 * 1024 * 1024;
/// What is read of an error at most: one line of it is shown.
const ERROR_BYTES: usize = 64 * 1024;

/// A client for one call into the plugin. Its connections end with it, and with them whatever was being sent.
pub(crate) struct Client {
    http: reqwest::Client,
    /// Taken when the client is dropped.
    runtime: Option<Runtime>,
    proxies: Proxies,
    limits: Limits,
    connection: Connection,
    /// Where the credentials may go, beside nowhere.
    origin: Url,
    credentials: Option<Credentials>,
}

/// What is asked for.
pub(crate) struct Request<'a> {
    pub(crate) method: Method,
    pub(crate) url: &'a Url,
    /// The header `Accept`.
    pub(crate) accept: &'a str,
    pub(crate) authorization: Authorization<'a>,
    /// Further headers.
    pub(crate) headers: &'a [(HeaderName, &'a str)],
    pub(crate) body: Body,
}

/// Who we say we are.
pub(crate) enum Authorization<'a> {
    /// Nobody.
    None,
    /// Whom the repository knows: its credentials, if there are any and `url` is of the same origin as the repository's.
    Repository,
    /// The bearer of a token.
    Bearer(&'a Secret),
}

/// What is sent.
pub(crate) enum Body {
    /// Nothing.
    None,
    /// A text, or a form without a file.
    Bytes { bytes: Vec<u8>, content_type: String },
    /// A file in a form, as it is read; the activity is told by it.
    Streamed { body: reqwest::Body, activity: Arc<Activity>, content_type: String },
}

/// What a server answered. Nothing shows it as it is: servers may repeat secrets.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// What HTTP/1.1 has behind the status; empty if it is the usual one.
    pub(crate) reason: String,
    pub(crate) headers: HeaderMap,
    /// The body, or as much of it as was read.
    pub(crate) body: Vec<u8>,
    /// Whether all of the body was read.
    pub(crate) end: BodyEnd,
}

/// How the body of an answer ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum BodyEnd {
    /// It is complete.
    Complete,
    /// There is more than is read of such a body.
    TooLong,
    /// The connection was lost in the middle of it. Only an answer to [`Body::Streamed`] has this; else it is an error.
    Lost,
}

impl Answer {
    /// The value of a header, whatever bytes it has.
    pub(crate) fn header(&self, name: HeaderName) -> Option<String> {
        let value = self.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
    }

    /// The media type without parameters, in lower case; empty if none is given.
    pub(crate) fn content_type(&self) -> String {
        let value = self.header(header::CONTENT_TYPE).unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Client {
    /// A client for `target`. Nothing is sent yet.
    pub(crate) fn new(target: &Target<'_>) -> Result<Self, PluginError> {
        let connection = &target.repository.connection;
        let proxies = Proxies::new(connection)?;
        let limits = Limits::new(connection.stall_timeout);
        let of_url = proxies.clone();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(trust::tls_config(connection)?)
            .user_agent(concat!("flit/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            // A connection that waited may be closed just when it is used, and an upload cannot be begun again.
            .pool_max_idle_per_host(0)
            .connect_timeout(limits.connect)
            .no_proxy()
            .proxy(reqwest::Proxy::custom(move |url| of_url.of(url).cloned()))
            .build()
            .map_err(|error| PluginError::from_error(ErrorKind::Other, &error))?;
        let runtime =
            tokio::runtime::Builder::new_current_thread().event_interval(1).enable_all().build()?;
        Ok(Self {
            http,
            runtime: Some(runtime),
            proxies,
            limits,
            connection: connection.clone(),
            origin: parse_url(&target.repository.url)?,
            credentials: target.credentials.cloned(),
        })
    }

    /// Gets a page, with the repository's credentials if it is the repository's own.
    pub(crate) fn get(
        &self,
        host: &dyn Host,
        url: &Url,
        accept: &str,
    ) -> Result<Answer, PluginError> {
        let authorization = Authorization::Repository;
        self.send(host, Request { authorization, ..Request::get(url, accept) })
    }

    /// Posts a JSON text without credentials.
    pub(crate) fn post_json(
        &self,
        host: &dyn Host,
        url: &Url,
        json: String,
    ) -> Result<Answer, PluginError> {
        let body = Body::Bytes { bytes: json.into(), content_type: "application/json".into() };
        let request =
            Request { method: Method::POST, body, ..Request::get(url, "application/json") };
        self.send(host, request)
    }

    /// Sends a request and reads the answer, whatever its status.
    pub(crate) fn send(
        &self,
        host: &dyn Host,
        request: Request<'_>,
    ) -> Result<Answer, PluginError> {
        self.exchange(host, request, None).map_err(|failure| failure.error)
    }

    /// Sends a request with a body that may be refused before it is sent. The error says whether it was.
    pub(crate) fn send_large(
        &self,
        host: &dyn Host,
        request: Request<'_>,
    ) -> Result<Answer, Failure> {
        self.exchange(host, request, None)
    }

    /// Gets a page or a file with the repository's credentials if it is the repository's own, and hands the body of a
    /// `200` to `sink`, piece by piece. The answer has a body only if its status is another.
    pub(crate) fn download(
        &self,
        host: &dyn Host,
        url: &Url,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), PluginError>,
    ) -> Result<Answer, PluginError> {
        let authorization = Authorization::Repository;
        let request = Request { authorization, ..Request::get(url, "*/*") };
        self.exchange(host, request, Some(sink)).map_err(|failure| failure.error)
    }

    /// The proxy that `url` is reached through, as messages name it.
    pub(crate) fn proxy_of(&self, url: &Url) -> Option<String> {
        self.proxies.of(url).map(route::authority)
    }

    /// Whose certificates are trusted, for a message.
    pub(crate) fn trusted(&self) -> String {
        trust::trusted(&self.connection)
    }

    fn exchange(
        &self,
        host: &dyn Host,
        request: Request<'_>,
        sink: Option<Sink<'_>>,
    ) -> Result<Answer, Failure> {
        let url = request.url;
        let (built, activity) = self.build(request)?;
        let uploads = activity.phase() == Phase::Sending;
        let runtime = self.runtime.as_ref().expect("it is taken only when the client is dropped");
        let answered = runtime.block_on(watched(host, self.limits, &activity, async {
            let response = self.http.execute(built).await.map_err(Fault::Request)?;
            read(response, &activity, sink).await
        }));
        let answer = match answered {
            Ok(Ok(answer)) => answer,
            Ok(Err(fault)) => return Err(fault::explain(fault, self, url)),
            Err(interruption) => return Err(fault::interrupted(interruption, self, url).into()),
        };
        if answer.end == BodyEnd::Lost && !uploads {
            return Err(fault::lost_body(url).into());
        }
        Ok(answer)
    }

    fn build(
        &self,
        request: Request<'_>,
    ) -> Result<(reqwest::Request, Arc<Activity>), PluginError> {
        let mut url = request.url.clone();
        // Some servers list files with them; ours come from `authorization` alone.
        let _ = (url.set_username(""), url.set_password(None));
        url.set_fragment(None);
        let mut builder =
            self.http.request(request.method, url).header(header::ACCEPT, request.accept);
        for (name, value) in request.headers {
            builder = builder.header(name, *value);
        }
        builder = match request.authorization {
            Authorization::None => builder,
            Authorization::Bearer(token) => builder.bearer_auth(token.expose()),
            Authorization::Repository => match self.credentials_for(request.url)? {
                None => builder,
                Some(Credentials { username, password, .. }) => {
                    builder.basic_auth(username, Some(password.expose()))
                }
            },
        };
        let mut activity = None;
        builder = match request.body {
            Body::None => builder,
            Body::Bytes { bytes, content_type } => {
                builder.header(header::CONTENT_TYPE, content_type).body(bytes)
            }
            Body::Streamed { body, activity: of_body, content_type } => {
                activity = Some(of_body);
                builder.header(header::CONTENT_TYPE, content_type).body(body)
            }
        };
        let request = builder
            .build()
            .map_err(|error| PluginError::from_error(ErrorKind::Other, &error.without_url()))?;
        Ok((request, activity.unwrap_or_else(|| Activity::new(Phase::Asking, 0))))
    }

    /// The credentials, if they are for the origin of `url` and may go there.
    fn credentials_for(&self, url: &Url) -> Result<Option<&Credentials>, PluginError> {
        let Some(credentials) = &self.credentials else { return Ok(None) };
        if url.origin() != self.origin.origin() {
            return Ok(None);
        }
        // A proxy that is another machine makes even this one a long way.
        let is_local =
            route::is_loopback(url) && self.proxies.of(url).is_none_or(route::is_loopback);
        let is_safe = url.scheme() == "https" || is_local || self.connection.allows_plain_http;
        if is_safe { Ok(Some(credentials)) } else { Err(fault::plain_http(url)) }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // A name that is still being looked up has a thread of its own, which nobody wants to wait for.
            runtime.shutdown_background();
        }
    }
}

impl<'a> Request<'a> {
    /// A request for a page without credentials.
    pub(crate) fn get(url: &'a Url, accept: &'a str) -> Self {
        let authorization = Authorization::None;
        Self { method: Method::GET, url, accept, authorization, headers: &[], body: Body::None }
    }
}

/// Parses the URL of a repository.
pub(crate) fn parse_url(text: &str) -> Result<Url, PluginError> {
    Url::parse(text).map_err(|error| {
        // Not the text: what cannot be parsed may hold a password anywhere.
        PluginError::from_error(ErrorKind::Unsupported, &error)
            .context("the URL of the repository cannot be parsed")
    })
}

/// Reads the answer whose head has come.
async fn read(
    mut response: reqwest::Response,
    activity: &Activity,
    mut sink: Option<Sink<'_>>,
) -> Result<Answer, Fault> {
    activity.happened(Phase::Receiving);
    let status = response.status();
    let reason = response.extensions().get::<ReasonPhrase>().map(latin1).unwrap_or_default();
    let headers = std::mem::take(response.headers_mut());
    let mut answer =
        Answer { status: status.as_u16(), reason, headers, body: vec![], end: BodyEnd::Complete };
    let limit = if status.is_success() { PAGE_BYTES } else { ERROR_BYTES };
    if status != reqwest::StatusCode::OK {
        sink = None;
    }
    loop {
        match response.chunk().await {
            Ok(None) => return Ok(answer),
            Ok(Some(chunk)) => {
                activity.happened(Phase::Receiving);
                if let Some(sink) = &mut sink {
                    sink(&chunk).map_err(Fault::Sink)?;
                } else if answer.body.len() + chunk.len() > limit {
                    answer.body.extend_from_slice(&chunk[..limit - answer.body.len()]);
                    answer.end = BodyEnd::TooLong;
                    return Ok(answer);
                } else {
                    answer.body.extend_from_slice(&chunk);
                }
            }
            Err(_) => {
                answer.end = BodyEnd::Lost;
                return Ok(answer);
            }
        }
    }
}

/// A reason phrase: bytes that say nothing of their encoding. UTF-8 if they can be, else Latin-1, as HTTP had it.
fn latin1(reason: &ReasonPhrase) -> String {
    let bytes = reason.as_bytes();
    std::str::from_utf8(bytes)
        .map_or_else(|_| bytes.iter().map(|byte| char::from(*byte)).collect(), str::to_owned)
}

type Sink<'a> = &'a mut dyn FnMut(&[u8]) -> Result<(), PluginError>;
