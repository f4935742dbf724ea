//! Plugins: where they are found, and which ones a run has.

mod registry;
mod search;

pub(crate) use registry::{Registry, RegistryError, steps_back};
pub(crate) use search::{PluginRequest, SearchPath};
