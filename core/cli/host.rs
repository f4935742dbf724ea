//! The host that plugins see: their messages and progress, and whether the user asked to stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use flit_sdk::{Host, LogLevel};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::Output;

/// Work that is done before this is not worth a bar.
const SHOW_BAR_AFTER: Duration = Duration::from_millis(500);

/// The exit code of a process that Ctrl-C ended, as shells have it: 128 + SIGINT.
const INTERRUPTED: i32 = 130;

/// The program, as plugins see it.
pub(super) struct TerminalHost {
    output: Output,
    is_cancelled: Arc<AtomicBool>,
    started: Instant,
    bar: OnceLock<ProgressBar>,
    // One message at a time, so that a bar and lines do not mix.
    speaking: Mutex<()>,
}

impl TerminalHost {
    /// Makes the host and has Ctrl-C ask for a stop; the second Ctrl-C ends the process.
    pub(super) fn new(output: Output) -> Self {
        let is_cancelled = Arc::new(AtomicBool::new(false));
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            // Where signals cannot be caught, the process ends at the first: outputs are renamed last, so nothing is
            // half-written then either.
            drop(signal_hook::flag::register_conditional_shutdown(
                signal,
                INTERRUPTED,
                is_cancelled.clone(),
            ));
            drop(signal_hook::flag::register(signal, is_cancelled.clone()));
        }
        Self {
            output,
            is_cancelled,
            started: Instant::now(),
            bar: OnceLock::new(),
            speaking: Mutex::new(()),
        }
    }

    /// Takes the bar off the terminal.
    pub(super) fn finish(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }

    fn new_bar() -> ProgressBar {
        let style = ProgressStyle::with_template("{bar:40} {percent:>3}% {elapsed}")
            .expect("the template is a constant that a test draws");
        ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_style(style)
    }
}

impl Host for TerminalHost {
    fn log(&self, level: LogLevel, message: &str) {
        let _speaking = self.speaking.lock();
        let speak = || self.output.message(level, message);
        match self.bar.get() {
            Some(bar) => bar.suspend(speak),
            None => speak(),
        }
    }

    fn progress(&self, done: u64, total: u64) {
        if self.output.shows_progress() && self.started.elapsed() > SHOW_BAR_AFTER {
            let bar = self.bar.get_or_init(Self::new_bar);
            bar.set_length(total);
            bar.set_position(done);
        }
    }

    fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_can_be_drawn() {
        TerminalHost::new_bar().finish_and_clear();
    }
}
