//! A host for tests: loads the libraries that it is given, calls each stage, and prints what came of it.
//!
//! Only this program can show what a host of another version does, and what a plugin does to the process.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use flit_sdk::model::{
    CoreMetadata, EntryPoints, Field, FileKind, Layout, Module, ModuleKind, Project, ProjectName,
    Release, ReleaseFile, Repository, SdistRules, SourceFile, Version,
};
use flit_sdk::{
    BuildRequest, DiscoverRequest, Host, LogLevel, MetadataRequest, Plugin, PluginError, Target,
    Uploader, abi,
};

fn main() {
    let mut plugins = Vec::new();
    for path in std::env::args_os().skip(1) {
        match abi::load(Path::new(&path)) {
            Ok(plugin) => plugins.push(plugin),
            Err(error) => println!("refused: {error}"),
        }
    }
    for plugin in plugins {
        println!("{} {}: {}", plugin.name, plugin.version, plugin.description);
        call(plugin);
    }
    println!("end");
}

fn call(plugin: &Plugin) {
    let host = Printing(AtomicU32::new(0));
    let source_tree = std::env::temp_dir();
    if let Some(discover) = plugin.discover {
        let request = DiscoverRequest { source_tree: &source_tree, config_name: None };
        show("discover", discover.discover(&host, &request), |layout| match layout {
            None => "nothing".into(),
            Some(layout) => format!("{} {:?}", layout.module.name, layout.module.files.len()),
        });
    }
    let layout = layout(&source_tree);
    if let Some(metadata) = plugin.metadata {
        let request = MetadataRequest {
            layout: &layout,
            is_layout_source: false,
            settled: &CoreMetadata::default(),
            wanted: &[Field::Keywords],
            python: None,
            may_run_project_code: false,
        };
        show("metadata", metadata.metadata(&host, &request), |fragment| {
            let fields: Vec<_> = fragment
                .metadata
                .fields()
                .map(|(field, values)| format!("{field}={}", values.join(",")))
                .collect();
            format!("[{}]", fields.join(" "))
        });
    }
    if let Some(build) = plugin.build {
        let project = project(layout);
        let output_dir = &source_tree;
        let request = BuildRequest { project: &project, output_dir, timestamp: 0, use_vcs: false };
        show("build", build.build(&host, &request), |path| format!("{:?}", path.file_name()));
    }
    if let Some(upload) = plugin.upload {
        call_upload(upload, &host);
    }
}

/// Publishes a file to the repository that the environment names; or one that is not there, for who does not read it.
fn call_upload(upload: &dyn Uploader, host: &dyn Host) {
    let release = release();
    let url = std::env::var("PROBE_REPOSITORY").unwrap_or_else(|_| "misbehave:".into());
    if !url.starts_with("misbehave:") {
        std::fs::write(&release.files[0].path, "x").expect("the file can be written");
    }
    let repository = Repository { url, ..Repository::default() };
    let accepts = upload.accepts(&repository);
    if accepts != Ok(true) {
        show("accepts", accepts, |_| format!("not {}", repository.url));
        return;
    }
    let target = Target { repository: &repository, credentials: None };
    show("exists", upload.exists(host, &target, "", &release), |existences| {
        format!("{existences:?}")
    });
    let session = upload.begin(host, &target, &release);
    let name = session.clone().unwrap_or_default();
    show("begin", session, |session| format!("{session:?}"));
    // The method that does the work stands for the stage.
    let outcome = upload.put(host, &target, &name, &release.files[0]);
    show("upload", outcome, |outcome| format!("{outcome:?}"));
    let receipt = upload.commit(host, &target, &name, &release);
    show("commit", receipt, |receipt| receipt.files.len().to_string());
    drop(std::fs::remove_file(&release.files[0].path));
}

/// A release of one file, which says `x`.
fn release() -> Release {
    let path = std::env::temp_dir().join(format!("probe-{}.tar.gz", std::process::id()));
    let sha256 = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
    Release {
        name: ProjectName::parse("demo").expect("is a name"),
        version: Version::parse("1.0").expect("is a version"),
        files: vec![ReleaseFile {
            path,
            file_name: "demo-1.0.tar.gz".into(),
            kind: FileKind::Sdist,
            size: 1,
            sha256: sha256.into(),
            // Nobody here looks at it.
            blake2_256: sha256.into(),
            metadata: CoreMetadata::default(),
            metadata_text: String::new(),
            attestations: vec![],
        }],
    }
}

fn show<T>(stage: &str, answer: Result<T, PluginError>, text: impl Fn(T) -> String) {
    match answer {
        Ok(answer) => println!("  {stage}: {}", text(answer)),
        Err(error) => println!("  {stage}: {:?}: {error}", error.kind),
    }
}

fn layout(source_tree: &Path) -> Layout {
    Layout {
        source_tree: PathBuf::from(source_tree),
        config_path: "pyproject.toml".into(),
        module: Module {
            name: "demo".into(),
            kind: ModuleKind::File,
            root: String::new(),
            path: "demo.py".into(),
            files: vec![SourceFile {
                path: "demo.py".into(),
                size: 1,
                is_executable: false,
                is_link: false,
            }],
        },
        external_data: None,
        sdist: SdistRules::default(),
        readme_path: None,
        needed_files: vec![],
    }
}

fn project(layout: Layout) -> Project {
    Project {
        layout,
        name: ProjectName::parse("demo").expect("is a name"),
        version: Version::parse("1.0").expect("is a version"),
        metadata: CoreMetadata::default(),
        entry_points: EntryPoints::default(),
        development_requires: vec![],
        origins: std::collections::BTreeMap::new(),
        frozen: vec![],
        has_frozen_entry_points: false,
    }
}

/// A host that prints, and that is cancelled when it was asked often enough; it panics where the environment says so.
struct Printing(AtomicU32);

impl Host for Printing {
    fn log(&self, level: LogLevel, message: &str) {
        println!("  {level:?}: {message}");
        assert!(std::env::var_os("PROBE_HOST_PANICS").is_none(), "the host panics");
    }

    fn progress(&self, done: u64, total: u64) {
        println!("  {done} of {total}");
    }

    fn is_cancelled(&self) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed) > 1000
    }
}
