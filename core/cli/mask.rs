//! What must never be shown: whatever flit prints is searched for the secrets of the run.
//!
//! Secrets have a type of their own that shows nothing. This is for what others say: a server that repeats what it was
//! sent, a plugin that logs it.

use std::borrow::Cow;
use std::sync::{PoisonError, RwLock};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flit_sdk::model::Credentials;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use url::form_urlencoded;

/// Shorter texts stand in every other word; whoever has such a password hides nothing with it.
const SHORTEST: usize = 4;

/// What is encoded in a part of a URL, whoever encodes it.
const IN_URLS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What is encoded in a part of a URL by who encodes as little as may be.
const IN_USERINFO: &AsciiSet = &IN_URLS
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',');

static HIDDEN: RwLock<Vec<String>> = RwLock::new(Vec::new());

/// Never shows these credentials from now on, in none of the forms that a request or an error may give them.
pub(super) fn hide(credentials: &Credentials) {
    hide_secret(&credentials.username, credentials.password.expose());
}

/// Never shows a secret from now on, nor together with the user name that it is sent with.
pub(super) fn hide_secret(username: &str, secret: &str) {
    let mut hidden = HIDDEN.write().unwrap_or_else(PoisonError::into_inner);
    for form in forms(username, secret) {
        if form.len() >= SHORTEST && !hidden.contains(&form) {
            hidden.push(form);
        }
    }
    // A secret inside of another must not leave the rest of it.
    hidden.sort_by_key(|text| std::cmp::Reverse(text.len()));
}

/// The forms that a secret may have where it is repeated: as it is, sent, in a URL, in a form, in JSON, and quoted.
fn forms(username: &str, secret: &str) -> Vec<String> {
    let mut forms = vec![BASE64_STANDARD.encode(format!("{username}:{secret}"))];
    for text in [secret, secret.trim()] {
        let encoded = [IN_URLS, IN_USERINFO].map(|set| utf8_percent_encode(text, set).to_string());
        forms.extend(encoded.iter().map(|encoded| with_lower_hex(encoded)));
        forms.extend(encoded);
        forms.push(form_urlencoded::byte_serialize(text.as_bytes()).collect());
        let json = Value::from(text).to_string();
        forms.push(json[1..json.len() - 1].to_owned());
        forms.push(text.escape_debug().collect());
        forms.push(text.into());
    }
    forms
}

fn with_lower_hex(encoded: &str) -> String {
    let mut hex_digits = 0;
    let lower = encoded.chars().map(|next| {
        hex_digits = if next == '%' { 2_usize } else { hex_digits };
        let is_hex = next != '%' && hex_digits > 0;
        hex_digits -= usize::from(is_hex);
        if is_hex { next.to_ascii_lowercase() } else { next }
    });
    lower.collect()
}

/// The object without secrets in its texts. Masked before it is written: no secret can be mistaken for the punctuation.
pub(super) fn masked_json(object: &Value) -> Value {
    match object {
        Value::Null | Value::Bool(_) | Value::Number(_) => object.clone(),
        Value::String(text) => masked(text).into(),
        Value::Array(items) => items.iter().map(masked_json).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), masked_json(value))).collect()
        }
    }
}

/// The text without secrets.
pub(super) fn masked(text: &str) -> Cow<'_, str> {
    let hidden = HIDDEN.read().unwrap_or_else(PoisonError::into_inner);
    hidden.iter().fold(Cow::Borrowed(text), |text, secret| {
        if text.contains(secret.as_str()) {
            Cow::Owned(text.replace(secret.as_str(), "[redacted]"))
        } else {
            text
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_secret_is_hidden_in_each_of_its_forms() {
        hide_secret("robin", "camelot-42");
        let text = "sent camelot-42 as Basic cm9iaW46Y2FtZWxvdC00Mg==, twice camelot-42";
        assert_eq!(masked(text), "sent [redacted] as Basic [redacted], twice [redacted]");
        assert!(matches!(masked("nothing"), Cow::Borrowed(_)));
        hide_secret("", "a\"b\\c/d e\u{1b}ü!");
        for (form, text) in [
            ("as it is", "a\"b\\c/d e\u{1b}ü!"),
            ("JSON", r#"a\"b\\c/d e\u001bü!"#),
            ("Rust", r#"a\"b\\c/d e\u{1b}ü!"#),
            ("in a URL", "a%22b%5Cc%2Fd%20e%1B%C3%BC%21"),
            ("in a URL, in lower case", "a%22b%5cc%2fd%20e%1b%c3%bc%21"),
            ("as a user's part of a URL", "a%22b%5Cc%2Fd%20e%1B%C3%BC!"),
            ("in a form", "a%22b%5Cc%2Fd+e%1B%C3%BC%21"),
        ] {
            assert_eq!(masked(&format!("<{text}>")), "<[redacted]>", "{form}");
        }
    }

    #[test]
    fn a_secret_that_looks_like_json_leaves_the_object_whole() {
        hide_secret("", r#"x","y"#);
        let object = json!({"a": ["x", "y"], "b": {"c": r#"told x","y"#}, "d": 1});
        let expected = r#"{"a":["x","y"],"b":{"c":"told [redacted]"},"d":1}"#;
        assert_eq!(masked_json(&object).to_string(), expected);
    }
}
