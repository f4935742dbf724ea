//! Runs a program of a CI service and reads what it says, for as long as that may take.

use std::ffi::OsStr;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use flit_sdk::{ErrorKind, Host, PluginError};

/// How often it is looked whether the program has ended, and whether the user asked to stop.
const TICK: Duration = Duration::from_millis(20);
/// How long to wait for the rest of what a program said that has ended. Somebody else may hold its end of the pipe.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// What is kept of what a program says.
const MOST_BYTES: u64 = 64 * 1024;
/// What is shown of it, in characters.
const MOST_SHOWN: usize = 200;

/// Runs `program` and returns what it wrote to its standard output. Never give it a secret among its arguments.
///
/// # Errors
///
/// It cannot be run, fails, takes longer than `time_limit`, or the user asked to stop.
pub(super) fn output(
    host: &dyn Host,
    program: &OsStr,
    arguments: &[&str],
    time_limit: Duration,
) -> Result<String, PluginError> {
    let name = program.display();
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| {
            PluginError::from_error(ErrorKind::Unsupported, &error)
                .context(format!("cannot run `{name}`"))
        })?;
    let said = child.stdout.take().map(read_aside);
    let complained = child.stderr.take().map(read_aside);
    let deadline = Instant::now() + time_limit;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if host.is_cancelled() {
            end(&mut child);
            return Err(PluginError::new(ErrorKind::Cancelled, "stopped"));
        }
        if Instant::now() >= deadline {
            end(&mut child);
            let message = format!("`{name}` did not end within {} s", time_limit.as_secs_f64());
            return Err(PluginError::new(ErrorKind::Network, message));
        }
        std::thread::sleep(TICK);
    };
    if !status.success() {
        let mut error =
            PluginError::new(ErrorKind::Unsupported, format!("`{name}` failed: {status}"));
        error.causes.extend(last_line(&text_of(complained)));
        return Err(error);
    }
    Ok(text_of(said))
}

/// Ends the program. One that has ended meanwhile is as good.
fn end(child: &mut Child) {
    drop(child.kill());
    drop(child.wait());
}

/// Reads on a thread of its own, so that a full pipe stops nobody.
fn read_aside(mut pipe: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before an error is as good as it gets.
        drop(pipe.by_ref().take(MOST_BYTES).read_to_end(&mut bytes));
        // Nobody may be waiting any more.
        drop(sender.send(bytes));
        drop(std::io::copy(&mut pipe, &mut std::io::sink()));
    });
    receiver
}

fn text_of(pipe: Option<Receiver<Vec<u8>>>) -> String {
    let bytes = pipe.and_then(|pipe| pipe.recv_timeout(LAST_WORDS).ok()).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The last line of what a program complained about, without what looks like a token.
fn last_line(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).rfind(|line| !line.is_empty())?;
    let shown = |word: &str| if word.contains("eyJ") { "[redacted]" } else { word }.to_owned();
    let line = line.split_whitespace().map(shown).collect::<Vec<_>>().join(" ");
    Some(line.chars().filter(|character| !character.is_control()).take(MOST_SHOWN).collect())
}

#[cfg(all(test, unix))]
mod tests {
    use flit_sdk::testing::TestHost;

    use super::*;

    fn run(script: &str) -> Result<String, PluginError> {
        let host = TestHost::default();
        output(&host, OsStr::new("sh"), &["-c", script], Duration::from_secs(20))
    }

    #[test]
    fn what_a_program_says_is_returned() {
        assert_eq!(run("printf hello; echo no >&2").as_deref(), Ok("hello"));
        // More than a pipe holds, and more than is kept.
        let long = run("head -c 300000 /dev/zero | tr '\\0' x").map(|text| text.len());
        assert_eq!(long, Ok(64 * 1024));
    }

    #[test]
    fn what_it_complains_about_is_the_cause() {
        let error = run("echo one >&2; echo 'no eyJhbGci.e30.c2ln here' >&2; echo >&2; exit 3");
        let error = error.unwrap_err();
        assert_eq!(error.to_string(), "`sh` failed: exit status: 3: no [redacted] here");
        assert_eq!(error.kind, ErrorKind::Unsupported);
    }

    #[test]
    fn a_program_that_is_missing_is_named() {
        let host = TestHost::default();
        let missing = OsStr::new("flit-test-no-such-program");
        let error = output(&host, missing, &[], Duration::from_secs(1)).unwrap_err();
        assert!(
            error.to_string().starts_with("cannot run `flit-test-no-such-program`: "),
            "{error}"
        );
    }

    #[test]
    fn a_program_that_hangs_is_ended() {
        let host = TestHost::default();
        let limit = Duration::from_millis(100);
        let error = output(&host, OsStr::new("sleep"), &["600"], limit).unwrap_err();
        assert_eq!(error.to_string(), "`sleep` did not end within 0.1 s");
        host.cancel();
        let limit = Duration::from_mins(10);
        let error = output(&host, OsStr::new("sleep"), &["600"], limit).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Cancelled);
    }
}
