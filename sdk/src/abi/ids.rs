//! The numbers of all fields that cross the boundary: one table.
//!
//! A number never changes its meaning and is never used again; a later minor version only adds numbers. What a
//! reader must find is what version 1.0 already wrote: everything younger is optional for it.

/// A field of a kind of record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Id {
    /// What crosses; unique within its kind of record.
    pub(super) number: u32,
    /// What errors call it.
    pub(super) name: &'static str,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $record:ident { $($id:ident = $number:literal $name:literal,)* })*) => {
        $(
            $(#[$doc])*
            pub(super) mod $record {
                use super::Id;
                $(pub(in crate::abi) const $id: Id = Id { number: $number, name: $name };)*
            }
        )*

        #[cfg(test)]
        const TABLE: &[(&str, &[Id])] = &[$((stringify!($record), &[$($record::$id),*])),*];
    };
}

ids! {
    /// [`PluginError`](crate::PluginError).
    error {
        KIND = 1 "kind",
        MESSAGE = 2 "message",
        LOCATION = 3 "location",
        CAUSES = 4 "causes",
        HINTS = 5 "hints",
    }
    /// [`Location`](crate::Location).
    location {
        PATH = 1 "location.path",
        LINE = 2 "location.line",
        COLUMN = 3 "location.column",
        LENGTH = 4 "location.length",
    }
    /// [`DiscoverRequest`](crate::DiscoverRequest).
    discover_request {
        SOURCE_TREE = 1 "source_tree",
        CONFIG_NAME = 2 "config_name",
    }
    /// [`MetadataRequest`](crate::MetadataRequest).
    metadata_request {
        LAYOUT = 1 "layout",
        IS_LAYOUT_SOURCE = 2 "is_layout_source",
        SETTLED = 3 "settled",
        WANTED = 4 "wanted",
        PYTHON = 5 "python",
        MAY_RUN_PROJECT_CODE = 6 "may_run_project_code",
    }
    /// [`BuildRequest`](crate::BuildRequest).
    build_request {
        PROJECT = 1 "project",
        OUTPUT_DIR = 2 "output_dir",
        TIMESTAMP = 3 "timestamp",
        USE_VCS = 4 "use_vcs",
    }
    /// What a builder answers.
    built {
        PATH = 1 "path",
    }
    /// [`Layout`](crate::model::Layout); the files are handed over one by one.
    layout {
        SOURCE_TREE = 1 "source_tree",
        CONFIG_PATH = 2 "config_path",
        MODULE = 3 "module",
        EXTERNAL_DATA = 4 "external_data",
        SDIST = 5 "sdist",
        README_PATH = 6 "readme_path",
        NEEDED_FILES = 7 "needed_files",
    }
    /// [`Module`](crate::model::Module).
    module {
        NAME = 1 "module.name",
        KIND = 2 "module.kind",
        ROOT = 3 "module.root",
        PATH = 4 "module.path",
    }
    /// [`ExternalData`](crate::model::ExternalData).
    external_data {
        DIRECTORY = 1 "external_data.directory",
    }
    /// [`SdistRules`](crate::model::SdistRules).
    sdist {
        INCLUDE = 1 "sdist.include",
        EXCLUDE = 2 "sdist.exclude",
    }
    /// [`Fragment`](crate::Fragment).
    fragment {
        METADATA = 1 "metadata",
        DYNAMIC = 2 "dynamic",
        OPEN_ENDED = 3 "open_ended",
        ENTRY_POINTS = 4 "entry_points",
        DEVELOPMENT_REQUIRES = 5 "development_requires",
        FOUND_IN_SOURCE = 6 "found_in_source",
    }
    /// A group of [`EntryPoints`](crate::model::EntryPoints).
    entry_point_group {
        NAME = 1 "entry_points.group",
        ENTRIES = 2 "entry_points.entries",
    }
    /// One entry point.
    entry_point {
        NAME = 1 "entry_points.name",
        REFERENCE = 2 "entry_points.reference",
    }
    /// [`Project`](crate::model::Project).
    project {
        LAYOUT = 1 "layout",
        NAME = 2 "name",
        VERSION = 3 "version",
        METADATA = 4 "metadata",
        ENTRY_POINTS = 5 "entry_points",
        DEVELOPMENT_REQUIRES = 6 "development_requires",
        ORIGINS = 7 "origins",
        FROZEN = 8 "frozen",
        HAS_FROZEN_ENTRY_POINTS = 9 "has_frozen_entry_points",
    }
    /// Who set a field of core metadata.
    origin {
        FIELD = 1 "origins.field",
        PLUGIN = 2 "origins.plugin",
    }
}

#[cfg(test)]
mod tests {
    use super::TABLE;

    #[test]
    fn numbers_are_unique_within_their_record() {
        for (record, ids) in TABLE {
            let mut numbers: Vec<_> = ids.iter().map(|id| id.number).collect();
            numbers.sort_unstable();
            numbers.dedup();
            assert_eq!(numbers.len(), ids.len(), "{record}");
        }
    }
}
