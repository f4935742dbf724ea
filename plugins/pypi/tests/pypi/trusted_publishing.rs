//! The identity of a CI job, traded for a token and given back.

use std::time::{Duration, SystemTime};

use flit_sdk::model::{CiIdentity, Credentials, MintedCredentials};
use flit_sdk::{Secret, Target};

use crate::release::{Recorder, credentials, repository, shown, uploader};
use crate::server::{Captured, Play, Server};

/// A token with the claims `{"sub":"repo:o/r","repository":"o/r","aud":"pypi","exp":1}`.
const JWT: &str = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJyZXBvOm8vciIsInJlcG9zaXRvcnkiOiJvL3IiLCJhdWQiOiJweXBpIiwiZXhwIjoxfQ.c2lnbmF0dXJl";
const AUDIENCE: &str = r#"{"audience":"pypi"}"#;
const MINTED: &str = r#"{"success":true,"token":"pypi-minted","expires":1700000000}"#;

fn answer_with(status: &str, headers: &str, body: &str) -> Play {
    let length = body.len();
    Play::Answer(
        format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}")
            .into_bytes(),
    )
}

fn answer(status: &str, body: &str) -> Play {
    answer_with(status, "Content-Type: application/json\r\n", body)
}

fn ok(body: &str) -> Play {
    answer("200 OK", body)
}

fn gitlab() -> CiIdentity {
    CiIdentity::GitLab { id_tokens: vec![("PYPI".into(), Secret::new(JWT))] }
}

/// What came of minting, all that was sent for it, and that no secret was told.
fn mint_as(
    plays: Vec<Play>,
    identity: impl Fn(&Server) -> CiIdentity,
) -> (Result<Option<MintedCredentials>, String>, Vec<Captured>) {
    let count = plays.len();
    let server = Server::start(plays);
    let host = Recorder::default();
    let (repository, credentials) = (repository(&server.url()), credentials());
    let target = Target { repository: &repository, credentials: Some(&credentials) };
    let result = uploader().mint(&host, &target, &identity(&server));
    let captured = (0..count).map(|_| server.captured()).collect();
    let messages = host.messages.into_inner().unwrap();
    let result = result.map_err(|error| shown(&error, &server.address));
    let told = format!("{result:?}{messages:?}");
    for secret in [JWT, "pypi-minted", "pypi-secret", "request-secret"] {
        assert!(!told.contains(secret), "{told}");
    }
    (result, captured)
}

fn mint(plays: Vec<Play>) -> Result<Option<MintedCredentials>, String> {
    mint_as(plays, |_| gitlab()).0
}

#[test]
fn a_token_of_gitlab_is_traded() {
    let (minted, captured) = mint_as(vec![ok(AUDIENCE), ok(MINTED)], |_| gitlab());
    let expected = MintedCredentials {
        credentials: Credentials {
            username: "__token__".into(),
            password: Secret::new("pypi-minted"),
            source: "trusted publishing from GitLab CI".into(),
        },
        expires_at: Some(1_700_000_000),
    };
    assert_eq!(minted, Ok(Some(expected)));
    let lines: Vec<_> = captured.iter().map(Captured::request_line).collect();
    assert_eq!(lines, ["GET /_/oidc/audience HTTP/1.1", "POST /_/oidc/mint-token HTTP/1.1"]);
    assert_eq!(captured[1].body, format!(r#"{{"token":"{JWT}"}}"#).into_bytes());
    assert_eq!(captured[1].header("content-type"), Some("application/json"));
    let with_credentials = |request: &Captured| request.header("authorization").is_some();
    assert!(!captured.iter().any(with_credentials));
}

#[test]
fn a_token_of_github_is_asked_for() {
    let github = |server: &Server| CiIdentity::GitHub {
        request_url: format!("http://{}/token?api-version=2.0", server.address),
        request_token: Secret::new("request-secret"),
    };
    let token = ok(&format!(r#"{{"value":"{JWT}"}}"#));
    let (minted, captured) = mint_as(vec![ok(AUDIENCE), token, ok(MINTED)], github);
    assert!(minted.unwrap().is_some());
    assert_eq!(captured[1].request_line(), "GET /token?api-version=2.0&audience=pypi HTTP/1.1");
    assert_eq!(captured[1].header("authorization"), Some("Bearer request-secret"));

    for (play, expected) in [
        (
            answer("403 Forbidden", "request-secret"),
            "Unauthorized: cannot prove that this is a job of GitHub Actions\n  \
             cause: `HOST` gives no identity token: it answered 403\n  \
             hint: give the job the permission `id-token: write`; a pull request from a fork has none",
        ),
        (
            answer("500 Internal Server Error", ""),
            "Unavailable: cannot prove that this is a job of GitHub Actions\n  \
             cause: `HOST` gives no identity token: it answered 500",
        ),
        (
            ok("{}"),
            "Unauthorized: cannot prove that this is a job of GitHub Actions\n  \
             cause: the answer has no `value`",
        ),
        (
            ok(r#"{"value":"<html>"}"#),
            "Unauthorized: cannot prove that this is a job of GitHub Actions\n  \
             cause: what the service gave is no identity token",
        ),
    ] {
        assert_eq!(mint_as(vec![ok(AUDIENCE), play], github).0.unwrap_err(), expected);
    }
    let plain = |_: &Server| CiIdentity::GitHub {
        request_url: "http://198.51.100.1/token".into(),
        request_token: Secret::new("request-secret"),
    };
    assert_eq!(
        mint_as(vec![ok(AUDIENCE)], plain).0.unwrap_err(),
        "Unauthorized: cannot prove that this is a job of GitHub Actions\n  \
         cause: `ACTIONS_ID_TOKEN_REQUEST_URL` is no URL with `https`"
    );
}

#[test]
fn a_job_of_gitlab_without_the_token_is_told_how_to_get_it() {
    let identity =
        |_: &Server| CiIdentity::GitLab { id_tokens: vec![("PYPI".into(), Secret::new(JWT))] };
    let audience = ok(r#"{"audience":"index.example"}"#);
    assert_eq!(
        mint_as(vec![audience], identity).0.unwrap_err(),
        "Unauthorized: cannot prove that this is a job of GitLab CI\n  \
         cause: the job has no variable `INDEX_EXAMPLE_ID_TOKEN`\n  \
         hint: write `id_tokens: { INDEX_EXAMPLE_ID_TOKEN: { aud: index.example } }` into the job in .gitlab-ci.yml"
    );
}

#[test]
fn servers_that_know_no_trusted_publishing_are_no_error() {
    for play in [
        answer("404 Not Found", ""),
        answer("405 Method Not Allowed", ""),
        answer("401 Unauthorized", ""),
        answer_with("403 Forbidden", "", "<html>"),
        answer("403 Forbidden", r#"{"errors":[{"status":403,"message":"Forbidden"}]}"#),
        answer_with("302 Found", "Location: /login\r\n", ""),
        answer_with("200 OK", "Content-Type: text/html\r\n", "<title>Log in</title>"),
        ok("{}"),
        ok(r#"{"audience":7}"#),
    ] {
        assert_eq!(mint(vec![play]), Ok(None));
    }
}

#[test]
fn where_it_does_not_work_now_is_an_error() {
    for (play, expected) in [
        (
            answer(
                "403 Forbidden",
                r#"{"message":"Trusted publishing functionality not enabled"}"#,
            ),
            "Unsupported: trusted publishing is switched off at `HOST`\n  \
             hint: publish with an API token until it is back",
        ),
        (
            answer("503 Service Unavailable", ""),
            "Unavailable: trusted publishing at `HOST` is not available: it answered 503",
        ),
        (
            ok(r#"{"audience":"--exec=x"}"#),
            "Untrusted: `HOST` wants tokens for an audience that cannot be one",
        ),
    ] {
        assert_eq!(mint(vec![play]).unwrap_err(), expected);
    }
    let repository = repository("http://198.51.100.1/legacy/");
    let target = Target { repository: &repository, credentials: None };
    let error = uploader().mint(&Recorder::default(), &target, &gitlab()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "trusted publishing at `198.51.100.1` would go over plain `http`, for all to read"
    );
}

/// What is said when the token is refused with this code, below the message.
fn refused_with(code: &str, description: &str) -> String {
    let body = format!(
        r#"{{"message":"Token request failed","errors":[{{"code":"{code}","description":"{description}"}}]}}"#
    );
    let error = mint(vec![ok(AUDIENCE), answer("422 Unprocessable Content", &body)]).unwrap_err();
    let (first, rest) = error.split_once("\n  ").unwrap();
    assert_eq!(first, "Unauthorized: `HOST` refuses the identity of this GitLab CI job");
    rest.to_owned()
}

#[test]
fn every_reason_is_explained() {
    const CLAIMS: &str = "`sub` = `repo:o/r`, `repository` = `o/r`";
    const TIMES: &str = "`aud` = `pypi`, `exp` = `1`";
    for (code, expected) in [
        (
            "invalid-publisher",
            format!(
                "cause: no trusted publisher is registered there that this job matches\n  \
                 cause: it says: words\n  \
                 hint: compare the publisher with what the job is: {CLAIMS}\n  \
                 hint: register the publisher in the settings of the project, or a pending one for a new project"
            ),
        ),
        (
            "invalid-pending-publisher",
            format!(
                "cause: the pending publisher that this job matches cannot create its project: the name is taken\n  \
                 cause: it says: words\n  \
                 hint: compare the publisher with what the job is: {CLAIMS}"
            ),
        ),
        (
            "invalid-payload",
            format!(
                "cause: the token is malformed, or GitLab CI is not a service that it knows, or the project cannot be created\n  \
                 cause: it says: words\n  hint: the token says: {TIMES}"
            ),
        ),
        (
            "invalid-token",
            format!(
                "cause: the token does not pass: its signature, its audience or its time is wrong\n  \
                 cause: it says: words\n  hint: the token says: {TIMES}"
            ),
        ),
        (
            "invalid-reuse-token",
            "cause: the token has been used before, and may be used only once\n  \
             cause: it says: words\n  hint: run the job again"
                .into(),
        ),
        ("odd-new", "cause: it gives the reason `odd-new`\n  cause: it says: words".into()),
    ] {
        assert_eq!(refused_with(code, "words."), expected, "{code}");
    }
    let disabled = r#"{"errors":[{"code":"not-enabled","description":"no"}]}"#;
    assert_eq!(
        mint(vec![ok(AUDIENCE), answer("422 Unprocessable Content", disabled)]).unwrap_err(),
        "Unsupported: trusted publishing is switched off at `HOST`\n  cause: it says: no\n  \
         hint: publish with an API token until it is back"
    );
}

#[test]
fn a_server_that_repeats_the_token_is_not_quoted() {
    let said = refused_with("odd", &format!("bad\\n{JWT}\\u0007!"));
    assert_eq!(said, "cause: it gives the reason `odd`\n  cause: it says: bad [redacted]!");
}

#[test]
fn a_wrong_clock_is_told_from_the_answer() {
    let body = r#"{"errors":[{"code":"invalid-token","description":""}]}"#;
    let refused_at = |date: SystemTime| {
        let date = format!("Date: {}\r\n", httpdate::fmt_http_date(date));
        let refusal = answer_with("422 Unprocessable Content", &date, body);
        mint(vec![ok(AUDIENCE), refusal]).unwrap_err()
    };
    let now = SystemTime::now();
    let hour = Duration::from_hours(1);
    assert!(!refused_at(now).contains("clock"));
    let ahead = refused_at(now - hour);
    assert!(
        ahead.contains("the clock of this machine is 36")
            && ahead.contains("s ahead of that of `HOST`"),
        "{ahead}"
    );
    let behind = refused_at(now + hour);
    assert!(behind.contains("s behind that of `HOST`: set it"), "{behind}");
}

#[test]
fn odd_answers_to_the_token_are_errors() {
    for (play, expected) in [
        (
            answer_with("403 Forbidden", "", "<html>"),
            "Unauthorized: `HOST` refuses the identity of this GitLab CI job\n  cause: it answered 403",
        ),
        (
            answer("422 Unprocessable Content", r#"{"message":"Token request failed"}"#),
            "Unauthorized: `HOST` refuses the identity of this GitLab CI job\n  \
             cause: it answered 422\n  cause: it says: Token request failed",
        ),
        (
            answer("502 Bad Gateway", ""),
            "Unavailable: trusted publishing at `HOST` is not available: it answered 502",
        ),
        (ok("{}"), "Unsupported: `HOST` took the identity but gave no token"),
        (ok(r#"{"token":"a\nb"}"#), "Unsupported: `HOST` took the identity but gave no token"),
    ] {
        assert_eq!(mint(vec![ok(AUDIENCE), play]).unwrap_err(), expected);
    }
}

#[test]
fn a_token_without_an_end_is_fine() {
    let minted = mint(vec![ok(AUDIENCE), ok(r#"{"token":"pypi-minted"}"#)]).unwrap().unwrap();
    assert_eq!(minted.expires_at, None);
}

fn burn(play: Play) -> (Result<(), String>, Captured) {
    let server = Server::start(vec![play]);
    let repository = repository(&server.url());
    let target = Target { repository: &repository, credentials: None };
    let result = uploader().burn(&Recorder::default(), &target, &credentials());
    (result.map_err(|error| shown(&error, &server.address)), server.captured())
}

#[test]
fn a_token_is_burnt() {
    let (result, captured) = burn(ok("{}"));
    assert_eq!(result, Ok(()));
    assert_eq!(captured.request_line(), "POST /_/oidc/burn-token HTTP/1.1");
    assert_eq!(captured.body, br#"{"token":"pypi-secret"}"#);
    assert_eq!(captured.header("authorization"), None);
    // Not every server knows that, and there is nothing to be done about it.
    assert_eq!(burn(answer("404 Not Found", "")).0, Ok(()));
    for (play, expected) in [
        (
            answer("422 Unprocessable Content", "pypi-secret"),
            "Rejected: `HOST` does not burn the token: it answered 422",
        ),
        (
            answer("500 Internal Server Error", ""),
            "Unavailable: trusted publishing at `HOST` is not available: it answered 500",
        ),
    ] {
        assert_eq!(burn(play).0.unwrap_err(), expected);
    }
}
