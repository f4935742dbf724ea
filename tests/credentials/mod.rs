//! Credentials that somebody types, on a real terminal, or sends through a pipe.

#![cfg(unix)]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::publish::form::basic;
use crate::publish::scene::{SDIST, Scene, WHEEL, project};
use crate::support::{Outcome, Program};

const PASSWORD: &str = "canary-of-the-terminal";

/// A project, a server that wants credentials, and nobody who gave any.
fn scene() -> Scene {
    Scene::without_credentials(project(Program::Linked))
}

/// Publishes on a terminal, answering questions.
fn publish(scene: &Scene, talk: &[(&str, &str)]) -> Outcome {
    let publish = scene.command(&["--format", "wheel"]);
    let mut command = Command::new("python3");
    scene.sandbox.make_hermetic(&mut command);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/credentials/terminal.py"));
    for (question, answer) in talk {
        command.args([question, answer]);
    }
    command.arg("--").arg(publish.get_program()).args(publish.get_args());
    // A terminal that is too narrow would break lines.
    command.env("COLUMNS", "200").env("TERM", "dumb");
    scene.hide(scene.sandbox.outcome(command.output().unwrap()))
}

/// Writes a shell script that can be started at once.
///
/// Another program writes it: if we did, and another test started a program just then, that one would hold the script open
/// for a moment, and nobody can start a program that is open for writing.
fn install(path: &Path, script: &str) {
    let write = r#"printf '#!/bin/sh\n%s' "$1" > "$0" && chmod +x "$0""#;
    let mut writer = Command::new("sh");
    let status = writer.args(["-c", write]).arg(path).arg(script).status().unwrap();
    assert!(status.success());
}

/// Who the server was told we are, with each upload.
fn users(scene: &Scene) -> Vec<String> {
    let uploads = scene.server.uploads();
    let header = |name| move |request: &str| request.strip_prefix(name).map(str::to_owned);
    let values = uploads.iter().filter_map(|upload| upload.request.header("authorization"));
    values.filter_map(header("Basic ")).collect()
}

#[test]
fn user_and_password_are_asked_for_on_a_terminal() {
    let scene = scene();
    let password = format!("{PASSWORD}\r");
    let talk =
        [("User name", "robim\u{7f}n\r"), ("Password of robin", "\r"), ("Password", &password)];
    let outcome = publish(&scene, &talk);
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    assert_eq!(scene.server.uploaded(), [WHEEL]);
    assert_eq!(users(&scene), [basic("robin", PASSWORD)]);
    assert!(!outcome.stdout.contains("canary"), "{}", outcome.shown());
    assert!(outcome.stdout.ends_with("typing is shown\n"), "{}", outcome.shown());
}

#[test]
fn the_end_of_the_input_and_ctrl_c_end_the_question() {
    for (answer, code, said) in
        [("\u{4}", 1, "the question for the password was not answered"), ("\u{3}", 130, "stopped")]
    {
        let scene = scene();
        let outcome = publish(&scene, &[("User name", "robin\r"), ("Password", answer)]);
        assert_eq!(outcome.code, Some(code), "{}", outcome.shown());
        assert!(outcome.stdout.contains(said), "{}", outcome.shown());
        assert!(outcome.stdout.ends_with("typing is shown\n"), "{}", outcome.shown());
        assert_eq!(scene.server.uploads().len(), 0);
    }
}

#[test]
fn what_was_typed_is_kept_in_the_keyring_once_it_was_taken() {
    let scene = scene();
    let keyring = scene.sandbox.home().join("keyring");
    let script = "echo \"$@\" >> \"$HOME/asked\"\n\
                  case \"$1 $3\" in 'get robin') cat \"$HOME/kept\" 2>/dev/null || exit 1;; \
                  get*) exit 1;; set*) cat > \"$HOME/kept\";; esac\n";
    install(&keyring, script);
    let path = format!("{}:{}", scene.sandbox.home().display(), env!("PATH"));
    let scene = scene.variable("PATH", &path).variable("FLIT_USERNAME", "robin");
    let password = format!("{PASSWORD}\r");
    let outcome = publish(&scene, &[("Password", &password), ("Keep it in the keyring", "y\r")]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    let kept = fs_err::read_to_string(scene.sandbox.home().join("kept")).unwrap();
    assert_eq!(kept.trim_end(), PASSWORD);
    let asked = fs_err::read_to_string(scene.sandbox.home().join("asked")).unwrap();
    assert!(!asked.contains("canary"), "{asked}");
    // The next run finds it, and asks nobody.
    let outcome = scene.publish(&["--format", "sdist"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    assert_eq!(scene.server.uploaded(), [WHEEL, SDIST]);
    assert_eq!(users(&scene), [basic("robin", PASSWORD), basic("robin", PASSWORD)]);
}

#[test]
fn a_password_can_come_through_a_pipe() {
    let scene = scene();
    let mut command =
        scene.command(&["--format", "wheel", "--username", "robin", "--password-stdin"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
    let outcome = scene.sandbox.outcome(child.wait_with_output().unwrap());
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    assert_eq!(users(&scene), [basic("robin", PASSWORD)]);
    assert!(!outcome.shown().contains("canary"), "{}", outcome.shown());
}

#[test]
fn an_empty_pipe_has_no_password() {
    let scene = scene();
    let mut command =
        scene.command(&["--format", "wheel", "--username", "robin", "--password-stdin"]);
    let outcome = scene.hide(scene.sandbox.outcome(command.stdin(Stdio::null()).output().unwrap()));
    insta::assert_snapshot!(outcome.shown(), @"
    exit code: 1
    ----- stderr
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: cannot read the password from stdin: it is empty
      hint: pipe the password into flit: `--password-stdin` takes the first line
    ");
}
