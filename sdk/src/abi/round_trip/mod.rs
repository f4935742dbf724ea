//! Tests of both sides together: what is asked and answered arrives as it was, and what is wrong is refused.

mod echo_uploader;
mod upload;
mod upload_nouns;
mod wrong_answers;

use std::path::PathBuf;
use std::sync::Mutex;

use super::through;
use crate::build::{BuildRequest, Builder};
use crate::discover::{Discover, DiscoverRequest};
use crate::error::{ErrorKind, Location, PluginError};
use crate::host::{Host, LogLevel};
use crate::metadata::{Fragment, MetadataRequest, MetadataSource};
use crate::model::{
    CoreMetadata, EntryPoints, ExternalData, Field, Layout, Module, ModuleKind, Project,
    ProjectName, SdistRules, SourceFile, Version,
};
use crate::plugin::Plugin;

fn file(path: &str, size: u64) -> SourceFile {
    SourceFile { path: path.into(), size, is_executable: size > 5, is_link: size > 6 }
}

/// A layout in which nothing is empty.
fn layout() -> Layout {
    Layout {
        source_tree: std::env::temp_dir(),
        config_path: "conf/flit.ini".into(),
        module: Module {
            name: "a.b-stubs".into(),
            kind: ModuleKind::Stubs,
            root: "src".into(),
            path: "src/a/b-stubs".into(),
            files: (0..3000).map(|n| file(&format!("src/a/b-stubs/{n}.pyi"), n)).collect(),
        },
        external_data: Some(ExternalData {
            directory: "data".into(),
            files: vec![file("data/share/größe", u64::MAX)],
        }),
        sdist: SdistRules { include: vec!["doc/*".into()], exclude: vec!["**/x".into()] },
        readme_path: Some("README.rst".into()),
        needed_files: vec!["entry.txt".into()],
    }
}

fn entry_points() -> EntryPoints {
    let mut entry_points = EntryPoints::default();
    let group = entry_points.groups.entry("console_scripts".into()).or_default();
    group.insert("demo".into(), "a.b:main".into());
    entry_points
}

/// Metadata with every field that there is.
fn metadata() -> CoreMetadata {
    let mut metadata = CoreMetadata::default();
    for spec in Field::TABLE {
        metadata.set_text(spec.field, format!("the {}\nof it", spec.key));
    }
    metadata.set_list(Field::Classifier, vec!["A".into(), "B".into()]);
    metadata
}

fn fragment() -> Fragment {
    Fragment {
        metadata: metadata(),
        dynamic: vec![Field::Version, Field::Summary],
        open_ended: true,
        entry_points: entry_points(),
        development_requires: vec!["tox".into()],
        found_in_source: true,
    }
}

fn project() -> Project {
    Project {
        layout: layout(),
        name: ProjectName::parse("De.mo").unwrap(),
        version: Version::parse("1!2.0a1+local.3").unwrap(),
        metadata: metadata(),
        entry_points: entry_points(),
        development_requires: vec!["tox".into()],
        origins: [(Field::Name, "pyproject".to_owned())].into(),
        frozen: vec![Field::Version],
        has_frozen_entry_points: true,
    }
}

/// A plugin that answers what the tests ask for, and remembers as text what it was asked.
struct Echo;

static ASKED: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn remember(request: &impl std::fmt::Debug) {
    ASKED.lock().unwrap().push(format!("{request:?}"));
}

fn was_asked(request: &impl std::fmt::Debug) -> bool {
    ASKED.lock().unwrap().contains(&format!("{request:?}"))
}

impl Discover for Echo {
    fn discover(
        &self,
        _: &dyn Host,
        request: &DiscoverRequest<'_>,
    ) -> Result<Option<Layout>, PluginError> {
        remember(request);
        Ok(request.config_name.map(|config_path| {
            let config_path = config_path.into();
            Layout { config_path, ..layout() }
        }))
    }
}

impl MetadataSource for Echo {
    fn metadata(
        &self,
        host: &dyn Host,
        request: &MetadataRequest<'_>,
    ) -> Result<Fragment, PluginError> {
        remember(request);
        host.log(LogLevel::Hint, "a hint");
        host.progress(1, 2);
        Ok(fragment())
    }
}

impl Builder for Echo {
    fn build(&self, host: &dyn Host, request: &BuildRequest<'_>) -> Result<PathBuf, PluginError> {
        remember(request);
        if host.is_cancelled() {
            let location = Location { path: "f".into(), line: 3, column: 2, length: 1 };
            return Err(PluginError::new(ErrorKind::Cancelled, "stopped")
                .at(location)
                .hint("go on"));
        }
        Ok(request.output_dir.join("file"))
    }
}

const PLUGIN: Plugin = Plugin {
    yields_to: &["other"],
    discover: Some(&Echo),
    metadata: Some(&Echo),
    build: Some(&Echo),
    ..Plugin::new("echo", "1", "echoes")
};

/// A host that remembers, and that panics if asked to.
#[derive(Default)]
struct Recorder {
    heard: Mutex<Vec<String>>,
    is_cancelled: bool,
    panics: bool,
}

impl Host for Recorder {
    fn log(&self, level: LogLevel, message: &str) {
        assert!(!self.panics, "the host has a mistake");
        self.heard.lock().unwrap().push(format!("{level:?} {message}"));
    }

    fn progress(&self, done: u64, total: u64) {
        self.heard.lock().unwrap().push(format!("{done}/{total}"));
    }

    fn is_cancelled(&self) -> bool {
        self.is_cancelled
    }
}

#[test]
fn what_a_plugin_is_stays() {
    let foreign = through(&PLUGIN);
    assert_eq!((foreign.name, foreign.version), (PLUGIN.name, PLUGIN.version));
    assert_eq!((foreign.description, foreign.yields_to), (PLUGIN.description, PLUGIN.yields_to));
    let bare = through(&Plugin::new("bare", "1", ""));
    assert!(bare.discover.is_none() && bare.metadata.is_none());
    assert!(bare.build.is_none() && bare.upload.is_none());
}

#[test]
fn layouts_arrive_as_they_were() {
    let discover = through(&PLUGIN).discover.unwrap();
    let source_tree = std::env::temp_dir();
    for config_name in [None, Some("other.toml")] {
        let request = DiscoverRequest { source_tree: &source_tree, config_name };
        let found = discover.discover(&Recorder::default(), &request).unwrap();
        assert_eq!(found.map(|layout| layout.config_path).as_deref(), config_name);
        assert!(was_asked(&request));
    }
}

#[test]
fn fragments_and_the_words_to_the_host_arrive_as_they_were() {
    let request = MetadataRequest {
        layout: &layout(),
        is_layout_source: true,
        settled: &metadata(),
        wanted: &[Field::Version, Field::Description],
        python: Some("/usr/bin/python3".as_ref()),
        may_run_project_code: true,
    };
    let host = Recorder::default();
    let answer = through(&PLUGIN).metadata.unwrap().metadata(&host, &request).unwrap();
    assert_eq!(answer, fragment());
    assert!(was_asked(&request));
    assert_eq!(*host.heard.lock().unwrap(), ["Hint a hint", "1/2"]);
}

#[test]
fn projects_and_errors_arrive_as_they_were() {
    let output_dir = std::env::temp_dir();
    let project = project();
    let request = BuildRequest {
        project: &project,
        output_dir: &output_dir,
        timestamp: 315_532_800,
        use_vcs: true,
    };
    let builder = through(&PLUGIN).build.unwrap();
    let path = builder.build(&Recorder::default(), &request).unwrap();
    assert_eq!(path, output_dir.join("file"));
    assert!(was_asked(&request));
    let host = Recorder { is_cancelled: true, ..Recorder::default() };
    assert_eq!(builder.build(&host, &request), Echo.build(&host, &request));
}

#[test]
fn a_panic_of_the_host_goes_on_behind_the_call() {
    let request = MetadataRequest {
        layout: &layout(),
        is_layout_source: false,
        settled: &CoreMetadata::default(),
        wanted: &[],
        python: None,
        may_run_project_code: false,
    };
    let host = Recorder { panics: true, ..Recorder::default() };
    let foreign = through(&PLUGIN);
    let call = || foreign.metadata.unwrap().metadata(&host, &request);
    let payload = std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)).unwrap_err();
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"the host has a mistake"));
    assert!(host.heard.lock().unwrap().is_empty(), "it is left alone after that");
}
