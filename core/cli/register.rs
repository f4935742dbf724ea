//! `flit register`.

use flit_sdk::{Host as _, LogLevel};

use super::host::TerminalHost;
use super::output::Output;
use super::settings::RegisterTask;
use super::transfers::Transfers;
use crate::error::Error;
use crate::pipeline::upload::Destination;
use crate::pipeline::{self, SourceTree};
use crate::plugins::Registry;
use crate::repositories;

/// Registers the project with a server that wants it.
pub(super) fn run(
    output: Output,
    host: &TerminalHost,
    registry: &Registry,
    source_tree: &SourceTree,
    task: &RegisterTask,
) -> Result<(), Error> {
    let configured = repositories::configure(host, &task.repository, &task.environment)
        .map_err(|error| Error::Destination(error.into()))?;
    let destination = Destination::of(registry, configured).map_err(Error::Destination)?;
    let project = pipeline::settle(host, registry, source_tree, &task.reading)?;
    let repository = destination.shown_name();
    let observer = Transfers::new(output, host, &repository);
    let registered = destination.register(host, &observer, &project, task.retry);
    registered.map_err(|source| Error::Register {
        project: project.name.to_string(),
        repository: repository.clone(),
        source,
    })?;
    host.log(LogLevel::Info, &format!("registered `{}` with {repository}", project.name));
    Ok(())
}
