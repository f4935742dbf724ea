//! The page of a project: its files as the Simple API lists them (PEP 691), and the rules by which it changes.

mod anchors;
mod entry;
mod html;
mod read;
mod root;

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::Path;

use flit_sdk::{Host, LogLevel};
use pep440_rs::Version;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub(crate) use entry::{Entry, MetadataFile};
pub(crate) use read::{Pages, check_json};
pub(crate) use root::{Root, looks_foreign};

use crate::error::{IndexError, Result};
use crate::file_name;
use crate::index::{HTML_PAGE, Index, JSON_PAGE};
use crate::new_file::write_text;

/// The version of the Simple API that demands all that we write (PEP 700).
const API_VERSION: &str = "1.1";

/// The version for a page with files of others whose size nobody knows.
const API_VERSION_WITHOUT_SIZES: &str = "1.0";

/// The page of a project, as its JSON has it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct ProjectPage {
    meta: Map<String, Value>,
    /// The normalized name of the project.
    name: String,
    #[serde(default)]
    versions: Vec<String>,
    #[serde(default)]
    pub(crate) files: Vec<Entry>,
    /// What others wrote, such as the status of the project (PEP 792).
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl ProjectPage {
    /// The entry of a file.
    pub(crate) fn entry(&self, file_name: &str) -> Option<&Entry> {
        self.files.iter().find(|entry| entry.filename == file_name)
    }

    /// Puts an entry in, in the place of an older one. Of that one stays what is not ours to say.
    pub(crate) fn put(&mut self, mut entry: Entry) {
        match self.files.iter_mut().find(|older| older.filename == entry.filename) {
            Some(older) => {
                entry.inherit(older);
                *older = entry;
            }
            None => self.files.push(entry),
        }
    }

    /// Takes the entries off whose files lay in the index and are gone, and fills in sizes.
    pub(crate) fn follow_files(&mut self, host: &dyn Host, index: &Index, name: &str) {
        self.files.retain_mut(|entry| {
            let Some(path) = entry.local_path(index, name) else { return true };
            let found = fs_err::metadata(path);
            if let Ok(metadata) = &found {
                entry.size.get_or_insert(metadata.len());
            }
            let is_gone = found.is_err_and(|error| error.kind() == ErrorKind::NotFound);
            if is_gone {
                let file_name = &entry.filename;
                let message = format!("took `{file_name}` off the page of `{name}`: it is gone");
                host.log(LogLevel::Info, &message);
            }
            !is_gone
        });
    }

    /// Writes the HTML page.
    pub(crate) fn write_html(&self, directory: &Path) -> Result<()> {
        write(&directory.join(HTML_PAGE), &html::project(self))
    }

    /// Writes the JSON page.
    pub(crate) fn write_json(&self, directory: &Path) -> Result<()> {
        write(&directory.join(JSON_PAGE), &to_json(self))
    }

    /// Sets what follows from the files: their order, the versions, and the version of the API.
    pub(crate) fn settle(&mut self, name: &str) {
        name.clone_into(&mut self.name);
        let version = |entry: &Entry| file_name::version(&entry.filename, name);
        self.files.sort_by_cached_key(|entry| (version(entry), entry.filename.clone()));
        let versions: BTreeSet<Version> = self.files.iter().filter_map(version).collect();
        self.versions = versions.iter().map(ToString::to_string).collect();
        let has_sizes = self.files.iter().all(|entry| entry.size.is_some());
        let api_version = if has_sizes { API_VERSION } else { API_VERSION_WITHOUT_SIZES };
        self.meta.insert("api-version".into(), api_version.into());
    }

    fn api_version(&self) -> &str {
        self.meta.get("api-version").and_then(Value::as_str).unwrap_or(API_VERSION)
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    write_text(path, text).map_err(|source| IndexError::Write { path: path.into(), source })
}

/// Indented, for those who set `yanked` by hand.
fn to_json(page: &impl Serialize) -> String {
    let mut text =
        serde_json::to_string_pretty(page).expect("the keys of a page are texts, so it is JSON");
    text.push('\n');
    text
}
