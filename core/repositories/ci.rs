//! The CI service that a run is a job of, and how the job proves it.

use flit_sdk::Secret;
use flit_sdk::model::CiIdentity;

use super::environment::{Environment, ID_TOKEN_SUFFIX};

/// What the firmware of a machine of Google Cloud calls it.
const GOOGLE_PRODUCTS: [&str; 2] = ["Google", "Google Compute Engine"];

/// Where Linux tells it.
const PRODUCT_NAME: &str = "/sys/class/dmi/id/product_name";

/// The CI service that this run is a job of, if it can prove so.
pub(crate) fn ci_identity(environment: &Environment) -> Option<CiIdentity> {
    identity(environment, || fs_err::read_to_string(PRODUCT_NAME).ok())
}

/// A job may run on a machine of Google Cloud: the job is what counts then.
fn identity(
    environment: &Environment,
    product_name: impl FnOnce() -> Option<String>,
) -> Option<CiIdentity> {
    if environment.is_true("GITHUB_ACTIONS") {
        let request_url = environment.text("ACTIONS_ID_TOKEN_REQUEST_URL")?.to_owned();
        let request_token = Secret::new(environment.text("ACTIONS_ID_TOKEN_REQUEST_TOKEN")?);
        return Some(CiIdentity::GitHub { request_url, request_token });
    }
    if environment.is_true("GITLAB_CI") {
        let tokens = environment.ending_with(ID_TOKEN_SUFFIX);
        let id_tokens: Vec<_> =
            tokens.into_iter().map(|(audience, token)| (audience, Secret::new(token))).collect();
        return (!id_tokens.is_empty()).then_some(CiIdentity::GitLab { id_tokens });
    }
    if environment.is_true("BUILDKITE") {
        return Some(CiIdentity::Buildkite { program: environment.program("buildkite-agent") });
    }
    if environment.is_true("CIRCLECI") {
        return Some(CiIdentity::CircleCi { program: environment.program("circleci") });
    }
    let service_account = environment.text("GOOGLE_SERVICE_ACCOUNT_NAME").map(str::to_owned);
    let is_google = || {
        let product_name = product_name().unwrap_or_default();
        environment.text("K_SERVICE").is_some() || GOOGLE_PRODUCTS.contains(&product_name.trim())
    };
    (service_account.is_some() || is_google())
        .then_some(CiIdentity::GoogleCloud { service_account })
}

/// What keeps this job from being trusted, if it is one of a service that could vouch for it.
pub(super) fn note(environment: &Environment) -> Option<&'static str> {
    if identity(environment, || None).is_some() {
        None
    } else if environment.is_true("GITHUB_ACTIONS") {
        Some("this GitHub Actions job has no permission `id-token: write`, or it runs for a fork")
    } else if environment.is_true("GITLAB_CI") {
        Some(
            "this GitLab CI job has no `id_tokens`, such as `PYPI_ID_TOKEN` with the audience `pypi`",
        )
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(variables: &[(&str, &str)], product_name: &str) -> String {
        let environment = Environment::of(variables.iter().copied());
        let identity = identity(&environment, || Some(product_name.into()));
        match (identity, note(&environment)) {
            (Some(identity), None) => format!("{identity:?}"),
            (identity, note) => format!("{identity:?}: {}", note.unwrap_or_default()),
        }
    }

    #[test]
    fn knows_the_services() {
        let url = ("ACTIONS_ID_TOKEN_REQUEST_URL", "https://github.test/?x");
        let token = ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "canary");
        let on_github = ("GITHUB_ACTIONS", "true");
        let on_gitlab = ("GITLAB_CI", "true");
        let no_permission = "None: this GitHub Actions job has no permission `id-token: write`, \
                             or it runs for a fork";
        for (variables, product_name, expected) in [
            (&[][..], "", "None: "),
            (&[url, token], "", "None: "),
            (
                &[on_github, url, token],
                "Google",
                r#"GitHub { request_url: "https://github.test/?x", request_token: [redacted] }"#,
            ),
            (&[on_github, url], "Google", no_permission),
            (&[on_github], "", no_permission),
            (
                &[on_gitlab, ("TESTPYPI_ID_TOKEN", "canary"), ("_ID_TOKEN", "x")],
                "",
                r#"GitLab { id_tokens: [("TESTPYPI", [redacted])] }"#,
            ),
            (
                &[on_gitlab, ("PYPI_ID_TOKEN", "")],
                "",
                "None: this GitLab CI job has no `id_tokens`, such as `PYPI_ID_TOKEN` with the \
                 audience `pypi`",
            ),
            (&[("BUILDKITE", "true")], "Google", "Buildkite { program: None }"),
            (&[("CIRCLECI", "true")], "", "CircleCi { program: None }"),
            (&[("CIRCLECI", "false")], "", "None: "),
            (&[], "Google Compute Engine\n", "GoogleCloud { service_account: None }"),
            (&[("K_SERVICE", "x")], "", "GoogleCloud { service_account: None }"),
            (
                &[("GOOGLE_SERVICE_ACCOUNT_NAME", "me@x")],
                "",
                r#"GoogleCloud { service_account: Some("me@x") }"#,
            ),
        ] {
            // A note is only about what can be told from the variables.
            let shown = shown(variables, product_name);
            assert_eq!(
                shown.trim_end_matches(": "),
                expected.trim_end_matches(": "),
                "{variables:?}"
            );
        }
    }
}
