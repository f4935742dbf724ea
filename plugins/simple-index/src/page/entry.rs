//! One file on the page of a project.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use crate::index::Index;

/// A file as the Simple API describes it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Entry {
    /// Its name.
    pub(crate) filename: String,
    /// Where it is, relative to the page or absolute.
    pub(crate) url: String,
    /// Its digests by algorithm, in hexadecimal digits.
    #[serde(default)]
    pub(crate) hashes: BTreeMap<String, String>,
    /// The versions of Python that it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) requires_python: Option<String>,
    /// The size in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) size: Option<u64>,
    /// When it was put into the index, in RFC 3339 with microseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) upload_time: Option<String>,
    /// Its METADATA as a file of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) core_metadata: Option<MetadataFile>,
    /// Whether installers pass it over (PEP 592).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) yanked: Option<Yanked>,
    /// What others wrote.
    #[serde(flatten)]
    pub(crate) others: Map<String, Value>,
}

/// Whether there is a file with the metadata of another beside it (PEP 658).
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum MetadataFile {
    /// There is, or there is not.
    Is(bool),
    /// There is, with these digests.
    Hashes(BTreeMap<String, String>),
}

/// Whether a file is yanked.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Yanked {
    /// It is, or it is not.
    Is(bool),
    /// It is, and why.
    Because(String),
}

impl Entry {
    /// The SHA-256, in lowercase hexadecimal digits.
    pub(crate) fn sha256(&self) -> Option<String> {
        self.hashes.get("sha256").map(|digits| digits.to_ascii_lowercase())
    }

    /// The reason for which the file is yanked, which may be empty; `None` if it is not.
    pub(super) fn yanked_because(&self) -> Option<&str> {
        match self.yanked.as_ref()? {
            Yanked::Is(false) => None,
            Yanked::Is(true) => Some(""),
            Yanked::Because(reason) => Some(reason),
        }
    }

    /// Takes over from an older entry of the same file what somebody else said: whether it is yanked, and what we know
    /// nothing of. The time stays if the bytes did.
    pub(super) fn inherit(&mut self, older: &Self) {
        self.yanked.clone_from(&older.yanked);
        self.others.clone_from(&older.others);
        if self.sha256() == older.sha256() && older.upload_time.is_some() {
            self.upload_time.clone_from(&older.upload_time);
        }
    }

    /// Where the file is if it is in the index; `None` if it is elsewhere.
    pub(crate) fn local_path(&self, index: &Index, project: &str) -> Option<PathBuf> {
        let is_relative = Url::parse(&self.url) == Err(url::ParseError::RelativeUrlWithoutBase)
            && !self.url.starts_with(['/', '\\']);
        if !is_relative {
            return None;
        }
        let page = Url::from_directory_path(index.join(project)).ok()?;
        let path = page.join(&self.url).ok()?.to_file_path().ok()?;
        path.starts_with(index.path()).then_some(path)
    }
}
