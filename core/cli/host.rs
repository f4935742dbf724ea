//! The host that plugins see: their messages and progress, and whether the user asked to stop.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use flit_sdk::{Host, LogLevel};
use indicatif::{
    BinaryBytes, MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle,
};

use super::output::Output;

/// Work that is done before this is not worth a bar.
const SHOW_BAR_AFTER: Duration = Duration::from_millis(500);

/// The exit code of a process that Ctrl-C ended, as shells have it: 128 + SIGINT.
const INTERRUPTED: i32 = 130;

/// How often the bar of a file is drawn anew, also while nothing moves.
const REDRAW: Duration = Duration::from_millis(200);

/// The program, as plugins see it.
pub(super) struct TerminalHost {
    output: Output,
    is_cancelled: Arc<AtomicBool>,
    started: Instant,
    bars: MultiProgress,
    /// The bar of what has no bar of its own.
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
            bars: MultiProgress::with_draw_target(ProgressDrawTarget::stderr()),
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

    /// A bar for the transfer of one file, on a terminal.
    pub(super) fn file_bar(&self, name: &str, size: u64) -> Option<ProgressBar> {
        self.output.shows_progress().then(|| {
            self.finish();
            let bar = self.bars.add(Self::new_file_bar(name, size));
            bar.enable_steady_tick(REDRAW);
            bar
        })
    }

    /// Has `speak` print, without mixing with bars or with another thread.
    pub(super) fn speak(&self, speak: impl FnOnce()) {
        let _speaking = self.speaking.lock();
        self.bars.suspend(speak);
    }

    fn new_bar() -> ProgressBar {
        ProgressBar::new(0).with_style(style("{bar:40} {percent:>3}% {elapsed}"))
    }

    fn new_file_bar(name: &str, size: u64) -> ProgressBar {
        let template = "{bar:20} {binary_bytes:>11} of {binary_total_bytes}, {pace} {wide_msg}";
        let style =
            style(template).with_key("pace", |state: &ProgressState, to: &mut dyn fmt::Write| {
                // What cannot be written is not shown.
                let _ = to.write_str(&pace(state.pos(), state.len(), state.per_sec()));
            });
        ProgressBar::new(size).with_style(style).with_message(name.to_owned())
    }
}

/// How fast a file goes; once all of it is sent, there is no speed any more: the server thinks.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a speed is never negative, and nobody sees a part of a byte"
)]
fn pace(position: u64, size: Option<u64>, bytes_per_second: f64) -> String {
    if size.is_some_and(|size| position >= size) {
        "waiting for the answer".into()
    } else {
        format!("{}/s", BinaryBytes(bytes_per_second as u64))
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the templates are constants that a test draws")
}

impl Host for TerminalHost {
    fn log(&self, level: LogLevel, message: &str) {
        self.speak(|| self.output.message(level, message));
    }

    fn progress(&self, done: u64, total: u64) {
        if self.output.shows_progress() && self.started.elapsed() > SHOW_BAR_AFTER {
            let bar = self.bar.get_or_init(|| self.bars.add(Self::new_bar()));
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
    fn the_bars_can_be_drawn() {
        TerminalHost::new_bar().finish_and_clear();
        TerminalHost::new_file_bar("demo", 2).finish_and_clear();
    }

    #[test]
    fn the_bar_of_a_file_that_is_sent_waits_for_the_answer() {
        assert_eq!(pace(0, Some(2048), 0.0), "0 B/s");
        assert_eq!(pace(1024, Some(2048), 1536.5), "1.50 KiB/s");
        assert_eq!(pace(2048, Some(2048), 412.0), "waiting for the answer");
    }
}
