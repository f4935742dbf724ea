//! What can go wrong on the way to an answer, as errors that say where and what to do.

use std::error::Error;
use std::time::Duration;

use flit_sdk::{ErrorKind, PluginError};
use reqwest::Url;

use crate::client::Client;
use crate::explain::proxy_unauthorized;
use crate::route;
use crate::waiting::{Interruption, Phase};

/// Why there is no answer.
pub(crate) enum Fault {
    /// The request failed.
    Request(reqwest::Error),
    /// Who was given the body did not want it.
    Sink(PluginError),
}

/// A request without an answer.
pub(crate) struct Failure {
    pub(crate) error: PluginError,
    /// Whether the server closed the connection, and may have said why before.
    pub(crate) is_reset: bool,
}

impl From<PluginError> for Failure {
    fn from(error: PluginError) -> Self {
        Self { error, is_reset: false }
    }
}

/// What is to be said of `fault`.
pub(crate) fn explain(fault: Fault, client: &Client, url: &Url) -> Failure {
    let error = match fault {
        Fault::Sink(error) => return error.into(),
        Fault::Request(error) => error.without_url(),
    };
    let causes = chain(&error);
    let is_reset = causes.iter().any(|cause| {
        let error = cause.downcast_ref::<std::io::Error>();
        error.is_some_and(|error| RESETS.contains(&error.kind()))
    });
    Failure { error: words(&error, &causes, client, url), is_reset }
}

const RESETS: [std::io::ErrorKind; 3] = [
    std::io::ErrorKind::BrokenPipe,
    std::io::ErrorKind::ConnectionAborted,
    std::io::ErrorKind::ConnectionReset,
];

fn words(
    error: &reqwest::Error,
    causes: &[&(dyn Error + 'static)],
    client: &Client,
    url: &Url,
) -> PluginError {
    let host = route::authority(url);
    if let Some(tls) = causes.iter().find_map(|cause| cause.downcast_ref::<rustls::Error>()) {
        return tls_fault(tls, lost(error), client, &host);
    }
    // The first says that a request failed; those of the libraries below say which of their functions it was in.
    let is_detail = |cause: &String| {
        !cause.starts_with("client error (") && !WRAPPERS.contains(&cause.as_str())
    };
    let mut said: Vec<_> =
        causes.iter().skip(1).map(ToString::to_string).filter(is_detail).collect();
    said.dedup();
    if said.iter().any(|cause| cause.contains("proxy authorization required")) {
        return proxy_unauthorized(client.proxy_of(url).as_deref());
    }
    let through = through(client, url);
    let of_http = causes.iter().find_map(|cause| cause.downcast_ref::<hyper::Error>());
    let message = if error.is_connect() {
        format!("cannot connect to `{host}`{through}")
    } else if of_http.is_some_and(hyper::Error::is_parse) {
        format!("what `{host}` answers is not HTTP{through}")
    } else {
        format!("`{host}` closed the connection without an answer{through}")
    };
    PluginError { causes: said, ..PluginError::new(lost(error), message) }
}

/// Whether anything can have been sent: a handshake that fails is a connection that was not made.
fn lost(error: &reqwest::Error) -> ErrorKind {
    if error.is_connect() { ErrorKind::Unreachable } else { ErrorKind::Network }
}

/// What says no more than the message above it.
const WRAPPERS: [&str; 7] = [
    "connection closed before message completed",
    "connection error",
    "dns error",
    "error resolving DNS",
    "error writing a body to connection",
    "invalid HTTP version parsed",
    "tcp connect error",
];

fn through(client: &Client, url: &Url) -> String {
    client.proxy_of(url).map_or_else(String::new, |proxy| format!(" through the proxy `{proxy}`"))
}

/// What is to be said when waiting was ended.
pub(crate) fn interrupted(interruption: Interruption, client: &Client, url: &Url) -> PluginError {
    let host = route::authority(url);
    let (phase, silence) = match interruption {
        Interruption::Cancelled => return PluginError::new(ErrorKind::Cancelled, "stopped"),
        Interruption::Stalled(phase, silence) => (phase, silence),
    };
    let silence = seconds(silence);
    let through = through(client, url);
    let message = match phase {
        Phase::Asking | Phase::Listening => {
            format!("`{host}` did not answer for {silence}{through}")
        }
        Phase::Sending => format!("`{host}` took nothing of the file for {silence}{through}"),
        Phase::Thinking => {
            format!("`{host}` has the whole file, but did not answer for {silence}{through}")
        }
        Phase::Receiving => {
            format!("`{host}` stopped in the middle of its answer for {silence}{through}")
        }
    };
    PluginError::new(ErrorKind::Network, message)
}

/// A body that ends too early.
pub(crate) fn lost_body(url: &Url) -> PluginError {
    let host = route::authority(url);
    PluginError::new(ErrorKind::Network, format!("the answer of `{host}` ends in the middle"))
}

/// Credentials that would go over the network for all to read.
pub(crate) fn plain_http(url: &Url) -> PluginError {
    let host = route::authority(url);
    PluginError::new(
        ErrorKind::Untrusted,
        format!("the credentials for `{host}` would go over plain `http`, for all to read"),
    )
    .hint("make the URL of the repository one with `https`; `--allow-http` sends them all the same")
}

fn tls_fault(error: &rustls::Error, lost: ErrorKind, client: &Client, host: &str) -> PluginError {
    use rustls::{AlertDescription, CertificateError};

    let with_causes =
        |kind, message: String, causes| PluginError { causes, ..PluginError::new(kind, message) };
    let cause = error.to_string();
    match error {
        rustls::Error::InvalidCertificate(reason) => {
            let is_other_name = matches!(
                reason,
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }
            );
            let hint = if is_other_name {
                "is the URL of the repository the right one?"
            } else {
                "if the server is the right one, name the file with the certificate of its authority (`--ca-cert`)"
            };
            let message = format!("`{host}` shows a certificate that is not trusted");
            with_causes(ErrorKind::Untrusted, message, vec![cause, client.trusted()]).hint(hint)
        }
        rustls::Error::AlertReceived(
            AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::UnknownCA
            | AlertDescription::CertificateUnknown
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateRevoked
            | AlertDescription::AccessDenied,
        ) => {
            let message = format!("`{host}` wants to see a certificate, or another one");
            with_causes(ErrorKind::Unauthorized, message, vec![cause])
                .hint("name the file with the certificate and its key (`--client-cert`)")
        }
        // The library calls so what it cannot find among the certificates of the system.
        rustls::Error::General(_) => {
            let message = format!("the certificate of `{host}` cannot be judged");
            with_causes(ErrorKind::Untrusted, message, vec![cause])
                .hint("install the certificates of your system, or name a file with those to trust (`--ca-cert`)")
        }
        // Foreign: what else may go wrong between two programs that speak TLS.
        _ => {
            let message = format!("`{host}` does not speak TLS as it should");
            with_causes(lost, message, vec![cause])
                .hint("is `https` right for this server, and its port?")
        }
    }
}

/// The error and all that it was caused by. An I/O error hides what it was made from, so that is looked for as well.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    let mut chain = vec![error];
    let mut next = error.source();
    while let Some(error) = next {
        chain.push(error);
        let hidden = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = match hidden {
            Some(hidden) => Some(hidden as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    chain
}

fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}
