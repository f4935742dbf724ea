//! Loaded plugins in the program itself: what the user sees, and that `dist/` is as it was.

use std::process::Stdio;

use super::builds::Edition;
use crate::support::{Outcome, Sandbox};

/// A project of `flit.ini`, which leaves all fields open, with a file from an earlier build.
fn project() -> Sandbox {
    Sandbox::new()
        .file("demo.py", "\"\"\"A demo.\"\"\"\n__version__ = \"1\"\n")
        .file("flit.ini", "[metadata]\nmodule=demo\nauthor=a\nauthor-email=a@b.example\nhome-page=https://b.example\n")
        .file("dist/earlier", "")
}

fn arguments(plugin: &str) -> [String; 6] {
    let library = Edition::CURRENT.plugin(plugin).to_str().unwrap().to_owned();
    [
        "--plugin".into(),
        library,
        "build".into(),
        "--format".into(),
        "wheel".into(),
        "--format=misbehaving".into(),
    ]
}

/// What the program answers, and what lies in `dist/` then but for what the next build removes.
fn misbehave(deed: &str) -> (Outcome, Vec<String>) {
    let sandbox = project().variable("FLIT_MISBEHAVE", deed);
    let outcome = sandbox.run(&arguments("misbehaving"));
    let mut listing = sandbox.listing("dist");
    listing.retain(|name| !name.starts_with(".flit-"));
    (outcome, listing)
}

#[test]
fn the_smallest_plugin_adds_its_keyword() {
    let library = Edition::CURRENT.plugin("hello");
    let outcome = project().run(&["--plugin", library.to_str().unwrap(), "info", "--explain"]);
    let shown = outcome.success();
    let keywords = shown.lines().find(|line| line.contains("Keywords")).unwrap_or_default();
    assert!(keywords.contains("hello"), "{shown}");
}

#[test]
fn a_format_of_a_loaded_builder_is_built_beside_the_others() {
    let (outcome, listing) = misbehave("nothing at all");
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    assert_eq!(listing, ["demo-1-py2.py3-none-any.whl", "demo.misbehaving", "earlier"]);
}

#[test]
fn what_a_plugin_does_wrong_is_told_and_leaves_dist_as_it_was() {
    for (deed, told) in [
        ("discover:panic", "plugin `misbehaving` panicked in discover: boom"),
        ("discover:outside", "plugin `misbehaving` answered with the module.files"),
        ("metadata:panic-payload", "plugin `misbehaving` panicked in metadata: something"),
        ("metadata:closed", "plugin `misbehaving` set `Name`"),
        ("metadata:invalid", "plugin `misbehaving` set `Version` to something invalid"),
        ("metadata:error", "tried something"),
        ("build:panic", "plugin `misbehaving` panicked in build: boom"),
        ("build:outside", "plugin `misbehaving` says it built /etc/passwd"),
        ("build:nested", "which is not a file in its output directory"),
        ("build:nothing", "which is not a file in its output directory"),
        ("build:directory", "which is not a file in its output directory"),
    ] {
        let (outcome, listing) = misbehave(deed);
        assert_eq!(outcome.code, Some(1), "{deed}: {}", outcome.shown());
        assert!(outcome.stderr.contains(told), "{deed}: {}", outcome.shown());
        assert_eq!(listing, ["earlier"], "{deed}");
    }
}

#[test]
fn a_plugin_that_ends_the_process_is_named_and_leaves_dist_as_it_was() {
    for deed in ["load:exit-0", "discover:exit-0", "metadata:exit-3", "build:exit-0", "build:abort"]
    {
        let (outcome, listing) = misbehave(deed);
        assert_eq!(outcome.code, Some(70), "{deed}: {}", outcome.shown());
        assert!(outcome.stderr.contains("plugin `misbehaving` 6.6.6 ended the process"), "{deed}");
        assert_eq!((outcome.stdout.as_str(), listing), ("", vec!["earlier".to_owned()]), "{deed}");
    }
}

#[cfg(unix)]
#[test]
fn a_plugin_that_hangs_is_asked_to_stop() {
    use std::io::{BufRead as _, BufReader};
    let sandbox = project().variable("FLIT_MISBEHAVE", "build:hang");
    let mut child = sandbox
        .command(&arguments("misbehaving"))
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
    assert!(rest.iter().any(|line| line.contains("stopped hanging")), "{rest:?}");
    assert_eq!(sandbox.listing("dist"), ["earlier"]);
}

#[test]
fn a_file_that_is_no_plugin_is_told_in_one_line_with_a_hint() {
    let sandbox = project();
    let outcome = sandbox.run(&["--plugin", "./flit.ini", "build"]);
    insta::assert_snapshot!(outcome.shown(), @r"
    exit code: 1
    ----- stderr
    error: cannot load plugin [DIR]/project/flit.ini
      cause: it is not a dynamic library
      hint: a plugin is what cargo builds from a crate of type `cdylib`
    ");
}
