//! The plugin as the pipeline sees it.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail them")]

mod content;
mod demo_project;
mod names;
#[cfg(unix)]
mod refusals;
mod reproducible;
mod support;
mod zip_fields;
