//! Projects to build, and readers of what was built.

use std::io::Read as _;
use std::path::Path;

use flate2::read::GzDecoder;
use flit_plugin_sdist::PLUGIN;
use flit_sdk::model::{CoreMetadata, Field, Layout, Project, ProjectName, SdistRules, Version};
use flit_sdk::source_tree::find_module;
use flit_sdk::testing::{SourceTreeBuilder, TestHost};
use flit_sdk::{BuildRequest, Host, PluginError};
use tempfile::TempDir;

pub(crate) const TIMESTAMP: u64 = 1_451_606_400;

/// A source tree with a package, a readme, a license and a configuration file.
pub(crate) fn tree() -> SourceTreeBuilder {
    SourceTreeBuilder::new()
        .file(
            "pyproject.toml",
            "[project]\nname = \"demo\"\ndynamic = [\"version\", \"description\"]\n",
        )
        .file("README.md", "Read me.\n")
        .file("LICENSE", "Free.\n")
        .file("src/demo/__init__.py", "'''A demo.'''\n__version__ = '1.0'\n")
        .file("src/demo/sub/data.txt", "data")
        .file("notes.txt", "not packed")
}

/// The project in a tree that [`tree`] made.
pub(crate) fn project(tree: &SourceTreeBuilder) -> Project {
    let mut metadata = CoreMetadata::default();
    metadata.set_text(Field::MetadataVersion, "2.4");
    metadata.set_text(Field::Name, "demo");
    metadata.set_text(Field::Version, "1.0");
    metadata.set_text(Field::Summary, "A demo.");
    metadata.set_text(Field::Description, "Read me.\n");
    metadata.set_text(Field::DescriptionContentType, "text/markdown");
    metadata.set_list(Field::LicenseFile, vec!["LICENSE".into()]);
    Project {
        layout: Layout {
            source_tree: tree.path(),
            config_path: "pyproject.toml".into(),
            module: find_module(&TestHost::default(), &tree.path(), "demo").unwrap(),
            external_data: None,
            sdist: SdistRules::default(),
            readme_path: Some("README.md".into()),
            needed_files: Vec::new(),
        },
        name: ProjectName::parse("demo").unwrap(),
        version: Version::parse("1.0").unwrap(),
        metadata,
        entry_points: flit_sdk::model::EntryPoints::default(),
        development_requires: Vec::new(),
        origins: std::collections::BTreeMap::default(),
        frozen: Vec::new(),
        has_frozen_entry_points: false,
    }
}

/// A text that compresses, but not to nothing.
pub(crate) fn numbered_lines(count: usize) -> String {
    let lines: Vec<_> = (0..count).map(|number| format!("line {number}")).collect();
    lines.join("\n")
}

/// The same project with these rules for the sdist.
pub(crate) fn with_rules(mut project: Project, include: &[&str], exclude: &[&str]) -> Project {
    let owned = |patterns: &[&str]| patterns.iter().map(|&pattern| pattern.into()).collect();
    project.layout.sdist = SdistRules { include: owned(include), exclude: owned(exclude) };
    project
}

/// One build, with what the host was told.
pub(crate) struct Built {
    pub(crate) result: Result<Vec<u8>, PluginError>,
    pub(crate) messages: Vec<String>,
}

pub(crate) fn build(project: &Project) -> Built {
    build_as(project, false)
}

pub(crate) fn build_as(project: &Project, use_vcs: bool) -> Built {
    let host = TestHost::default();
    let output = TempDir::new().unwrap();
    let result = build_into(&host, project, output.path(), use_vcs);
    if result.is_err() {
        assert_eq!(fs_err::read_dir(output.path()).unwrap().count(), 0, "nothing is left behind");
    }
    Built { result, messages: host.messages() }
}

pub(crate) fn build_into(
    host: &dyn Host,
    project: &Project,
    output_dir: &Path,
    use_vcs: bool,
) -> Result<Vec<u8>, PluginError> {
    let request = BuildRequest { project, output_dir, timestamp: TIMESTAMP, use_vcs };
    let path = PLUGIN.build.unwrap().build(host, &request)?;
    assert_eq!(path, output_dir.join(format!("{}.tar.gz", project.file_stem())));
    Ok(fs_err::read(path).unwrap())
}

/// A member as a reader sees it.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Below the top directory.
    pub(crate) path: String,
    /// The permissions in octal digits, or `->` and the target of a link.
    pub(crate) kind: String,
    pub(crate) content: String,
}

impl Built {
    /// All members in the order of the archive, once what holds for every member was checked.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let bytes = self.result.as_ref().unwrap_or_else(|error| panic!("{error:?}"));
        let mut archive = tar::Archive::new(GzDecoder::new(bytes.as_slice()));
        let mut entries = Vec::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let header = entry.header();
            assert_eq!(header.mtime().unwrap(), TIMESTAMP);
            assert_eq!((header.uid().unwrap(), header.gid().unwrap()), (0, 0));
            assert_eq!(
                (header.username().unwrap(), header.groupname().unwrap()),
                (Some(""), Some(""))
            );
            let kind = match entry.link_name().unwrap() {
                Some(target) => format!("-> {}", target.display()),
                None => format!("{:o}", header.mode().unwrap()),
            };
            let path = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
            let path = path.strip_prefix("demo-1.0/").expect("one top directory").to_owned();
            let mut content = String::new();
            entry.read_to_string(&mut content).unwrap();
            entries.push(Entry { path, kind, content });
        }
        entries
    }

    /// The paths of all members but those that every sdist of [`tree`] has.
    pub(crate) fn extra_paths(&self) -> Vec<String> {
        let usual = [
            "LICENSE",
            "PKG-INFO",
            "README.md",
            "pyproject.toml",
            "src/demo/__init__.py",
            "src/demo/sub/data.txt",
        ];
        let entries = self.entries();
        let paths = entries.into_iter().map(|entry| entry.path);
        paths.filter(|path| !usual.contains(&path.as_str())).collect()
    }

    pub(crate) fn content(&self, path: &str) -> String {
        let found = self.entries().into_iter().find(|entry| entry.path == path);
        found.unwrap_or_else(|| panic!("there is no {path}")).content
    }

    /// The error with all its parts, one a line.
    pub(crate) fn error(&self) -> String {
        shown(self.result.as_ref().expect_err("the build fails"))
    }
}

pub(crate) fn shown(error: &PluginError) -> String {
    let first = format!("{:?}: {}\n", error.kind, error.message);
    let causes = error.causes.iter().map(|cause| format!("cause: {cause}\n"));
    let hints = error.hints.iter().map(|hint| format!("hint: {hint}\n"));
    [first].into_iter().chain(causes).chain(hints).collect::<Vec<_>>().concat()
}
