//! The command line: from what was typed, over what we will do, to one file per command.

mod args;
mod build;
mod environment;
mod host;
mod info;
mod mask;
mod output;
mod prompt;
mod publish;
mod published;
mod register;
mod settings;
mod shown_path;
mod snippet;
mod transfers;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory as _;
use flit_sdk::{Host as _, LogLevel};

use self::args::TypedArgs;
use self::host::TerminalHost;
use self::output::Output;
use self::settings::{Settings, Task};
use self::shown_path::ShownPaths;
use crate::error::Error;
use crate::plugins::Registry;

pub(crate) use self::output::OutputError;
pub(crate) use self::settings::SettingsError;

/// What `--logo` has shown since the first flit: its name.
const LOGO: &str = r"
   __ _ _ _
  / _| (_) |_
 |  _| | |  _|
 |_| |_|_|\__|
";

/// Runs the command line `args` and returns the exit code of the process.
pub(crate) fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let typed = match args::parse(args) {
        Ok(typed) => typed,
        Err(error) => {
            // Help and version go to stdout with code 0, mistakes to stderr with code 2.
            drop(error.print());
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let output = Output::new(settings::output_settings(&typed.global));
    if typed.global.logo {
        output.help(LOGO);
        return ExitCode::SUCCESS;
    }
    let Some(command) = typed.command else {
        // As flit: help on stdout, and not a success.
        output.help(&TypedArgs::command().render_long_help().ansi().to_string());
        return ExitCode::from(crate::error::ExitStatus::Failed as u8);
    };
    let settings = match settings::settle(&typed.global, &command) {
        Ok(settings) => settings,
        Err(error) => return failed(output, &error.into(), None),
    };
    match run_task(output, &settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(output, &error, Some(&settings.source_tree.path)),
    }
}

/// Shows the error; the places that it names are in the source tree, wherever flit was started.
fn failed(output: Output, error: &Error, source_tree: Option<&Path>) -> ExitCode {
    let mut report = error.report();
    if let (Some(location), Some(source_tree)) = (&mut report.location, source_tree) {
        location.path = source_tree.join(&location.path);
    }
    output.error(&report, &ShownPaths::from_environment());
    ExitCode::from(error.exit_status() as u8)
}

fn run_task(output: Output, settings: &Settings) -> Result<(), Error> {
    let registry = Registry::with(&settings.plugins)?;
    let host = TerminalHost::new(output);
    for warning in &settings.warnings {
        host.log(LogLevel::Warning, warning);
    }
    let result = match &settings.task {
        Task::Build(options) => {
            build::run(output, &host, &registry, &settings.source_tree, options)
        }
        Task::Publish(task) => publish::run(output, &host, &registry, &settings.source_tree, task),
        Task::Register(task) => {
            register::run(output, &host, &registry, &settings.source_tree, task)
        }
        Task::Info(task) => info::run(output, &host, &registry, &settings.source_tree, task),
    };
    host.finish();
    result
}
