//! What must never be shown: whatever flit prints is searched for the secrets of the run.
//!
//! Secrets have a type of their own that shows nothing. This is for what others say: a server that repeats what it was
//! sent, a plugin that logs it.

use std::borrow::Cow;
use std::sync::{PoisonError, RwLock};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flit_sdk::model::Credentials;

/// Shorter texts stand in every other word; whoever has such a password hides nothing with it.
const SHORTEST: usize = 4;

static HIDDEN: RwLock<Vec<String>> = RwLock::new(Vec::new());

/// Never shows these credentials from now on, also as a request holds them.
pub(super) fn hide(credentials: &Credentials) {
    let password = credentials.password.expose();
    let sent = BASE64_STANDARD.encode(format!("{}:{password}", credentials.username));
    let mut hidden = HIDDEN.write().unwrap_or_else(PoisonError::into_inner);
    for text in [password, password.trim(), &sent] {
        if text.len() >= SHORTEST && !hidden.iter().any(|known| known == text) {
            hidden.push(text.to_owned());
        }
    }
    // A secret inside of another must not leave the rest of it.
    hidden.sort_by_key(|text| std::cmp::Reverse(text.len()));
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
    use flit_sdk::Secret;

    use super::*;

    #[test]
    fn a_secret_is_hidden_in_each_of_its_forms() {
        hide(&Credentials {
            username: "robin".into(),
            password: Secret::new("camelot-42"),
            source: "a test".into(),
        });
        let text = "sent camelot-42 as Basic cm9iaW46Y2FtZWxvdC00Mg==, twice camelot-42";
        assert_eq!(masked(text), "sent [redacted] as Basic [redacted], twice [redacted]");
        assert!(matches!(masked("nothing"), Cow::Borrowed(_)));
    }
}
