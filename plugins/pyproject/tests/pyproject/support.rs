//! Asks the plugin as the pipeline does.

use std::path::Path;

use flit_plugin_pyproject::PLUGIN;
use flit_sdk::model::{CoreMetadata, Field, Layout};
use flit_sdk::testing::{SourceTreeBuilder, TestHost};
use flit_sdk::{DiscoverRequest, Fragment, MetadataRequest, PluginError};

/// The smallest project.
pub(crate) const MINIMAL: &str =
    "[project]\nname = \"demo\"\nversion = \"1.0\"\ndescription = \"d\"\n";

/// A source tree with this pyproject.toml and a module `demo`.
pub(crate) fn tree(toml: impl AsRef<[u8]>) -> SourceTreeBuilder {
    SourceTreeBuilder::new().file("pyproject.toml", toml).file("demo.py", "\"\"\"Demo.\"\"\"\n")
}

/// The smallest project with more lines in its pyproject.toml.
pub(crate) fn project(more: &str) -> SourceTreeBuilder {
    tree(format!("{MINIMAL}{more}\n"))
}

/// Runs the discover stage.
pub(crate) fn discover(
    host: &TestHost,
    tree: &SourceTreeBuilder,
    config_name: Option<&str>,
) -> Result<Option<Layout>, PluginError> {
    let source_tree = tree.path();
    let request = DiscoverRequest { source_tree: &source_tree, config_name };
    PLUGIN.discover.expect("the plugin discovers").discover(host, &request)
}

/// Runs both stages.
pub(crate) fn read(
    host: &TestHost,
    tree: &SourceTreeBuilder,
) -> Result<(Layout, Fragment), PluginError> {
    let layout = discover(host, tree, None)?.expect("the tree is of the plugin's kind");
    let fragment = metadata(host, &layout, true)?;
    Ok((layout, fragment))
}

/// Runs the metadata stage.
pub(crate) fn metadata(
    host: &TestHost,
    layout: &Layout,
    is_layout_source: bool,
) -> Result<Fragment, PluginError> {
    let settled = CoreMetadata::default();
    let request = MetadataRequest {
        layout,
        is_layout_source,
        settled: &settled,
        wanted: &[],
        python: None,
        may_run_project_code: false,
    };
    PLUGIN.metadata.expect("the plugin supplies metadata").metadata(host, &request)
}

/// The text of METADATA, a dynamic version being 1.0 and a dynamic summary `doc`.
pub(crate) fn rendered(fragment: &Fragment) -> String {
    let mut metadata = fragment.metadata.clone();
    for field in &fragment.dynamic {
        assert!(!metadata.contains(*field), "{field} is dynamic, and set all the same");
        metadata.set_text(*field, if *field == Field::Version { "1.0" } else { "doc" });
    }
    metadata.render()
}

/// An error as a test shows it, hints on lines of their own. Paths of the machine are replaced.
pub(crate) fn shown(error: &PluginError, source_tree: &Path) -> String {
    let place = error.location.as_ref().map_or_else(String::new, |place| {
        let path = place.path.display();
        format!("{path}:{}:{}+{}: ", place.line, place.column, place.length)
    });
    let hints: Vec<_> = error.hints.iter().map(|hint| format!("hint: {hint}\n")).collect();
    let text = format!("{place}{error}\n{}", hints.concat());
    text.replace(&source_tree.display().to_string(), "TREE")
}
