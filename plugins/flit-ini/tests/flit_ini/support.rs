//! Asking the plugin as the pipeline does, and showing what it answers.

use std::path::Path;

use flit_plugin_flit_ini::PLUGIN;
use flit_sdk::model::{CoreMetadata, Layout};
use flit_sdk::testing::{SourceTreeBuilder, TestHost};
use flit_sdk::{DiscoverRequest, Fragment, MetadataRequest, PluginError};

/// The required keys, on lines 1 to 5.
pub(crate) const REQUIRED: &str = "\
[metadata]
module=demo
author=Sir Robin
author-email=robin@camelot.example
home-page=https://camelot.example/demo
";

/// A source tree with a flit.ini and the module `demo`.
pub(crate) fn tree(flit_ini: impl AsRef<[u8]>) -> SourceTreeBuilder {
    SourceTreeBuilder::new().file("demo.py", "'''A demo'''").file("flit.ini", flit_ini)
}

pub(crate) fn discover(
    source_tree: &Path,
    config_name: Option<&str>,
) -> Result<Option<Layout>, PluginError> {
    let plugin = PLUGIN.discover.expect("the plugin discovers");
    plugin.discover(&TestHost::default(), &DiscoverRequest { source_tree, config_name })
}

/// The layout of a tree, what its flit.ini says, and what was logged meanwhile.
pub(crate) fn read(
    tree: &SourceTreeBuilder,
) -> Result<(Layout, Fragment, Vec<String>), PluginError> {
    let layout = discover(&tree.path(), None)?.expect("flit.ini is there");
    let request = MetadataRequest {
        layout: &layout,
        is_layout_source: true,
        settled: &CoreMetadata::default(),
        wanted: &[],
        python: None,
        may_run_project_code: false,
    };
    let host = TestHost::default();
    let fragment = PLUGIN.metadata.expect("the plugin has metadata").metadata(&host, &request)?;
    Ok((layout, fragment, host.messages()))
}

/// What [`REQUIRED`] with `rest` behind it gives.
pub(crate) fn fragment(rest: &str) -> Fragment {
    let (_, fragment, _) = read(&tree(format!("{REQUIRED}{rest}"))).expect("the file is valid");
    fragment
}

/// An error as `path:line:column+length: message`, with causes and hints below.
pub(crate) fn show(error: &PluginError) -> String {
    let mut shown = String::new();
    if let Some(place) = &error.location {
        let path = place.path.display();
        shown = format!("{path}:{}:{}+{}: ", place.line, place.column, place.length);
    }
    shown += &error.message;
    for cause in &error.causes {
        shown.extend(["\n  cause: ", cause]);
    }
    for hint in &error.hints {
        shown.extend(["\n  hint: ", hint]);
    }
    shown
}

/// The error that this flit.ini gives, shown.
pub(crate) fn failure(flit_ini: impl AsRef<[u8]>) -> String {
    show(&read(&tree(flit_ini)).expect_err("the file is wrong"))
}
