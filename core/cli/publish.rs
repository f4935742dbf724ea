//! `flit publish`.

use std::path::PathBuf;

use flit_sdk::model::{ProjectName, Version};
use flit_sdk::{Host as _, LogLevel};

use super::host::TerminalHost;
use super::output::Output;
use super::prompt::TerminalPrompt;
use super::published;
use super::settings::{FilesToPublish, PublishTask};
use super::shown_path::ShownPaths;
use super::transfers::Transfers;
use crate::error::Error;
use crate::pipeline::upload::{Destination, Published, UploadError, built_before, named};
use crate::pipeline::{self, BuildOptions, SourceTree};
use crate::plugins::Registry;
use crate::repositories;

/// Publishes what was asked for: built now, built before, or named.
pub(super) fn run(
    output: Output,
    host: &TerminalHost,
    registry: &Registry,
    source_tree: &SourceTree,
    task: &PublishTask,
) -> Result<(), Error> {
    let configured = repositories::configure(host, &task.repository, &task.environment)
        .map_err(|error| Error::Destination(error.into()))?;
    let destination = Destination::of(registry, configured).map_err(Error::Destination)?;
    let repository = destination.shown_name();
    let Files { what, paths } = match &task.files {
        FilesToPublish::Build(options) => {
            build(host, registry, source_tree, options, &destination)?
        }
        FilesToPublish::Built(options) => {
            built(host, registry, source_tree, options, &destination)?
        }
        FilesToPublish::Named(patterns) => Files::named(patterns).map_err(|source| {
            Error::Publish { what: "files".into(), repository: repository.clone(), source }
        })?,
    };
    let observer = Transfers { output, host, prompt: TerminalPrompt::new() };
    match destination.publish(host, &observer, &paths, &task.options) {
        Ok(Published::Planned(plans)) => {
            for plan in &plans {
                published::plan(output, plan, &repository)?;
            }
        }
        Ok(Published::Done(reports)) => {
            host.finish();
            for report in &reports {
                published::release(output, report, &repository)?;
            }
        }
        Err(source) => return Err(Error::Publish { what, repository, source }),
    }
    Ok(())
}

/// The files to publish, and what an error calls them.
struct Files {
    what: String,
    paths: Vec<PathBuf>,
}

impl Files {
    fn of_version(name: &ProjectName, version: &Version, paths: Vec<PathBuf>) -> Self {
        Self { what: format!("`{name}` {version}"), paths }
    }

    fn named(patterns: &[PathBuf]) -> Result<Self, UploadError> {
        let paths = named(patterns)?;
        let what = match paths.as_slice() {
            [path] => ShownPaths::from_environment().path(path).display().to_string(),
            paths => format!("{} files", paths.len()),
        };
        Ok(Self { what, paths })
    }
}

/// Builds the project, unless a part of this version is published already: then it is what was built before.
fn build(
    host: &TerminalHost,
    registry: &Registry,
    source_tree: &SourceTree,
    options: &BuildOptions,
    destination: &Destination<'_>,
) -> Result<Files, Error> {
    // A misspelt format is told before anything is read.
    let builders = pipeline::chosen(registry, source_tree, &options.formats)?;
    let project = pipeline::settle(host, registry, source_tree, &options.reading)?;
    let (name, version) = (&project.name, &project.version);
    if let Some(paths) = destination.unfinished(host, &options.output_dir, name, version) {
        let directory = ShownPaths::from_environment().path(&options.output_dir);
        let message = format!(
            "going on with `{name}` {version}, which an earlier run began to publish: nothing is built, the files are \
             those in {}",
            directory.display()
        );
        host.log(LogLevel::Info, &message);
        return Ok(Files::of_version(name, version, paths));
    }
    let distributions = pipeline::build_project(host, &builders, &project, options)?;
    let paths = distributions.into_iter().map(|distribution| distribution.path).collect();
    Ok(Files::of_version(name, version, paths))
}

/// What an earlier run built of the version that the project has now.
fn built(
    host: &TerminalHost,
    registry: &Registry,
    source_tree: &SourceTree,
    options: &BuildOptions,
    destination: &Destination<'_>,
) -> Result<Files, Error> {
    let project = pipeline::settle(host, registry, source_tree, &options.reading)?;
    let paths = built_before(&options.output_dir, &project.file_stem(), &options.formats);
    let files = Files::of_version(&project.name, &project.version, vec![]);
    match paths {
        Ok(paths) => Ok(Files { paths, ..files }),
        Err(source) => {
            let repository = destination.shown_name();
            Err(Error::Publish { what: files.what, repository, source })
        }
    }
}
