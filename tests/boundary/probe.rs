//! Running the probe: a host in a process of its own, for plugins that may end it.

use std::path::PathBuf;
use std::process::Command;

use super::builds::Edition;

/// What became of a host.
#[derive(Debug)]
pub(super) struct Probed {
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// Has a host of an edition load libraries and call them.
#[must_use = "assert what came of it"]
pub(super) fn probe(host: Edition, libraries: &[PathBuf], environment: &[(&str, &str)]) -> Probed {
    let mut command = Command::new(host.probe());
    command.args(libraries).env_remove("RUST_BACKTRACE").envs(environment.iter().copied());
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Probed { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}
