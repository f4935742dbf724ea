//! How long a server wants to be left alone.

use std::time::{Duration, SystemTime};

use reqwest::header;

use crate::client::Answer;

/// No server means more than a day.
const LONGEST: Duration = Duration::from_hours(24);

/// The delay of `Retry-After`: seconds, or a date as the server's own clock has it.
pub(crate) fn retry_after(answer: &Answer) -> Option<Duration> {
    let value = answer.header(header::RETRY_AFTER)?;
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds).min(LONGEST));
    }
    let until = httpdate::parse_http_date(&value).ok()?;
    let date = answer.header(header::DATE).and_then(|date| httpdate::parse_http_date(&date).ok());
    let now = date.unwrap_or_else(SystemTime::now);
    Some(until.duration_since(now).unwrap_or_default().min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::BodyEnd;

    #[test]
    fn seconds_and_dates_are_understood() {
        let date = "Sun, 22 Nov 2026 12:00:00 GMT";
        let rows = [
            ("2", Some(2)),
            (" 120 ", Some(120)),
            ("Sun, 22 Nov 2026 12:00:30 GMT", Some(30)),
            ("Sun, 22 Nov 2026 11:00:00 GMT", Some(0)),
            ("18446744073709551615", Some(86_400)),
            ("Sun, 22 Nov 2099 11:00:00 GMT", Some(86_400)),
            ("soon", None),
            ("-1", None),
        ];
        for (value, seconds) in rows {
            let headers = [("date", date), ("retry-after", value)];
            let headers = headers.into_iter().map(|(name, value)| {
                (name.parse().unwrap(), header::HeaderValue::from_static(value))
            });
            let answer = Answer {
                status: 503,
                reason: String::new(),
                headers: headers.collect::<header::HeaderMap>(),
                body: vec![],
                end: BodyEnd::Complete,
            };
            assert_eq!(retry_after(&answer), seconds.map(Duration::from_secs), "{value}");
        }
    }
}
