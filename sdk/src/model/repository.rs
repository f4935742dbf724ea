//! Where distributions go: the repository, the way to it, and who we are there.

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
    /// Buildkite: `buildkite-agent` is asked.
    Buildkite,
    /// CircleCI: `circleci` is asked.
    CircleCi,
}

impl CiIdentity {
    /// The name of the service, for people.
    pub const fn service(&self) -> &'static str {
        match self {
            Self::GitHub { .. } => "GitHub Actions",
            Self::GitLab { .. } => "GitLab CI",
            Self::GoogleCloud { .. } => "Google Cloud",
            Self::Buildkite => "Buildkite",
            Self::CircleCi => "CircleCI",
        }
    }
}
