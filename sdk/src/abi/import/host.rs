//! The host as a plugin calls it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;

use abi_stable::std_types::RStr;

use crate::abi::convert::log_level;
use crate::abi::objects::HostApi;
use crate::host::Host;

/// The host as a plugin calls it: a panic of the host waits here until the plugin has returned.
pub(super) struct GuardedHost<'a> {
    host: &'a dyn Host,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

impl<'a> GuardedHost<'a> {
    pub(super) fn new(host: &'a dyn Host) -> Self {
        Self { host, panic: Mutex::new(None) }
    }

    /// Lets the host's own panic go on, now that it cannot hit the plugin.
    pub(super) fn resume(&self) {
        let payload = self.panic.lock().ok().and_then(|mut panic| panic.take());
        if let Some(payload) = payload {
            resume_unwind(payload);
        }
    }

    /// Calls the host; after a panic it is not called again, and the plugin sees `otherwise`.
    fn guarded<T>(&self, otherwise: T, call: impl FnOnce(&dyn Host) -> T) -> T {
        let has_panicked = self.panic.lock().is_ok_and(|panic| panic.is_some());
        if has_panicked {
            return otherwise;
        }
        match catch_unwind(AssertUnwindSafe(|| call(self.host))) {
            Ok(answer) => answer,
            Err(payload) => {
                // A second thread's panic is forgotten: dropping it might panic.
                match self.panic.lock() {
                    Ok(mut panic) if panic.is_none() => *panic = Some(payload),
                    Ok(_) | Err(_) => std::mem::forget(payload),
                }
                otherwise
            }
        }
    }
}

impl HostApi for GuardedHost<'_> {
    fn log(&self, level: u32, message: RStr<'_>) {
        self.guarded((), |host| host.log(log_level(level), message.as_str()));
    }

    fn progress(&self, done: u64, total: u64) {
        self.guarded((), |host| host.progress(done, total));
    }

    fn is_cancelled(&self) -> bool {
        // A host that panicked wants the plugin to come to an end.
        self.guarded(true, |host| host.is_cancelled())
    }
}
