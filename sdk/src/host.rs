//! The host: what a plugin may ask of the program while it works.

/// How important a message is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum LogLevel {
    /// For those who ask with `-v`.
    Debug,
    /// What happens, in the order in which it happens.
    Info,
    /// What the user should look at although the work goes on.
    Warning,
    /// What helps the user to do better next time; shown like the hints of errors.
    Hint,
}

/// The program as a plugin sees it, passed into every call.
///
/// All methods may be called from any thread, for as long as the call into the plugin lasts.
pub trait Host: Send + Sync {
    /// Tells the user something: a lowercase fragment without a period, names in backticks.
    fn log(&self, level: LogLevel, message: &str);

    /// Tells how far the work is: `done` of `total`, in whatever unit the plugin counts.
    fn progress(&self, done: u64, total: u64);

    /// Whether the user asked to stop. Long work looks here at least once a second and then returns an error
    /// of kind [`Cancelled`](crate::ErrorKind::Cancelled).
    fn is_cancelled(&self) -> bool;
}
