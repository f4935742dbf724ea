//! Redirects, and credentials that would go where they must not.

use super::super::scene::{SDIST, Scene, WHEEL, project, publisher};
use super::super::scripted::{Answer, ScriptedServer, Step};
use crate::support::Program;

fn redirect(status: &str, location: &str) -> Step {
    Step::answer(Answer::new(status).header("Location", location))
}

#[test]
fn a_redirect_that_would_lose_the_file_is_refused() {
    for status in ["301 Moved Permanently", "302 Found", "303 See Other"] {
        let scene = Scene::new();
        let location = format!("http://{}/elsewhere/", scene.server.address());
        scene.server.always("/legacy/", redirect(status, &location));
        let outcome = scene.publish(&[]);
        assert_eq!(outcome.code, Some(1), "{}", outcome.shown());
        assert_eq!(scene.server.uploads().len(), 1, "{status}");
        assert_eq!(scene.server.requests_to("/elsewhere/").len(), 0, "{status}");
        if status.starts_with("301") {
            insta::assert_snapshot!(outcome.shown(), @"
            exit code: 1
            ----- stderr
            info: sending foobar-0.1-py3-none-any.whl ([SIZE])
            info: held back foobar-0.1.tar.gz
            error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
              cause: 2 files of 2 not published
              cause: foobar-0.1-py3-none-any.whl: `[SERVER]` redirects the upload to `http://[SERVER]/elsewhere/`: 301 Moved Permanently
              hint: nothing was sent there; if that is where uploads go, make `http://[SERVER]/elsewhere/` the URL of the repository
            ");
        }
    }
}

#[test]
fn a_redirect_to_the_same_server_is_followed_once() {
    for status in ["307 Temporary Redirect", "308 Permanent Redirect"] {
        for location in ["/legacy/", "legacy/", "http://ADDRESS/legacy/"] {
            let scene = Scene::new();
            let location = location.replace("ADDRESS", &scene.server.address().to_string());
            scene.server.always("/upload", redirect(status, &location));
            let url = format!("http://{}/upload", scene.server.address());
            let args = ["publish", "--repository", &url, "--index-url", &scene.server.index_url()];
            let outcome = scene.run(&args);
            assert_eq!(outcome.code, Some(0), "{status} {location}: {}", outcome.shown());
            assert_eq!(scene.server.stored(), [WHEEL, SDIST], "{status} {location}");
            let kept = scene.server.requests_to("/legacy/");
            assert!(kept.iter().all(|request| request.header("authorization").is_some()));
        }
    }
}

#[test]
fn a_redirect_in_a_circle_ends() {
    let scene = Scene::new();
    scene.server.always("/legacy/", redirect("308 Permanent Redirect", "/legacy/"));
    insta::assert_snapshot!(scene.publish(&["--format", "wheel"]).shown(), @"
    exit code: 1
    ----- stderr
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    warning: `http://[SERVER]/legacy/` sends uploads on to `http://[SERVER]/legacy/`: make that the URL of the repository
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: foobar-0.1-py3-none-any.whl: `[SERVER]` redirects the upload in a circle: 308 Permanent Redirect
    ");
}

#[test]
fn a_redirect_to_another_server_is_refused_and_that_server_hears_nothing() {
    for status in ["301 Moved Permanently", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let elsewhere = ScriptedServer::start();
        let scene = Scene::new();
        scene.server.always("/legacy/", redirect(status, &elsewhere.url()));
        let outcome = scene.publish(&[]);
        assert_eq!(outcome.code, Some(1), "{}", outcome.shown());
        assert_eq!(scene.server.uploads().len(), 1);
        assert_eq!(elsewhere.requests(), []);
        if status.starts_with("308") {
            let shown = outcome.shown().replace(&elsewhere.address().to_string(), "[ELSEWHERE]");
            insta::assert_snapshot!(shown, @"
            exit code: 1
            ----- stderr
            info: sending foobar-0.1-py3-none-any.whl ([SIZE])
            info: held back foobar-0.1.tar.gz
            error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
              cause: 2 files of 2 not published
              cause: foobar-0.1-py3-none-any.whl: `[SERVER]` redirects the upload to `http://[ELSEWHERE]/legacy/`: 308 Permanent Redirect
              hint: nothing was sent there; if that is where uploads go, make `http://[ELSEWHERE]/legacy/` the URL of the repository
            ");
        }
    }
}

#[test]
fn the_password_does_not_go_to_where_an_index_lies_elsewhere() {
    let elsewhere = ScriptedServer::start();
    let scene = Scene::new();
    let args =
        ["publish", "--repository", &scene.server.url(), "--index-url", &elsewhere.index_url()];
    let outcome = scene.run(&[&args[..], &["--verify", "index"]].concat());
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    let asked = elsewhere.requests();
    assert!(!asked.is_empty());
    assert!(asked.iter().all(|request| request.header("authorization").is_none()));
}

#[test]
fn credentials_do_not_go_over_plain_http_to_another_machine() {
    let sandbox = publisher(project(Program::Linked));
    let outcome = sandbox.run(&["publish", "--repository", "http://index.example/legacy/"]);
    insta::assert_snapshot!(outcome.shown(), @"
    exit code: 1
    ----- stderr
    error: cannot publish `foobar` 0.1 to http://index.example/legacy/
      cause: refusing to send credentials to http://index.example/legacy/: anybody on the way could read them
      hint: use the `https` URL of the repository
      hint: if nobody else is on the way, allow it with `--allow-http`
    ");
}
