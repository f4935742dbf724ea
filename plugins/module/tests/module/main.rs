//! The plugin as the pipeline sees it: through its trait, on source trees made on the spot.

mod flit_rules;
mod followed;
mod imported;
mod refused;

use flit_sdk::model::{CoreMetadata, Field, Layout, SdistRules};
use flit_sdk::source_tree::find_module;
use flit_sdk::testing::{SourceTreeBuilder, TestHost};
use flit_sdk::{Fragment, MetadataRequest, PluginError};

/// What may be asked, and what came of it.
struct Asked {
    tree: SourceTreeBuilder,
    host: TestHost,
    wanted: Vec<Field>,
    may_run_project_code: bool,
    python: Option<&'static str>,
}

impl Asked {
    fn new(tree: SourceTreeBuilder) -> Self {
        Self {
            tree,
            host: TestHost::default(),
            wanted: vec![Field::Version],
            may_run_project_code: false,
            python: None,
        }
    }

    /// A source tree with the one file `m.py`.
    fn file(content: impl AsRef<[u8]>) -> Self {
        Self::new(SourceTreeBuilder::new().file("m.py", content))
    }

    /// A source tree with the package `m` of these files.
    fn package(files: &[(&str, &str)]) -> Self {
        let tree = SourceTreeBuilder::new();
        Self::new(
            files
                .iter()
                .fold(tree, |tree, (path, content)| tree.file(&format!("m/{path}"), content)),
        )
    }

    fn wanting(mut self, wanted: &[Field]) -> Self {
        self.wanted = wanted.to_vec();
        self
    }

    fn importing(mut self) -> Self {
        self.may_run_project_code = true;
        self
    }

    fn layout(&self, name: &str) -> Layout {
        let source_tree = self.tree.path();
        Layout {
            module: find_module(&self.host, &source_tree, name).expect("the tree has the module"),
            source_tree,
            config_path: "pyproject.toml".into(),
            external_data: None,
            sdist: SdistRules::default(),
            readme_path: None,
            needed_files: Vec::new(),
        }
    }

    fn ask(&self) -> Result<Fragment, PluginError> {
        self.ask_of("m")
    }

    fn ask_of(&self, name: &str) -> Result<Fragment, PluginError> {
        let layout = self.layout(name);
        let request = MetadataRequest {
            layout: &layout,
            is_layout_source: false,
            settled: &CoreMetadata::default(),
            wanted: &self.wanted,
            python: self.python.map(std::path::Path::new),
            may_run_project_code: self.may_run_project_code,
        };
        flit_plugin_module::PLUGIN
            .metadata
            .expect("it serves the stage")
            .metadata(&self.host, &request)
    }

    fn version(&self) -> Result<String, String> {
        self.text(Field::Version)
    }

    fn summary(&self) -> Result<String, String> {
        self.text(Field::Summary)
    }

    fn text(&self, field: Field) -> Result<String, String> {
        let fragment = self.ask().map_err(|error| shown(&error))?;
        Ok(fragment.metadata.text(field).expect("what is wanted is supplied").into())
    }
}

/// An error as one line: where, what, why.
fn shown(error: &PluginError) -> String {
    match &error.location {
        Some(it) => format!("{}:{}:{}: {error}", it.path.display(), it.line, it.column),
        None => error.to_string(),
    }
}
