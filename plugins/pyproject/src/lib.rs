//! Reads pyproject.toml: discovers the project and supplies its metadata.
//!
//! Two forms are known: the standard `[project]` table, which flit has used since version 3, and the older
//! `[tool.flit.metadata]` table. Both may have `[tool.flit.sdist]` and `[tool.flit.external-data]` beside them.
//!
//! The file is parsed once in each stage. Whatever is wrong in it becomes a finding with its place, and all findings of
//! a stage are reported together.

mod discover;
mod document;
mod entry_points;
mod external_data;
mod findings;
mod flit_tables;
mod license_files;
mod line_ends;
mod links;
mod metadata;
mod old_tables;
mod problem;
mod project;
mod readme;
mod requirements;
mod sdist_rules;
mod table;
mod toml_problem;
mod toml_subset;

use flit_sdk::Plugin;

/// Reads pyproject.toml.
#[derive(Clone, Copy, Debug)]
struct Pyproject;

/// The plugin.
pub const PLUGIN: Plugin = Plugin {
    discover: Some(&Pyproject),
    metadata: Some(&Pyproject),
    ..Plugin::new(
        "pyproject",
        env!("CARGO_PKG_VERSION"),
        "reads pyproject.toml, with [project] or [tool.flit.metadata]",
    )
};

flit_sdk::register!(PLUGIN);
