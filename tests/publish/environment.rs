//! Where the repository and the credentials may come from besides the command line.

use super::form::basic;
use super::scene::{Scene, WHEEL, project};
use super::scripted::ScriptedServer;
use crate::support::{Outcome, Program};

/// A scene in which the environment says everything; `[URL]` and `[INDEX]` stand for those of the server.
fn scene(variables: &[(&str, &str)]) -> Scene {
    let mut scene = Scene::without_credentials(project(Program::Linked));
    for (name, value) in variables {
        let value = value
            .replace("[URL]", &scene.server.url())
            .replace("[ADDRESS]", &scene.server.address().to_string())
            .replace("[INDEX]", &scene.server.index_url());
        scene = scene.variable(name, &value);
    }
    scene
}

fn publish(scene: &Scene) -> Outcome {
    scene.run(&["publish", "--format", "wheel"])
}

/// Publishes and asserts who did it.
fn published_as(variables: &[(&str, &str)], user: &str, password: &str) {
    let scene = scene(variables);
    let outcome = publish(&scene);
    assert_eq!(outcome.code, Some(0), "{variables:?}: {}", outcome.shown());
    assert_eq!(scene.server.uploaded(), [WHEEL], "{variables:?}");
    let authorization = format!("Basic {}", basic(user, password));
    let request = &scene.server.uploads()[0].request;
    assert_eq!(request.header("authorization"), Some(authorization.as_str()), "{variables:?}");
    assert!(!outcome.shown().contains(password), "{}", outcome.shown());
}

#[test]
fn each_tools_variables_are_understood() {
    let flit =
        [("FLIT_INDEX_URL", "[URL]"), ("FLIT_USERNAME", "robin"), ("FLIT_PASSWORD", "flit-secret")];
    let twine = [
        ("TWINE_REPOSITORY_URL", "[URL]"),
        ("TWINE_USERNAME", "tim"),
        ("TWINE_PASSWORD", "twine-secret"),
    ];
    let uv = [
        ("UV_PUBLISH_URL", "[URL]"),
        ("UV_PUBLISH_CHECK_URL", "[INDEX]"),
        ("UV_PUBLISH_USERNAME", "zoot"),
        ("UV_PUBLISH_PASSWORD", "uv-secret"),
    ];
    published_as(&flit, "robin", "flit-secret");
    published_as(&twine, "tim", "twine-secret");
    published_as(&uv, "zoot", "uv-secret");
    published_as(&[&flit[..], &twine, &uv].concat(), "robin", "flit-secret");
    published_as(
        &[("UV_PUBLISH_URL", "[URL]"), ("UV_PUBLISH_TOKEN", "pypi-token")],
        "__token__",
        "pypi-token",
    );
    let userinfo = [("FLIT_INDEX_URL", "http://dingo:p%40ss-word@[ADDRESS]/legacy/")];
    published_as(&userinfo, "dingo", "p@ss-word");
}

#[test]
fn a_repository_of_pypirc_can_be_named_by_the_environment() {
    let scene = scene(&[("TWINE_REPOSITORY", "internal")]);
    let pypirc = format!(
        "[distutils]\nindex-servers = internal\n\n[internal]\nrepository: {}\nusername: galahad\npassword: grail-secret\n",
        scene.server.url()
    );
    fs_err::write(scene.sandbox.home().join(".pypirc"), pypirc).unwrap();
    assert_eq!(publish(&scene).code, Some(0));
    assert_eq!(scene.server.uploaded(), [WHEEL]);
}

#[test]
fn netrc_has_what_nobody_else_has() {
    let scene = scene(&[("FLIT_INDEX_URL", "[URL]")]);
    let netrc = "machine 127.0.0.1\nlogin bedevere\npassword duck-secret\n";
    let path = scene.sandbox.home().join(".netrc");
    fs_err::write(&path, netrc).unwrap();
    fs_err::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let outcome = publish(&scene);
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    let authorization = format!("Basic {}", basic("bedevere", "duck-secret"));
    assert_eq!(
        scene.server.uploads()[0].request.header("authorization"),
        Some(authorization.as_str())
    );
}

#[test]
fn a_password_can_come_from_stdin() {
    use std::io::Write as _;
    use std::process::Stdio;
    let scene = scene(&[("FLIT_INDEX_URL", "[URL]")]);
    let args = ["publish", "--format", "wheel", "--username", "patsy", "--password-stdin"];
    let mut command = scene.sandbox.command(&args);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"coconut-secret\n").unwrap();
    let outcome = scene.sandbox.outcome(child.wait_with_output().unwrap());
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    let authorization = format!("Basic {}", basic("patsy", "coconut-secret"));
    assert_eq!(
        scene.server.uploads()[0].request.header("authorization"),
        Some(authorization.as_str())
    );
}

#[test]
fn a_password_for_the_repository_of_the_environment_goes_to_no_other() {
    let elsewhere = ScriptedServer::start();
    let url = elsewhere.url();
    for [repository, user, password] in [
        ["FLIT_INDEX_URL", "FLIT_USERNAME", "FLIT_PASSWORD"],
        ["TWINE_REPOSITORY_URL", "TWINE_USERNAME", "TWINE_PASSWORD"],
        ["UV_PUBLISH_URL", "UV_PUBLISH_USERNAME", "UV_PUBLISH_PASSWORD"],
    ] {
        let scene = scene(&[(repository, &url), (user, "tim"), (password, "secret")]);
        let outcome = scene.publish(&["--format", "wheel"]);
        assert_eq!(outcome.code, Some(1), "{}", outcome.shown());
        let told = format!("`: for another repository, the one in `{repository}`");
        assert!(outcome.stderr.contains(&told), "{}", outcome.shown());
        assert_eq!((scene.server.requests(), elsewhere.requests()), (vec![], vec![]));
    }
}

#[test]
fn a_number_that_is_none_is_told() {
    let mut told = String::new();
    for (variable, value) in
        [("FLIT_RETRIES", "-1"), ("FLIT_RETRY_DELAY", "soon"), ("FLIT_TIMEOUT", "0x10")]
    {
        told += &publish(&scene(&[("FLIT_INDEX_URL", "[URL]"), (variable, value)])).stderr;
    }
    insta::assert_snapshot!(told, @"
    error: `FLIT_RETRIES` is `-1`, which is not a whole number from 0 to 100
      hint: set it to a whole number from 0 to 100, or unset it
    error: `FLIT_RETRY_DELAY` is `soon`, which is not a number of seconds from 0 to 3600
      hint: set it to a number of seconds from 0 to 3600, or unset it
    error: `FLIT_TIMEOUT` is `0x10`, which is not a number of seconds above 0, 86400 at most
      hint: set it to a number of seconds above 0, 86400 at most, or unset it
    ");
}
