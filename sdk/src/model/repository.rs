//! Where distributions go: the repository, the way to it, and who we are there.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::secret::Secret;

/// A place that distributions are published to.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Repository {
    /// What configuration calls it, such as `testpypi`; `None` if the URL was given instead.
    pub name: Option<String>,
    /// Where uploads go: an absolute URL without user name and password. A directory is a `file:` URL.
    pub url: String,
    /// Where the index of the repository is that installers read (the Simple API), as an absolute URL without user name
    /// and password; `None` if nobody said it, and it can only be told from `url`.
    pub index_url: Option<String>,
    /// How to get there.
    pub connection: Connection,
}

/// How to get to a repository over the network. Plugins never read the environment: what the user set is here.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Connection {
    /// PEM files with certificates to trust beside those of the system.
    pub ca_certs: Vec<PathBuf>,
    /// A PEM file with the certificate, and its key, that we show to the server.
    pub client_cert: Option<PathBuf>,
    /// The proxy for `http` URLs, which may hold a password.
    pub http_proxy: Option<Secret>,
    /// The proxy for `https` URLs, which may hold a password.
    pub https_proxy: Option<Secret>,
    /// The hosts that are reached without a proxy, as `NO_PROXY` lists them.
    pub no_proxy: Option<String>,
    /// How long nothing may happen before the connection is given up; `None` leaves it to the uploader. It is never a
    /// limit for the whole of an upload.
    pub stall_timeout: Option<Duration>,
    /// Whether credentials may go over plain `http` to another machine.
    pub allows_plain_http: bool,
}

/// Who we are at a repository.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Credentials {
    /// The user name; `__token__` for an API token.
    pub username: String,
    /// The password or the token.
    pub password: Secret,
    /// Where they were found, such as "`FLIT_PASSWORD`": what an error about them names.
    pub source: String,
}

/// Credentials that a repository gave for the identity of a CI job (trusted publishing).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MintedCredentials {
    /// The credentials.
    pub credentials: Credentials,
    /// When they end, in seconds since 1970-01-01 00:00:00 UTC; `None` if nobody said.
    pub expires_at: Option<u64>,
}

/// How the CI service that this run is a job of proves the job's identity (OpenID Connect).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum CiIdentity {
    /// GitHub Actions: a token is asked for over the network.
    GitHub {
        /// `ACTIONS_ID_TOKEN_REQUEST_URL`.
        request_url: String,
        /// `ACTIONS_ID_TOKEN_REQUEST_TOKEN`.
        request_token: Secret,
    },
    /// GitLab CI: tokens are made before the job starts.
    GitLab {
        /// The value of each variable `<AUDIENCE>_ID_TOKEN`, under `<AUDIENCE>`: letters and digits in upper case, all else `_`.
        id_tokens: Vec<(String, Secret)>,
    },
    /// A machine of Google Cloud: its metadata server is asked.
    GoogleCloud {
        /// The account to speak for, if it is not the machine's own.
        service_account: Option<String>,
    },
    /// Buildkite: its agent is asked.
    Buildkite {
        /// Where `buildkite-agent` is; `None` if there is none in `PATH`.
        program: Option<PathBuf>,
    },
    /// CircleCI: its program is asked.
    CircleCi {
        /// Where `circleci` is; `None` if there is none in `PATH`.
        program: Option<PathBuf>,
    },
}

impl CiIdentity {
    /// The name of the service, for people.
    pub const fn service(&self) -> &'static str {
        match self {
            Self::GitHub { .. } => "GitHub Actions",
            Self::GitLab { .. } => "GitLab CI",
            Self::GoogleCloud { .. } => "Google Cloud",
            Self::Buildkite { .. } => "Buildkite",
            Self::CircleCi { .. } => "CircleCI",
        }
    }
}

/// Whether the host of a URL is this very machine, so that what is sent there passes no network. IPv6 addresses may be in
/// brackets, as in URLs.
///
/// ```
/// use flit_sdk::model::is_loopback_host;
///
/// assert!(["localhost", "index.localhost.", "127.0.0.2", "[::1]"].into_iter().all(is_loopback_host));
/// assert!(!["localhost.example", "10.0.0.1", "[::2]", ""].into_iter().any(is_loopback_host));
/// ```
pub fn is_loopback_host(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    let is_localhost = name
        .rsplit('.')
        .next()
        .is_some_and(|last_label| last_label.eq_ignore_ascii_case("localhost"));
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(name);
    is_localhost
        || address.parse().is_ok_and(|address: IpAddr| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_this_machine_from_others() {
        for host in [
            "localhost",
            "LocalHost",
            "localhost.",
            "a.b.localhost",
            "a.localhost.",
            "127.0.0.1",
            "127.255.0.1",
            "127.0.0.1.",
            "::1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
        ] {
            assert!(is_loopback_host(host), "{host}");
        }
        for host in [
            "",
            ".",
            "localhost..",
            "notlocalhost",
            "localhost.example",
            "127.0.0.1.example",
            "128.0.0.1",
            "0.0.0.0",
            "[::]",
            "[::ffff:128.0.0.1]",
            "[::1",
        ] {
            assert!(!is_loopback_host(host), "{host}");
        }
    }
}
