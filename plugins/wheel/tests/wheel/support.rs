//! Projects made on the spot, and wheels taken apart.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use flit_plugin_wheel::PLUGIN;
use flit_sdk::model::{ExternalData, Module, Project, SourceFile};
use flit_sdk::source_tree::{files_below, find_module};
use flit_sdk::testing::{SourceTreeBuilder, TestHost, through_abi};
use flit_sdk::{BuildRequest, Plugin, PluginError};
use zip::ZipArchive;

use crate::demo_project::demo_project;

/// 2024-02-03 04:05:06 UTC.
pub(crate) const TIMESTAMP: u64 = 1_706_933_106;

/// The project `Demo.Pkg` 1.0 for Python 3, with the module `demo`.
pub(crate) fn project(tree: &SourceTreeBuilder) -> Project {
    project_of(tree, find_module(&TestHost::default(), &tree.path(), "demo").unwrap())
}

/// The same project with a module that was found before.
pub(crate) fn project_of(tree: &SourceTreeBuilder, module: Module) -> Project {
    demo_project(tree.path(), module)
}

/// What is below `directory`, as external data.
pub(crate) fn external_data(tree: &SourceTreeBuilder, directory: &str) -> ExternalData {
    let files = files_below(&tree.path(), directory).unwrap().files;
    ExternalData { directory: directory.into(), files }
}

/// A plain file as discovery describes it.
pub(crate) fn source_file(path: &str, size: u64) -> SourceFile {
    SourceFile { path: path.into(), size, is_executable: false, is_link: false }
}

/// Builds a wheel with the linked plugin.
pub(crate) fn build_into(
    output_dir: &Path,
    host: &TestHost,
    project: &Project,
    timestamp: u64,
) -> Result<PathBuf, PluginError> {
    build_with(&PLUGIN, output_dir, host, project, timestamp)
}

fn build_with(
    plugin: &Plugin,
    output_dir: &Path,
    host: &TestHost,
    project: &Project,
    timestamp: u64,
) -> Result<PathBuf, PluginError> {
    let request = BuildRequest { project, output_dir, timestamp, use_vcs: false };
    plugin.build.unwrap().build(host, &request)
}

/// Builds a wheel that must succeed.
pub(crate) fn wheel(project: &Project) -> Wheel {
    wheel_at(project, TIMESTAMP)
}

/// Builds a wheel at a time of its own. As a loaded plugin builds it, it has the same bytes.
pub(crate) fn wheel_at(project: &Project, timestamp: u64) -> Wheel {
    let [linked, loaded] = [PLUGIN, through_abi(&PLUGIN)].map(|plugin| {
        let output = SourceTreeBuilder::new();
        let host = TestHost::default();
        let path = build_with(&plugin, &output.path(), &host, project, timestamp).unwrap();
        assert_eq!(path.parent(), Some(output.path().as_path()));
        Wheel::read(&path)
    });
    assert!(linked.bytes == loaded.bytes, "the loaded plugin builds something else");
    linked
}

/// Builds a wheel that must not succeed, nor leave anything behind. A loaded plugin gives the same error.
pub(crate) fn refusal(project: &Project) -> PluginError {
    let linked = linked_refusal(project);
    assert_eq!(linked, refusal_by(&through_abi(&PLUGIN), project));
    linked
}

/// The same for layouts that make no sense, which a loaded plugin never gets to see.
pub(crate) fn linked_refusal(project: &Project) -> PluginError {
    refusal_by(&PLUGIN, project)
}

fn refusal_by(plugin: &Plugin, project: &Project) -> PluginError {
    let output = SourceTreeBuilder::new();
    let host = TestHost::default();
    let refused = build_with(plugin, &output.path(), &host, project, TIMESTAMP);
    assert_eq!(fs_err::read_dir(output.path()).unwrap().count(), 0, "something was left");
    refused.expect_err("the build must fail")
}

/// A wheel that was read back by another library.
pub(crate) struct Wheel {
    pub(crate) file_name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) members: Vec<ReadMember>,
}

pub(crate) struct ReadMember {
    pub(crate) name: String,
    pub(crate) content: Vec<u8>,
    pub(crate) mode: Option<u32>,
}

impl Wheel {
    fn read(path: &Path) -> Self {
        let file_name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let bytes = fs_err::read(path).unwrap();
        let mut archive = ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
        let members = (0..archive.len())
            .map(|index| {
                let mut member = archive.by_index(index).unwrap();
                let mut content = Vec::new();
                // This also checks the CRC-32.
                member.read_to_end(&mut content).unwrap();
                assert_eq!(content.len() as u64, member.size());
                let name = member.name().unwrap().into_owned();
                ReadMember { name, content, mode: member.unix_mode() }
            })
            .collect();
        Self { file_name, bytes, members }
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.members.iter().map(|member| member.name.as_str()).collect()
    }

    pub(crate) fn member(&self, name: &str) -> &ReadMember {
        let found = self.members.iter().find(|member| member.name == name);
        found.unwrap_or_else(|| panic!("no {name} among {:?}", self.names()))
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        str::from_utf8(&self.member(name).content).unwrap()
    }
}
