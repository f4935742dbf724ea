//! The way to a URL: directly, or through which proxy.

use flit_sdk::model::{Connection, is_loopback_host};
use flit_sdk::{ErrorKind, PluginError, Secret};
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

/// Which proxies there are, and for what.
#[derive(Clone)]
pub(crate) struct Proxies {
    http: Option<Url>,
    https: Option<Url>,
    /// Tells which hosts are reached without them.
    matcher: std::sync::Arc<Matcher>,
    /// The entries of `NO_PROXY` that name a port, which the matcher does not know.
    direct_ports: Vec<(String, u16)>,
}

impl Proxies {
    /// Reads the settings.
    pub(crate) fn new(connection: &Connection) -> Result<Self, PluginError> {
        let no_proxy = connection.no_proxy.as_deref().unwrap_or_default();
        let is_for_all = no_proxy.split(',').any(|entry| entry.trim() == "*");
        let proxy = |scheme, url: &Option<Secret>| match url {
            Some(url) if !is_for_all => proxy_url(scheme, url).map(Some),
            Some(_) | None => Ok(None),
        };
        // It is only asked whether there is a proxy for a host, so one that is never used will do.
        let matcher = Matcher::builder().all("http://proxy.invalid").no(no_proxy).build();
        Ok(Self {
            http: proxy("http", &connection.http_proxy)?,
            https: proxy("https", &connection.https_proxy)?,
            matcher: matcher.into(),
            direct_ports: no_proxy.split(',').filter_map(host_and_port).collect(),
        })
    }

    /// The proxy that `url` is reached through, which may hold a password.
    pub(crate) fn of(&self, url: &Url) -> Option<&Url> {
        let proxy = if url.scheme() == "https" { &self.https } else { &self.http }.as_ref()?;
        let host = url.host_str()?;
        let is_named = |(name, port): &(String, u16)| {
            Some(*port) == url.port_or_known_default() && name.eq_ignore_ascii_case(host)
        };
        if self.direct_ports.iter().any(is_named) {
            return None;
        }
        let url = url.as_str().parse().ok()?;
        self.matcher.intercept(&url).map(|_| proxy)
    }
}

/// An entry of `NO_PROXY` that names a port.
fn host_and_port(entry: &str) -> Option<(String, u16)> {
    let (host, port) = entry.trim().rsplit_once(':')?;
    Some((host.trim_start_matches('.').to_owned(), port.parse().ok()?))
}

/// The URL of a proxy; without a scheme it is `http`, as everywhere.
fn proxy_url(scheme: &str, text: &Secret) -> Result<Url, PluginError> {
    let text = text.expose();
    let url =
        if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("http://{text}")) };
    url.ok()
        .filter(|url| url.has_host() && PROXY_SCHEMES.contains(&url.scheme()))
        // The text may hold a password.
        .ok_or_else(|| {
            let message = format!("what is set as proxy for `{scheme}` is not the URL of a proxy");
            PluginError::new(ErrorKind::Unsupported, message).hint(format!(
                "write a URL such as `http://proxy.example:3128` ({})",
                PROXY_SCHEMES.join(", ")
            ))
        })
}

const PROXY_SCHEMES: [&str; 5] = ["http", "https", "socks4", "socks5", "socks5h"];

/// A host, with the port if it is not the usual one: what messages call a server or a proxy, never with a password.
pub(crate) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Whether the URL is one of this very machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(is_loopback_host)
}
