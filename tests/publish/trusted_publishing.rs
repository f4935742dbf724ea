//! Trusted publishing: the identity of a CI job is traded for a token, which is used, hidden, and burnt.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

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
    insta::assert_snapshot!(scene.publish(&[]).shown(), @"
    exit code: 0
    ----- stdout
    http://[SERVER]/simple/foobar/
    ----- stderr
    ::add-mask::pypi-minted
    info: trusted publishing: minted a token for this GitHub Actions job
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    info: sending foobar-0.1.tar.gz ([SIZE])
    info: published foobar-0.1-py3-none-any.whl, confirmed by its index
    info: published foobar-0.1.tar.gz, confirmed by its index
    ");
    let asked = scene.server.requests_to(ID_TOKEN);
    assert_eq!(asked[0].path, "/id-token?api-version=2.0&audience=testpypi");
    assert_eq!(
        asked[0].header("authorization").map(str::to_lowercase).as_deref(),
        Some("bearer request-token")
    );
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
    insta::assert_snapshot!(outcome.stderr, @"
    ::add-mask::pypi-minted
    info: trusted publishing: minted a token for this GitHub Actions job
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    info: published foobar-0.1-py3-none-any.whl, confirmed by its index
    warning: the token of this run stays valid until it ends: trusted publishing at `[SERVER]` is not available: it answered 500
    ");
}

#[test]
fn a_token_that_lives_for_a_minute_is_not_replaced_at_once() {
    // An index that gives out nothing better would be asked for ever.
    let scene = github_job();
    mint(&scene, &[("pypi-short", 60), ("pypi-long", 900)]);
    assert_eq!(scene.publish(&[]).code, Some(0));
    assert_eq!(sent_to(&scene, MINT), [json!({"token": identity(1)})]);
    assert_eq!(authorizations(&scene), vec![token("pypi-short"); 2]);
}

#[test]
fn a_token_that_is_not_taken_any_more_is_replaced_once() {
    let scene = github_job();
    mint(&scene, &[("pypi-one", 900), ("pypi-two", 900), ("pypi-three", 900)]);
    let ended = || {
        Step::answer(Answer::refusal(403, "Invalid or non-existent authentication information."))
    };
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

/// How an index refuses to mint.
fn refusal(code: &str, description: &str) -> Answer {
    let errors = json!([{"code": code, "description": description}]);
    let body = json!({"message": "Token request failed", "errors": errors});
    Answer::new("422 Unprocessable Entity").json(&body)
}

/// The refusals that are known, and one that is not.
const REFUSALS: [(&str, &str); 7] = [
    ("invalid-payload", "token: JWT issuer is unknown"),
    ("not-enabled", "GitHub-based trusted publishing functionality not enabled"),
    ("invalid-token", "malformed or invalid token"),
    ("invalid-pending-publisher", "valid token, but project already exists"),
    ("invalid-publisher", "valid token, but no corresponding publisher"),
    ("invalid-reuse-token", "token already used"),
    ("brand-new-code", "something that nobody knows yet"),
];

#[test]
fn each_refusal_is_readable() {
    let mut told = String::new();
    for (code, description) in REFUSALS {
        let scene = github_job();
        scene.server.always(MINT, Step::answer(refusal(code, description)));
        let outcome = scene.publish(&["--trusted-publishing", "always"]);
        assert_eq!(outcome.code, Some(1), "{}", outcome.shown());
        assert_eq!(scene.server.uploads().len(), 0);
        assert_eq!(scene.server.requests_to(MINT).len(), 1, "it is not tried again");
        told += &["----- ", code, "\n", &outcome.stderr].concat();
    }
    insta::assert_snapshot!(told, @"
    ----- invalid-payload
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: `[SERVER]` refuses the identity of this GitHub Actions job
      cause: the token is malformed, or GitHub Actions is not a service that it knows, or the project cannot be created
      cause: it says: token: JWT issuer is unknown
    ----- not-enabled
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: trusted publishing is switched off at `[SERVER]`
      cause: it says: GitHub-based trusted publishing functionality not enabled
      hint: publish with an API token until it is back
    ----- invalid-token
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: `[SERVER]` refuses the identity of this GitHub Actions job
      cause: the token does not pass: its signature, its audience or its time is wrong
      cause: it says: malformed or invalid token
    ----- invalid-pending-publisher
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: `[SERVER]` refuses the identity of this GitHub Actions job
      cause: the pending publisher that this job matches cannot create its project: the name is taken
      cause: it says: valid token, but project already exists
      hint: compare the publisher with what the job is: `sub` = `repo:camelot/foobar:environment:pypi`, `repository` = `camelot/foobar`, `repository_owner_id` = `42`, `job_workflow_ref` = `camelot/foobar/.github/workflows/release.yml@refs/heads/main`, `ref` = `refs/heads/main`, `environment` = `pypi`
    ----- invalid-publisher
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: `[SERVER]` refuses the identity of this GitHub Actions job
      cause: no trusted publisher is registered there that this job matches
      cause: it says: valid token, but no corresponding publisher
      hint: compare the publisher with what the job is: `sub` = `repo:camelot/foobar:environment:pypi`, `repository` = `camelot/foobar`, `repository_owner_id` = `42`, `job_workflow_ref` = `camelot/foobar/.github/workflows/release.yml@refs/heads/main`, `ref` = `refs/heads/main`, `environment` = `pypi`
      hint: register the publisher in the settings of the project, or a pending one for a new project
    ----- invalid-reuse-token
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: `[SERVER]` refuses the identity of this GitHub Actions job
      cause: the token has been used before, and may be used only once
      cause: it says: token already used
      hint: run the job again
    ----- brand-new-code
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: `[SERVER]` refuses the identity of this GitHub Actions job
      cause: it gives the reason `brand-new-code`
      cause: it says: something that nobody knows yet
    ");
}

#[test]
fn a_clock_that_is_wrong_is_told() {
    let scene = github_job();
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_hours(1));
    let refused = refusal("invalid-token", "malformed or invalid token").header("Date", &date);
    scene.server.always(MINT, Step::answer(refused));
    let outcome = scene.publish(&["--trusted-publishing", "always"]);
    let (before, after) = outcome.stderr.split_once(" s behind").unwrap();
    let (before, seconds) = before.rsplit_once(' ').unwrap();
    assert!((3500..=3600).contains(&seconds.parse().unwrap()), "{}", outcome.shown());
    insta::assert_snapshot!(format!("{before} [SECONDS] s behind{after}"), @"
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: `[SERVER]` refuses the identity of this GitHub Actions job
      cause: the token does not pass: its signature, its audience or its time is wrong
      cause: it says: malformed or invalid token
      hint: the clock of this machine is [SECONDS] s behind that of `[SERVER]`: set it
    ");
}

#[test]
fn a_failing_exchange_is_tried_again_with_another_identity() {
    let scene = github_job();
    scene.server.then(MINT, [Step::answer(Answer::new("503 Service Unavailable"))]);
    mint(&scene, &[("pypi-minted", 900)]);
    assert_eq!(scene.publish(&["--format", "wheel"]).code, Some(0));
    assert_eq!(
        sent_to(&scene, MINT),
        [json!({"token": identity(1)}), json!({"token": identity(2)})]
    );
}

#[test]
fn a_server_without_trusted_publishing_wants_other_credentials() {
    let scene = github_job();
    let server = scene.server.address().to_string();
    scene.server.then(AUDIENCE, [Step::answer(Answer::new("404 Not Found"))]);
    insta::assert_snapshot!(scene.publish(&[]).shown().replace(&server, "[SERVER]"), @"
    exit code: 1
    ----- stderr
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: no credentials for http://[SERVER]/legacy/
      hint: looked for them here, in this order:
            `FLIT_USERNAME` and `FLIT_PASSWORD`: not set
            `TWINE_USERNAME` and `TWINE_PASSWORD`: not set
            `UV_PUBLISH_TOKEN` and `UV_PUBLISH_PASSWORD`: not set
            the URL: no user name in it
            ~/.pypirc: not there
            the keyring: there is no program `keyring`
            ~/.netrc: not there
            trusted publishing from GitHub Actions: the repository knows no such thing
      hint: set `FLIT_USERNAME` and `FLIT_PASSWORD`
      hint: or add a section with `repository = http://[SERVER]/legacy/`, `username` and `password` to ~/.pypirc
      hint: or run `keyring set http://[SERVER]/legacy/ USER` once, and set `FLIT_USERNAME` to USER
    ");
    assert_eq!(scene.server.uploads().len(), 0);
}

#[test]
fn a_job_that_may_not_prove_its_identity_is_told_what_it_lacks() {
    let scene =
        Scene::without_credentials(project(Program::Linked)).variable("GITHUB_ACTIONS", "true");
    know_trusted_publishing(&scene);
    insta::assert_snapshot!(scene.publish(&["--trusted-publishing", "always"]).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: trusted publishing is not possible: this GitHub Actions job has no permission `id-token: write`, or it runs for a fork
      hint: `--trusted-publishing auto` looks for other credentials first
    ");
}

#[test]
fn a_password_comes_first_unless_trusted_publishing_is_demanded() {
    let scene =
        github_job().variable("FLIT_PASSWORD", "pypi-mine").variable("FLIT_USERNAME", "__token__");
    mint(&scene, &[("pypi-minted", 900)]);
    assert_eq!(scene.publish(&["--format", "wheel"]).code, Some(0));
    assert_eq!(authorizations(&scene), [token("pypi-mine")]);
    assert_eq!(
        scene.publish(&["--format", "sdist", "--trusted-publishing", "always"]).code,
        Some(0)
    );
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
