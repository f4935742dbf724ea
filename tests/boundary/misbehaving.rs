//! Plugins that do what no plugin may.

use super::builds::Edition;
use super::probe::{Probed, probe};

const STAGES: [&str; 4] = ["discover", "metadata", "build", "upload"];

fn misbehave(deed: &str) -> Probed {
    let library = Edition::CURRENT.plugin("misbehaving");
    probe(Edition::CURRENT, &[library], &[("FLIT_MISBEHAVE", deed)])
}

/// The line about a stage.
fn line<'a>(probed: &'a Probed, stage: &str) -> &'a str {
    let start = format!("  {stage}: ");
    probed.stdout.lines().find_map(|line| line.strip_prefix(start.as_str())).unwrap_or_default()
}

#[test]
fn panics_are_errors_that_name_the_plugin_and_the_place() {
    for stage in STAGES {
        let probed = misbehave(&format!("{stage}:panic"));
        let told = format!(
            "Panicked: plugin `misbehaving` panicked in {stage}: boom: at current/misbehaving/src/deeds.rs:"
        );
        assert!(line(&probed, stage).starts_with(&told), "{probed:?}");
        assert_eq!((probed.code, probed.stderr.as_str()), (Some(0), ""), "nothing is printed");
        let index = misbehave(&format!("{stage}:panic-index"));
        assert!(line(&index, stage).contains("the len is 1 but the index is 3"), "{index:?}");
        let payload = misbehave(&format!("{stage}:panic-payload"));
        assert!(line(&payload, stage).contains("something that is not text"), "{payload:?}");
        assert_eq!(payload.code, Some(0));
        let thread = misbehave(&format!("{stage}:panic-thread"));
        assert!(line(&thread, stage).contains("the thread is well"), "{thread:?}");
        assert!(thread.stderr.contains("boom in a thread"), "{thread:?}");
    }
}

#[test]
fn ends_of_the_process_are_told_and_are_never_success() {
    let ends = [
        ("exit-0", ""),
        ("exit-3", ""),
        ("exit-thread", ""),
        ("abort", " (SIGABRT)"),
        ("segfault", " (SIGSEGV)"),
        ("stack", " (SIGSEGV)"),
    ];
    for (deed, how) in ends {
        let stages = if deed == "exit-0" { &STAGES[..] } else { &STAGES[1..2] };
        for stage in stages {
            let probed = misbehave(&format!("{stage}:{deed}"));
            let told =
                format!("flit: plugin `misbehaving` 6.6.6 ended the process during {stage}{how}\n");
            assert_eq!((probed.code, probed.stderr), (Some(70), told), "{deed}");
        }
    }
}

#[test]
fn ends_while_loading_are_told_too() {
    let told =
        |how| format!("flit: plugin `misbehaving` 6.6.6 ended the process during loading{how}\n");
    let exit = misbehave("load:exit-0");
    assert_eq!((exit.code, exit.stderr), (Some(70), told("")));
    let panic = misbehave("load:panic");
    assert_eq!(panic.code, Some(70));
    assert!(panic.stderr.ends_with(&told(" (SIGABRT)")), "{}", panic.stderr);
}

#[test]
fn wrong_answers_are_errors_that_say_what_is_wrong() {
    for (deed, told) in [
        (
            "outside",
            "with the module.files `demo/../../etc/passwd`, which is not inside the source tree",
        ),
        ("absolute", "with the config_path `/etc/passwd`, which is not inside the source tree"),
        (
            "elsewhere",
            "with the module.files `other/__init__.py`, which is not below its directory",
        ),
        ("root", "with the module.path `demo`, which is not below the root of the module"),
        ("name", "with the module.name `not a name`, which cannot be imported"),
    ] {
        let probed = misbehave(&format!("discover:{deed}"));
        let told = format!("Other: plugin `misbehaving` answered {told}");
        assert_eq!(line(&probed, "discover"), told);
    }
    assert_eq!(line(&misbehave("discover:answer"), "discover"), "demo 1");
}

#[test]
fn uploaders_that_lie_or_go_wrong_are_errors_too() {
    for (deed, told) in [
        ("short", "answered with 0 `existences` instead of 1"),
        ("long", "answered with 2 `existences` instead of 1"),
        (
            "digest",
            "answered with the existence.sha256 `nonsense`, which is not 64 lowercase hexadecimal digits",
        ),
    ] {
        let probed = misbehave(&format!("exists:{deed}"));
        let told = format!("Other: plugin `misbehaving` {told}");
        assert_eq!(line(&probed, "exists"), told);
        assert_eq!(line(&probed, "upload"), "Created", "the next call is as if nothing had been");
    }
    let probed = misbehave("accepts:panic");
    let told = "Panicked: plugin `misbehaving` panicked in upload: boom";
    assert!(line(&probed, "accepts").starts_with(told), "{probed:?}");
    assert_eq!((probed.code, probed.stderr.as_str()), (Some(0), ""));
    let told = "flit: plugin `misbehaving` 6.6.6 ended the process during upload\n";
    for deed in ["accepts:exit-0", "exists:exit-0", "commit:exit-thread"] {
        let probed = misbehave(deed);
        assert_eq!((probed.code, probed.stderr.as_str()), (Some(70), told), "{deed}");
    }
}

#[test]
fn errors_and_messages_arrive_as_they_were_sent() {
    let error = misbehave("build:error");
    assert_eq!(line(&error, "build"), "Unsupported: tried something: cannot do `that`");
    let hang = misbehave("metadata:hang");
    assert!(hang.stdout.contains("  Warning: going to hang\n"), "{hang:?}");
    assert_eq!(line(&hang, "metadata"), "Cancelled: stopped hanging");
}

#[test]
fn a_panic_of_the_host_passes_by_the_plugin() {
    let library = Edition::CURRENT.plugin("misbehaving");
    let environment = [("FLIT_MISBEHAVE", "metadata:hang"), ("PROBE_HOST_PANICS", "1")];
    let probed = probe(Edition::CURRENT, &[library], &environment);
    assert_eq!(probed.code, Some(101), "{probed:?}");
    assert!(probed.stderr.contains("the host panics"), "{probed:?}");
    assert!(!probed.stderr.contains("ended the process"), "it was not the plugin: {probed:?}");
}
