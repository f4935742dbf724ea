//! What the environment says of repositories and credentials; read by `cli::environment`, handed over as data.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;

use flit_sdk::program;

/// The variables that matter here. Others are not kept, except those with [`ID_TOKEN_SUFFIX`].
const NAMES: [&str; 41] = [
    // Where to, and as whom: flit's own, and what stands in for them.
    "FLIT_INDEX_URL",
    "FLIT_USERNAME",
    "FLIT_PASSWORD",
    "FLIT_TIMEOUT",
    "FLIT_RETRIES",
    "FLIT_RETRY_DELAY",
    "TWINE_REPOSITORY",
    "TWINE_REPOSITORY_URL",
    "TWINE_USERNAME",
    "TWINE_PASSWORD",
    "TWINE_CERT",
    "UV_PUBLISH_URL",
    "UV_PUBLISH_CHECK_URL",
    "UV_PUBLISH_TOKEN",
    "UV_PUBLISH_USERNAME",
    "UV_PUBLISH_PASSWORD",
    // The way there.
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "SSL_CLIENT_CERT",
    "http_proxy",
    "HTTP_PROXY",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
    "REQUEST_METHOD",
    // Where files and programs are.
    "HOME",
    "USERPROFILE",
    "NETRC",
    "PATH",
    // CI services.
    "GITHUB_ACTIONS",
    "ACTIONS_ID_TOKEN_REQUEST_URL",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "GITLAB_CI",
    "BUILDKITE",
    "CIRCLECI",
    "GOOGLE_SERVICE_ACCOUNT_NAME",
    "K_SERVICE",
];

/// How the names end of the variables that GitLab keeps identities in.
pub(super) const ID_TOKEN_SUFFIX: &str = "_ID_TOKEN";

/// The variables that matter here. Many of them may hold a secret, so `Debug` shows their names alone.
#[derive(Clone, Default)]
pub(crate) struct Environment {
    variables: BTreeMap<String, OsString>,
}

impl Environment {
    /// Keeps of all variables those that matter.
    pub(crate) fn of<N, V>(variables: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<OsString>,
        V: Into<OsString>,
    {
        let kept = variables.into_iter().filter_map(|(name, value)| {
            let name = name.into().into_string().ok()?;
            let matters = NAMES.contains(&name.as_str()) || name.ends_with(ID_TOKEN_SUFFIX);
            matters.then(|| (name, value.into()))
        });
        Self { variables: kept.collect() }
    }

    /// The value of a variable, without the line ending that a file or a command left on it. An empty one counts as none:
    /// CI services set those for secrets that they do not have.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let text = self.value(name)?.to_str()?.trim_end_matches(['\r', '\n']);
        (!text.is_empty()).then_some(text)
    }

    /// The value of a variable that holds a path.
    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        self.value(name).filter(|value| !value.is_empty()).map(PathBuf::from)
    }

    /// The value of the first of two variables that is set, even to nothing: that is how a proxy is switched off.
    pub(super) fn first_set(&self, names: [&'static str; 2]) -> Option<(&'static str, &str)> {
        let (name, value) =
            names.into_iter().find_map(|name| Some((name, self.value(name)?.to_str()?)))?;
        Some((name, value.trim())).filter(|(_, value)| !value.is_empty())
    }

    /// Whether the variable is there but empty.
    pub(super) fn is_empty(&self, name: &str) -> bool {
        self.value(name).is_some_and(|value| value.to_string_lossy().trim().is_empty())
    }

    /// Whether a variable says yes, as those of CI services do.
    pub(super) fn is_true(&self, name: &str) -> bool {
        self.text(name).is_some_and(|value| !matches!(value, "0" | "false"))
    }

    /// The names of the variables whose name ends so, with the rest of the name and the value.
    pub(super) fn ending_with(&self, suffix: &str) -> Vec<(String, String)> {
        let names = self.variables.keys();
        names
            .filter_map(|name| {
                let stem = name.strip_suffix(suffix).filter(|stem| !stem.is_empty())?;
                Some((stem.to_owned(), self.text(name)?.to_owned()))
            })
            .collect()
    }

    /// The variables whose value is no text, though they should be: they are left out.
    pub(super) fn unreadable(&self) -> impl Iterator<Item = &str> {
        const PATHS: [&str; 9] = [
            "HOME",
            "USERPROFILE",
            "NETRC",
            "PATH",
            "TWINE_CERT",
            "REQUESTS_CA_BUNDLE",
            "CURL_CA_BUNDLE",
            "SSL_CERT_FILE",
            "SSL_CLIENT_CERT",
        ];
        let is_bad = |value: &OsStr| value.to_str().is_none();
        self.variables
            .iter()
            .filter(move |(name, value)| !PATHS.contains(&name.as_str()) && is_bad(value))
            .map(|(name, _)| name.as_str())
    }

    /// The program of that name in the directories of `PATH`, wherever this is started.
    pub(super) fn program(&self, name: &str) -> Option<PathBuf> {
        program::find(self.value("PATH")?, name)
    }

    /// The home directory of the user.
    pub(super) fn home(&self) -> Option<PathBuf> {
        self.path("HOME").or_else(|| self.path("USERPROFILE"))
    }

    fn value(&self, name: &str) -> Option<&OsStr> {
        debug_assert!(NAMES.contains(&name) || name.ends_with(ID_TOKEN_SUFFIX), "{name}");
        self.variables.get(name).map(OsString::as_os_str)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_matters_and_shows_no_value() {
        let environment = Environment::of([
            ("FLIT_PASSWORD", "canary\r\n"),
            ("PYPI_ID_TOKEN", "canary"),
            ("EDITOR", "canary"),
            ("FLIT_USERNAME", ""),
        ]);
        assert_eq!(environment.text("FLIT_PASSWORD"), Some("canary"));
        assert_eq!(environment.text("FLIT_USERNAME"), None);
        assert!(environment.is_empty("FLIT_USERNAME") && !environment.is_empty("FLIT_PASSWORD"));
        assert_eq!(
            environment.ending_with("_ID_TOKEN"),
            [("PYPI".to_owned(), "canary".to_owned())]
        );
        assert_eq!(
            format!("{environment:?}"),
            r#"{"FLIT_PASSWORD", "FLIT_USERNAME", "PYPI_ID_TOKEN"}"#
        );
    }

    #[test]
    fn an_empty_variable_switches_the_other_off() {
        let environment = Environment::of([("http_proxy", ""), ("HTTP_PROXY", "http://proxy")]);
        assert_eq!(environment.first_set(["http_proxy", "HTTP_PROXY"]), None);
        let environment = Environment::of([("HTTP_PROXY", "http://proxy")]);
        assert_eq!(
            environment.first_set(["http_proxy", "HTTP_PROXY"]),
            Some(("HTTP_PROXY", "http://proxy"))
        );
    }
}
