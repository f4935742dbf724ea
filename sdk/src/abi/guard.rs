//! The guard: a panic of a plugin becomes an error before it leaves the plugin's image.
//!
//! Only the image that panicked can catch the panic, because each has its own copy of the standard library. A panic
//! that got as far as the boundary would end the process.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook, take_hook};
use std::sync::Once;

use crate::error::{ErrorKind, PluginError};

thread_local! {
    /// How many guarded calls this thread is in.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    /// Where the last panic inside a guarded call of this thread happened.
    static PANICKED_AT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Calls into a plugin; `what` tells what it was to do, should it panic: "plugin `x` panicked in metadata".
pub(super) fn guarded<T>(
    what: impl FnOnce() -> String,
    call: impl FnOnce() -> Result<T, PluginError>,
) -> Result<T, PluginError> {
    install_hook();
    DEPTH.set(DEPTH.get() + 1);
    // What the plugin left half-done is its own: the next call sees it as it would after any error.
    let outcome = catch_unwind(AssertUnwindSafe(call));
    DEPTH.set(DEPTH.get() - 1);
    let payload = match outcome {
        Ok(result) => return result,
        Err(payload) => payload,
    };
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("something that is not text");
    let mut error = PluginError::new(ErrorKind::Panicked, format!("{}: {text}", what()));
    if let Some(place) = PANICKED_AT.take() {
        error.causes.push(format!("at {place}"));
    }
    // Its `Drop` may panic as well, and nobody would be left to catch that.
    std::mem::forget(payload);
    Err(error)
}

/// Makes panics inside guarded calls silent. Those of a plugin's own threads are still printed: nobody else may see them.
fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = take_hook();
        set_hook(Box::new(move |panic: &PanicHookInfo<'_>| {
            if DEPTH.get() == 0 {
                previous(panic);
            } else {
                PANICKED_AT.set(panic.location().map(ToString::to_string));
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_of(call: impl FnOnce()) -> PluginError {
        let call = || {
            call();
            Ok(())
        };
        guarded(|| "plugin `x` panicked".to_owned(), call).unwrap_err()
    }

    #[test]
    fn panics_become_errors_that_say_where() {
        let error = error_of(|| panic!("boom {}", 1));
        assert_eq!(error.kind, ErrorKind::Panicked);
        assert_eq!(error.message, "plugin `x` panicked: boom 1");
        let file = file!();
        assert!(error.causes[0].starts_with(&format!("at {file}:")), "{:?}", error.causes);
        let error = error_of(|| {
            let nothing: &[u8] = &[];
            assert_eq!(nothing[std::hint::black_box(3)], 1);
        });
        assert!(error.message.contains("index out of bounds"), "{error}");
    }

    #[test]
    fn a_payload_that_panics_when_dropped_is_forgotten() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("again");
            }
        }
        let error = error_of(|| std::panic::panic_any(Bomb));
        assert_eq!(error.message, "plugin `x` panicked: something that is not text");
    }
}
