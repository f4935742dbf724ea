//! What a loaded plugin is like.

use flit_sdk::abi;
use flit_sdk::model::{CoreMetadata, Field, Layout, Module, ModuleKind, SdistRules, SourceFile};
use flit_sdk::testing::TestHost;
use flit_sdk::{MetadataRequest, Stage};

use super::builds::Edition;
use super::probe::probe;

#[test]
fn a_manifest_is_read_without_running_the_library() {
    let library = Edition::CURRENT.plugin("misbehaving");
    let manifest = abi::read_manifest(&library).unwrap();
    assert_eq!(manifest.name, "misbehaving");
    assert_eq!(manifest.version, "6.6.6");
    assert_eq!(manifest.stages, ["discover", "metadata", "build", "upload"]);
    assert_eq!(manifest.sdk_version, abi::SDK_VERSION);
    assert_eq!(manifest.target, abi::TARGET);
    assert!(!manifest.aborts_on_panic);
}

#[test]
fn constructors_run_when_a_plugin_is_loaded_but_not_when_it_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let witness = directory.path().join("witness");
    let environment = [("FLIT_MISBEHAVE_WITNESS", witness.to_str().unwrap())];
    let library = Edition::CURRENT.plugin("misbehaving");
    let refused = directory.path().join("refused.so");
    let bytes = super::wrong_files::with_text(&library, "panic unwind", "panic abort ");
    fs_err::write(&refused, bytes).unwrap();
    let probed = probe(Edition::CURRENT, &[refused], &environment);
    assert_eq!(probed.stdout, "refused: it was built with `panic = \"abort\"`\nend\n");
    assert!(!witness.exists(), "nothing of a refused plugin runs");
    let probed = probe(Edition::CURRENT, &[library], &environment);
    assert_eq!(probed.code, Some(0), "{probed:?}");
    assert!(witness.exists(), "the fixture does leave a witness");
}

#[test]
fn a_loaded_plugin_is_a_plugin() {
    let plugin = abi::load(&Edition::CURRENT.plugin("hello")).unwrap();
    assert_eq!((plugin.name, plugin.version), ("hello", "0.1.0"));
    assert_eq!(plugin.description, "adds a keyword");
    let served: Vec<_> = Stage::ALL.into_iter().filter(|stage| plugin.serves(*stage)).collect();
    assert_eq!(served, [Stage::Metadata]);
    let layout = layout();
    let request = MetadataRequest {
        layout: &layout,
        is_layout_source: false,
        settled: &CoreMetadata::default(),
        wanted: &[],
        python: None,
        may_run_project_code: false,
    };
    let fragment = plugin.metadata.unwrap().metadata(&TestHost::default(), &request).unwrap();
    assert_eq!(fragment.metadata.text(Field::Keywords), Some("hello"));
}

#[test]
fn two_libraries_are_two_plugins_and_one_may_be_loaded_twice() {
    let (hello, misbehaving) =
        (Edition::CURRENT.plugin("hello"), Edition::CURRENT.plugin("misbehaving"));
    let libraries = [hello.clone(), misbehaving, hello];
    let probed = probe(Edition::CURRENT, &libraries, &[]);
    assert_eq!(
        probed.stdout,
        "hello 0.1.0: adds a keyword\n  metadata: [Keywords=hello]\n\
         misbehaving 6.6.6: does what no plugin may\n  discover: nothing\n  metadata: []\n  \
         build: Some(\"demo.misbehaving\")\n  \
         exists: [Absent]\n  begin: \"\"\n  1 of 1\n  upload: Created\n  commit: 0\n\
         hello 0.1.0: adds a keyword\n  metadata: [Keywords=hello]\nend\n"
    );
    assert_eq!((probed.code, probed.stderr.as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn the_file_may_change_once_it_was_read() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library");
    fs_err::copy(Edition::CURRENT.plugin("hello"), &path).unwrap();
    let library = abi::Library::read(&path).unwrap();
    assert_eq!(library.manifest().name, "hello");
    fs_err::write(&path, "something else").unwrap();
    assert_eq!(library.load().unwrap().name, "hello");
}

fn layout() -> Layout {
    let path = "demo.py".to_owned();
    Layout {
        source_tree: std::env::temp_dir(),
        config_path: "pyproject.toml".into(),
        module: Module {
            name: "demo".into(),
            kind: ModuleKind::File,
            root: String::new(),
            path: path.clone(),
            files: vec![SourceFile { path, size: 1, is_executable: false, is_link: false }],
        },
        external_data: None,
        sdist: SdistRules::default(),
        readme_path: None,
        needed_files: vec![],
    }
}
