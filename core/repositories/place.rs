//! What a text says of a place: a URL, without the user name and the password in it, or a directory.

use std::path::{Component, Path, PathBuf};

use flit_sdk::Secret;
use flit_sdk::model::is_loopback_host;
use percent_encoding::percent_decode_str;
use url::{Host, Url};

use super::error::RepositoryError;

/// Where PyPI takes uploads.
pub(super) const PYPI_URL: &str = "https://upload.pypi.org/legacy/";

/// Where TestPyPI takes uploads.
pub(super) const TESTPYPI_URL: &str = "https://test.pypi.org/legacy/";

/// The protocols that carry a password so that anybody on the way can read it.
const PLAIN_PROTOCOLS: [&str; 12] = [
    "http", "ws", "ftp", "tftp", "dav", "webdav", "rsync", "git", "svn", "telnet", "gopher", "smb",
];

/// A place, and what the text says of us beside it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Place {
    /// Without user name and password.
    pub(super) url: Url,
    /// The user name in the URL.
    pub(super) username: Option<String>,
    /// The password in the URL.
    pub(super) password: Option<Secret>,
}

/// What kind of text names a repository.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Url,
    Directory,
    /// A name, or a directory if one has this name.
    Word,
}

/// Tells from the text alone what it is.
pub(super) fn kind(text: &str) -> Kind {
    let has_separator = text.contains(std::path::is_separator);
    if scheme(text).is_some() {
        Kind::Url
    } else if has_separator || matches!(text, "." | ".." | "~") {
        Kind::Directory
    } else {
        Kind::Word
    }
}

/// What stands before the first colon, if it can be a scheme. One letter is a drive.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once(':')?;
    let is_scheme = scheme.len() > 1
        && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(|next| next.is_ascii_alphanumeric() || "+-.".contains(next));
    is_scheme.then_some(scheme)
}

impl Place {
    /// Reads a URL that `origin` gives. Neither the URL nor a part of it is in an error: there may be a password in it.
    pub(super) fn of_url(text: &str, origin: &str) -> Result<Self, RepositoryError> {
        let text = text.trim();
        let failed = |reason: &str| RepositoryError::NotAUrl {
            origin: origin.into(),
            reason: reason.into(),
        };
        let Some(scheme) = scheme(text) else {
            return Err(failed("it does not begin with a scheme such as `https:`"));
        };
        let rest = &text[scheme.len() + 1..];
        if !rest.starts_with('/') && looks_like_host(scheme, rest) {
            return Err(RepositoryError::NoScheme { origin: origin.into() });
        }
        let url = Url::parse(text).map_err(|error| failed(&error.to_string()))?;
        if has_misplaced_at(&url) {
            return Err(RepositoryError::MisplacedAt { origin: origin.into() });
        }
        if url.scheme() == "file" {
            return match url.to_file_path() {
                Ok(path) if rest.starts_with('/') => Self::of_directory(&path, origin),
                Ok(_) => {
                    Err(failed("a `file:` URL has an absolute path, as in `file:///srv/index`"))
                }
                Err(()) => Err(failed("a `file:` URL has no host, as in `file:///srv/index`")),
            };
        }
        Self::without_userinfo(url).ok_or_else(|| failed("its user name or password is not UTF-8"))
    }

    /// The place of a directory, which need not exist yet.
    pub(super) fn of_directory(path: &Path, origin: &str) -> Result<Self, RepositoryError> {
        let path = resolved(path);
        if path.exists() && !path.is_dir() {
            return Err(RepositoryError::NotADirectory { origin: origin.into(), path });
        }
        match Url::from_file_path(&path) {
            Ok(url) => Ok(Self { url, username: None, password: None }),
            Err(()) => Err(RepositoryError::NotADirectory { origin: origin.into(), path }),
        }
    }

    fn without_userinfo(mut url: Url) -> Option<Self> {
        let decoded = |text: &str| -> Option<Option<String>> {
            let decoded = percent_decode_str(text).decode_utf8().ok()?;
            Some((!decoded.is_empty()).then(|| decoded.into_owned()))
        };
        let username = decoded(url.username())?;
        let password = decoded(url.password().unwrap_or_default())?.map(Secret::new);
        if !url.cannot_be_a_base() && url.has_host() {
            // Cannot fail: the URL has a host.
            let _ = url.set_username("");
            let _ = url.set_password(None);
        }
        Some(Self { url, username, password })
    }

    /// The address that uploads to this place really go to, where PyPI has another one, and a word on why.
    ///
    /// Files of long ago name hosts that are gone, and many a text leaves out the last slash, which PyPI insists on.
    pub(super) fn mended(mut self) -> (Self, Option<String>) {
        let Some(right) = pypi_url(&self.url) else { return (self, None) };
        let mut mended = Url::parse(right).expect("a constant that a test reads");
        mended.set_query(self.url.query());
        if mended == self.url {
            return (self, None);
        }
        let note = format!("{} is not where uploads go: using {mended}", self.url);
        self.url = mended;
        (self, Some(note))
    }

    /// Whether this is PyPI or TestPyPI: there, the user of every upload is `__token__`.
    pub(super) fn is_pypi(&self) -> bool {
        pypi_url(&self.url).is_some()
    }

    /// Whether what is sent there stays on this machine, or is encrypted.
    ///
    /// Of a scheme that is no protocol (`s3://bucket/`) only its uploader knows how things go there: whoever loads it trusts
    /// it with the credentials anyway, and has no other scheme to choose. A protocol that is known to be plain is refused
    /// whoever speaks it, also under the name of an uploader (`mirror+http:`).
    pub(super) fn is_private(&self) -> bool {
        let scheme = self.url.scheme();
        let protocol = scheme.rsplit(['+', '.']).next().unwrap_or(scheme);
        !PLAIN_PROTOCOLS.contains(&protocol) || self.url.host_str().is_none_or(is_loopback_host)
    }

    /// Whether both are the same place, one perhaps without the last slash.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let bare = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
        bare(&self.url) == bare(&other.url)
    }

    /// Whether one server serves both.
    pub(super) fn has_origin_of(&self, other: &Self) -> bool {
        self.url.origin() == other.url.origin()
    }
}

/// Where uploads to this host go, if it is one of PyPI's. A port says that the user knows better.
fn pypi_url(url: &Url) -> Option<&'static str> {
    if !matches!(url.scheme(), "http" | "https") || url.port().is_some() {
        return None;
    }
    match url.host_str()?.trim_end_matches('.') {
        "upload.pypi.org" | "pypi.org" | "www.pypi.org" | "pypi.python.org" | "pypi.io"
        | "upload.pypi.io" => Some(PYPI_URL),
        "test.pypi.org" | "testpypi.python.org" => Some(TESTPYPI_URL),
        _ => None,
    }
}

/// Whether the scheme of `scheme:rest` is rather a host or a user name: `localhost:8080/`, `me:password@host`.
fn looks_like_host(scheme: &str, rest: &str) -> bool {
    scheme.contains('.')
        || scheme == "localhost"
        || rest.starts_with(|first: char| first.is_ascii_digit())
        || rest.contains('@')
}

/// Whether there is an `@` behind the host, and the host is no name of a machine: then it is rather the user name, and
/// what follows is a password with a `/`, a `?` or a `#` in it.
fn has_misplaced_at(url: &Url) -> bool {
    let behind_host = [Some(url.path()), url.query(), url.fragment()];
    let has_at = behind_host.into_iter().flatten().any(|part| part.contains('@'));
    let is_machine = match url.host() {
        Some(Host::Domain(name)) => name.contains('.') || name == "localhost",
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
        None => return false,
    };
    has_at && !is_machine
}

/// The path without `.` and `..`. Links are followed only before a `..`, so that it means what it means to a shell.
fn resolved(path: &Path) -> PathBuf {
    let mut resolved = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                if let Ok(real) = fs_err::canonicalize(&resolved) {
                    resolved = real;
                }
                resolved.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => {
                resolved.push(component);
            }
        }
    }
    resolved
}

#[cfg(test)]
mod tests;
