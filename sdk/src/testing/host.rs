//! A host that remembers what plugins tell it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::host::{Host, LogLevel};

/// A host that remembers what it was told.
#[derive(Debug, Default)]
pub struct TestHost {
    messages: Mutex<Vec<(LogLevel, String)>>,
    progress: Mutex<Vec<(u64, u64)>>,
    is_cancelled: AtomicBool,
}

impl TestHost {
    /// What was logged so far, as `level: message` each.
    ///
    /// # Panics
    ///
    /// If a thread panicked while it logged.
    pub fn messages(&self) -> Vec<String> {
        let messages = self.messages.lock().expect("no thread panicked while logging");
        messages
            .iter()
            .map(|(level, message)| format!("{level:?}: {message}").to_lowercase())
            .collect()
    }

    /// How far the work was said to be so far, as (done, total) each.
    ///
    /// # Panics
    ///
    /// If a thread panicked while it told the progress.
    pub fn progress_calls(&self) -> Vec<(u64, u64)> {
        self.progress.lock().expect("no thread panicked while telling progress").clone()
    }

    /// Asks the plugin to stop.
    pub fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }
}

impl Host for TestHost {
    fn log(&self, level: LogLevel, message: &str) {
        self.messages
            .lock()
            .expect("no thread panicked while logging")
            .push((level, message.into()));
    }

    fn progress(&self, done: u64, total: u64) {
        self.progress
            .lock()
            .expect("no thread panicked while telling progress")
            .push((done, total));
    }

    fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }
}
