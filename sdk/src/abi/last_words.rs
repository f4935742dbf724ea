//! Last words: naming the plugin that ends the process, and ending it with 70 instead of what it wanted.
//!
//! Installed with the first plugin that is loaded, so that a flit without any is as if this did not exist.

/// The exit code of a process that a plugin ended.
pub const ENDED_BY_PLUGIN: i32 = 70;

#[cfg(unix)]
pub(super) use unix::install;

/// Nothing is known here that would tell.
#[cfg(not(unix))]
pub(super) fn install() {}

#[cfg(unix)]
mod unix {
    use std::cell::UnsafeCell;
    use std::mem::MaybeUninit;
    use std::sync::Once;

    use libc::{c_int, c_void, siginfo_t};

    use super::ENDED_BY_PLUGIN;
    use crate::abi::breadcrumb::Breadcrumb;

    /// The signals of programs that go wrong, with what is said of them.
    const SIGNALS: [(c_int, &str); 5] = [
        (libc::SIGSEGV, " (SIGSEGV)\n"),
        (libc::SIGBUS, " (SIGBUS)\n"),
        (libc::SIGABRT, " (SIGABRT)\n"),
        (libc::SIGILL, " (SIGILL)\n"),
        (libc::SIGFPE, " (SIGFPE)\n"),
    ];

    /// What handled the signals before.
    struct Previous(UnsafeCell<[MaybeUninit<libc::sigaction>; SIGNALS.len()]>);

    // SAFETY: written once before the handlers that read it are installed.
    unsafe impl Sync for Previous {}

    static PREVIOUS: Previous =
        Previous(UnsafeCell::new([const { MaybeUninit::uninit() }; SIGNALS.len()]));

    /// Makes sure that a plugin that ends the process is named.
    pub(in crate::abi) fn install() {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(|| {
            // SAFETY: `at_exit` may be called at any exit. Should there be no room for it, exits are not reported.
            unsafe { libc::atexit(at_exit) };
            for (at, (signal, _)) in SIGNALS.iter().enumerate() {
                // SAFETY: `call_once` lets only this thread write, and no handler reads before it is installed below.
                let previous = unsafe { &mut (*PREVIOUS.0.get())[at] };
                // SAFETY: a null action only asks. A zeroed action is one without flags and with an empty mask.
                unsafe {
                    libc::sigaction(*signal, std::ptr::null(), previous.as_mut_ptr());
                    let mut action: libc::sigaction = std::mem::zeroed();
                    action.sa_sigaction = on_signal as *const () as usize;
                    // The stack may be what overflowed.
                    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
                    libc::sigemptyset(&raw mut action.sa_mask);
                    libc::sigaction(*signal, &raw const action, std::ptr::null_mut());
                }
            }
        });
    }

    extern "C" fn at_exit() {
        if let Some(crumb) = Breadcrumb::last() {
            end(crumb, "\n");
        }
    }

    /// Only functions that are safe in a signal handler may be called here.
    extern "C" fn on_signal(signal: c_int, info: *mut siginfo_t, _context: *mut c_void) {
        let at = SIGNALS.iter().position(|(known, _)| *known == signal).unwrap_or_default();
        if let Some(crumb) = Breadcrumb::last() {
            end(crumb, SIGNALS[at].1);
        }
        // Not a plugin's doing: what was there before shall handle it.
        // SAFETY: it was written before this handler was installed.
        unsafe {
            let previous = (*PREVIOUS.0.get())[at].as_ptr();
            libc::sigaction(signal, previous, std::ptr::null_mut());
            // A signal that somebody sent does not come again by itself; one of the processor does on return.
            if (*info).si_code <= 0 {
                libc::raise(signal);
            }
        }
    }

    fn end(crumb: &Breadcrumb, how: &str) -> ! {
        for text in [&crumb.last_words, how] {
            // SAFETY: the bytes are those of a string. Nothing can be done if stderr is closed.
            unsafe { libc::write(libc::STDERR_FILENO, text.as_ptr().cast(), text.len()) };
        }
        // SAFETY: ends the process without running what else was registered.
        unsafe { libc::_exit(ENDED_BY_PLUGIN) }
    }
}
