//! The command line: from what was typed, over what we will do, to one file per command.

mod args;
mod build;
mod host;
mod info;
mod output;
mod settings;
mod shown_path;
mod snippet;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use self::args::{Command, GlobalArgs, TypedArgs};
use self::host::TerminalHost;
use self::output::Output;
use self::settings::Task;
use crate::error::Error;
use crate::plugins::Registry;

pub(crate) use self::settings::SettingsError;

/// Runs the command line `args` and returns the exit code of the process.
pub(crate) fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let typed = match TypedArgs::try_parse_from(args) {
        Ok(typed) => typed,
        Err(error) => {
            // Help and version go to stdout with code 0, mistakes to stderr with code 2.
            drop(error.print());
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let output = Output::new(settings::output_settings(&typed.global));
    let Some(command) = typed.command else {
        // As flit: help on stdout, and not a success.
        output.data(&TypedArgs::command().render_long_help().ansi().to_string());
        return ExitCode::from(crate::error::ExitStatus::Failed as u8);
    };
    match run_command(output, &typed.global, &command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output.error(&error.report());
            ExitCode::from(error.exit_status() as u8)
        }
    }
}

fn run_command(output: Output, global: &GlobalArgs, command: &Command) -> Result<(), Error> {
    let settings = settings::settle(global, command)?;
    let registry = Registry::with(&settings.plugins)?;
    let host = TerminalHost::new(output);
    let result = match &settings.task {
        Task::Build(options) => {
            build::run(output, &host, &registry, &settings.source_tree, options)
        }
        Task::Info(task) => info::run(output, &host, &registry, &settings.source_tree, task),
    };
    host.finish();
    result
}
