//! A secret goes to the repository it is for, and nowhere else: not into a text, a file or an argument list.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::scene::{Scene, WHEEL, project};
use super::scripted::{Answer, ScriptedServer, Step};
use super::servers::pause;
use crate::support::Program;

/// What is looked for: nobody else says such a thing.
const CANARY: &str = "pypi-CANARY-5f3a9c";

/// How the canary looks in a request: the part of Base64 that does not depend on the user's name is too short to tell, so it
/// is looked for with the names that are used here.
fn forms_of_the_canary() -> Vec<String> {
    let users = ["robin", "__token__", ""];
    let encoded = users.map(|user| super::form::basic(user, CANARY));
    [vec![CANARY.to_owned()], encoded.to_vec()].concat()
}

/// All files below a directory.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![directory.to_owned()];
    while let Some(directory) = pending.pop() {
        for entry in fs_err::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { pending.push(path) } else { found.push(path) }
        }
    }
    found
}

/// Asserts that a text does not give the secret away.
#[track_caller]
fn is_clean(what: &str, text: &[u8]) {
    for form in forms_of_the_canary() {
        let is_there = memchr::memmem::find(text, form.as_bytes()).is_some();
        assert!(!is_there, "{form} is in {what}:\n{}", String::from_utf8_lossy(text));
    }
}

/// The argument lists of a process and of all that it started, as they are now.
fn argument_lists(id: u32) -> Vec<u8> {
    let mut lists = fs_err::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
    let children =
        fs_err::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
    for child in children.split_whitespace().filter_map(|child| child.parse().ok()) {
        lists.extend(argument_lists(child));
    }
    lists
}

/// A server that repeats the secret wherever it can.
fn echo(server: &ScriptedServer, header: &str) {
    let said = format!("403 you sent {header} {CANARY}");
    let body = serde_json::json!({"code": said, "message": header, "title": CANARY});
    server.always("/legacy/", Step::answer(Answer::new(&said).json(&body)));
}

/// Puts a program called `keyring` on the path that writes down how it was called; it answers with `answer`.
fn fake_keyring(scene: Scene, answer: &str) -> Scene {
    let directory = scene.sandbox.home().join("bin");
    fs_err::create_dir(&directory).unwrap();
    let program = directory.join("keyring");
    let calls = directory.join("calls");
    let script = format!("#!/bin/sh\necho \"$@\" >> '{}'\n{answer}\n", calls.display());
    fs_err::write(&program, script).unwrap();
    fs_err::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    scene.variable("PATH", &format!("{}:{}", directory.display(), env!("PATH")))
}

/// Publishes in every way of telling, and looks everywhere.
fn look_everywhere(scene: &Scene, args: &[&str]) -> String {
    let everything = [&["--verbose", "--message-format", "json"], args].concat();
    let mut command = scene.command(&everything);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let id = child.id();
    let watcher = std::thread::spawn(move || {
        let mut lists = Vec::new();
        while let now = argument_lists(id)
            && !now.is_empty()
        {
            lists.extend(now);
            pause();
        }
        lists
    });
    let output = child.wait_with_output().unwrap();
    is_clean("stdout", &output.stdout);
    is_clean("stderr", &output.stderr);
    is_clean("an argument list", &watcher.join().unwrap());
    for path in files(scene.sandbox.home().parent().unwrap()) {
        let is_where_it_came_from =
            path.ends_with(".pypirc") || path.ends_with(".netrc") || path.ends_with("bin/keyring");
        if !is_where_it_came_from {
            is_clean(&path.display().to_string(), &fs_err::read(&path).unwrap());
        }
    }
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

/// A scene whose temporary files are looked at as well.
fn scene() -> Scene {
    let scene = Scene::without_credentials(project(Program::Linked));
    let temporary = scene.sandbox.home().join("tmp");
    fs_err::create_dir(&temporary).unwrap();
    scene.variable("TMPDIR", temporary.to_str().unwrap())
}

#[test]
fn a_secret_of_the_environment_stays_one_whatever_the_server_says() {
    let scene = scene().variable("FLIT_USERNAME", "robin").variable("FLIT_PASSWORD", CANARY);
    echo(&scene.server, &format!("Basic {}", super::form::basic("robin", CANARY)));
    let shown = look_everywhere(&scene, &[]);
    assert!(shown.contains("you sent"), "{shown}");
}

#[test]
fn a_secret_of_the_environment_stays_one_when_all_goes_well() {
    let scene = scene().variable("FLIT_USERNAME", "robin").variable("FLIT_PASSWORD", CANARY);
    look_everywhere(&scene, &[]);
    assert_eq!(scene.server.uploaded()[0], WHEEL);
}

#[test]
fn a_secret_in_the_url_stays_one() {
    let scene = scene();
    echo(&scene.server, "");
    let url = format!("http://robin:{CANARY}@{}/legacy/", scene.server.address());
    let output =
        scene.sandbox.command(&["publish", "--verbose", "--repository", &url]).output().unwrap();
    is_clean("what is printed", &[output.stdout, output.stderr].concat());
    for path in files(&scene.sandbox.project()) {
        is_clean(&path.display().to_string(), &fs_err::read(&path).unwrap());
    }
}

#[test]
fn a_secret_of_pypirc_stays_one() {
    let scene = scene();
    let url = scene.server.url();
    let pypirc = format!(
        "[distutils]\nindex-servers = internal\n[internal]\nrepository={url}\nusername=robin\npassword={CANARY}\n"
    );
    fs_err::write(scene.sandbox.home().join(".pypirc"), pypirc).unwrap();
    echo(&scene.server, "");
    look_everywhere(&scene, &[]);
}

#[test]
fn a_file_of_credentials_that_makes_no_sense_is_not_shown() {
    let scene = scene();
    let pypirc = format!("[pypi\nusername=robin\npassword={CANARY}\n{CANARY}\n");
    fs_err::write(scene.sandbox.home().join(".pypirc"), pypirc).unwrap();
    let outcome = scene.run(&["publish", "--verbose", "--repository", "internal"]);
    assert_eq!(outcome.code, Some(1), "{}", outcome.shown());
    is_clean("what is printed", outcome.shown().as_bytes());
    insta::assert_snapshot!(outcome.shown().replace(" built-in", ""), @"
    exit code: 1
    ----- stderr
    error: cannot read ~/.pypirc: line 1 stands before the first section header
      hint: start it with a line such as `[pypi]`
    ");
}

#[test]
fn a_secret_of_the_keyring_stays_one() {
    let scene = fake_keyring(scene().variable("FLIT_USERNAME", "robin"), &format!("echo {CANARY}"));
    echo(&scene.server, "");
    look_everywhere(&scene, &[]);
    assert_eq!(scene.server.uploads().len(), 1);
    let calls = fs_err::read_to_string(scene.sandbox.home().join("bin/calls")).unwrap();
    assert!(calls.contains(&scene.server.url()), "{calls}");
    insta::assert_snapshot!(scene.server.hide(&calls), @"get http://[SERVER]/legacy/ pypi_token:project:foobar");
}

#[test]
fn a_keyring_that_fails_is_told_and_nothing_it_says_is() {
    let script = format!("echo {CANARY} >&2\nexit 3");
    let scene = fake_keyring(scene().variable("FLIT_USERNAME", "robin"), &script);
    let outcome = scene.publish(&[]);
    assert_eq!(outcome.code, Some(1), "{}", outcome.shown());
    insta::assert_snapshot!(outcome.shown(), @"
    exit code: 1
    ----- stderr
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: no credentials for http://[SERVER]/legacy/
      hint: looked for them here, in this order:
            `FLIT_PASSWORD`: not set
            `TWINE_USERNAME` and `TWINE_PASSWORD`: not set
            `UV_PUBLISH_TOKEN` and `UV_PUBLISH_PASSWORD`: not set
            the URL: no user name in it
            ~/.pypirc: not there
            the keyring: `keyring get`: ended with code 3 and an error message
            ~/.netrc: not there
      hint: set `FLIT_PASSWORD` to the password of `robin`
      hint: or add a section with `repository = http://[SERVER]/legacy/`, `username = robin` and `password` to ~/.pypirc
      hint: or run `keyring set http://[SERVER]/legacy/ robin` once
    ");
}

#[test]
fn a_minted_secret_stays_one_but_for_the_line_that_hides_it() {
    let scene = scene();
    let json = |body: &serde_json::Value| Step::answer(Answer::ok().json(body));
    scene.server.always("/_/oidc/audience", json(&serde_json::json!({"audience": "pypi"})));
    scene
        .server
        .always("/_/oidc/mint-token", json(&serde_json::json!({"success": true, "token": CANARY})));
    scene.server.always("/id-token", json(&serde_json::json!({"value": "e30.e30.e30"})));
    echo(&scene.server, "");
    let url = format!("http://{}/id-token?v=1", scene.server.address());
    let scene = scene
        .variable("GITHUB_ACTIONS", "true")
        .variable("ACTIONS_ID_TOKEN_REQUEST_URL", &url)
        .variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "request");
    let outcome = scene.publish(&["--verbose"]);
    let mask = format!("::add-mask::{CANARY}\n");
    // The first token is refused, and so is another one.
    assert_eq!(outcome.shown().matches(&mask).count(), 2, "{}", outcome.shown());
    is_clean("what is printed", outcome.shown().replace(&mask, "").as_bytes());
}
