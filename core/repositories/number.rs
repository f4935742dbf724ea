//! Numbers that the environment holds: how long to wait, and how often to try.

use std::fmt;
use std::time::Duration;

use super::environment::Environment;

/// The most retries that may be asked for.
const MOST_RETRIES: u32 = 100;

/// The longest pause before the first retry.
const LONGEST_DELAY: Duration = Duration::from_hours(1);

/// The longest silence. A day is as good as for ever, and far from what a clock cannot hold.
const LONGEST_SILENCE: Duration = Duration::from_hours(24);

/// A variable that should hold a number holds none.
#[derive(Debug, thiserror::Error)]
#[error("`{variable}` is `{value}`, which is not {expected}")]
pub(crate) struct NumberError {
    variable: &'static str,
    value: String,
    expected: String,
}

impl NumberError {
    /// What the user could do.
    pub(crate) fn hint(&self) -> String {
        format!("set it to {}, or unset it", self.expected)
    }
}

/// How often a request is tried again, if the user says so.
pub(crate) fn retries(environment: &Environment) -> Result<Option<u32>, NumberError> {
    let expected = format_args!("a whole number from 0 to {MOST_RETRIES}");
    number(environment, "FLIT_RETRIES", expected, |text| {
        text.parse().ok().filter(|retries| *retries <= MOST_RETRIES)
    })
}

/// How long to wait before the first retry, if the user says so.
pub(crate) fn retry_delay(environment: &Environment) -> Result<Option<Duration>, NumberError> {
    let expected = format_args!("a number of seconds from 0 to {}", LONGEST_DELAY.as_secs());
    number(environment, "FLIT_RETRY_DELAY", expected, |text| {
        seconds(text).filter(|delay| *delay <= LONGEST_DELAY)
    })
}

/// How long a connection may be silent, if the user says so.
pub(super) fn stall_timeout(environment: &Environment) -> Result<Option<Duration>, NumberError> {
    let most = LONGEST_SILENCE.as_secs();
    let expected = format_args!("a number of seconds above 0, {most} at most");
    number(environment, "FLIT_TIMEOUT", expected, |text| {
        seconds(text).filter(|timeout| !timeout.is_zero() && *timeout <= LONGEST_SILENCE)
    })
}

fn seconds(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.parse().ok()?).ok()
}

fn number<T>(
    environment: &Environment,
    variable: &'static str,
    expected: fmt::Arguments<'_>,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, NumberError> {
    let Some(value) = environment.text(variable) else { return Ok(None) };
    parse(value.trim()).map(Some).ok_or_else(|| NumberError {
        variable,
        value: value.into(),
        expected: expected.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(variable: &str, value: &str) -> String {
        let environment = Environment::of([(variable, value)]);
        let shown = match variable {
            "FLIT_RETRIES" => retries(&environment).map(|retries| format!("{retries:?}")),
            "FLIT_RETRY_DELAY" => retry_delay(&environment).map(|delay| format!("{delay:?}")),
            _ => stall_timeout(&environment).map(|timeout| format!("{timeout:?}")),
        };
        shown.unwrap_or_else(|error| format!("{error}; {}", error.hint()))
    }

    #[test]
    fn numbers_have_bounds() {
        for (variable, value, expected) in [
            ("FLIT_RETRIES", "", "None"),
            ("FLIT_RETRIES", "0", "Some(0)"),
            ("FLIT_RETRIES", " 100\n", "Some(100)"),
            ("FLIT_RETRY_DELAY", "0", "Some(0ns)"),
            ("FLIT_RETRY_DELAY", "0.25", "Some(250ms)"),
            ("FLIT_RETRY_DELAY", "3600", "Some(3600s)"),
            ("FLIT_TIMEOUT", "1.5", "Some(1.5s)"),
            ("FLIT_TIMEOUT", "86400", "Some(86400s)"),
        ] {
            assert_eq!(shown(variable, value), expected, "{variable}={value}");
        }
    }

    #[test]
    fn what_is_no_such_number_is_said() {
        for (variable, values, expected) in [
            ("FLIT_RETRIES", ["-1", "101", "1.5", "soon"], "a whole number from 0 to 100"),
            (
                "FLIT_RETRY_DELAY",
                ["-1", "3600.1", "nan", "0x10"],
                "a number of seconds from 0 to 3600",
            ),
            (
                "FLIT_TIMEOUT",
                ["0", "1e-320", "inf", "86401"],
                "a number of seconds above 0, 86400 at most",
            ),
        ] {
            for value in values {
                let message = format!("`{variable}` is `{value}`, which is not {expected}");
                let hint = format!("set it to {expected}, or unset it");
                assert_eq!(shown(variable, value), format!("{message}; {hint}"));
            }
        }
    }
}
