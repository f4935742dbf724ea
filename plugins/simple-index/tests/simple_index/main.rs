//! The plugin as the pipeline sees it.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail them")]

mod at_once;
mod killed;
mod others;
mod pages;
mod publishing;
mod refusals;
mod support;
