//! All that a flit plugin needs, and all that plugins and the pipeline share.
//!
//! flit publishes Python packages in four stages, each a function from one noun to the next:
//!
//! ```text
//! SourceTree --discover--> Layout --metadata--> Project --build--> Distribution --upload--> Receipt
//! ```
//!
//! A plugin serves one or more of these stages. It is a constant of type [`Plugin`] that names the plugin and
//! holds an implementation of each stage's trait:
//!
//! | stage | trait | from | to |
//! |---|---|---|---|
//! | discover | [`Discover`] | a source tree, or the file that `-f` names | [`Layout`](model::Layout) |
//! | metadata | [`MetadataSource`] | the layout and what is settled so far | [`Fragment`] |
//! | build | [`Builder`] | the settled [`Project`](model::Project) | one file |
//! | upload | [`Uploader`] | the files of a [`Release`](model::Release) | a [`Receipt`](model::Receipt) |
//!
//! Plugins that are part of the program register with [`register!`]; plugins that are loaded at run time are exported
//! from a `cdylib` with [`export!`]. The pipeline cannot tell the two apart. Nothing here prints, reads the environment
//! or ends the process, and neither may a plugin: what it has to say goes through the [`Host`].
//!
//! The version of this crate is the version of the binary interface: flit 1.x loads plugins built with every
//! `flit-sdk` 1.y, older and newer, whatever compiler built them.

pub mod abi;
mod build;
mod discover;
mod error;
mod hexadecimal;
mod host;
mod metadata;
pub mod model;
mod plugin;
#[cfg(feature = "program")]
pub mod program;
pub mod python_text;
mod secret;
pub mod source_tree;
mod suggestion;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod upload;

pub use build::{BuildRequest, Builder};
pub use discover::{Discover, DiscoverRequest};
pub use error::{ErrorKind, Location, PluginError};
pub use hexadecimal::hexadecimal;
pub use host::{Host, LogLevel};
pub use metadata::{Fragment, MetadataRequest, MetadataSource};
pub use plugin::{Plugin, Stage, registered};
pub use secret::Secret;
pub use suggestion::nearest;
pub use upload::{Target, Uploader};

/// What [`register!`] and [`export!`] expand to; not part of the interface.
#[doc(hidden)]
pub mod expansion {
    pub use crate::abi::expansion::*;
    pub use crate::plugin::Linked;
    pub use inventory;
}
