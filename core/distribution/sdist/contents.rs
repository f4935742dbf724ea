//! What is in a source distribution, as far as it is remembered: the names of all members, and PKG-INFO.

use std::collections::{BTreeSet, HashSet};

use crate::distribution::zip_archive::{MAX_MEMBERS, MAX_NAME_BYTES};

/// The members of a source distribution.
#[derive(Debug, Default)]
pub(super) struct Contents {
    names: HashSet<String>,
    name_bytes: usize,
    /// The first parts of the names, each once, as long as there are few.
    tops: BTreeSet<String>,
    pkg_info: Option<(String, Vec<u8>)>,
}

/// How many directories at the top are remembered: more than one is wrong already.
const MAX_TOPS: usize = 100;

/// Whether this is the name of the file with the metadata, whatever the directory at the top is called.
pub(super) fn is_pkg_info(name: &str) -> bool {
    name.split_once('/').is_some_and(|(_, rest)| rest == super::PKG_INFO)
}

impl Contents {
    /// Remembers a member; `false` if there was one of that name before.
    pub(super) fn add(&mut self, name: &str) -> bool {
        let path = name.strip_suffix('/').unwrap_or(name);
        // A file at the top is in no directory: its name tells as much as one more directory would.
        let top = path.split('/').next().unwrap_or(path);
        if self.tops.len() < MAX_TOPS && !self.tops.contains(top) {
            self.tops.insert(top.into());
        }
        self.name_bytes += name.len();
        self.names.insert(path.into())
    }

    /// Whether there are more members, or longer names, than are remembered.
    pub(super) fn is_too_much(&self) -> bool {
        self.names.len() as u64 > MAX_MEMBERS || self.name_bytes > MAX_NAME_BYTES
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// The first parts of all names.
    pub(super) fn tops(&self) -> Vec<&str> {
        self.tops.iter().map(String::as_str).collect()
    }

    /// Remembers the content of a PKG-INFO: of two, that of the first.
    pub(super) fn add_pkg_info(&mut self, name: &str, content: Vec<u8>) {
        self.pkg_info.get_or_insert_with(|| (name.into(), content));
    }

    /// Whether a PKG-INFO is remembered.
    pub(super) fn has_pkg_info(&self) -> bool {
        self.pkg_info.is_some()
    }

    /// The content of the PKG-INFO of this name.
    pub(super) fn take_pkg_info(&mut self, name: &str) -> Option<Vec<u8>> {
        self.pkg_info.take_if(|(own, _)| own == name).map(|(_, content)| content)
    }
}
