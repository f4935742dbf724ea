//! Trades the identity of a CI job for credentials, and gives them back.

mod claims;
mod exchange;
mod identity;
mod program;
mod refusal;

use flit_sdk::model::{CiIdentity, Credentials, MintedCredentials};
use flit_sdk::{ErrorKind, Host, LogLevel, PluginError, Target};
use reqwest::Url;

use crate::client::{Client, parse_url};
use crate::route;
use identity::Services;

/// Trades `identity` for credentials. Every call proves the identity anew, because a proof may be used once.
pub(crate) fn mint(
    host: &dyn Host,
    target: &Target<'_>,
    identity: &CiIdentity,
) -> Result<Option<MintedCredentials>, PluginError> {
    mint_with(host, target, identity, &Services::default())
}

fn mint_with(
    host: &dyn Host,
    target: &Target<'_>,
    identity: &CiIdentity,
    services: &Services,
) -> Result<Option<MintedCredentials>, PluginError> {
    let server = safe_server(target)?;
    let client = Client::new(&Target { credentials: None, ..*target })?;
    let Some(audience) = exchange::audience(host, &client, &server)? else {
        let name = route::authority(&server);
        host.log(LogLevel::Debug, &format!("`{name}` knows no trusted publishing"));
        return Ok(None);
    };
    let token = identity::token(host, &client, services, identity, &audience)
        .map_err(|error| error.context(no_identity(identity)))?;
    let minted = exchange::mint(host, &client, &server, identity, &token)?;
    Ok(Some(minted))
}

/// Makes `credentials` worthless.
pub(crate) fn burn(
    host: &dyn Host,
    target: &Target<'_>,
    credentials: &Credentials,
) -> Result<(), PluginError> {
    let server = safe_server(target)?;
    let client = Client::new(&Target { credentials: None, ..*target })?;
    exchange::burn(host, &client, &server, credentials)
}

fn no_identity(identity: &CiIdentity) -> String {
    format!("cannot prove that this is a job of {}", identity.service())
}

/// The URL of the repository, if what is sent there is safe from others.
fn safe_server(target: &Target<'_>) -> Result<Url, PluginError> {
    let url = parse_url(&target.repository.url)?;
    if is_safe(&url) {
        return Ok(url);
    }
    let name = route::authority(&url);
    let message =
        format!("trusted publishing at `{name}` would go over plain `http`, for all to read");
    Err(PluginError::new(ErrorKind::Untrusted, message)
        .hint("write the URL of the repository with `https`"))
}

/// Whether nobody on the way can read what is sent to `url`.
fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && route::is_loopback(url))
}

#[cfg(test)]
mod tests;
