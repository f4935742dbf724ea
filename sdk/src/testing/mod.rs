//! For the tests of plugins: source trees and releases made on the spot, and a host that remembers.

mod host;
mod release;
mod source_tree;

pub use host::TestHost;
pub use release::ReleaseBuilder;
pub use source_tree::SourceTreeBuilder;
#[cfg(unix)]
pub use source_tree::{make_fifo, symlink};

use crate::plugin::Plugin;

/// The same plugin behind the stable boundary, without a library: every question and answer crosses as it would for a
/// loaded plugin, and panics become errors.
///
/// Run each test of a plugin with both, and expect equal results:
///
/// ```
/// # use flit_sdk::{Plugin, testing::through_abi};
/// # const PLUGIN: Plugin = Plugin::new("hello", "0.1.0", "greets");
/// for plugin in [PLUGIN, through_abi(&PLUGIN)] {
///     assert!(plugin.build.is_none());
/// }
/// ```
pub fn through_abi(plugin: &Plugin) -> Plugin {
    crate::abi::through(plugin)
}
