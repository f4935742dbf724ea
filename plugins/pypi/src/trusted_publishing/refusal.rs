//! Says in words why a server refuses the identity of a job.

use std::time::SystemTime;

use flit_sdk::model::CiIdentity;
use flit_sdk::{ErrorKind, PluginError, Secret};
use reqwest::Url;
use reqwest::header;
use serde_json::Value;

use super::claims;
use crate::client::Answer;
use crate::route;

/// What servers forgive a clock, in seconds.
const FORGIVEN_SECONDS: u64 = 30;
/// What is shown of a server's words at most, in characters.
const MOST_SHOWN: usize = 200;

/// What was refused, and how.
pub(super) struct Refused<'a> {
    pub(super) server: &'a Url,
    pub(super) identity: &'a CiIdentity,
    pub(super) token: &'a Secret,
    pub(super) answer: &'a Answer,
}

/// That the server has it switched off, for all or for one service.
pub(super) fn disabled(server: &Url, said: Option<String>) -> PluginError {
    let message = format!("trusted publishing is switched off at `{}`", route::authority(server));
    let causes = said.map(|said| format!("it says: {said}")).into_iter().collect();
    PluginError { causes, ..PluginError::new(ErrorKind::Unsupported, message) }
        .hint("publish with an API token until it is back")
}

impl Refused<'_> {
    /// Explains the answer, whose body is `told`.
    pub(super) fn explain(&self, told: &Value, now: SystemTime) -> PluginError {
        let errors = told.get("errors").and_then(Value::as_array);
        let errors: Vec<(&str, &str)> = errors
            .into_iter()
            .flatten()
            .map(|error| (text(error, "code"), text(error, "description")))
            .collect();
        if let Some((_, said)) = errors.iter().find(|(code, _)| *code == "not-enabled") {
            return disabled(self.server, self.shown(said));
        }
        let mut error = PluginError::new(ErrorKind::Unauthorized, self.message());
        for (code, description) in &errors {
            error.causes.push(self.reason(code));
            if let Some(said) = self.shown(description) {
                error.causes.push(format!("it says: {said}"));
            }
        }
        if errors.is_empty() {
            error.causes.push(format!("it answered {}", self.answer.status));
            error
                .causes
                .extend(self.shown(text(told, "message")).map(|said| format!("it says: {said}")));
        }
        for (code, _) in &errors {
            error.hints.extend(self.hints(code, now));
        }
        error
    }

    fn message(&self) -> String {
        let service = self.identity.service();
        format!("`{}` refuses the identity of this {service} job", self.name())
    }

    fn name(&self) -> String {
        route::authority(self.server)
    }

    /// What a code means.
    fn reason(&self, code: &str) -> String {
        let service = self.identity.service();
        match code {
            "invalid-publisher" => {
                "no trusted publisher is registered there that this job matches".into()
            }
            "invalid-pending-publisher" => {
                "the pending publisher that this job matches cannot create its project: the name is taken".into()
            }
            "invalid-payload" => {
                format!("the token is malformed, or {service} is not a service that it knows, or the project cannot be created")
            }
            "invalid-token" => {
                "the token does not pass: its signature, its audience or its time is wrong".into()
            }
            "invalid-reuse-token" => "the token has been used before, and may be used only once".into(),
            other => match self.shown(other) {
                Some(code) => format!("it gives the reason `{code}`"),
                None => "it gives no reason".into(),
            },
        }
    }

    /// What may help.
    fn hints(&self, code: &str, now: SystemTime) -> Vec<String> {
        let mut hints = Vec::new();
        let mut claimed = |claims: String, what: &str| {
            if !claims.is_empty() {
                hints.push(format!("{what}: {claims}"));
            }
        };
        match code {
            "invalid-publisher" | "invalid-pending-publisher" => {
                claimed(
                    claims::of_publisher(self.token),
                    "compare the publisher with what the job is",
                );
                if code == "invalid-publisher" {
                    hints.push(
                        "register the publisher in the settings of the project, or a pending one for a new project"
                            .into(),
                    );
                }
            }
            "invalid-token" => {
                claimed(claims::of_token(self.token), "the token says");
                let date = self.answer.header(header::DATE);
                hints.extend(date.and_then(|date| clock_skew(&self.name(), &date, now)));
            }
            "invalid-payload" => claimed(claims::of_token(self.token), "the token says"),
            "invalid-reuse-token" => hints.push("run the job again".into()),
            _ => {}
        }
        hints
    }

    /// Words of the server, for people. It has seen the token, so it may repeat it.
    fn shown(&self, words: &str) -> Option<String> {
        let words = words.replace(self.token.expose(), "[redacted]");
        let words: Vec<&str> = words.split_whitespace().collect();
        let is_shown = |character: &char| !character.is_control();
        let shown: String = words.join(" ").chars().filter(is_shown).take(MOST_SHOWN).collect();
        let shown = shown.trim_end_matches('.').to_owned();
        Some(shown).filter(|shown| !shown.is_empty())
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// How far this machine's clock is from the server's, if that is more than servers forgive.
fn clock_skew(server: &str, date: &str, now: SystemTime) -> Option<String> {
    let there = httpdate::parse_http_date(date).ok()?;
    let (seconds, direction) = match now.duration_since(there) {
        Ok(ahead) => (ahead.as_secs(), "ahead of"),
        Err(behind) => (behind.duration().as_secs(), "behind"),
    };
    let is_far = seconds > FORGIVEN_SECONDS;
    is_far.then(|| {
        format!("the clock of this machine is {seconds} s {direction} that of `{server}`: set it")
    })
}
