//! The way to a repository: certificates, proxies, and how long to wait.

use std::path::PathBuf;
use std::time::Duration;

use flit_sdk::model::Connection;
use flit_sdk::{Host, LogLevel, Secret};
use url::Url;

use super::RepositoryRequest;
use super::choice::{Choice, PypircFile};
use super::environment::Environment;
use super::error::RepositoryError;

/// The variables that name certificates to trust. They add to what is trusted, and so do not compete with `--ca-cert`.
const CA_VARIABLES: [&str; 4] =
    ["TWINE_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"];

/// Settles how to get to the repository.
pub(super) fn connection(
    host: &dyn Host,
    request: &RepositoryRequest,
    environment: &Environment,
    choice: &Choice,
    file: &PypircFile,
) -> Result<Connection, RepositoryError> {
    if choice.place.url.scheme() == "file" {
        return Ok(Connection::default());
    }
    let settings = Settings { request, environment, choice, file };
    let any_proxy = || environment.first_set(["all_proxy", "ALL_PROXY"]);
    // In a CGI program, `HTTP_PROXY` is a header of whoever sent the request.
    let upper =
        if environment.text("REQUEST_METHOD").is_some() { "http_proxy" } else { "HTTP_PROXY" };
    let proxy_of = |names| environment.first_set(names).or_else(any_proxy).map(proxy).transpose();
    let no_proxy = environment.first_set(["no_proxy", "NO_PROXY"]);
    Ok(Connection {
        ca_certs: settings.ca_certs(host)?,
        client_cert: settings.client_cert(host)?,
        http_proxy: proxy_of(["http_proxy", upper])?,
        https_proxy: proxy_of(["https_proxy", "HTTPS_PROXY"])?,
        no_proxy: no_proxy.map(|(_, hosts)| hosts.to_owned()),
        stall_timeout: stall_timeout(environment)?,
        allows_plain_http: request.allows_plain_http,
    })
}

/// Where the settings of a connection stand.
struct Settings<'a> {
    request: &'a RepositoryRequest,
    environment: &'a Environment,
    choice: &'a Choice,
    file: &'a PypircFile,
}

impl Settings<'_> {
    fn ca_certs(&self, host: &dyn Host) -> Result<Vec<PathBuf>, RepositoryError> {
        let explicit = self.explicit("`--ca-cert`", self.request.ca_cert.as_ref(), "ca_cert")?;
        let variables = CA_VARIABLES.iter().filter_map(|name| self.variable(host, name));
        let mut ca_certs: Vec<PathBuf> = explicit.into_iter().collect();
        for path in variables {
            if !ca_certs.contains(&path) {
                ca_certs.push(path);
            }
        }
        Ok(ca_certs)
    }

    fn client_cert(&self, host: &dyn Host) -> Result<Option<PathBuf>, RepositoryError> {
        let typed = self.request.client_cert.as_ref();
        let explicit = self.explicit("`--client-cert`", typed, "client_cert")?;
        Ok(explicit.or_else(|| self.variable(host, "SSL_CLIENT_CERT")))
    }

    /// The file that an option names, or else a key of `.pypirc`: it must be there.
    fn explicit(
        &self,
        option: &str,
        typed: Option<&PathBuf>,
        key: &'static str,
    ) -> Result<Option<PathBuf>, RepositoryError> {
        let (origin, path) = if let Some(typed) = typed {
            (option.into(), self.request.base.join(typed))
        } else {
            let mut found = None;
            for section in &self.choice.sections {
                if let Some(text) = self.file.text(section, key)? {
                    let origin = format!("`{key}` in [{}] of {}", section.name, self.file.shown);
                    found = Some((origin, self.file.named_path(&text)));
                    break;
                }
            }
            let Some(found) = found else { return Ok(None) };
            found
        };
        if path.is_file() {
            Ok(Some(path))
        } else {
            Err(RepositoryError::NoCertificate { origin, path })
        }
    }

    /// The file that a variable names, most likely for other programs: left out if it is not there.
    fn variable(&self, host: &dyn Host, name: &str) -> Option<PathBuf> {
        let path = self.request.base.join(self.environment.path(name)?);
        if !path.is_file() {
            let shown = path.display();
            let message = format!("`{name}` names {shown}, which is no file: it is left out");
            host.log(LogLevel::Warning, &message);
            return None;
        }
        Some(path)
    }
}

/// The URL of a proxy: `http` unless it says otherwise, as all programs have it.
fn proxy((variable, text): (&'static str, &str)) -> Result<Secret, RepositoryError> {
    let url = if text.contains("://") { text.into() } else { format!("http://{text}") };
    let failed = |reason: String| RepositoryError::Proxy { variable, reason };
    let parsed = Url::parse(&url).map_err(|error| failed(error.to_string()))?;
    if !parsed.has_host() {
        return Err(failed("there is no host in it".into()));
    }
    Ok(Secret::new(url))
}

fn stall_timeout(environment: &Environment) -> Result<Option<Duration>, RepositoryError> {
    let Some(value) = environment.text("FLIT_TIMEOUT") else { return Ok(None) };
    let seconds = value.trim().parse().ok().filter(|seconds| *seconds > 0.0);
    let timeout = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    timeout.map(Some).ok_or_else(|| RepositoryError::Timeout { value: value.into() })
}

#[cfg(test)]
mod tests;
