//! A stopwatch for processes: `measure COMMAND [ARGUMENT…]`.
//!
//! Starts the command from a process that is itself small, because the kernel counts what was
//! resident before `exec` as the command's own memory. The command's stdout and stderr pass
//! through; then the last line of stdout is `EXIT_CODE WALL_MS PEAK_KIB`.

use std::env;
use std::error::Error;
use std::mem::MaybeUninit;
use std::process::{Command, Stdio};
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = env::args_os().skip(1);
    let program = words.next().ok_or("usage: measure COMMAND [ARGUMENT…]")?;
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::null());

    let start = Instant::now();
    let child = command.spawn()?;
    let (status, peak_kib) = wait(child.id())?;
    let wall_ms = start.elapsed().as_secs_f64() * 1000.0;

    let code = if libc::WIFEXITED(status) { libc::WEXITSTATUS(status) } else { -1 };
    println!("{code} {wall_ms:.3} {peak_kib}");
    Ok(())
}

/// Waits for a child; returns its status and its largest resident set, in KiB.
fn wait(process_id: u32) -> Result<(i32, i64), Box<dyn Error>> {
    let process_id = libc::pid_t::try_from(process_id)?;
    let mut status = 0;
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: both pointers are valid for writes, and the child is ours and not yet waited for.
    let waited = unsafe { libc::wait4(process_id, &raw mut status, 0, usage.as_mut_ptr()) };
    if waited != process_id {
        return Err(std::io::Error::last_os_error().into());
    }
    // SAFETY: a zeroed `rusage` is valid, and `wait4` has filled it.
    let usage = unsafe { usage.assume_init() };
    Ok((status, usage.ru_maxrss))
}
