//! The three questions of trusted publishing: for whom, a token please, and that one is done with.

use std::time::SystemTime;

use flit_sdk::model::{CiIdentity, Credentials, MintedCredentials};
use flit_sdk::{ErrorKind, Host, LogLevel, PluginError, Secret};
use reqwest::Url;
use serde_json::{Value, json};

use super::refusal;
use crate::client::{Answer, Client};
use crate::retry_after::retry_after;
use crate::route;
use crate::service::Service;

/// Asks whom identity tokens are to be made for; `None` if the server knows nothing of trusted publishing.
pub(super) fn audience(
    host: &dyn Host,
    client: &Client,
    server: &Url,
) -> Result<Option<String>, PluginError> {
    let answer = client.get(host, &endpoint(server, "audience"), "application/json")?;
    let told: Option<Value> = serde_json::from_slice(&answer.body).ok();
    match (answer.status, told) {
        (200, Some(told)) => match told.get("audience").and_then(Value::as_str) {
            Some(audience) => checked_audience(server, audience).map(Some),
            None => Ok(None),
        },
        (403, Some(told)) if is_of_trusted_publishing(server, &told) => {
            Err(refusal::disabled(server, None))
        }
        (408 | 425 | 429 | 500.., _) => Err(unavailable(server, &answer)),
        // Servers of all kinds answer in many ways what they have never heard of: a page, a redirect to one, a 401.
        _ => Ok(None),
    }
}

/// Whether a 403 is about trusted publishing; other servers forbid all that they do not know.
fn is_of_trusted_publishing(server: &Url, told: &Value) -> bool {
    let message = told.get("message").and_then(Value::as_str).unwrap_or_default();
    Service::of(server).is_some() || message.to_ascii_lowercase().contains("trusted publishing")
}

/// Refuses an audience that could make a token good for something else than this server.
fn checked_audience(server: &Url, audience: &str) -> Result<String, PluginError> {
    let name = route::authority(server);
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b"._-:/@+~".contains(&byte);
    let is_plain = audience.len() <= 255
        && audience.starts_with(|first: char| first.is_ascii_alphanumeric())
        && audience.bytes().all(is_known);
    if !is_plain {
        let message = format!("`{name}` wants tokens for an audience that cannot be one");
        return Err(PluginError::new(ErrorKind::Untrusted, message));
    }
    let is_of_others = matches!(audience, "pypi" | "testpypi" | "sigstore");
    if is_of_others && Service::of(server).is_none() && !route::is_loopback(server) {
        let message = format!(
            "`{name}` wants tokens for `{audience}`, with which it could publish there in your name"
        );
        return Err(PluginError::new(ErrorKind::Untrusted, message));
    }
    Ok(audience.to_owned())
}

/// Trades an identity token for credentials.
pub(super) fn mint(
    host: &dyn Host,
    client: &Client,
    server: &Url,
    identity: &CiIdentity,
    token: &Secret,
) -> Result<MintedCredentials, PluginError> {
    let json = json!({ "token": token.expose() }).to_string();
    let answer = client.post_json(host, &endpoint(server, "mint-token"), json)?;
    let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    match answer.status {
        200 => {}
        408 | 425 | 429 | 500.. => return Err(unavailable(server, &answer)),
        _ => {
            let refused = refusal::Refused { server, identity, token, answer: &answer };
            return Err(refused.explain(&told, SystemTime::now()));
        }
    }
    let minted = told.get("token").and_then(Value::as_str).filter(|minted| is_usable(minted));
    let Some(minted) = minted else {
        let message = format!("`{}` took the identity but gave no token", route::authority(server));
        return Err(PluginError::new(ErrorKind::Unsupported, message));
    };
    Ok(MintedCredentials {
        credentials: Credentials {
            username: "__token__".into(),
            password: Secret::new(minted),
            source: format!("trusted publishing from {}", identity.service()),
        },
        expires_at: told.get("expires").and_then(seconds),
    })
}

/// Whether the token can stand in a header.
fn is_usable(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A point in time in whole seconds, however the number is written.
fn seconds(value: &Value) -> Option<u64> {
    let whole = || {
        let text = value.as_f64()?.trunc().to_string();
        text.parse().ok()
    };
    value.as_u64().or_else(whole)
}

/// Tells the server that the credentials are not needed any more.
pub(super) fn burn(
    host: &dyn Host,
    client: &Client,
    server: &Url,
    credentials: &Credentials,
) -> Result<(), PluginError> {
    let json = json!({ "token": credentials.password.expose() }).to_string();
    let answer = client.post_json(host, &endpoint(server, "burn-token"), json)?;
    let name = route::authority(server);
    match answer.status {
        200..=299 => Ok(()),
        404 | 405 | 410 => {
            let message = format!("`{name}` cannot burn tokens; they end by themselves");
            host.log(LogLevel::Debug, &message);
            Ok(())
        }
        408 | 425 | 429 | 500.. => Err(unavailable(server, &answer)),
        status => {
            let message = format!("`{name}` does not burn the token: it answered {status}");
            Err(PluginError::new(ErrorKind::Rejected, message))
        }
    }
}

fn endpoint(server: &Url, name: &str) -> Url {
    let mut url = server.clone();
    url.set_path(&format!("/_/oidc/{name}"));
    url.set_query(None);
    url.set_fragment(None);
    url
}

fn unavailable(server: &Url, answer: &Answer) -> PluginError {
    let (name, status) = (route::authority(server), answer.status);
    let message = format!("trusted publishing at `{name}` is not available: it answered {status}");
    let retry_after = retry_after(answer);
    PluginError { retry_after, ..PluginError::new(ErrorKind::Unavailable, message) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_audience_of_others_is_refused() {
        let check = |server: &str, audience: &str| {
            checked_audience(&Url::parse(server).unwrap(), audience)
                .map_err(|error| error.to_string())
        };
        for (server, audience) in [
            ("https://upload.pypi.org/legacy/", "pypi"),
            ("https://test.pypi.org/legacy/", "testpypi"),
            ("http://127.0.0.1:8080/legacy/", "pypi"),
            ("https://index.example/", "https://index.example/a"),
        ] {
            assert_eq!(check(server, audience).as_deref(), Ok(audience));
        }
        for (audience, message) in [
            (
                "pypi",
                "`index.example` wants tokens for `pypi`, with which it could publish there in your name",
            ),
            ("", "`index.example` wants tokens for an audience that cannot be one"),
            ("--help", "`index.example` wants tokens for an audience that cannot be one"),
            ("a\"b", "`index.example` wants tokens for an audience that cannot be one"),
            ("a b", "`index.example` wants tokens for an audience that cannot be one"),
        ] {
            assert_eq!(
                check("https://index.example/", audience),
                Err(message.into()),
                "{audience}"
            );
        }
    }

    #[test]
    fn ends_are_whole_seconds() {
        for (json, expected) in [
            ("1700000000", Some(1_700_000_000)),
            ("1700000000.75", Some(1_700_000_000)),
            ("-1", None),
            ("\"1700000000\"", None),
            ("null", None),
            ("1e400", None),
        ] {
            let value = serde_json::from_str(json).unwrap_or_default();
            assert_eq!(seconds(&value), expected, "{json}");
        }
    }
}
