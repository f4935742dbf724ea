//! What a token says of the job it is for. Nothing here is verified: it is only shown.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flit_sdk::Secret;
use serde_json::{Map, Value};

/// The claims that trusted publishers are matched by, as the services call them.
const OF_PUBLISHERS: [&str; 20] = [
    "sub",
    "repository",
    "repository_owner",
    "repository_owner_id",
    "workflow_ref",
    "job_workflow_ref",
    "project_path",
    "namespace_path",
    "namespace_id",
    "ci_config_ref_uri",
    "organization_slug",
    "pipeline_slug",
    "oidc.circleci.com/project-id",
    "oidc.circleci.com/org-id",
    "email",
    "actor",
    "event_name",
    "ref",
    "ref_path",
    "environment",
];

/// The claims that every service verifies first.
const OF_TOKENS: [&str; 5] = ["iss", "aud", "iat", "nbf", "exp"];

/// What is shown of a claim at most, in characters.
const MOST_SHOWN: usize = 200;

/// Whether the text has the form of a token: three parts in the alphabet of URLs.
pub(super) fn is_token(text: &str) -> bool {
    let is_part = |part: &str| {
        let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        !part.is_empty() && part.bytes().all(is_digit)
    };
    text.split('.').count() == 3 && text.split('.').all(is_part)
}

/// What the job is, as far as publishers are matched by it: `sub` = `…`, and so on. Empty if it cannot be read.
pub(super) fn of_publisher(token: &Secret) -> String {
    listed(token, &OF_PUBLISHERS)
}

/// Who made the token, for whom and for when. Empty if it cannot be read.
pub(super) fn of_token(token: &Secret) -> String {
    listed(token, &OF_TOKENS)
}

fn listed(token: &Secret, names: &[&str]) -> String {
    let claims = claims(token).unwrap_or_default();
    let listed = names.iter().filter_map(|name| {
        let value = match claims.get(*name)? {
            Value::String(text) => text.clone(),
            value @ (Value::Bool(_) | Value::Number(_) | Value::Array(_)) => value.to_string(),
            Value::Null | Value::Object(_) => return None,
        };
        let is_shown = |character: &char| !character.is_control();
        let value: String = value.chars().filter(is_shown).take(MOST_SHOWN).collect();
        Some(format!("`{name}` = `{value}`"))
    });
    listed.collect::<Vec<_>>().join(", ")
}

fn claims(token: &Secret) -> Option<Map<String, Value>> {
    let payload = token.expose().split('.').nth(1)?;
    let json = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&json).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(payload: &str) -> Secret {
        Secret::new(format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload)))
    }

    #[test]
    fn the_claims_of_the_job_are_listed() {
        let token = token(
            r#"{"ref":"refs/heads/main","sub":"repo:o/r:ref","n":1,"email":7,"aud":["a","b"],"exp":12}"#,
        );
        assert_eq!(
            of_publisher(&token),
            "`sub` = `repo:o/r:ref`, `email` = `7`, `ref` = `refs/heads/main`"
        );
        assert_eq!(of_token(&token), r#"`aud` = `["a","b"]`, `exp` = `12`"#);
    }

    #[test]
    fn hostile_tokens_show_nothing_odd() {
        for text in ["", "a", "a.b.c", "e30.e30.e30", "..", "e30.!!.x"] {
            assert_eq!(of_publisher(&Secret::new(text)), "", "{text}");
        }
        let long = token(&format!(r#"{{"sub":"a\u001b[31m{}"}}"#, "x".repeat(999)));
        let shown = of_publisher(&long);
        assert!(shown.starts_with("`sub` = `a[31mxxx") && shown.len() < 250, "{shown}");
    }

    #[test]
    fn tokens_have_three_parts() {
        assert!(is_token("eyJ-_.e30.c2ln"));
        for text in ["", "a.b", "a.b.c.d", "a..c", "a.b.c\n", "a.b.c d", "<html>.a.b"] {
            assert!(!is_token(text), "{text}");
        }
    }
}
