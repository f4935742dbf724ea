//! What must never be shown of the environment, whether or not this run uses it.

use flit_sdk::Secret;
use percent_encoding::percent_decode_str;
use url::Url;

use super::environment::{Environment, ID_TOKEN_SUFFIX};

/// The variables that hold a secret, with those of the user name that it is sent with.
const SECRETS: [(&str, Option<&str>); 5] = [
    ("FLIT_PASSWORD", Some("FLIT_USERNAME")),
    ("TWINE_PASSWORD", Some("TWINE_USERNAME")),
    ("UV_PUBLISH_PASSWORD", Some("UV_PUBLISH_USERNAME")),
    ("UV_PUBLISH_TOKEN", None),
    ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", None),
];

/// The variables that hold a URL, in which a password may be.
const URLS: [&str; 10] = [
    "FLIT_INDEX_URL",
    "TWINE_REPOSITORY_URL",
    "UV_PUBLISH_URL",
    "UV_PUBLISH_CHECK_URL",
    "http_proxy",
    "HTTP_PROXY",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
];

/// The secrets in the environment, each with the user name that it is sent with, or an empty one.
pub(crate) fn secrets(environment: &Environment) -> Vec<(String, Secret)> {
    let text = |name: &str| environment.text(name).unwrap_or_default();
    let named = SECRETS.iter().map(|(secret, username)| {
        let default = if *secret == "UV_PUBLISH_TOKEN" { "__token__" } else { "" };
        (username.map_or(default, text).to_owned(), text(secret).to_owned())
    });
    let id_tokens = if environment.is_true("GITLAB_CI") {
        environment.ending_with(ID_TOKEN_SUFFIX)
    } else {
        vec![]
    };
    let id_tokens = id_tokens.into_iter().map(|(_, token)| (String::new(), token));
    let in_urls = URLS.iter().flat_map(|name| in_url(text(name)));
    let all = named.chain(id_tokens).chain(in_urls);
    all.filter(|(_, secret)| !secret.is_empty())
        .map(|(username, secret)| (username, Secret::new(secret)))
        .collect()
}

/// The password in a URL, as it is written there and as it is meant.
fn in_url(text: &str) -> Vec<(String, String)> {
    let url = if text.contains("://") { text.into() } else { format!("http://{text}") };
    let Ok(url) = Url::parse(&url) else { return vec![] };
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let password = url.password().unwrap_or_default();
    let username = decoded(url.username());
    vec![(username.clone(), decoded(password)), (username, password.to_owned())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_secrets_are_found() {
        for (variables, expected) in [
            (&[("FLIT_PASSWORD", "a"), ("FLIT_USERNAME", "me")][..], "me:a"),
            (&[("TWINE_PASSWORD", "a"), ("UV_PUBLISH_PASSWORD", "b")], ":a :b"),
            (&[("UV_PUBLISH_TOKEN", "a")], "__token__:a"),
            (&[("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "a")], ":a"),
            (&[("GITLAB_CI", "true"), ("PYPI_ID_TOKEN", "a")], ":a"),
            (&[("PYPI_ID_TOKEN", "a")], ""),
            (&[("HTTPS_PROXY", "me:a%2Fb@proxy:1")], "me:a/b me:a%2Fb"),
            (&[("FLIT_INDEX_URL", "https://me:a@b.test/")], "me:a me:a"),
            (&[("all_proxy", "socks5://b.test"), ("http_proxy", ":")], ""),
        ] {
            let secrets = secrets(&Environment::of(variables.iter().copied()));
            assert!(!format!("{secrets:?}").contains(":a"));
            let shown = secrets.iter().map(|(name, secret)| format!("{name}:{}", secret.expose()));
            assert_eq!(shown.collect::<Vec<_>>().join(" "), expected, "{variables:?}");
        }
    }
}
