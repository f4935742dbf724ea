//! Another program, asked a question: its answer, or the end of our patience.

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use flit_sdk::Host;

/// How often we look whether it ended, and whether the user asked to stop.
const LOOK_UP: Duration = Duration::from_millis(10);

/// How long the output of a program that ended may take to arrive. Something that it left running may keep the pipe open.
const LINGER: Duration = Duration::from_millis(500);

/// How much of the output is kept, in bytes; the rest is read, so that nobody waits for us.
const MOST_KEPT: usize = 1 << 16;

/// How a program ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// By itself.
    Exited { code: Option<i32>, stdout: Vec<u8>, stderr: Vec<u8> },
    /// It was killed, with all that it started, as it took too long.
    TimedOut,
    /// It was killed, as the user asked to stop.
    Cancelled,
}

/// What a program prints, as far as it came.
#[derive(Clone, Default)]
struct Collected(Arc<Mutex<(Vec<u8>, bool)>>);

/// A program, to be started in a directory that is not a source tree.
pub(super) fn command(program: &Path, directory: Option<&Path>) -> Command {
    let mut command = Command::new(program);
    if let Some(directory) = directory.filter(|directory| directory.is_dir()) {
        command.current_dir(directory);
    }
    command
}

/// Runs a program with `input` as its stdin. It has no terminal to ask anybody on.
pub(super) fn run(
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
            return Ok(Ended::Exited { code: status.code(), stdout, stderr });
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
