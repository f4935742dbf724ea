//! The file `.pypirc`: repositories by name, and who we are there.

mod dialect;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use flit_sdk::Secret;

use self::dialect::RawValue;
use super::small_file::{self, SmallFileError};

/// The section that lists the others.
const LIST_SECTION: &str = "distutils";

/// The section whose user is that of every repository without one of its own.
pub(super) const LOGIN_SECTION: &str = "server-login";

/// The section whose values all others inherit.
const DEFAULT_SECTION: &str = "DEFAULT";

/// The keys that may be named in an error: what else stands before a `=` may be half a password.
const KEYS: [&str; 7] =
    ["username", "password", "repository", "ca_cert", "client_cert", "index-servers", "realm"];

/// What a `.pypirc` says.
#[derive(Debug, Default)]
pub(super) struct Pypirc {
    /// The repositories, whether or not `index-servers` lists them.
    pub(super) sections: Vec<Section>,
    /// `[server-login]`.
    pub(super) login: Option<Section>,
    /// The names in `index-servers`.
    pub(super) listed: Vec<String>,
    /// Whether other users of this machine can read the file.
    pub(super) is_readable_by_others: bool,
}

/// A section.
#[derive(Clone, Debug)]
pub(super) struct Section {
    pub(super) name: String,
    values: BTreeMap<String, RawValue>,
}

/// Why a `.pypirc` cannot be read. What stands in it is never told: any line may hold a password.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PypircError {
    /// The file cannot be read.
    #[error(transparent)]
    Unreadable(SmallFileError),
    /// The file holds something else than text.
    #[error("it is not a text in UTF-8")]
    NotText,
    /// There is a value that belongs to no section.
    #[error("line {line} stands before the first section header")]
    NoHeader {
        /// Where.
        line: usize,
    },
    /// A line is nothing that is known.
    #[error("line {line} is no `key = value`")]
    NoDelimiter {
        /// Where.
        line: usize,
    },
    /// A section is there twice.
    #[error("[{name}] is there twice, in lines {first_line} and {line}")]
    DoubleSection {
        /// Its name.
        name: String,
        /// Where it is.
        first_line: usize,
        /// Where it is again.
        line: usize,
    },
    /// A key is there twice.
    #[error("{} is twice in [{name}], in lines {first_line} and {line}", shown_key(.key))]
    DoubleKey {
        /// The key.
        key: String,
        /// Its section.
        name: String,
        /// Where it is.
        first_line: usize,
        /// Where it is again.
        line: usize,
    },
    /// A value goes on in the next line, most likely because that line is indented.
    #[error("`{key}` in [{name}] goes over several lines, from line {line} on")]
    SeveralLines {
        /// The key.
        key: &'static str,
        /// Its section.
        name: String,
        /// Where it begins.
        line: usize,
    },
}

impl PypircError {
    /// What the user could do.
    pub(super) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Unreadable(_) => None,
            Self::NotText => Some("save it as UTF-8"),
            Self::NoHeader { .. } => Some("start it with a line such as `[pypi]`"),
            Self::NoDelimiter { .. } => Some("write `key = value`, or `key: value`"),
            Self::DoubleSection { .. } | Self::DoubleKey { .. } => Some("leave out one of them"),
            Self::SeveralLines { .. } => {
                Some("an indented line continues the value above it: do not indent the next key")
            }
        }
    }
}

fn shown_key(key: &str) -> String {
    if KEYS.contains(&key) { format!("`{key}`") } else { "the same key".into() }
}

impl Pypirc {
    /// Reads a file; `None` if there is none.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, PypircError> {
        match small_file::read(path) {
            Ok(bytes) => {
                let mut pypirc = Self::parse(&decoded(&bytes)?)?;
                pypirc.is_readable_by_others = is_readable_by_others(path);
                Ok(Some(pypirc))
            }
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(PypircError::Unreadable(error)),
        }
    }

    fn parse(text: &str) -> Result<Self, PypircError> {
        let mut pypirc = Self::default();
        let mut sections = dialect::read(text)?;
        let default = sections.iter().position(|section| section.name == DEFAULT_SECTION);
        let inherited = default.map(|at| sections.remove(at).values).unwrap_or_default();
        for section in sections {
            let values = inherited.clone().into_iter().chain(section.values).collect();
            let section = Section { name: section.name, values };
            match section.name.as_str() {
                LIST_SECTION => pypirc.listed = section.listed(),
                LOGIN_SECTION => pypirc.login = Some(section),
                _ => pypirc.sections.push(section),
            }
        }
        Ok(pypirc)
    }

    /// The section of this name.
    pub(super) fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.name == name)
    }
}

impl Section {
    /// The value of a key, which is one line; `None` if there is none, or an empty one.
    pub(super) fn value(&self, key: &'static str) -> Result<Option<&Secret>, PypircError> {
        let Some(RawValue { text, line }) = self.values.get(key) else { return Ok(None) };
        if text.expose().contains('\n') {
            let (name, line) = (self.name.clone(), *line);
            return Err(PypircError::SeveralLines { key, name, line });
        }
        Ok((!text.expose().is_empty()).then_some(text))
    }

    /// The value of a key that is no secret.
    pub(super) fn text(&self, key: &'static str) -> Result<Option<String>, PypircError> {
        Ok(self.value(key)?.map(|value| value.expose().to_owned()))
    }

    /// What is odd about a value: it is taken as it stands there, which may not be what was meant.
    pub(super) fn oddity(&self, key: &'static str) -> Option<String> {
        let RawValue { text, line } = self.values.get(key)?;
        let text = text.expose();
        let has_comment = [" #", "\t#", " ;", "\t;"].iter().any(|mark| text.contains(mark));
        let is_quoted = |quote| text.len() > 1 && text.starts_with(quote) && text.ends_with(quote);
        let what = if has_comment {
            "what looks like a comment"
        } else if is_quoted('"') || is_quoted('\'') {
            "quotes"
        } else {
            return None;
        };
        let name = &self.name;
        Some(format!(
            "line {line}: `{key}` in [{name}] has {what}, which belongs to the value here"
        ))
    }

    fn listed(&self) -> Vec<String> {
        let list = self.values.get("index-servers").map(|value| value.text.expose());
        list.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
    }
}

/// There is no file where one was named.
pub(super) fn missing() -> PypircError {
    PypircError::Unreadable(SmallFileError::Io(io::ErrorKind::NotFound.into()))
}

/// The text of a file: UTF-8, or Latin-1 where it is not.
fn decoded(bytes: &[u8]) -> Result<String, PypircError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // What Windows calls Unicode has a zero in every other byte.
    if bytes.contains(&0) {
        return Err(PypircError::NotText);
    }
    let text = str::from_utf8(bytes).map(str::to_owned);
    Ok(text.unwrap_or_else(|_| bytes.iter().copied().map(char::from).collect()))
}

#[cfg(unix)]
fn is_readable_by_others(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    fs_err::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.mode() & 0o044 != 0)
}

#[cfg(not(unix))]
fn is_readable_by_others(_path: &Path) -> bool {
    false
}

/// A path that a `.pypirc` names: `~` is the home, and what is relative starts where the file lies.
pub(super) fn named_path(text: &str, pypirc: &Path, home: Option<&Path>) -> PathBuf {
    let below_home = text.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with('/'));
    match (below_home, home) {
        (Some(rest), Some(home)) => home.join(rest.trim_start_matches('/')),
        (None, _) | (_, None) => {
            pypirc.parent().map_or_else(|| text.into(), |directory| directory.join(text))
        }
    }
}

#[cfg(test)]
mod tests;
