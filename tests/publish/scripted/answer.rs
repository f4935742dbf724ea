//! Answers, well-formed and not.

use std::fmt::Write as _;

/// What a server says to a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Answer {
    status: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answer {
    /// An empty answer with a status, such as `503 Service Unavailable`.
    pub(crate) fn new(status: &str) -> Self {
        Self { status: status.into(), headers: vec![], body: vec![] }
    }

    /// The answer of PyPI to an upload that it took.
    pub(crate) fn ok() -> Self {
        Self::new("200 OK")
    }

    /// An error as PyPI puts it: a message in the reason and in JSON.
    pub(crate) fn refusal(status: u16, message: &str) -> Self {
        let code = format!("{status} {message}");
        let body = serde_json::json!({"message": message, "code": code, "title": "error"});
        Self::new(&code).json(&body)
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(crate) fn json(self, body: &serde_json::Value) -> Self {
        self.body("application/json; charset=utf-8", body.to_string())
    }

    pub(crate) fn html(self, body: &str) -> Self {
        self.body("text/html; charset=utf-8", body)
    }

    pub(crate) fn text(self, body: &str) -> Self {
        self.body("text/plain; charset=utf-8", body)
    }

    pub(crate) fn body(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self.header("Content-Type", content_type) }
    }

    /// The answer as it goes over the line; `HEAD` is answered without the body.
    pub(super) fn bytes(&self, method: &str) -> Vec<u8> {
        let mut head =
            format!("HTTP/1.1 {}\r\nContent-Length: {}\r\n", self.status, self.body.len());
        for (name, value) in &self.headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        let body = if method == "HEAD" { &[] } else { self.body.as_slice() };
        [head.as_bytes(), b"\r\n", body].concat()
    }
}
