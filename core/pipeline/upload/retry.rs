//! How often to try again, and how long to wait before.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::thread;
use std::time::{Duration, Instant};

use flit_sdk::{ErrorKind, Host, LogLevel, PluginError};

/// No wait of our own is longer.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// A repository that asks to be left alone for longer is taken at its word up to here.
const LONGEST_RETRY_AFTER: Duration = Duration::from_mins(5);

/// How often a wait looks whether the user asked to stop.
const LOOK_UP: Duration = Duration::from_millis(50);

/// How stubborn to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RetryOptions {
    /// How often to try again.
    pub(crate) retries: u32,
    /// The wait before the first retry; later ones are about four times as long each.
    pub(crate) delay: Duration,
}

impl RetryOptions {
    /// How long to wait before the retry of this number, counted from 0: what the repository asked for, or 1, 4, 15, 60 times
    /// the first delay. A little more or less, so that those who failed together do not come back together.
    pub(super) fn wait(self, retry: u32, asked_for: Option<Duration>) -> Duration {
        if let Some(asked_for) = asked_for {
            // "At once" is no answer from a server that was in trouble just now.
            return asked_for.max(self.delay).min(LONGEST_RETRY_AFTER);
        }
        let factor = match retry {
            0 => 1,
            1 => 4,
            2 => 15,
            _ => 60,
        };
        let wait = self.delay.saturating_mul(factor).min(LONGEST_WAIT);
        wait.mul_f64(0.8 + 0.4 * random_fraction())
    }

    /// Says why and how long, and waits; an error if the user asks to stop meanwhile.
    pub(super) fn wait_for(
        self,
        host: &dyn Host,
        retry: u32,
        failure: &str,
        error: &PluginError,
    ) -> Result<(), PluginError> {
        let wait = self.wait(retry, error.retry_after);
        let next = format!("attempt {} of {}", retry + 2, self.retries.saturating_add(1));
        let seconds = wait.as_secs_f64();
        let message = format!("{failure}: {error}; {next} in {seconds:.1} s");
        host.log(LogLevel::Warning, &message);
        if pause(host, wait) {
            Ok(())
        } else {
            Err(PluginError::new(ErrorKind::Cancelled, "stopped"))
        }
    }
}

/// Asks a repository until it answers, where asking again cannot do harm.
pub(super) fn persistently<T>(
    host: &dyn Host,
    options: RetryOptions,
    what: &str,
    mut ask: impl FnMut() -> Result<T, PluginError>,
) -> Result<T, PluginError> {
    let mut retry = 0;
    loop {
        match ask() {
            Err(error) if may_be_retried(&error) && retry < options.retries => {
                options.wait_for(host, retry, &format!("cannot {what}"), &error)?;
                retry += 1;
            }
            Err(error) => return Err(gave_up(error, retry)),
            Ok(answer) => return Ok(answer),
        }
    }
}

/// Whether the same may succeed later.
pub(super) fn may_be_retried(error: &PluginError) -> bool {
    matches!(error.kind, ErrorKind::Network | ErrorKind::Unreachable | ErrorKind::Unavailable)
}

/// The error of the last attempt, with how many there were.
pub(super) fn gave_up(mut error: PluginError, retries: u32) -> PluginError {
    if retries > 0 && error.kind != ErrorKind::Cancelled {
        error.causes.push(format!("gave up after {} attempts", retries + 1));
    }
    error
}

/// A number from 0 to 1 that differs from process to process: good enough for jitter.
fn random_fraction() -> f64 {
    let bits = RandomState::new().build_hasher().finish() >> 32;
    f64::from(u32::try_from(bits).unwrap_or(u32::MAX)) / f64::from(u32::MAX)
}

/// Waits, unless the user asks to stop: then it returns false at once.
pub(super) fn pause(host: &dyn Host, wait: Duration) -> bool {
    let end = Instant::now() + wait;
    loop {
        if host.is_cancelled() {
            return false;
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return true;
        }
        thread::sleep(left.min(LOOK_UP));
    }
}

#[cfg(test)]
mod tests {
    use flit_sdk::testing::TestHost;

    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let options = RetryOptions { retries: 9, delay: Duration::from_secs(1) };
        for (retry, seconds) in [(0, 1.0), (1, 4.0), (2, 15.0), (3, 60.0), (8, 60.0)] {
            let wait = options.wait(retry, None).as_secs_f64();
            assert!((0.8 * seconds..=1.2 * seconds).contains(&wait), "{retry}: {wait}");
        }
    }

    #[test]
    fn a_repository_is_taken_at_its_word_within_reason() {
        let options = RetryOptions { retries: 3, delay: Duration::from_secs(1) };
        assert_eq!(options.wait(0, Some(Duration::from_secs(7))), Duration::from_secs(7));
        assert_eq!(options.wait(0, Some(Duration::from_hours(9))), LONGEST_RETRY_AFTER);
        assert_eq!(options.wait(0, Some(Duration::ZERO)), options.delay);
    }

    #[test]
    fn who_asks_to_stop_need_not_wait() {
        let host = TestHost::default();
        assert!(pause(&host, Duration::ZERO));
        host.cancel();
        let started = Instant::now();
        assert!(!pause(&host, Duration::from_hours(1)));
        assert!(started.elapsed() < Duration::from_secs(10));
    }
}
