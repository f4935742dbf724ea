//! Errors and the levels of messages.

use crate::abi::ids;
use crate::abi::malformed::Malformed;
use crate::abi::record::Record;
use crate::error::{ErrorKind, Location, PluginError};
use crate::host::LogLevel;

pub(crate) fn error_to_record(error: &PluginError) -> Record {
    let PluginError { kind, message, location, causes, hints, retry_after } = error;
    Record::default()
        .with(ids::error::KIND, kind_number(*kind))
        .with(ids::error::MESSAGE, message)
        .with_some(ids::error::LOCATION, location.as_ref().map(location_to_record))
        .with(ids::error::CAUSES, causes)
        .with(ids::error::HINTS, hints)
        .with_some(ids::error::RETRY_AFTER, *retry_after)
}

pub(crate) fn error_from_record(record: &Record) -> Result<PluginError, Malformed> {
    Ok(PluginError {
        kind: kind(record.get(ids::error::KIND)?),
        message: record.get(ids::error::MESSAGE)?,
        location: record.find(ids::error::LOCATION)?.map(location_from_record).transpose()?,
        causes: record.get(ids::error::CAUSES)?,
        hints: record.get(ids::error::HINTS)?,
        retry_after: record.find(ids::error::RETRY_AFTER)?,
    })
}

fn location_to_record(location: &Location) -> Record {
    let Location { path, line, column, length } = location;
    Record::default()
        .with(ids::location::PATH, path.as_path())
        .with(ids::location::LINE, *line)
        .with(ids::location::COLUMN, *column)
        .with(ids::location::LENGTH, *length)
}

fn location_from_record(record: &Record) -> Result<Location, Malformed> {
    Ok(Location {
        path: record.get(ids::location::PATH)?,
        line: record.get(ids::location::LINE)?,
        column: record.get(ids::location::COLUMN)?,
        length: record.get(ids::location::LENGTH)?,
    })
}

fn kind_number(kind: ErrorKind) -> u32 {
    match kind {
        ErrorKind::Other => 0,
        ErrorKind::InvalidProject => 1,
        ErrorKind::Unsupported => 2,
        ErrorKind::Io => 3,
        ErrorKind::Rejected => 4,
        ErrorKind::Unauthorized => 5,
        ErrorKind::Network => 6,
        ErrorKind::Cancelled => 7,
        ErrorKind::Panicked => 8,
        ErrorKind::Unavailable => 9,
        ErrorKind::Untrusted => 10,
        ErrorKind::Unregistered => 11,
        ErrorKind::Unreachable => 12,
        ErrorKind::SessionLost => 13,
    }
}

fn kind(number: u32) -> ErrorKind {
    match number {
        1 => ErrorKind::InvalidProject,
        2 => ErrorKind::Unsupported,
        3 => ErrorKind::Io,
        4 => ErrorKind::Rejected,
        5 => ErrorKind::Unauthorized,
        6 => ErrorKind::Network,
        7 => ErrorKind::Cancelled,
        8 => ErrorKind::Panicked,
        9 => ErrorKind::Unavailable,
        10 => ErrorKind::Untrusted,
        11 => ErrorKind::Unregistered,
        12 => ErrorKind::Unreachable,
        13 => ErrorKind::SessionLost,
        _ => ErrorKind::Other,
    }
}

pub(crate) fn log_level_number(level: LogLevel) -> u32 {
    match level {
        LogLevel::Debug => 0,
        LogLevel::Info => 1,
        LogLevel::Warning => 2,
        LogLevel::Hint => 3,
    }
}

/// The level with this number; one of a later version is shown as a message of no special importance.
pub(crate) fn log_level(number: u32) -> LogLevel {
    match number {
        0 => LogLevel::Debug,
        2 => LogLevel::Warning,
        3 => LogLevel::Hint,
        _ => LogLevel::Info,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_keep_all_they_say() {
        for number in 0..14 {
            let mut error = PluginError::new(kind(number), "cannot")
                .at(Location { path: "a/b".into(), line: 1, column: 2, length: 3 })
                .context("above")
                .hint("do");
            error.retry_after = (number > 5).then(|| std::time::Duration::from_millis(1500));
            assert_eq!(kind_number(error.kind), number);
            assert_eq!(error_from_record(&error_to_record(&error)).unwrap(), error);
        }
        for number in 0..4 {
            assert_eq!(log_level_number(log_level(number)), number);
        }
    }

    #[test]
    fn an_unknown_kind_is_other() {
        assert_eq!(kind(99), ErrorKind::Other);
        assert_eq!(log_level(99), LogLevel::Info);
    }
}
