//! One progress for several builders that work at once: what all have done, of what all have to do.

use std::sync::atomic::{AtomicU64, Ordering};

use flit_sdk::{Host, LogLevel};

/// How far each of several builders is.
#[derive(Debug)]
pub(super) struct SharedProgress {
    parts: Vec<Part>,
}

#[derive(Debug, Default)]
struct Part {
    done: AtomicU64,
    total: AtomicU64,
}

/// The host as one of the builders sees it.
pub(super) struct PartHost<'a> {
    host: &'a dyn Host,
    progress: &'a SharedProgress,
    index: usize,
}

impl SharedProgress {
    pub(super) fn new(parts: usize) -> Self {
        Self { parts: (0..parts).map(|_| Part::default()).collect() }
    }

    /// The host for the builder with this number.
    pub(super) fn host<'a>(&'a self, host: &'a dyn Host, index: usize) -> PartHost<'a> {
        PartHost { host, progress: self, index }
    }

    fn sum(&self, number: impl Fn(&Part) -> &AtomicU64) -> u64 {
        self.parts
            .iter()
            .map(|part| number(part).load(Ordering::Relaxed))
            .fold(0, u64::saturating_add)
    }
}

impl Host for PartHost<'_> {
    fn log(&self, level: LogLevel, message: &str) {
        self.host.log(level, message);
    }

    fn progress(&self, done: u64, total: u64) {
        let part = &self.progress.parts[self.index];
        part.done.store(done, Ordering::Relaxed);
        part.total.store(total, Ordering::Relaxed);
        self.host
            .progress(self.progress.sum(|part| &part.done), self.progress.sum(|part| &part.total));
    }

    fn is_cancelled(&self) -> bool {
        self.host.is_cancelled()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct Recorder(Mutex<Vec<(u64, u64)>>);

    impl Host for Recorder {
        fn log(&self, _: LogLevel, _: &str) {}

        fn progress(&self, done: u64, total: u64) {
            self.0.lock().unwrap().push((done, total));
        }

        fn is_cancelled(&self) -> bool {
            false
        }
    }

    #[test]
    fn the_parts_add_up() {
        let recorder = Recorder::default();
        let progress = SharedProgress::new(2);
        progress.host(&recorder, 0).progress(1, 10);
        progress.host(&recorder, 1).progress(5, 20);
        progress.host(&recorder, 0).progress(10, 10);
        assert_eq!(*recorder.0.lock().unwrap(), [(1, 10), (6, 30), (15, 30)]);
    }
}
