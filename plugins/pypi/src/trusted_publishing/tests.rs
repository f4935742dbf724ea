//! The services that are asked on the machine itself, played by the test.

use std::path::PathBuf;

use flit_sdk::model::Repository;
use flit_sdk::testing::TestHost;

use super::*;
use server::{Captured, Play, Server};

#[expect(dead_code, reason = "the tests of the plugin as a whole need more of it")]
#[path = "../../tests/pypi/server.rs"]
mod server;

const JWT: &str = "e30.e30.c2ln";

fn answer(status: &str, headers: &str, body: &str) -> Play {
    let length = body.len();
    Play::Answer(
        format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}")
            .into_bytes(),
    )
}

/// Mints with an index that says yes, and returns what the service was asked.
fn mint_with_service(
    identity: &CiIdentity,
    plays: Vec<Play>,
    change: impl FnOnce(&mut Services),
) -> (Result<Option<MintedCredentials>, String>, Vec<Captured>) {
    let count = plays.len();
    let service = Server::start(plays);
    let index = Server::start(vec![
        answer("200 OK", "", r#"{"audience":"pypi"}"#),
        answer("200 OK", "", r#"{"token":"pypi-minted"}"#),
    ]);
    let repository = Repository { url: index.url(), ..Repository::default() };
    let target = Target { repository: &repository, credentials: None };
    let at = format!("http://{}", service.address);
    let mut services =
        Services { google_metadata: at.clone(), google_credentials: at, ..Services::default() };
    change(&mut services);
    let minted = mint_with(&TestHost::default(), &target, identity, &services);
    let said = |error: PluginError| error.to_string().replace(&service.address.to_string(), "HOST");
    (minted.map_err(said), (0..count).map(|_| service.captured()).collect())
}

const GOOGLE: &str = "Metadata-Flavor: Google\r\n";

#[test]
fn the_metadata_server_of_google_is_asked() {
    let identity = CiIdentity::GoogleCloud { service_account: None };
    let (minted, captured) =
        mint_with_service(&identity, vec![answer("200 OK", GOOGLE, JWT)], |_| {});
    assert!(minted.unwrap().is_some());
    assert_eq!(
        captured[0].request_line(),
        "GET /computeMetadata/v1/instance/service-accounts/default/identity?audience=pypi&format=full HTTP/1.1"
    );
    assert_eq!(captured[0].header("metadata-flavor"), Some("Google"));

    for (play, expected) in [
        (answer("200 OK", "", JWT), "`HOST` is no metadata server"),
        (answer("200 OK", GOOGLE, "<html>"), "what the service gave is no identity token"),
        (answer("404 Not Found", GOOGLE, ""), "`HOST` gives no identity token: it answered 404"),
    ] {
        let (minted, _) = mint_with_service(&identity, vec![play], |_| {});
        let expected = format!("cannot prove that this is a job of Google Cloud: {expected}");
        assert_eq!(minted, Err(expected));
    }
}

#[test]
fn google_makes_tokens_for_another_account() {
    let account = Some("me@project.example".to_owned());
    let identity = CiIdentity::GoogleCloud { service_account: account };
    let plays = vec![
        answer("200 OK", GOOGLE, r#"{"access_token":"access-secret"}"#),
        answer("200 OK", "", &format!(r#"{{"token":"{JWT}"}}"#)),
    ];
    let (minted, captured) = mint_with_service(&identity, plays, |_| {});
    assert!(minted.unwrap().is_some());
    assert_eq!(
        captured[1].request_line(),
        "POST /v1/projects/-/serviceAccounts/me@project.example:generateIdToken HTTP/1.1"
    );
    assert_eq!(captured[1].header("authorization"), Some("Bearer access-secret"));
    assert_eq!(captured[1].body, br#"{"audience":"pypi","includeEmail":true}"#);
}

/// A program that writes its arguments down and says `says`.
#[cfg(unix)]
fn program(says: &str) -> (tempfile::TempDir, PathBuf, PathBuf) {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("program");
    let arguments = directory.path().join("arguments");
    let script = format!("#!/bin/sh\nprintf '%s\\n' \"$@\" > '{}'\n{says}\n", arguments.display());
    fs_err::write(&path, script).unwrap();
    fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    (directory, path, arguments)
}

#[cfg(unix)]
#[test]
fn programs_of_services_are_run() {
    let buildkite = |program| CiIdentity::Buildkite { program };
    let circleci = |program| CiIdentity::CircleCi { program };
    for (identity, expected) in [
        (buildkite as fn(_) -> _, "oidc\nrequest-token\n--audience\npypi\n"),
        (circleci, "run\noidc\nget\n--root-issuer\n--claims\n{\"aud\":\"pypi\"}\n"),
    ] {
        let (_directory, path, arguments) = program(&format!("echo {JWT}"));
        let (minted, _) = mint_with_service(&identity(Some(path)), vec![], |_| {});
        assert!(minted.unwrap().is_some());
        assert_eq!(fs_err::read_to_string(arguments).unwrap(), expected);
    }
    let (_directory, path, _) = program("echo 'not logged in' >&2; exit 1");
    let failed = format!("`{}` failed: exit status: 1: not logged in", path.display());
    let missing = "there is no `buildkite-agent` in the directories of `PATH`";
    for (path, reason) in [(Some(path), failed.as_str()), (None, missing)] {
        let (minted, _) = mint_with_service(&buildkite(path), vec![], |_| {});
        let expected = format!("cannot prove that this is a job of Buildkite: {reason}");
        assert_eq!(minted.unwrap_err(), expected);
    }
}
