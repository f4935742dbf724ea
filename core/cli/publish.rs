//! `flit publish`.

use std::path::PathBuf;

use flit_sdk::model::{ProjectName, Version};
use flit_sdk::{Host as _, LogLevel};

use super::host::TerminalHost;
use super::output::Output;
use super::published;
use super::settings::{FilesToPublish, PublishTask};
use super::shown_path::ShownPaths;
use super::transfers::Transfers;
use crate::error::Error;
use crate::pipeline::upload::{
    Destination, Published, UploadError, UploadOptions, built_before, named,
};
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
    let observer = Transfers::new(output, host, &repository);
    let Files { what, paths } = match &task.files {
        FilesToPublish::Build(options) => {
            let options = (options, &task.options);
            build(host, &observer, registry, source_tree, options, &destination)?
        }
        FilesToPublish::Built(options) => {
            built(host, registry, source_tree, options, &destination)?
        }
        FilesToPublish::Named(patterns) => Files::named(patterns).map_err(|source| {
            Error::Publish { what: "files".into(), repository: repository.clone(), source }
        })?,
    };
    match destination.publish(host, &observer, &paths, &task.options) {
        Ok(Published::Planned(plans)) => {
            let destination = destination.shown_with_url();
            plans.iter().try_for_each(|plan| published::plan(output, plan, &destination))?;
        }
        Ok(Published::Done) => observer.told()?,
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

/// Builds the project. If a part of this version may be published already, the rest of it has to be from the same
/// sources: that is tried aside first, so that the files of the earlier run stay if it is not.
fn build(
    host: &TerminalHost,
    observer: &Transfers<'_>,
    registry: &Registry,
    source_tree: &SourceTree,
    (options, upload): (&BuildOptions, &UploadOptions),
    destination: &Destination<'_>,
) -> Result<Files, Error> {
    // A misspelt format is told before anything is read.
    let builders = pipeline::chosen(registry, source_tree, &options.formats)?;
    let project = pipeline::settle(host, registry, source_tree, &options.reading)?;
    let (name, version) = (&project.name, &project.version);
    let failed = |source| Error::Publish {
        what: format!("`{name}` {version}"),
        repository: destination.shown_name(),
        source,
    };
    let begun = destination.begun(&options.output_dir, name, version).map_err(failed)?;
    if let Some(entry) = begun {
        let aside = tempfile::tempdir()
            .map_err(|source| failed(UploadError::NoTemporaryDirectory { source }))?;
        let probe = BuildOptions { output_dir: aside.path().into(), ..options.clone() };
        let built = pipeline::build_project(host, &builders, &project, &probe)?;
        if entry.agrees_with(&built) {
            let message =
                format!("going on with `{name}` {version}, which an earlier run began to publish");
            host.log(LogLevel::Info, &message);
        } else {
            let paths: Vec<_> = built.into_iter().map(|distribution| distribution.path).collect();
            let is_free = destination.has_nothing_of(host, observer, &entry, &paths, upload);
            if !is_free.map_err(failed)? {
                return Err(failed(UploadError::SourcesChanged));
            }
        }
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
    pipeline::chosen(registry, source_tree, &options.formats)?;
    let project = pipeline::settle(host, registry, source_tree, &options.reading)?;
    let paths =
        built_before(&options.output_dir, (&project.name, &project.version), &options.formats);
    let files = Files::of_version(&project.name, &project.version, vec![]);
    match paths {
        Ok(paths) => Ok(Files { paths, ..files }),
        Err(source) => {
            let repository = destination.shown_name();
            Err(Error::Publish { what: files.what, repository, source })
        }
    }
}
