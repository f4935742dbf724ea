//! Plugins: where they are found, and which ones a run has.

mod registry;
mod search;

pub(crate) use registry::{Registry, RegistryError};
pub(crate) use search::{PluginRequest, SearchPath};
