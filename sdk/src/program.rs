//! Other programs: found where nobody can slip one in, asked a question, and ended when our patience is.

use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::host::Host;

/// How often we look whether it ended, and whether the user asked to stop.
const LOOK_UP: Duration = Duration::from_millis(10);

/// How long the output of a program that ended may take to arrive. Something that it left running may keep the pipe open.
const LINGER: Duration = Duration::from_millis(500);

/// How much of the output is kept, in bytes; the rest is read, so that nobody waits for us.
const MOST_KEPT: usize = 1 << 16;

/// How a program ended.
#[derive(Debug)]
pub enum Ended {
    /// By itself.
    Exited {
        /// Well or not.
        status: ExitStatus,
        /// The beginning of what it printed.
        stdout: Vec<u8>,
        /// The beginning of what it complained about.
        stderr: Vec<u8>,
    },
    /// It was killed, with all that it started, as it took too long.
    TimedOut,
    /// It was killed likewise, as the user asked to stop.
    Cancelled,
}

/// The program of that name in the directories of `path`, the value of `PATH`. Relative directories are left out: they may
/// be those of a source tree.
pub fn find(path: &OsStr, name: &str) -> Option<PathBuf> {
    let file_name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(path)
        .filter(|directory| directory.is_absolute())
        .map(|directory| directory.join(&file_name))
        .find(|program| program.is_file())
}

/// Runs a program with `input` as its stdin. It has no terminal to ask anybody on.
///
/// # Errors
///
/// It cannot be started.
pub fn run(
    host: &dyn Host,
    mut command: Command,
    input: &[u8],
    time_limit: Duration,
) -> io::Result<Ended> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // A group of its own, so that all of it can be killed.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let started = Instant::now();
    let mut child = command.spawn()?;
    let mut stdin = child.stdin.take();
    let input = input.to_vec();
    thread::spawn(move || {
        // A program that does not read it does not want it.
        drop(stdin.take().map(|mut stdin| stdin.write_all(&input)));
    });
    let stdout = Collected::of(child.stdout.take());
    let stderr = Collected::of(child.stderr.take());
    loop {
        if let Some(status) = child.try_wait()? {
            let ended = Instant::now();
            while !(stdout.is_complete() && stderr.is_complete()) && ended.elapsed() < LINGER {
                thread::sleep(LOOK_UP);
            }
            let (stdout, stderr) = (stdout.bytes(), stderr.bytes());
            return Ok(Ended::Exited { status, stdout, stderr });
        }
        if host.is_cancelled() {
            kill(&mut child);
            return Ok(Ended::Cancelled);
        }
        if started.elapsed() > time_limit {
            kill(&mut child);
            return Ok(Ended::TimedOut);
        }
        thread::sleep(LOOK_UP);
    }
}

/// Ends a program and all that it started.
fn kill(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        // What ended meanwhile need not be killed.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    drop(child.kill());
    drop(child.wait());
}

/// What a program prints, as far as it came.
#[derive(Clone, Default)]
struct Collected(Arc<Mutex<(Vec<u8>, bool)>>);

impl Collected {
    fn of(pipe: Option<impl Read + Send + 'static>) -> Self {
        let collected = Self::default();
        let Some(pipe) = pipe else { return collected };
        let kept = collected.clone();
        // Nobody waits for this thread: a pipe that something keeps open is left to it.
        thread::spawn(move || kept.read(pipe));
        collected
    }

    fn read(&self, mut pipe: impl Read) {
        let mut chunk = [0; 1024];
        loop {
            match pipe.read(&mut chunk) {
                Ok(count) if count > 0 => {
                    let mut guard = self.lock();
                    let room = MOST_KEPT.saturating_sub(guard.0.len());
                    guard.0.extend_from_slice(&chunk[..count.min(room)]);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(_) | Err(_) => break,
            }
        }
        self.lock().1 = true;
    }

    fn is_complete(&self) -> bool {
        self.lock().1
    }

    fn bytes(&self) -> Vec<u8> {
        std::mem::take(&mut self.lock().0)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, (Vec<u8>, bool)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::testing::TestHost;

    const PATIENCE: Duration = Duration::from_secs(20);

    fn ended(host: &TestHost, script: &str, input: &[u8], time_limit: Duration) -> Ended {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        run(host, command, input, time_limit).unwrap()
    }

    #[test]
    fn what_it_prints_is_kept_as_far_as_anybody_wants_it() {
        let host = TestHost::default();
        let unread = vec![b'x'; 1 << 20];
        for (script, input, expected) in [
            ("cat; echo no >&2; exit 3", &b"hello"[..], (Some(3), 5, 3)),
            ("true", &unread, (Some(0), 0, 0)),
            ("head -c 300000 /dev/zero", b"", (Some(0), MOST_KEPT, 0)),
            // What is left running keeps the pipe, and nobody waits for it.
            ("sleep 600 & kill -9 $$", b"", (None, 0, 0)),
        ] {
            let ended = ended(&host, script, input, PATIENCE);
            let Ended::Exited { status, stdout, stderr } = ended else { panic!("{ended:?}") };
            assert_eq!((status.code(), stdout.len(), stderr.len()), expected, "{script}");
        }
    }

    #[test]
    fn one_that_takes_too_long_ends_with_all_it_started() {
        let directory = tempfile::tempdir().unwrap();
        let pid = directory.path().join("pid");
        let script = format!("sleep 600 & echo $$ > '{}'; wait", pid.display());
        let host = TestHost::default();
        let limited = ended(&host, &script, b"", Duration::from_millis(500));
        assert!(matches!(limited, Ended::TimedOut), "{limited:?}");
        let group = fs_err::read_to_string(&pid).unwrap().trim().parse().unwrap();
        let group = rustix::process::Pid::from_raw(group).unwrap();
        let end = Instant::now() + PATIENCE;
        // The kernel takes a moment to bury them.
        while rustix::process::test_kill_process_group(group).is_ok() {
            assert!(Instant::now() < end, "something is left of it");
            thread::yield_now();
        }
        host.cancel();
        let cancelled = ended(&host, "sleep 600", b"", PATIENCE);
        assert!(matches!(cancelled, Ended::Cancelled), "{cancelled:?}");
    }

    #[test]
    fn only_whole_paths_are_searched() {
        let directory = tempfile::tempdir().unwrap();
        let tool = directory.path().join("tool");
        fs_err::write(&tool, "").unwrap();
        let path = format!(":.:bin:/nowhere:{}", directory.path().display());
        assert_eq!(find(OsStr::new(&path), "tool"), Some(tool));
        assert_eq!(find(OsStr::new(".:bin:"), "tool"), None);
        assert_eq!(find(OsStr::new(&path), "other"), None);
    }
}
