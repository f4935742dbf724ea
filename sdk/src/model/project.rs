//! The project: a layout whose metadata is settled; and the distributions that are built from it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::core_metadata::CoreMetadata;
use super::entry_points::EntryPoints;
use super::field::Field;
use super::layout::Layout;
use super::name::ProjectName;
use super::version::Version;

/// All that is known when building starts. Every distribution of a run is built from the same one.
#[derive(Clone, Debug, PartialEq)]
pub struct Project {
    /// What lies where.
    pub layout: Layout,
    /// The name; the same as in `metadata`.
    pub name: ProjectName,
    /// The version, normalized; the same as in `metadata`.
    pub version: Version,
    /// The settled metadata.
    pub metadata: CoreMetadata,
    /// The commands and other entry points.
    pub entry_points: EntryPoints,
    /// The requirements that only the developers of the project have: never written into a distribution.
    pub development_requires: Vec<String>,
    /// Who set each field: the name of a plugin.
    pub origins: BTreeMap<Field, String>,
    /// The fields whose values stand nowhere in the source tree: an sdist writes them into its `pyproject.toml`.
    pub frozen: Vec<Field>,
    /// Whether some of the entry points stand nowhere in the source tree either.
    pub has_frozen_entry_points: bool,
}

impl Project {
    /// Whether all of it stands in the source tree, so that it is found again without the plugins of this run.
    pub fn is_found_in_source(&self) -> bool {
        self.frozen.is_empty() && !self.has_frozen_entry_points
    }

    /// `NAME-VERSION` as file names spell it; no part of it contains a hyphen.
    pub fn file_stem(&self) -> String {
        // A normalized version has no hyphens.
        format!("{}-{}", self.name.file_name_part(), self.version)
    }
}

/// A built file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Distribution {
    /// Where it lies.
    pub path: PathBuf,
    /// The format: the name of the builder.
    pub format: String,
    /// How many bytes it has.
    pub size: u64,
    /// The SHA-256 of its bytes, in lowercase hexadecimal digits.
    pub sha256: String,
}
