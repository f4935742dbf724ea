//! What the tests publish, and how.

use std::sync::Mutex;

use flit_sdk::model::{
    Connection, CoreMetadata, Credentials, Field, FileKind, Outcome, ProjectName, Release,
    ReleaseFile, Repository, Version,
};
use flit_sdk::testing::SourceTreeBuilder;
use flit_sdk::{Host, LogLevel, PluginError, Secret, Target, Uploader};
use sha2::{Digest, Sha256};

/// The uploader, directly.
pub(crate) fn uploader() -> &'static dyn Uploader {
    flit_plugin_pypi::PLUGIN.upload.unwrap()
}

/// A repository at `url`.
pub(crate) fn repository(url: &str) -> Repository {
    Repository { url: url.into(), ..Repository::default() }
}

/// Credentials that work anywhere.
pub(crate) fn credentials() -> Credentials {
    Credentials {
        username: "__token__".into(),
        password: Secret::new("pypi-secret"),
        source: "`FLIT_PASSWORD`".into(),
    }
}

/// A wheel of `content` in a directory of its own.
pub(crate) struct Wheel {
    /// Keeps the directory.
    _tree: SourceTreeBuilder,
    pub(crate) file: ReleaseFile,
}

impl Wheel {
    pub(crate) fn new(content: &[u8]) -> Self {
        let file_name = "up_demo-1.0-py3-none-any.whl";
        let tree = SourceTreeBuilder::new().file(file_name, content);
        let mut metadata = CoreMetadata::default();
        metadata.set_text(Field::MetadataVersion, "2.4");
        metadata.set_text(Field::Name, "Up.Demo");
        metadata.set_text(Field::Version, "1.0");
        metadata.set_text(Field::AuthorEmail, "Zoë <zoe@example.org>");
        metadata.set_list(Field::Classifier, vec!["A :: B".into(), "C".into()]);
        let file = ReleaseFile {
            path: tree.path().join(file_name),
            file_name: file_name.into(),
            kind: FileKind::Wheel { python_tag: "py3".into() },
            size: content.len() as u64,
            sha256: sha256(content),
            blake2_256: "b2".repeat(32),
            metadata,
            metadata_text: String::new(),
            attestations: vec![],
        };
        Self { _tree: tree, file }
    }

    /// Puts it, with the usual credentials.
    pub(crate) fn put(&self, repository: &Repository) -> Result<Outcome, PluginError> {
        self.put_as(repository, Some(&credentials()), &Recorder::default())
    }

    pub(crate) fn put_as(
        &self,
        repository: &Repository,
        credentials: Option<&Credentials>,
        host: &dyn Host,
    ) -> Result<Outcome, PluginError> {
        uploader().put(host, &Target { repository, credentials }, "", &self.file)
    }

    /// The release that has this file alone.
    pub(crate) fn release(&self) -> Release {
        Release {
            name: ProjectName::parse("Up.Demo").unwrap(),
            version: Version::parse("1.0").unwrap(),
            files: vec![self.file.clone()],
        }
    }
}

/// The SHA-256 in hexadecimal digits.
pub(crate) fn sha256(content: &[u8]) -> String {
    use std::fmt::Write as _;

    Sha256::digest(content).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// The same repository, reached in another way.
pub(crate) fn reached(url: &str, connection: Connection) -> Repository {
    Repository { connection, ..repository(url) }
}

/// A host that remembers all it was told, and may want to stop.
#[derive(Default)]
pub(crate) struct Recorder {
    pub(crate) messages: Mutex<Vec<String>>,
    pub(crate) progress: Mutex<Vec<(u64, u64)>>,
    pub(crate) is_cancelled: std::sync::atomic::AtomicBool,
}

impl Host for Recorder {
    fn log(&self, level: LogLevel, message: &str) {
        self.messages.lock().unwrap().push(format!("{level:?}: {message}"));
    }

    fn progress(&self, done: u64, total: u64) {
        self.progress.lock().unwrap().push((done, total));
    }

    fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(std::sync::atomic::Ordering::Relaxed)
    }
}

/// All that a user sees of an error, the name of the host replaced.
pub(crate) fn shown(error: &PluginError, address: &std::net::SocketAddr) -> String {
    let causes = error.causes.iter().map(|cause| format!("\n  cause: {cause}"));
    let hints = error.hints.iter().map(|hint| format!("\n  hint: {hint}"));
    let message = format!("{:?}: {}", error.kind, error.message);
    let text: String = std::iter::once(message).chain(causes).chain(hints).collect();
    text.replace(&address.to_string(), "HOST")
}
