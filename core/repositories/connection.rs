//! The way to a repository: certificates, proxies, and how long to wait.

use std::path::{Path, PathBuf};

use flit_sdk::model::Connection;
use flit_sdk::{Host, LogLevel, Secret};
use url::Url;

use super::RepositoryRequest;
use super::choice::{Choice, PypircFile};
use super::environment::Environment;
use super::error::RepositoryError;
use super::number::stall_timeout;
use super::small_file;

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
        let mut ca_certs: Vec<PathBuf> = explicit.into_iter().map(|(_, path)| path).collect();
        for path in variables {
            if !ca_certs.contains(&path) {
                ca_certs.push(path);
            }
        }
        Ok(ca_certs)
    }

    fn client_cert(&self, host: &dyn Host) -> Result<Option<PathBuf>, RepositoryError> {
        let typed = self.request.client_cert.as_ref();
        if let Some((origin, path)) = self.explicit("`--client-cert`", typed, "client_cert")? {
            return match problem_of(&path) {
                Some(problem) => Err(RepositoryError::ClientCertificate { origin, path, problem }),
                None => Ok(Some(path)),
            };
        }
        let variable = "SSL_CLIENT_CERT";
        let Some(path) = self.variable(host, variable) else { return Ok(None) };
        let Some(problem) = problem_of(&path) else { return Ok(Some(path)) };
        let message =
            format!("`{variable}` names {}, which {problem}: it is left out", path.display());
        host.log(LogLevel::Warning, &message);
        Ok(None)
    }

    /// The file that an option names, or else a key of `.pypirc`, and who names it: it must be there.
    fn explicit(
        &self,
        option: &str,
        typed: Option<&PathBuf>,
        key: &'static str,
    ) -> Result<Option<(String, PathBuf)>, RepositoryError> {
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
            Ok(Some((origin, path)))
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

/// What is wrong with a file that should hold our certificate and its key. Found before anything is built, for the answer
/// of a server that got no certificate tells nobody why.
fn problem_of(path: &Path) -> Option<String> {
    let bytes = match small_file::read(path) {
        Ok(bytes) => bytes,
        Err(error) => return Some(format!("cannot be used: {error}")),
    };
    let text = String::from_utf8_lossy(&bytes);
    let has = |what: &str| {
        let is_label = |line: &str| line.starts_with("-----BEGIN ") && line.ends_with(what);
        text.lines().any(|line| is_label(line.trim_end()))
    };
    if !has("CERTIFICATE-----") {
        Some("holds no certificate in PEM format".into())
    } else if has(" ENCRYPTED PRIVATE KEY-----") || text.contains("Proc-Type: 4,ENCRYPTED") {
        Some("holds a private key that wants a passphrase".into())
    } else if !has("PRIVATE KEY-----") {
        Some("holds a certificate without its private key".into())
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
