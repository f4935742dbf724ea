//! Programs that answer for the keyring, well or badly.

use std::os::unix::fs::PermissionsExt as _;
use std::time::Instant;

use flit_sdk::testing::TestHost;
use tempfile::TempDir;

use super::super::testing::install;
use super::*;

const SECOND: Duration = Duration::from_secs(1);

/// A directory with a program that is this script.
fn with_script(script: &str) -> (TempDir, Keyring) {
    let directory = tempfile::tempdir().unwrap();
    let program = directory.path().join("keyring");
    install(&program, script);
    let home = directory.path().to_str().unwrap().to_owned();
    let environment = Environment::of([("PATH", format!("relative::{home}")), ("HOME", home)]);
    let keyring = Keyring { time_limit: 10 * SECOND, ..Keyring::of(&environment) };
    (directory, keyring)
}

fn get(keyring: &Keyring, time_limit: Duration) -> Answer {
    keyring.get(&TestHost::default(), "https://a.test/", "me", time_limit)
}

#[test]
fn takes_one_line_and_never_tells_what_else_was_printed() {
    let failed = |reason: &str| Answer::Failed(reason.into());
    let traceback =
        "echo 'Traceback: canary' >&2; echo 'keyring.errors.NoKeyringError: canary' >&2; exit 1";
    for (script, expected) in [
        ("echo canary", Answer::Password(Secret::new("canary"))),
        ("printf 'can ary\\r\\n'; echo noise >&2", Answer::Password(Secret::new("can ary"))),
        (
            "[ \"$*\" = 'get https://a.test/ me' ] && echo right",
            Answer::Password(Secret::new("right")),
        ),
        ("exit 1", Answer::Nothing),
        ("true", Answer::Nothing),
        ("cat", Answer::Nothing),
        ("echo canary; echo canary", failed("its answer is not one line of text")),
        ("printf '\\377canary'", failed("its answer is not one line of text")),
        ("yes canary | head -c 300000", failed("its answer is not one line of text")),
        ("printf 'canary\\033[0m'", failed("its answer is not one line of text")),
        ("echo 'UserWarning: canary' >&2; exit 1", Answer::Nothing),
        ("printf 'a.py:1: UserWarning: canary\\n  import x\\n' >&2; exit 1", Answer::Nothing),
        (
            "echo 'cannot open: canary' >&2; exit 1",
            failed("ended with code 1 and an error message"),
        ),
        ("echo canary >&2; exit 2", failed("ended with code 2 and an error message")),
        ("echo canary; exit 3", failed("ended with code 3")),
        (traceback, failed("ended with code 1 (keyring.errors.NoKeyringError)")),
        ("echo 'RuntimeError: canary' >&2; exit 1", failed("ended with code 1 (RuntimeError)")),
        ("kill -9 $$", failed("was killed")),
    ] {
        let (_directory, keyring) = with_script(script);
        let answer = get(&keyring, 10 * SECOND);
        assert_eq!(answer, expected, "{script}");
        assert!(!format!("{answer:?}").contains("canary"), "{script}");
    }
}

#[test]
fn one_that_hangs_is_killed_with_all_it_started() {
    let (directory, keyring) = with_script("echo $$ > pid; sleep 600 & sleep 600");
    let started = Instant::now();
    let answer = get(&keyring, SECOND / 2);
    assert_eq!(answer, Answer::Failed("no answer within 10 s, is it locked?".into()));
    assert!(started.elapsed() < 5 * SECOND);
    let group = fs_err::read_to_string(directory.path().join("pid")).unwrap();
    let is_alive = |group: &str| {
        let group = rustix::process::Pid::from_raw(group.trim().parse().unwrap()).unwrap();
        rustix::process::test_kill_process_group(group).is_ok()
    };
    // The kernel takes a moment to bury them.
    while is_alive(&group) {
        assert!(started.elapsed() < 10 * SECOND, "something is left of the keyring");
    }
}

#[test]
fn one_that_leaves_something_running_has_answered() {
    let (_directory, keyring) = with_script("sleep 5 & echo canary");
    let started = Instant::now();
    assert_eq!(get(&keyring, 4 * SECOND), Answer::Password(Secret::new("canary")));
    assert!(started.elapsed() < 4 * SECOND);
}

#[test]
fn a_user_who_wants_to_stop_is_not_kept_waiting() {
    let (_directory, keyring) = with_script("sleep 600");
    let host = TestHost::default();
    host.cancel();
    assert_eq!(keyring.get(&host, "https://a.test/", "me", 10 * SECOND), Answer::Cancelled);
}

#[test]
fn nothing_is_started_from_a_relative_directory_or_with_an_option() {
    let (directory, keyring) = with_script("echo canary");
    assert_eq!(keyring.program.as_deref(), Some(directory.path().join("keyring").as_path()));
    let host = TestHost::default();
    assert_eq!(keyring.get(&host, "https://a.test/", "--x", SECOND), Answer::Nothing);
    assert_eq!(
        keyring.set(&host, "https://a.test/", "-x", &Secret::new("canary")),
        Err("it would take the user name `-x` for an option".into())
    );
    let environment = Environment::of([("PATH", "relative::.")]);
    assert_eq!(Keyring::of(&environment).program, None);
}

#[test]
fn what_cannot_be_started_or_kept_is_said() {
    let (directory, keyring) = with_script("exit 2");
    let set = |keyring: &Keyring| {
        keyring.set(&TestHost::default(), "https://a.test/", "me", &Secret::new("canary"))
    };
    assert_eq!(set(&keyring), Err("ended with code 2".into()));
    let program = directory.path().join("keyring");
    fs_err::set_permissions(&program, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(
        get(&keyring, SECOND),
        Answer::Failed("cannot be started: permission denied".into())
    );
    assert_eq!(set(&keyring), Err("cannot be started: permission denied".into()));
    let gone = Keyring { program: Some(Path::new("/nowhere/keyring").into()), ..keyring };
    assert_eq!(get(&gone, SECOND), Answer::Failed("cannot be started: entity not found".into()));
}
