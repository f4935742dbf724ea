//! The pipeline: one file per stage, and here what composes them.

mod build;
mod discover;
mod field_check;
mod metadata;
mod progress;
mod staging;
pub(crate) mod upload;

use std::path::PathBuf;
use std::time::Instant;

use flit_sdk::model::{Distribution, Project};
use flit_sdk::{ErrorKind, Host, LogLevel, Plugin, PluginError, Stage};

use crate::error::Error;
use crate::plugins::Registry;

pub(crate) use build::{BuildError, ChosenBuilder};
pub(crate) use discover::{DiscoverError, SourceTree};
pub(crate) use metadata::MetadataError;

/// How metadata may be read.
#[derive(Clone, Debug)]
pub(crate) struct ReadingOptions {
    /// The Python to import the module with, should nothing else help.
    pub(crate) python: Option<PathBuf>,
    /// Whether code of the project may be run at all.
    pub(crate) may_run_project_code: bool,
}

/// What to build, and how.
#[derive(Clone, Debug)]
pub(crate) struct BuildOptions {
    /// The formats, by the names of their builders; empty for all.
    pub(crate) formats: Vec<String>,
    /// Where the files go.
    pub(crate) output_dir: PathBuf,
    /// Whether an sdist takes what version control tracks.
    pub(crate) use_vcs: bool,
    /// The time that goes into archives, in seconds since 1970-01-01 UTC.
    pub(crate) timestamp: u64,
    /// How metadata may be read.
    pub(crate) reading: ReadingOptions,
}

/// Runs all stages up to the built files.
pub(crate) fn run(
    host: &dyn Host,
    registry: &Registry,
    source_tree: &SourceTree,
    options: &BuildOptions,
) -> Result<Vec<Distribution>, Error> {
    // A misspelt format is told before anything is read.
    let builders = chosen(registry, source_tree, &options.formats)?;
    let project = settle(host, registry, source_tree, &options.reading)?;
    build_project(host, &builders, &project, options)
}

/// Says whether all formats can be built, before anything is read.
pub(crate) fn chosen<'a>(
    registry: &'a Registry,
    source_tree: &SourceTree,
    formats: &[String],
) -> Result<Vec<ChosenBuilder<'a>>, Error> {
    let project = || format!("`{}`", source_tree.path.display());
    build::chosen(registry, formats).map_err(|source| Error::Build { project: project(), source })
}

/// Builds the distributions of a project whose metadata is settled.
pub(crate) fn build_project(
    host: &dyn Host,
    builders: &[ChosenBuilder<'_>],
    project: &Project,
    options: &BuildOptions,
) -> Result<Vec<Distribution>, Error> {
    let name = || format!("`{}` {}", project.name, project.version);
    build::build(host, builders, project, options)
        .map_err(|source| Error::Build { project: name(), source })
}

/// Runs the stages that settle the metadata.
pub(crate) fn settle(
    host: &dyn Host,
    registry: &Registry,
    source_tree: &SourceTree,
    options: &ReadingOptions,
) -> Result<Project, Error> {
    let found = discover::discover(host, registry, source_tree)
        .map_err(|source| Error::Discover { source_tree: source_tree.path.clone(), source })?;
    let module = found.layout.module.name.clone();
    metadata::settle(host, registry, found, options)
        .map_err(|source| Error::Metadata { module, source })
}

/// Calls a plugin, and tells those who want to know how long it took.
fn timed<T>(host: &dyn Host, stage: Stage, plugin: &Plugin, call: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let result = call();
    let milliseconds = started.elapsed().as_secs_f64() * 1e3;
    let Plugin { name, version, .. } = plugin;
    host.log(LogLevel::Debug, &format!("{stage}: {name} {version} took {milliseconds:.1} ms"));
    result
}

/// Says whose fault it is where that is not the project's or the world's.
fn blame(plugin: &str, error: &PluginError) -> Vec<String> {
    match error.kind {
        ErrorKind::Panicked | ErrorKind::Other => {
            vec![format!("this is a defect of the plugin `{plugin}`")]
        }
        _ => vec![],
    }
}
