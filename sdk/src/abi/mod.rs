//! The stable boundary: what crosses between flit and the libraries that it loads.
//!
//! Plugins and the pipeline see the ordinary traits of this crate. Between them, for a plugin that is loaded:
//!
//! ```text
//! pipeline -> dyn Builder = Foreign<BuildBox> (import)  ->|  ExportedBuild (export) -> guard -> dyn Builder of the plugin
//!             dyn Host <- GuardedHost (import)            |<- CallingHost (export)
//! ```
//!
//! - `record`, `ids`, `objects`: what crosses. Typed values under numbers, and objects whose traits grow at the end.
//! - `convert`: between the model and records, by hand.
//! - `export`, `guard`: the plugin's side. A panic is caught in the image it happened in.
//! - `import`, `breadcrumb`: flit's side. Answers are checked; who never returns is named.
//! - `manifest`: what a library says of itself without being run.
//! - `library`, `load`, `layout_check`, `last_words`, `load_error`: from a file to a plugin.
//!
//! This folder is the only place that names `abi_stable` or says `unsafe`, so that it is all that a replacement touches.
#![expect(unsafe_code, reason = "objects of another image cannot be had without it")]

mod breadcrumb;
mod convert;
mod export;
mod guard;
mod ids;
mod import;
#[cfg(feature = "host")]
mod last_words;
#[cfg(feature = "host")]
mod layout_check;
#[cfg(feature = "host")]
mod library;
#[cfg(feature = "host")]
mod load;
#[cfg(feature = "host")]
mod load_error;
mod malformed;
mod manifest;
#[cfg(feature = "host")]
mod memory;
mod objects;
mod record;
#[cfg(test)]
mod round_trip;

#[cfg(feature = "host")]
pub use last_words::ENDED_BY_PLUGIN;
#[cfg(feature = "host")]
pub use library::read_manifest;
#[cfg(feature = "host")]
pub use load::{Library, load};
#[cfg(feature = "host")]
pub use load_error::LoadError;
pub use manifest::{Manifest, ManifestError, SDK_VERSION, TARGET};

/// What [`export!`](crate::export) expands to; not part of the interface.
#[doc(hidden)]
pub mod expansion {
    pub use super::export::{Exported, header};
    pub use super::manifest::{manifest_bytes, manifest_length};
    pub use abi_stable::library::LibHeader;
}

/// The same plugin behind the boundary, as if it had been loaded: what the feature `testing` offers to tests. Not part of
/// the interface.
#[doc(hidden)]
pub fn through(plugin: &crate::Plugin) -> crate::Plugin {
    let objects = import::Objects {
        discover: export::discover_object(plugin),
        metadata: export::metadata_object(plugin),
        build: export::build_object(plugin),
        upload: export::upload_object(plugin),
    };
    objects.into_plugin(plugin)
}
