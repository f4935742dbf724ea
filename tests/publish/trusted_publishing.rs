//! Trusted publishing: the identity of a CI job is traded for a token, which is used, hidden, and burnt.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::form::basic;
use super::scene::{SDIST, Scene, WHEEL, project};
use super::scripted::{Answer, Step};
use crate::support::Program;

const AUDIENCE: &str = "/_/oidc/audience";
const MINT: &str = "/_/oidc/mint-token";
const BURN: &str = "/_/oidc/burn-token";
const ID_TOKEN: &str = "/id-token";

/// A job of GitHub Actions that publishes to a server that knows trusted publishing.
fn github_job() -> Scene {
    let scene = Scene::without_credentials(project(Program::Linked));
    know_trusted_publishing(&scene);
    let url = format!("http://{}{ID_TOKEN}?api-version=2.0", scene.server.address());
    scene
        .variable("GITHUB_ACTIONS", "true")
        .variable("ACTIONS_ID_TOKEN_REQUEST_URL", &url)
        .variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "request-token")
}

/// Lets the server trade identities for tokens: each time another.
fn know_trusted_publishing(scene: &Scene) {
    let ok = |body: &Value| Step::answer(Answer::ok().json(body));
    scene.server.then(ID_TOKEN, (1..9).map(|number| ok(&json!({"value": identity(number)}))));
    scene.server.always(AUDIENCE, ok(&json!({"audience": "testpypi"})));
    scene.server.always(BURN, ok(&json!({"success": true})));
}

/// Lets the server mint these tokens, which end in so many seconds.
fn mint(scene: &Scene, tokens: &[(&str, u64)]) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let minted = tokens.iter().map(|(token, seconds)| {
        let body = json!({"success": true, "token": token, "expires": now + seconds});
        Step::answer(Answer::ok().json(&body))
    });
    scene.server.then(MINT, minted);
}

/// The identity of a job, with the claims that an index looks at.
fn identity(number: u32) -> String {
    let claims = json!({
        "sub": "repo:camelot/foobar:environment:pypi",
        "repository": "camelot/foobar",
        "repository_owner_id": "42",
        "job_workflow_ref": "camelot/foobar/.github/workflows/release.yml@refs/heads/main",
        "ref": "refs/heads/main",
        "environment": "pypi",
        "jti": number,
    });
    let part = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.c2lnbmF0dXJl", part(r#"{"alg":"RS256"}"#), part(&claims.to_string()))
}

/// What was sent to a path, as JSON.
fn sent_to(scene: &Scene, path: &str) -> Vec<Value> {
    let requests = scene.server.requests_to(path);
    requests.iter().map(|request| serde_json::from_slice(&request.body).unwrap()).collect()
}

/// The `Authorization` of each upload.
fn authorizations(scene: &Scene) -> Vec<String> {
    let uploads = scene.server.uploads().into_iter();
    uploads.map(|upload| upload.request.header("authorization").unwrap().to_owned()).collect()
}

fn token(token: &str) -> String {
    format!("Basic {}", basic("__token__", token))
}

#[test]
fn a_job_of_github_publishes_without_a_password() {
    let scene = github_job();
    mint(&scene, &[("pypi-minted", 900)]);
    insta::assert_snapshot!(scene.publish(&[]).shown(), @"");
    let asked = scene.server.requests_to(ID_TOKEN);
    assert_eq!(asked[0].path, "/id-token?api-version=2.0&audience=testpypi");
    assert_eq!(asked[0].header("authorization").map(str::to_lowercase).as_deref(), Some("bearer request-token"));
    assert_eq!(sent_to(&scene, MINT), [json!({"token": identity(1)})]);
    assert_eq!(authorizations(&scene), vec![token("pypi-minted"); 2]);
    assert_eq!(sent_to(&scene, BURN), [json!({"token": "pypi-minted"})]);
    assert_eq!(scene.server.requests_to(BURN)[0].header("authorization"), None);
    // The token is burnt last.
    assert!(scene.server.requests().last().unwrap().path.starts_with(BURN));
}

#[test]
fn the_token_is_burnt_after_a_failure_as_well() {
    let scene = github_job();
    mint(&scene, &[("pypi-minted", 900)]);
    scene.server.always("/legacy/", Step::answer(Answer::refusal(400, "No")));
    assert_eq!(scene.publish(&[]).code, Some(1));
    assert_eq!(sent_to(&scene, BURN), [json!({"token": "pypi-minted"})]);
}

#[test]
fn a_token_that_cannot_be_burnt_is_a_warning() {
    let scene = github_job();
    mint(&scene, &[("pypi-minted", 900)]);
    scene.server.then(BURN, [Step::answer(Answer::new("500 Internal Server Error"))]);
    let outcome = scene.publish(&["--format", "wheel"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    insta::assert_snapshot!(outcome.stderr, @"");
}

#[test]
fn a_token_that_is_about_to_end_is_replaced() {
    let scene = github_job();
    mint(&scene, &[("pypi-short", 60), ("pypi-long", 900)]);
    assert_eq!(scene.publish(&[]).code, Some(0));
    // Each identity is used once.
    assert_eq!(sent_to(&scene, MINT), [json!({"token": identity(1)}), json!({"token": identity(2)})]);
    assert_eq!(authorizations(&scene), vec![token("pypi-long"); 2]);
}

#[test]
fn a_token_that_is_not_taken_any_more_is_replaced_once() {
    let scene = github_job();
    mint(&scene, &[("pypi-one", 900), ("pypi-two", 900), ("pypi-three", 900)]);
    let ended = || Step::answer(Answer::refusal(403, "Invalid or non-existent authentication information."));
    scene.server.uploads_meet([Step::store(Answer::ok()), ended()]);
    assert_eq!(scene.publish(&[]).code, Some(0));
    assert_eq!(scene.server.uploaded(), [WHEEL, SDIST, SDIST]);
    assert_eq!(authorizations(&scene), [token("pypi-one"), token("pypi-one"), token("pypi-two")]);

    let hopeless = github_job();
    mint(&hopeless, &[("pypi-one", 900), ("pypi-two", 900), ("pypi-three", 900)]);
    hopeless.server.always("/legacy/", ended());
    assert_eq!(hopeless.publish(&[]).code, Some(1));
    assert_eq!(hopeless.server.uploads().len(), 2);
}

#[test]
fn each_refusal_is_readable() {
    let mut told = String::new();
    for (code, description) in [
        ("invalid-payload", "token: JWT issuer is unknown"),
        ("not-enabled", "GitHub-based trusted publishing functionality not enabled"),
        ("invalid-token", "malformed or invalid token"),
        ("invalid-pending-publisher", "valid token, but project already exists"),
        ("invalid-publisher", "valid token, but no corresponding publisher"),
        ("invalid-reuse-token", "token already used"),
        ("brand-new-code", "something that nobody knows yet"),
    ] {
        let scene = github_job();
        let errors = json!({"message": "Token request failed", "errors": [{"code": code, "description": description}]});
        scene.server.always(MINT, Step::answer(Answer::new("422 Unprocessable Entity").json(&errors)));
        let outcome = scene.publish(&["--trusted-publishing", "always"]);
        assert_eq!(outcome.code, Some(1), "{}", outcome.shown());
        assert_eq!(scene.server.uploads().len(), 0);
        assert_eq!(scene.server.requests_to(MINT).len(), 1, "it is not tried again");
        told += &format!("----- {code}\n{}", outcome.stderr);
    }
    insta::assert_snapshot!(told, @"");
}

#[test]
fn a_clock_that_is_wrong_is_told() {
    let scene = github_job();
    let errors = json!({"message": "Token request failed", "errors": [{"code": "invalid-token", "description": "malformed or invalid token"}]});
    let date = httpdate::fmt_http_date(SystemTime::now() + std::time::Duration::from_hours(1));
    let refused = Answer::new("422 Unprocessable Entity").header("Date", &date).json(&errors);
    scene.server.always(MINT, Step::answer(refused));
    let outcome = scene.publish(&["--trusted-publishing", "always"]);
    let (before, after) = outcome.stderr.split_once(" s behind").unwrap();
    let (before, seconds) = before.rsplit_once(' ').unwrap();
    assert!((3500..=3600).contains(&seconds.parse().unwrap()), "{}", outcome.shown());
    insta::assert_snapshot!(format!("{before} [SECONDS] s behind{after}"), @"");
}

#[test]
fn a_failing_exchange_is_tried_again_with_another_identity() {
    let scene = github_job();
    scene.server.then(MINT, [Step::answer(Answer::new("503 Service Unavailable"))]);
    mint(&scene, &[("pypi-minted", 900)]);
    assert_eq!(scene.publish(&["--format", "wheel"]).code, Some(0));
    assert_eq!(sent_to(&scene, MINT), [json!({"token": identity(1)}), json!({"token": identity(2)})]);
}

#[test]
fn a_server_without_trusted_publishing_wants_other_credentials() {
    let scene = github_job();
    let server = scene.server.address().to_string();
    scene.server.then(AUDIENCE, [Step::answer(Answer::new("404 Not Found"))]);
    insta::assert_snapshot!(scene.publish(&[]).shown().replace(&server, "[SERVER]"), @"");
    assert_eq!(scene.server.uploads().len(), 0);
}

#[test]
fn a_job_that_may_not_prove_its_identity_is_told_what_it_lacks() {
    let scene = Scene::without_credentials(project(Program::Linked)).variable("GITHUB_ACTIONS", "true");
    know_trusted_publishing(&scene);
    insta::assert_snapshot!(scene.publish(&["--trusted-publishing", "always"]).shown(), @"");
}

#[test]
fn a_password_comes_first_unless_trusted_publishing_is_demanded() {
    let scene = github_job().variable("FLIT_PASSWORD", "pypi-mine").variable("FLIT_USERNAME", "__token__");
    mint(&scene, &[("pypi-minted", 900)]);
    assert_eq!(scene.publish(&["--format", "wheel"]).code, Some(0));
    assert_eq!(authorizations(&scene), [token("pypi-mine")]);
    assert_eq!(scene.publish(&["--format", "sdist", "--trusted-publishing", "always"]).code, Some(0));
    assert_eq!(authorizations(&scene), [token("pypi-mine"), token("pypi-minted")]);
}

#[test]
fn nobody_is_asked_outside_of_a_job_or_where_it_is_not_wanted() {
    let scene = Scene::new();
    know_trusted_publishing(&scene);
    assert_eq!(scene.publish(&["--format", "wheel"]).code, Some(0));
    assert_eq!(scene.server.requests_to("/_/"), []);
    let unwanted = github_job();
    assert_eq!(unwanted.publish(&["--trusted-publishing", "never"]).code, Some(1));
    assert_eq!(unwanted.server.requests_to("/_/"), []);
}

#[test]
fn a_job_of_gitlab_has_its_identity_in_a_variable() {
    let scene = Scene::without_credentials(project(Program::Linked))
        .variable("GITLAB_CI", "true")
        .variable("TESTPYPI_ID_TOKEN", &identity(7));
    know_trusted_publishing(&scene);
    mint(&scene, &[("pypi-minted", 900)]);
    let outcome = scene.publish(&["--format", "wheel"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    assert_eq!(sent_to(&scene, MINT), [json!({"token": identity(7)})]);
    // Only GitHub understands this in a log.
    assert!(!outcome.shown().contains("::add-mask::"), "{}", outcome.shown());
}

#[test]
fn a_dry_run_has_no_token_made() {
    let scene = github_job();
    let outcome = scene.publish(&["--dry-run"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    assert_eq!(scene.server.requests_to(MINT), []);
}
