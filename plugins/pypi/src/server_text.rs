//! What a server says of an error, as one line that people can read.

use std::ops::RangeInclusive;

use flit_sdk::model::Credentials;
use reqwest::StatusCode;
use serde_json::Value;

use crate::client::Answer;
use crate::error_page::ErrorPage;

/// What is shown of a server's text at most, in characters.
const SHOWN_CHARACTERS: usize = 300;

/// The status and what the server says about it, such as `400 File already exists`; the credentials never.
pub(crate) fn server_text(answer: &Answer, credentials: Option<&Credentials>) -> String {
    let status = answer.status.to_string();
    let text = body_text(answer).or_else(|| Some(answer.reason.clone()));
    let text = text.map(|text| one_line(&text).trim_start_matches("Error: ").to_owned());
    let text = text.filter(|text| !text.is_empty());
    let usual = || StatusCode::from_u16(answer.status).ok()?.canonical_reason().map(str::to_owned);
    let text = match text.or_else(usual) {
        None => status,
        Some(text) if text.starts_with(&status) => text,
        Some(text) => format!("{status} {text}"),
    };
    bounded(&without_credentials(text, credentials))
}

/// The title of an HTML page, as one line.
pub(crate) fn html_title(answer: &Answer) -> Option<String> {
    let title = one_line(&ErrorPage::read(&answer.body).title);
    Some(bounded(&title)).filter(|title| !title.is_empty())
}

/// Whether the body is a page for people: what no index answers to an upload.
pub(crate) fn is_html(answer: &Answer) -> bool {
    let beginning = answer.body.trim_ascii_start();
    let starts_with = |text: &str| {
        beginning.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text.as_bytes()))
    };
    let is_declared =
        matches!(answer.content_type().as_str(), "text/html" | "application/xhtml+xml");
    !beginning.is_empty() && (is_declared || starts_with("<!doctype html") || starts_with("<html"))
}

fn body_text(answer: &Answer) -> Option<String> {
    let body = answer.body.trim_ascii();
    match body.first()? {
        b'{' | b'[' => {
            let json: Value = serde_json::from_slice(body).ok()?;
            json_text(&json, answer.status)
        }
        b'<' => {
            let html = ErrorPage::read(body);
            html.quoted()
                .or_else(|| Some(answer.reason.clone()).filter(|reason| !reason.is_empty()))
                .or_else(|| html.headline())
        }
        _ => {
            let is_text =
                answer.content_type().starts_with("text/") || answer.content_type().is_empty();
            is_text.then(|| answer.text())
        }
    }
}

/// What the forms of JSON errors that are in use say: those of Warehouse and devpi (`code` is the status line), of
/// RFC 9457 (`title`, `detail`), of Artifactory (`errors`), GitLab and Azure (`message`), Google (`error.message`).
fn json_text(json: &Value, status: u16) -> Option<String> {
    let usual = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    let code = json["code"].as_str().and_then(|code| code.strip_prefix(&status.to_string()));
    let code = code.map(str::trim).filter(|code| !code.is_empty() && Some(*code) != usual);
    if let Some(code) = code {
        return Some(code.into());
    }
    let problem = match (&json["title"], &json["detail"]) {
        (Value::String(title), Value::String(detail)) => Some(format!("{title}: {detail}")),
        _ => None,
    };
    let errors = || match &json["errors"] {
        Value::Array(errors) => texts(errors.iter().map(said)),
        Value::Object(errors) => texts(errors.iter().map(|(name, error)| {
            let first = error.get(0).unwrap_or(error);
            said(first).map(|said| format!("{name}: {said}"))
        })),
        _ => None,
    };
    problem.or_else(errors).or_else(|| said(json)).or_else(|| said(&json["error"]))
}

/// What a JSON value says: itself, or the member that has a text.
fn said(json: &Value) -> Option<String> {
    const MEMBERS: [&str; 6] =
        ["message", "detail", "description", "error_description", "error", "title"];
    let text =
        |value: &Value| value.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned);
    // GitLab's message may be an object: the name of a field, and what is wrong with it.
    let nested = |value: &Value| {
        let fields = value.as_object()?.iter();
        texts(fields.map(|(name, said)| {
            text(said.get(0).unwrap_or(said)).map(|said| format!("{name} {said}"))
        }))
    };
    text(json)
        .or_else(|| MEMBERS.iter().find_map(|member| text(&json[*member])))
        .or_else(|| nested(&json["message"]))
}

fn texts(texts: impl Iterator<Item = Option<String>>) -> Option<String> {
    let texts: Vec<_> = texts.flatten().collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

/// The text without line ends, without what a terminal would obey, and without what hides text.
pub(crate) fn one_line(text: &str) -> String {
    let is_hidden = |c: &char| HIDDEN.iter().any(|range| range.contains(c));
    let visible: String = text
        .chars()
        .filter(|c| !is_hidden(c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Characters that show nothing, or turn around what is beside them.
const HIDDEN: [RangeInclusive<char>; 5] = [
    '\u{ad}'..='\u{ad}',
    '\u{200b}'..='\u{200f}',
    '\u{202a}'..='\u{202e}',
    '\u{2060}'..='\u{206f}',
    '\u{feff}'..='\u{feff}',
];

fn bounded(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
    }
}

/// The text without the password, should the server have said it.
fn without_credentials(text: String, credentials: Option<&Credentials>) -> String {
    use base64::prelude::{BASE64_STANDARD, Engine as _};

    let Some(credentials) = credentials else { return text };
    let password = credentials.password.expose();
    // What is shorter would black out words, and is no secret.
    if password.len() < 4 {
        return text;
    }
    let header = BASE64_STANDARD.encode(format!("{}:{password}", credentials.username));
    text.replace(password, "[redacted]").replace(&header, "[redacted]")
}

#[cfg(test)]
mod tests {
    use flit_sdk::Secret;
    use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};

    use super::*;
    use crate::client::BodyEnd;

    fn answer(status: u16, reason: &str, content_type: &'static str, body: &str) -> Answer {
        let headers =
            HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(content_type))]);
        Answer { status, reason: reason.into(), headers, body: body.into(), end: BodyEnd::Complete }
    }

    /// Checks what is shown of answers: status, reason, media type, body, and the text.
    fn check(rows: &[(u16, &str, &'static str, &str, &str)]) {
        for (status, reason, content_type, body, expected) in rows {
            let answer = answer(*status, reason, content_type, body);
            assert_eq!(server_text(&answer, None), *expected, "{body}");
        }
    }

    #[test]
    fn json_is_read_as_servers_write_it() {
        check(&[
            // Warehouse, devpi.
            (
                400,
                "",
                "application/json",
                r#"{"message": "The server could not comply\n\n\nx", "code": "400 The digest differs.", "title": "Bad Request"}"#,
                "400 The digest differs.",
            ),
            (
                403,
                "",
                "application/json",
                r#"{"message": "Access was denied\n\n\n", "code": "403 Forbidden", "title": "Forbidden"}"#,
                "403 Access was denied",
            ),
            // Artifactory, GitLab, Google, RFC 9457, Azure.
            (
                403,
                "",
                "application/json",
                r#"{"errors": [{"status": 403, "message": "Not enough permissions"}]}"#,
                "403 Not enough permissions",
            ),
            (
                400,
                "",
                "application/json",
                r#"{"message": {"name": ["is too long"], "x": 1}}"#,
                "400 name is too long",
            ),
            (
                400,
                "",
                "application/json",
                r#"{"error": {"code": 400, "message": "requested entity already exists"}}"#,
                "400 requested entity already exists",
            ),
            (
                400,
                "",
                "application/problem+json",
                r#"{"title": "Bad", "detail": "the name is"}"#,
                "400 Bad: the name is",
            ),
            (
                409,
                "",
                "application/json",
                r#"{"typeKey": "PackageAlreadyExistsException", "message": "already contains"}"#,
                "409 already contains",
            ),
            (
                422,
                "",
                "application/json",
                r#"{"errors": {"name": ["is bad"]}}"#,
                "422 name: is bad",
            ),
            (500, "", "application/json", "{broken", "500 Internal Server Error"),
            (500, "", "application/json", "{}", "500 Internal Server Error"),
        ]);
    }

    #[test]
    fn pages_for_people_are_read() {
        let html = "text/html; charset=utf-8";
        check(&[
            // pypiserver.
            (
                409,
                "",
                html,
                "<title>Error: 409 Conflict</title><style>p{}</style><p>Sorry</p><pre>Package &#x27;x&#x27;\nalready exists!</pre>",
                "409 Package 'x' already exists!",
            ),
            (
                403,
                "",
                html,
                "<html><title>Error: 403 Forbidden</title><p>Sorry, it\ncaused an error:</p><pre>None</pre></html>",
                "403 Forbidden",
            ),
            // nginx, Apache, object stores.
            (
                413,
                "",
                html,
                "<html><head><title>413 Too Large</title></head></html>",
                "413 Too Large",
            ),
            (
                403,
                "",
                html,
                "<title>Forbidden</title><h1>x</h1><p>You may\nnot.</p><p>Ever.",
                "403 Forbidden: You may not.",
            ),
            (
                403,
                "",
                "application/xml",
                "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
                "403 Access Denied",
            ),
        ]);
    }

    #[test]
    fn something_is_said_whatever_the_server_says() {
        check(&[
            // The reason phrase is better than a headline, and than nothing.
            (
                400,
                "File already exists",
                "text/html",
                "<title>400 Bad Request</title>",
                "400 File already exists",
            ),
            (400, "the n\u{e4}me", "text/plain", "", "400 the näme"),
            (400, "", "", "  plain\r\n  text ", "400 plain text"),
            (502, "", "application/octet-stream", "\u{1}\u{2}", "502 Bad Gateway"),
            (599, "", "", "", "599"),
            // What a terminal would obey, and what hides.
            (400, "", "text/plain", "a\u{1b}[31mb\u{202e}c\u{0}d\u{9b}e", "400 a [31mbc d e"),
        ]);
    }

    #[test]
    fn a_long_text_is_cut() {
        let text = server_text(&answer(400, "", "text/plain", &"ä ".repeat(9999)), None);
        assert_eq!(text.chars().count(), SHOWN_CHARACTERS);
        assert!(text.starts_with("400 ä ä") && text.ends_with("ä…"), "{text}");
    }

    #[test]
    fn credentials_are_never_repeated() {
        let credentials = Credentials {
            username: "me".into(),
            password: Secret::new("hunter2"),
            source: "a test".into(),
        };
        let echo = answer(403, "", "text/plain", "no hunter2 (Basic bWU6aHVudGVyMg==)");
        assert_eq!(server_text(&echo, Some(&credentials)), "403 no [redacted] (Basic [redacted])");
    }

    #[test]
    fn pages_for_people_are_known() {
        for (content_type, body, is_page) in [
            ("text/html", "x", true),
            ("text/html; charset=utf-8", " \n", false),
            ("text/plain", " <!DOCTYPE HTML>", true),
            ("", "<HTML>", true),
            ("text/plain", "OK", false),
            ("application/json", "{}", false),
            ("", "", false),
        ] {
            assert_eq!(is_html(&answer(200, "", content_type, body)), is_page, "{body}");
        }
    }
}
