//! The `flit` command: the pipeline, the plugins it runs on, and the command line around it.
//!
//! # Bird's eye
//!
//! ```text
//! SourceTree --discover--> Layout --metadata--> Project --build--> Distribution --upload--> Receipt
//! ```
//!
//! Each stage is a function from one noun to the next, and in each the pipeline asks plugins. It knows them by the traits
//! of `flit-sdk` alone: a plugin that is linked into the program and one that was loaded from a library look the same.
//!
//! # Code map
//!
//! - `main.rs` (the binary) names the built-in plugins and calls [`main`]. No other file knows any plugin.
//! - `cli` turns what was typed (args) into what we will do (settings), runs one file per command, and holds the
//!   only code that prints.
//! - `pipeline` has one file per stage, and composes them.
//! - `plugins` finds, loads and lists plugins.
//! - `repositories` is where we publish to and as whom: `.pypirc`, URLs, credentials.
//! - `distribution` reads built files and says what is wrong with them.
//! - `error` is every way in which a run can fail, with how it is told.
//!
//! The nouns, the traits and the binary boundary are in `flit-sdk`; each plugin is a crate under `plugins/`.
//!
//! # Invariants
//!
//! - Dependencies point one way: plugins and this crate depend on the SDK, the SDK on neither.
//! - Metadata is merged by rule: a source sets only what is still open, and every field knows who set it.
//! - Both distributions are built from one `Project`.
//! - A file gets its final name last: a run that fails or is killed leaves what was there.
//! - Only `cli::settings` and `cli::environment` read the environment (and `cli::shown_path` where the command was
//!   started), only `cli::output` prints.

mod cli;
mod distribution;
mod error;
mod pipeline;
mod plugins;
mod repositories;

use std::ffi::OsString;
use std::process::ExitCode;

pub use error::ExitStatus;

/// Runs the command line `args`, the program's name first, with the plugins that the binary linked.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    cli::run(args)
}

// The plugin in the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
