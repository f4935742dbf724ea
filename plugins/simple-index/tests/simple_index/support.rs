//! Indexes in temporary directories, and releases published into them.

use std::path::{Path, PathBuf};

use flit_plugin_simple_index::PLUGIN;
use flit_sdk::model::{Existence, Finding, Outcome, Receipt, Release, Repository};
use flit_sdk::testing::{ReleaseBuilder, SourceTreeBuilder, TestHost, through_abi};
use flit_sdk::{Plugin, PluginError, Target, Uploader};
use url::Url;

/// The plugin as it is linked, and as it is loaded.
pub(crate) fn both() -> [Plugin; 2] {
    [PLUGIN, through_abi(&PLUGIN)]
}

/// The uploader as it is linked.
pub(crate) fn linked() -> &'static dyn Uploader {
    PLUGIN.upload.unwrap()
}

/// A directory to publish into, `index` in a temporary one, that does not exist unless files were put there.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    tree: SourceTreeBuilder,
}

impl Directory {
    /// Writes a file into the index.
    pub(crate) fn file(self, path: &str, content: &str) -> Self {
        Self { tree: self.tree.file(&format!("index/{path}"), content) }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.tree.path().join("index")
    }

    pub(crate) fn join(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    pub(crate) fn repository(&self) -> Repository {
        repository(&self.path())
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs_err::read_to_string(self.join(path)).unwrap()
    }

    /// All files and directories, sorted; the latter end with a slash.
    pub(crate) fn listing(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut pending = vec![self.path()];
        while let Some(directory) = pending.pop() {
            for entry in fs_err::read_dir(directory).into_iter().flatten() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(self.path()).unwrap().to_str().unwrap().to_owned();
                let is_directory = path.is_dir() && !path.is_symlink();
                names.push(if is_directory { name + "/" } else { name });
                pending.extend(is_directory.then_some(path));
            }
        }
        names.sort();
        names
    }

    /// The unfinished files of runs.
    pub(crate) fn unfinished(&self) -> Vec<String> {
        self.listing().into_iter().filter(|name| name.contains(".flit-")).collect()
    }

    /// What an error says, with all that it hints at and without the path of the temporary directory.
    pub(crate) fn shown(&self, error: &PluginError) -> String {
        let place = error
            .location
            .as_ref()
            .map(|place| format!("\nat {}:{}", place.path.display(), place.line));
        let hints: Vec<_> = error.hints.iter().map(|hint| format!("\nhint: {hint}")).collect();
        let text =
            format!("{:?}: {error}{}{}", error.kind, place.unwrap_or_default(), hints.concat());
        self.cleaned(&text)
    }

    /// What was found, without the path of the temporary directory.
    pub(crate) fn shown_findings(&self, findings: &[Finding]) -> String {
        let shown = |finding: &Finding| {
            let Finding { rule, severity, subject, message, hint } = finding;
            let hint = hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
            format!("{severity:?} {rule} {subject}: {message}{hint}")
        };
        self.cleaned(&findings.iter().map(shown).collect::<Vec<_>>().join("\n"))
    }

    fn cleaned(&self, text: &str) -> String {
        text.replace(self.tree.path().to_str().unwrap(), "[DIR]")
    }
}

pub(crate) fn repository(path: &Path) -> Repository {
    let url = Url::from_file_path(path).unwrap().into();
    Repository { url, ..Repository::default() }
}

/// What came of publishing a release.
#[derive(Debug, PartialEq)]
pub(crate) struct Published {
    pub(crate) before: Vec<Existence>,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) after: Vec<Existence>,
    pub(crate) receipt: Receipt,
}

/// Publishes a release as the pipeline does.
pub(crate) fn publish_with(
    plugin: &Plugin,
    host: &TestHost,
    repository: &Repository,
    release: &Release,
) -> Result<Published, PluginError> {
    let uploader = plugin.upload.unwrap();
    assert_eq!(uploader.accepts(repository), Ok(true));
    assert_eq!(uploader.wants_credentials(repository), Ok(false));
    let target = Target { repository, credentials: None };
    let before = uploader.exists(host, &target, "", release)?;
    let session = uploader.begin(host, &target, release)?;
    let mut outcomes = Vec::new();
    for (file, existence) in release.files.iter().zip(&before) {
        if *existence != Existence::Same {
            outcomes.push(uploader.put(host, &target, &session, file)?);
        }
    }
    let receipt = uploader.commit(host, &target, &session, release)?;
    let after = uploader.exists(host, &target, "", release)?;
    Ok(Published { before, outcomes, after, receipt })
}

/// Publishes a release that must succeed.
pub(crate) fn publish(directory: &Directory, builder: &ReleaseBuilder) -> Published {
    let host = TestHost::default();
    publish_with(&PLUGIN, &host, &directory.repository(), &builder.release()).unwrap()
}

/// Publishes a release that must not succeed.
pub(crate) fn refusal(directory: &Directory, builder: &ReleaseBuilder) -> String {
    let refused = both().map(|plugin| {
        let host = TestHost::default();
        let refused =
            publish_with(&plugin, &host, &directory.repository(), &builder.release()).unwrap_err();
        directory.shown(&refused)
    });
    assert_eq!(refused[0], refused[1]);
    refused[0].clone()
}

/// What is found before anything is written.
pub(crate) fn preflight(directory: &Directory, release: &Release) -> String {
    let repository = directory.repository();
    let target = Target { repository: &repository, credentials: None };
    let host = TestHost::default();
    let found = both().map(|plugin| {
        let findings = plugin.upload.unwrap().preflight(&host, &target, release).unwrap();
        directory.shown_findings(&findings)
    });
    assert_eq!(found[0], found[1]);
    found[0].clone()
}

/// A small release of `demo`.
pub(crate) fn demo(version: &str) -> ReleaseBuilder {
    ReleaseBuilder::new("demo", version).wheel("a wheel").sdist("an sdist")
}
