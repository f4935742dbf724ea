//! Breadcrumbs: which plugin is being called, for the case that it never returns.

use std::cell::Cell;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

/// Who is to be named if the process ends during a call.
#[derive(Debug)]
pub(super) struct Breadcrumb {
    /// What is written: ready-made, because a signal handler may not format.
    #[cfg_attr(
        not(any(feature = "host", test)),
        expect(dead_code, reason = "only the host has last words")
    )]
    pub(super) last_words: String,
}

/// How many calls at a time leave a breadcrumb; those beyond leave none.
const MAX_CALLS: usize = 64;

/// The calls that go on, on all threads.
static CALLS: [AtomicPtr<Breadcrumb>; MAX_CALLS] =
    [const { AtomicPtr::new(null_mut()) }; MAX_CALLS];

thread_local! {
    /// The innermost call of this thread. Without a destructor, so that a signal handler may look at it.
    static INNERMOST: Cell<Option<&'static Breadcrumb>> = const { Cell::new(None) };
}

impl Breadcrumb {
    /// A breadcrumb for calls of one stage of one plugin, which lives as long as the process.
    pub(super) fn new(name: &str, version: &str, during: &str) -> &'static Self {
        let last_words =
            format!("flit: plugin `{name}` {version} ended the process during {during}");
        Box::leak(Box::new(Self { last_words }))
    }

    /// Marks a call, until the result is dropped.
    pub(super) fn drop_here(&'static self) -> Call {
        let this = std::ptr::from_ref(self).cast_mut();
        let slot = CALLS.iter().find(|slot| {
            slot.compare_exchange(null_mut(), this, Ordering::AcqRel, Ordering::Relaxed).is_ok()
        });
        Call { slot, outer: INNERMOST.replace(Some(self)) }
    }

    /// Whom to name now: this thread's innermost call, or else one of another thread, since the thread that ends the
    /// process may be the plugin's own. May be called by a signal handler.
    #[cfg(any(feature = "host", test))]
    pub(super) fn last() -> Option<&'static Self> {
        INNERMOST.get().or_else(|| {
            CALLS.iter().find_map(|slot| {
                // SAFETY: a slot holds null or what was made from a `&'static Breadcrumb`.
                unsafe { slot.load(Ordering::Acquire).as_ref() }
            })
        })
    }
}

/// A call that goes on.
pub(super) struct Call {
    slot: Option<&'static AtomicPtr<Breadcrumb>>,
    outer: Option<&'static Breadcrumb>,
}

impl Drop for Call {
    fn drop(&mut self) {
        INNERMOST.set(self.outer);
        if let Some(slot) = self.slot {
            slot.store(null_mut(), Ordering::Release);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_call_of_this_thread_is_named() {
        let (outer, inner) =
            (Breadcrumb::new("a", "1", "build"), Breadcrumb::new("b", "2", "discover"));
        let last = || Breadcrumb::last().map(|crumb| crumb.last_words.as_str());
        let of_a = Some("flit: plugin `a` 1 ended the process during build");
        let outer_call = outer.drop_here();
        {
            let _inner_call = inner.drop_here();
            assert_eq!(last(), Some("flit: plugin `b` 2 ended the process during discover"));
        }
        assert_eq!(last(), of_a);
        std::thread::scope(|scope| {
            scope.spawn(|| assert!(last().is_some(), "another thread's call is seen"));
        });
        drop(outer_call);
        assert_eq!(INNERMOST.get().map(|_| ()), None);
    }
}
