//! Loaded uploaders in the program itself: a kind of repository that flit does not know, and plugins that go wrong.

use std::process::Stdio;

use super::builds::Edition;
use crate::support::{Outcome, Sandbox};

fn project() -> Sandbox {
    Sandbox::new()
        .file("demo.py", "\"\"\"A demo.\"\"\"\n__version__ = \"1\"\n")
        .file(
            "flit.ini",
            "[metadata]\nmodule=demo\nauthor=a\nauthor-email=a@b.example\nhome-page=https://b.example\nrequires-python=>=3.9\n",
        )
        // What is taken but not listed is asked for again and again.
        .variable("FLIT_RETRY_DELAY", "0")
        .variable("FLIT_RETRIES", "1")
}

/// A project, and an empty directory that a plugin may drop files into.
fn project_with_incoming() -> Sandbox {
    let sandbox = project();
    fs_err::create_dir(sandbox.project().join("incoming")).unwrap();
    sandbox
}

fn arguments(plugin: &str, repository: &str, options: &[&str]) -> Vec<String> {
    let library = Edition::CURRENT.plugin(plugin).to_str().unwrap().to_owned();
    let fixed = ["--plugin", &library, "publish", "--repository", repository];
    fixed.iter().chain(options).map(ToString::to_string).collect()
}

/// Publishes with the plugin for `drop:` URLs.
fn publish(sandbox: &Sandbox, options: &[&str]) -> Outcome {
    let repository = format!("drop:{}", sandbox.project().join("incoming").display());
    sandbox.run(&arguments("drop", &repository, options))
}

/// What was answered, without how large the archives are.
fn without_sizes(outcome: &Outcome) -> String {
    let shown = outcome.shown();
    shown
        .lines()
        .map(|line| line.split(" (").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

/// What was answered, without where in its source a plugin went wrong.
fn without_place(outcome: &Outcome) -> String {
    let shown = outcome.shown();
    let lines = shown.lines().map(|line| line.split(": at current/").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

const FILES: [&str; 2] = ["demo-1-py3-none-any.whl", "demo-1.tar.gz"];

#[test]
fn a_plugin_teaches_publish_a_new_kind_of_repository() {
    let sandbox = project_with_incoming();
    let outcome = publish(&sandbox, &["--verify", "download", "--jobs", "2"]);
    insta::assert_snapshot!(without_sizes(&outcome), @r"
    exit code: 0
    ----- stderr
    info: sending demo-1-py3-none-any.whl
    info: sending demo-1.tar.gz
    info: published demo-1-py3-none-any.whl, confirmed by downloading it
    info: published demo-1.tar.gz, confirmed by downloading it
    ");
    assert_eq!(sandbox.listing("incoming"), FILES);
    for name in FILES {
        assert_eq!(
            sandbox.read(format!("incoming/{name}")),
            sandbox.read(format!("dist/{name}")),
            "{name}"
        );
    }
}

#[test]
fn what_is_there_already_is_told_by_the_plugin() {
    let sandbox = project_with_incoming();
    let dry = publish(&sandbox, &["--dry-run"]);
    let shown = dry.shown();
    assert!(FILES.iter().all(|name| shown.contains(name)) && dry.code == Some(0), "{shown}");
    assert!(sandbox.listing("incoming").is_empty(), "a dry run calls nothing that writes");
    drop(publish(&sandbox, &["--format", "wheel"]).success());
    assert_eq!(sandbox.listing("incoming"), FILES[..1]);
    let second = publish(&sandbox, &[]);
    insta::assert_snapshot!(without_sizes(&second), @r"
    exit code: 0
    ----- stderr
    info: sending demo-1.tar.gz
    info: demo-1-py3-none-any.whl is published already, with the same bytes
    info: published demo-1.tar.gz, confirmed by its index
    ");
    let sandbox = sandbox.file("incoming/demo-1.tar.gz", "something else");
    let third = publish(&sandbox, &[]);
    assert_eq!(third.code, Some(1), "{}", third.shown());
    assert!(third.stderr.contains("another demo-1.tar.gz"), "{}", third.shown());
    assert_eq!(sandbox.read("incoming/demo-1.tar.gz"), b"something else");
}

#[test]
fn without_the_plugin_nobody_knows_the_repository() {
    let outcome = project().run(&["publish", "--repository", "drop:/incoming"]);
    insta::assert_snapshot!(outcome.shown(), @r"
    exit code: 1
    ----- stderr
    error: no plugin publishes to drop:/incoming
      hint: load a plugin that knows this kind of repository with `--plugin`
    ");
}

fn misbehave(sandbox: &Sandbox) -> Outcome {
    sandbox.run(&arguments("misbehaving", "misbehave:here", &["--format", "wheel"]))
}

#[test]
fn what_an_uploader_does_wrong_is_told_and_is_never_success() {
    let uploading = [
        ("accepts:panic", "plugin `misbehaving` panicked in upload: boom"),
        ("exists:panic", "plugin `misbehaving` panicked in upload: boom"),
        ("exists:short", "plugin `misbehaving` answered with 0 `existences` instead of 1"),
        ("exists:long", "plugin `misbehaving` answered with 2 `existences` instead of 1"),
        ("exists:digest", "answered with the existence.sha256 `nonsense`"),
        ("upload:panic", "plugin `misbehaving` panicked in upload: boom"),
        ("upload:panic-payload", "panicked in upload: something that is not text"),
        ("upload:error", "tried something: cannot do `that`"),
        ("commit:panic", "plugin `misbehaving` panicked in upload: boom"),
    ];
    for (deed, told) in uploading {
        let outcome = misbehave(&project().variable("FLIT_MISBEHAVE", deed));
        assert_eq!(outcome.code, Some(1), "{deed}: {}", outcome.shown());
        assert!(outcome.stderr.contains(told), "{deed}: {}", outcome.shown());
        assert!(!outcome.stderr.contains("published demo"), "{deed}: {}", outcome.shown());
    }
}

/// Whether it would have been asked to publish or not: the files must not go to another uploader instead.
#[test]
fn an_uploader_that_cannot_tell_what_it_accepts_is_named() {
    let sandbox = project().variable("FLIT_MISBEHAVE", "accepts:panic");
    let outcome = sandbox.run(&arguments("misbehaving", "./index", &["--format", "wheel"]));
    insta::assert_snapshot!(without_place(&outcome), @r"
    exit code: 1
    ----- stderr
    error: plugin `misbehaving` failed
      cause: plugin `misbehaving` panicked in upload: boom
      hint: this is a defect of the plugin `misbehaving`
    ");
    assert!(!sandbox.project().join("index").exists());
}

#[test]
fn after_an_uploader_ended_the_process_the_next_run_goes_on() {
    for deed in
        ["accepts:exit-0", "exists:exit-0", "upload:exit-0", "upload:abort", "commit:exit-3"]
    {
        let sandbox = project().variable("FLIT_MISBEHAVE", deed);
        let outcome = misbehave(&sandbox);
        assert_eq!(outcome.code, Some(70), "{deed}: {}", outcome.shown());
        let told = "plugin `misbehaving` 6.6.6 ended the process during upload";
        assert!(outcome.stderr.contains(told), "{deed}: {}", outcome.shown());
        let sandbox = sandbox.variable("FLIT_MISBEHAVE", "nothing at all");
        drop(misbehave(&sandbox).success());
    }
}

#[cfg(unix)]
#[test]
fn an_uploader_that_hangs_is_asked_to_stop() {
    use std::io::{BufRead as _, BufReader};
    let sandbox = project().variable("FLIT_MISBEHAVE", "upload:hang");
    let mut child = sandbox
        .command(&arguments("misbehaving", "misbehave:here", &["--format", "wheel"]))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("going to hang")), "it says so before");
    let killed =
        std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.unwrap().success());
    let rest: Vec<String> = lines.collect();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{rest:?}");
    assert!(rest.iter().any(|line| line.contains("goes on where this run stopped")), "{rest:?}");
}
