//! What can go wrong in a run, how it is told, and the exit codes.

use std::path::PathBuf;

use flit_sdk::{ErrorKind, Location, PluginError};

use crate::cli::{OutputError, SettingsError};
use crate::pipeline::upload::{Failed, UploadError};
use crate::pipeline::{BuildError, DiscoverError, MetadataError};
use crate::plugins::RegistryError;

/// The exit codes of `flit`. Code 70 is not among them: it is given when a plugin ended the process (sysexits.h calls it
/// an internal software error), by what watches over loaded plugins.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum ExitStatus {
    /// What was asked for is done.
    Done = 0,
    /// The user or the world is at fault.
    Failed = 1,
    /// The command line makes no sense; given by its parser.
    Usage = 2,
    /// The user asked to stop: 128 + SIGINT, as shells have it.
    Interrupted = 130,
}

/// Why a run failed: one variant per phase.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Registry(#[from] RegistryError),
    #[error("cannot read the project in {}", .source_tree.display())]
    Discover { source_tree: PathBuf, source: DiscoverError },
    #[error("cannot read the metadata of `{module}`")]
    Metadata { module: String, source: MetadataError },
    #[error("cannot build {project}")]
    Build { project: String, source: BuildError },
    #[error(transparent)]
    Destination(UploadError),
    #[error("cannot publish {what} to {repository}")]
    Publish { what: String, repository: String, source: UploadError },
    #[error("cannot register `{project}` with {repository}")]
    Register { project: String, repository: String, source: UploadError },
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// An error as it is shown.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// What could not be done.
    pub(crate) message: String,
    /// Why, the nearest reason first.
    pub(crate) causes: Vec<String>,
    /// Where.
    pub(crate) location: Option<Location>,
    /// What to do.
    pub(crate) hints: Vec<String>,
}

impl Error {
    /// The exit code.
    pub(crate) fn exit_status(&self) -> ExitStatus {
        let plugin_error = match self {
            Self::Settings(_) | Self::Registry(_) | Self::Destination(_) | Self::Output(_) => None,
            Self::Discover { source, .. } => source.plugin_error(),
            Self::Metadata { source, .. } => source.plugin_error(),
            Self::Build { source: BuildError::Cancelled, .. } => return ExitStatus::Interrupted,
            Self::Build { source, .. } => source.plugin_error(),
            Self::Publish { source, .. } | Self::Register { source, .. } => {
                if source.is_cancelled() {
                    return ExitStatus::Interrupted;
                }
                source.plugin_error()
            }
        };
        match plugin_error.map(|error| error.kind) {
            Some(ErrorKind::Cancelled) => ExitStatus::Interrupted,
            Some(_) | None => ExitStatus::Failed,
        }
    }

    /// The error with all that belongs to it, ready to be shown.
    pub(crate) fn report(&self) -> Report {
        let mut report = Report { message: self.to_string(), ..Report::default() };
        match self {
            Self::Settings(error) => {
                report.causes = causes(error);
                report.hints = error.hints();
            }
            Self::Registry(error) => {
                report.causes = causes(error);
                report.hints = error.hints();
            }
            Self::Discover { source, .. } => {
                report.add(source, source.plugin_error(), source.hints());
            }
            Self::Metadata { source, .. } => {
                report.add(source, source.plugin_error(), source.hints());
            }
            Self::Build { source, .. } => report.add(source, source.plugin_error(), source.hints()),
            Self::Destination(error) => {
                report.causes = causes(error);
                report.hints = error.hints();
            }
            Self::Publish { source, .. } | Self::Register { source, .. } => {
                report.add_upload(source);
            }
            Self::Output(error) => report.causes = causes(error),
        }
        report
    }
}

impl Report {
    /// Adds what a stage reported: its own message where it is not just a plugin's, then the plugin's error.
    fn add(
        &mut self,
        stage: &(dyn std::error::Error + 'static),
        plugin_error: Option<&PluginError>,
        hints: Vec<String>,
    ) {
        if let Some(error) = plugin_error {
            self.causes.push(error.message.clone());
            self.causes.extend(error.causes.iter().cloned());
            self.location.clone_from(&error.location);
            self.hints.extend(error.hints.iter().cloned());
        } else {
            self.causes.push(stage.to_string());
            self.causes.extend(causes(stage));
        }
        self.hints.extend(hints);
    }

    /// Adds why something was not published: for several files or releases, a cause for each.
    fn add_upload(&mut self, error: &UploadError) {
        let (failed, all) = match error {
            UploadError::Incomplete { failed, reports } => (failed, reports.len()),
            UploadError::Releases { failed, all, .. } => (failed, *all),
            error => return self.add(error, error.plugin_error(), error.hints()),
        };
        // Of one file, its own error says it all.
        if all > 1 {
            self.causes.push(error.to_string());
        }
        for Failed { what, error } in failed {
            let mut report = Self::default();
            report.add_upload(error);
            // What a server says may be a sentence.
            let causes: Vec<_> =
                report.causes.iter().map(|cause| cause.trim_end_matches('.')).collect();
            self.causes.push(format!("{what}: {}", causes.join(": ")));
            self.location = self.location.take().or(report.location);
            self.add_hints(report.hints);
        }
        if let UploadError::Releases { untried, .. } = error {
            self.causes.extend(untried.iter().map(|release| format!("{release}: not tried")));
        }
        self.add_hints(error.hints());
    }

    /// Adds each hint once.
    fn add_hints(&mut self, hints: Vec<String>) {
        for hint in hints {
            if !self.hints.contains(&hint) {
                self.hints.push(hint);
            }
        }
    }
}

/// The messages of all that an error was caused by.
fn causes(error: &(dyn std::error::Error + 'static)) -> Vec<String> {
    std::iter::successors(error.source(), |error| (*error).source())
        .map(ToString::to_string)
        .collect()
}
