//! The discover stage: from a source tree to a layout.

use std::path::Path;

use crate::error::PluginError;
use crate::host::Host;
use crate::model::Layout;

/// What a discover plugin is asked.
#[derive(Clone, Copy, Debug)]
pub struct DiscoverRequest<'a> {
    /// The absolute path of the source tree: the directory that holds the configuration file.
    pub source_tree: &'a Path,
    /// The name of the configuration file within the source tree, if the user named one (`-f`). A plugin that cannot
    /// read a file of that kind answers `None`.
    pub config_name: Option<&'a str>,
}

/// Recognizes source trees.
///
/// ```
/// use flit_sdk::model::{Layout, SdistRules};
/// use flit_sdk::source_tree::find_module;
/// use flit_sdk::{Discover, DiscoverRequest, Host, PluginError};
///
/// /// Distributes the module `demo` of every directory with a file `demo.toml`.
/// struct Demo;
///
/// impl Discover for Demo {
///     fn discover(&self, host: &dyn Host, request: &DiscoverRequest<'_>) -> Result<Option<Layout>, PluginError> {
///         let config_path = request.config_name.unwrap_or("demo.toml");
///         if config_path != "demo.toml" || !request.source_tree.join(config_path).is_file() {
///             return Ok(None);
///         }
///         Ok(Some(Layout {
///             source_tree: request.source_tree.into(),
///             config_path: config_path.into(),
///             module: find_module(host, request.source_tree, "demo")?,
///             external_data: None,
///             sdist: SdistRules::default(),
///             readme_path: None,
///             needed_files: vec![],
///         }))
///     }
/// }
/// ```
pub trait Discover: Send + Sync {
    /// Answers whether this source tree is of the plugin's kind, and what lies where in it.
    ///
    /// Returns `None` if it is somebody else's. Nothing of the project may be run.
    ///
    /// # Errors
    ///
    /// The source tree is of the plugin's kind but something in it is wrong: the configuration cannot be read, the
    /// module is missing or ambiguous, a path leaves the source tree.
    fn discover(
        &self,
        host: &dyn Host,
        request: &DiscoverRequest<'_>,
    ) -> Result<Option<Layout>, PluginError>;
}
