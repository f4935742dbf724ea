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
        RETRY_AFTER = 6 "retry_after",
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
    /// What an uploader is asked: each method writes what it has, and a number means the same in all of them.
    upload_request {
        REPOSITORY = 1 "repository",
        CREDENTIALS = 2 "credentials",
        RELEASE = 3 "release",
        FILE = 4 "file",
        SESSION = 5 "session",
        METADATA = 6 "metadata",
        IDENTITY = 7 "identity",
        MINTED = 8 "minted_credentials",
    }
    /// What an uploader answers, likewise.
    upload_answer {
        ACCEPTS = 1 "accepts",
        WANTS_CREDENTIALS = 2 "wants_credentials",
        FINDINGS = 3 "findings",
        EXISTENCES = 4 "existences",
        SESSION = 5 "session",
        OUTCOME = 6 "outcome",
        RECEIPT = 7 "receipt",
        SHA256 = 8 "sha256",
        MINTED = 9 "minted_credentials",
    }
    /// [`Repository`](crate::model::Repository).
    repository {
        NAME = 1 "repository.name",
        URL = 2 "repository.url",
        INDEX_URL = 3 "repository.index_url",
        CONNECTION = 4 "repository.connection",
    }
    /// [`Connection`](crate::model::Connection); times are in nanoseconds.
    connection {
        CA_CERTS = 1 "connection.ca_certs",
        CLIENT_CERT = 2 "connection.client_cert",
        HTTP_PROXY = 3 "connection.http_proxy",
        HTTPS_PROXY = 4 "connection.https_proxy",
        NO_PROXY = 5 "connection.no_proxy",
        STALL_TIMEOUT = 6 "connection.stall_timeout",
        ALLOWS_PLAIN_HTTP = 7 "connection.allows_plain_http",
    }
    /// One of the files of `CA_CERTS`, which need not be Unicode.
    ca_cert {
        PATH = 1 "connection.ca_certs.path",
    }
    /// [`Credentials`](crate::model::Credentials).
    credentials {
        USERNAME = 1 "credentials.username",
        PASSWORD = 2 "credentials.password",
        SOURCE = 3 "credentials.source",
    }
    /// [`MintedCredentials`](crate::model::MintedCredentials).
    minted_credentials {
        CREDENTIALS = 1 "minted_credentials.credentials",
        EXPIRES_AT = 2 "minted_credentials.expires_at",
    }
    /// [`CiIdentity`](crate::model::CiIdentity): each kind writes what it has.
    ci_identity {
        KIND = 1 "identity.kind",
        REQUEST_URL = 2 "identity.request_url",
        REQUEST_TOKEN = 3 "identity.request_token",
        ID_TOKENS = 4 "identity.id_tokens",
        SERVICE_ACCOUNT = 5 "identity.service_account",
        PROGRAM = 6 "identity.program",
    }
    /// One of the tokens of a job of GitLab CI.
    id_token {
        AUDIENCE = 1 "identity.id_tokens.audience",
        TOKEN = 2 "identity.id_tokens.token",
    }
    /// [`Release`](crate::model::Release).
    release {
        NAME = 1 "release.name",
        VERSION = 2 "release.version",
        FILES = 3 "release.files",
    }
    /// [`ReleaseFile`](crate::model::ReleaseFile).
    release_file {
        PATH = 1 "file.path",
        FILE_NAME = 2 "file.file_name",
        KIND = 3 "file.kind",
        PYTHON_TAG = 4 "file.python_tag",
        SIZE = 5 "file.size",
        SHA256 = 6 "file.sha256",
        BLAKE2_256 = 7 "file.blake2_256",
        METADATA = 8 "file.metadata",
        METADATA_TEXT = 9 "file.metadata_text",
        ATTESTATIONS = 10 "file.attestations",
    }
    /// [`Existence`](crate::model::Existence).
    existence {
        KIND = 1 "existence.kind",
        SHA256 = 2 "existence.sha256",
        REASON = 3 "existence.reason",
    }
    /// [`Outcome`](crate::model::Outcome).
    outcome {
        KIND = 1 "outcome.kind",
        MESSAGE = 2 "outcome.message",
        REASON = 3 "outcome.reason",
    }
    /// [`Receipt`](crate::model::Receipt).
    receipt {
        PAGE = 1 "receipt.page",
        FILES = 2 "receipt.files",
        HINT = 3 "receipt.hint",
    }
    /// [`PublishedFile`](crate::model::PublishedFile).
    published_file {
        FILE_NAME = 1 "receipt.files.file_name",
        URL = 2 "receipt.files.url",
    }
    /// [`Finding`](crate::model::Finding).
    finding {
        RULE = 1 "finding.rule",
        SEVERITY = 2 "finding.severity",
        SUBJECT = 3 "finding.subject",
        MESSAGE = 4 "finding.message",
        HINT = 5 "finding.hint",
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
