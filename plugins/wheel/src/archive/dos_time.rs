//! The time that zip archives give their members.

/// A date and time of day as MS-DOS stores them: in steps of two seconds, from 1980 to 2107.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct DosTime {
    /// Hours, minutes and halved seconds.
    pub(crate) time: u16,
    /// Years since 1980, months and days.
    pub(crate) date: u16,
}

/// 1980-01-01 00:00:00 UTC in seconds since 1970.
const FIRST: u64 = 315_532_800;
/// 2107-12-31 23:59:58 UTC in seconds since 1970.
const LAST: u64 = 4_354_819_198;
const SECONDS_OF_DAY: u64 = 24 * 60 * 60;

impl DosTime {
    /// The time in UTC that is `timestamp` seconds after 1970-01-01 00:00:00 UTC, or the nearest one that can be stored.
    pub(crate) fn from_timestamp(timestamp: u64) -> Self {
        let seconds = timestamp.clamp(FIRST, LAST) - FIRST;
        let second_of_day = seconds % SECONDS_OF_DAY;
        let (year, month, day) = date_of(seconds / SECONDS_OF_DAY);
        let time = (second_of_day / 3600) << 11
            | (second_of_day / 60 % 60) << 5
            | (second_of_day % 60 / 2);
        let date = year << 9 | month << 5 | day;
        let in_16_bits = |value| u16::try_from(value).expect("the clamped time fits in 16 bits");
        Self { time: in_16_bits(time), date: in_16_bits(date) }
    }
}

/// Splits days since 1980-01-01 into years since 1980, the month from 1 and the day from 1.
fn date_of(mut days: u64) -> (u64, u64, u64) {
    let mut year = 0;
    while days >= days_of_year(year) {
        days -= days_of_year(year);
        year += 1;
    }
    let mut month = 1;
    while days >= days_of_month(year, month) {
        days -= days_of_month(year, month);
        month += 1;
    }
    (year, month, days + 1)
}

fn days_of_year(year: u64) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_of_month(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Whether this many years after 1980 is a leap year; of those that can be stored, only 2100 breaks the rule of four.
fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && year != 120
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(timestamp: u64) -> String {
        let DosTime { time, date } = DosTime::from_timestamp(timestamp);
        format!(
            "{}-{:02}-{:02} {:02}:{:02}:{:02}",
            1980 + (date >> 9),
            date >> 5 & 15,
            date & 31,
            time >> 11,
            time >> 5 & 63,
            (time & 31) * 2
        )
    }

    #[test]
    fn converts_and_clamps() {
        for (timestamp, expected) in [
            (0, "1980-01-01 00:00:00"),
            (FIRST - 1, "1980-01-01 00:00:00"),
            (FIRST, "1980-01-01 00:00:00"),
            (FIRST + 59 * SECONDS_OF_DAY, "1980-02-29 00:00:00"),
            (951_825_599, "2000-02-29 11:59:58"),
            (1_451_606_400, "2016-01-01 00:00:00"),
            (1_735_689_599, "2024-12-31 23:59:58"),
            (4_107_542_399, "2100-02-28 23:59:58"),
            (4_107_542_400, "2100-03-01 00:00:00"),
            (LAST, "2107-12-31 23:59:58"),
            (LAST + 1, "2107-12-31 23:59:58"),
            (u64::MAX, "2107-12-31 23:59:58"),
        ] {
            assert_eq!(shown(timestamp), expected, "{timestamp}");
        }
    }
}
