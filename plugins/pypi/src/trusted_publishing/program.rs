//! Asks a program of a CI service for what only it knows.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use flit_sdk::program::{self, Ended};
use flit_sdk::{ErrorKind, Host, PluginError};

/// What is shown of what a program complains about, in characters.
const MOST_SHOWN: usize = 200;

/// Runs `program`, an absolute path, and returns what it wrote to its standard output. Never give it a secret among its
/// arguments.
///
/// # Errors
///
/// It cannot be run, fails, takes longer than `time_limit`, or the user asked to stop.
pub(super) fn output(
    host: &dyn Host,
    program: &Path,
    arguments: &[&str],
    time_limit: Duration,
) -> Result<String, PluginError> {
    let name = program.display();
    let mut command = Command::new(program);
    command.args(arguments);
    // Nothing that lies in a source tree is its business.
    if let Some(root) = program.ancestors().last().filter(|root| root.is_absolute()) {
        command.current_dir(root);
    }
    let ended = program::run(host, command, b"", time_limit).map_err(|error| {
        PluginError::from_error(ErrorKind::Unsupported, &error)
            .context(format!("cannot run `{name}`"))
    })?;
    match ended {
        Ended::Exited { status, stdout, .. } if status.success() => {
            Ok(String::from_utf8_lossy(&stdout).into_owned())
        }
        Ended::Exited { status, stderr, .. } => {
            let message = format!("`{name}` failed: {status}");
            let mut error = PluginError::new(ErrorKind::Unsupported, message);
            error.causes.extend(last_line(&String::from_utf8_lossy(&stderr)));
            Err(error)
        }
        Ended::TimedOut => {
            let message = format!("`{name}` did not end within {} s", time_limit.as_secs_f64());
            Err(PluginError::new(ErrorKind::Network, message))
        }
        Ended::Cancelled => Err(PluginError::new(ErrorKind::Cancelled, "stopped")),
    }
}

/// The last line of what a program complained about, without what looks like a token.
fn last_line(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).rfind(|line| !line.is_empty())?;
    let shown = |word: &str| if word.contains("eyJ") { "[redacted]" } else { word }.to_owned();
    let line = line.split_whitespace().map(shown).collect::<Vec<_>>().join(" ");
    Some(line.chars().filter(|character| !character.is_control()).take(MOST_SHOWN).collect())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use flit_sdk::testing::TestHost;

    use super::*;

    fn run(script: &str, time_limit: Duration) -> Result<String, PluginError> {
        output(&TestHost::default(), Path::new("/bin/sh"), &["-c", script], time_limit)
    }

    #[test]
    fn what_a_program_says_is_returned() {
        let patience = Duration::from_secs(20);
        assert_eq!(run("printf hello; echo no >&2", patience).as_deref(), Ok("hello"));
        assert_eq!(run("pwd", patience).as_deref(), Ok("/\n"), "it is not where the project is");
    }

    #[test]
    fn what_it_complains_about_is_the_cause() {
        let script = "echo one >&2; echo 'no eyJhbGci.e30.c2ln here' >&2; echo >&2; exit 3";
        let error = run(script, Duration::from_secs(20)).unwrap_err();
        assert_eq!(error.to_string(), "`/bin/sh` failed: exit status: 3: no [redacted] here");
        assert_eq!(error.kind, ErrorKind::Unsupported);
    }

    #[test]
    fn one_that_does_not_answer_is_named() {
        let error = run("sleep 600", Duration::from_millis(100)).unwrap_err();
        assert_eq!(error.to_string(), "`/bin/sh` did not end within 0.1 s");
        let host = TestHost::default();
        let missing = Path::new("/nowhere/agent");
        let error = output(&host, missing, &[], Duration::from_secs(1)).unwrap_err();
        assert!(error.to_string().starts_with("cannot run `/nowhere/agent`: "), "{error}");
        host.cancel();
        let sleep = ["-c", "sleep 600"];
        let error = output(&host, Path::new("/bin/sh"), &sleep, Duration::from_mins(10));
        assert_eq!(error.unwrap_err().kind, ErrorKind::Cancelled);
    }
}
