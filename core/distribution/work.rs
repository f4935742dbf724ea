//! What all files of a run share while they are read: how far the work is, and whether it is to go on.

use std::sync::atomic::{AtomicU64, Ordering};

use flit_sdk::Host;

/// The user asked to stop.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("stopped")]
pub(super) struct Cancelled;

/// The reading of all files, counted in bytes.
pub(super) struct Work<'a> {
    host: &'a dyn Host,
    done: AtomicU64,
    total: u64,
}

impl<'a> Work<'a> {
    pub(super) fn new(host: &'a dyn Host, total: u64) -> Self {
        Self { host, done: AtomicU64::new(0), total }
    }

    /// Tells that some more bytes were read, and asks whether to go on.
    pub(super) fn advance(&self, bytes: u64) -> Result<(), Cancelled> {
        let done = self.done.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        self.host.progress(done.min(self.total), self.total);
        self.check()
    }

    /// Asks whether to go on.
    pub(super) fn check(&self) -> Result<(), Cancelled> {
        if self.host.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }
}
