//! Connections that cannot be had, break, or fall silent.

use std::io::{Seek as _, SeekFrom, Write as _};
use std::time::{Duration, Instant};

use super::super::files::Wheel;
use super::super::scene::{SDIST, Scene, WHEEL, project, publisher, steady};
use super::super::scripted::{Gate, Step};
use super::super::servers::free_port;
use crate::support::Program;

#[test]
fn a_server_that_does_not_listen_is_tried_again() {
    let sandbox = publisher(project(Program::Linked));
    let address = format!("127.0.0.1:{}", free_port());
    let url = format!("http://{address}/legacy/");
    let shown = sandbox.run(&["publish", "--repository", &url, "--verify", "none"]).shown();
    insta::assert_snapshot!(steady(&shown.replace(&address, "[SERVER]")), @"
    exit code: 1
    ----- stderr
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    warning: cannot publish foobar-0.1-py3-none-any.whl: cannot connect to `[SERVER]`: Connection refused (os error 111); attempt 2 of 4 in [TIME]
    warning: cannot publish foobar-0.1-py3-none-any.whl: cannot connect to `[SERVER]`: Connection refused (os error 111); attempt 3 of 4 in [TIME]
    warning: cannot publish foobar-0.1-py3-none-any.whl: cannot connect to `[SERVER]`: Connection refused (os error 111); attempt 4 of 4 in [TIME]
    info: held back foobar-0.1.tar.gz
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: 2 files of 2 not published
      cause: foobar-0.1-py3-none-any.whl: cannot connect to `[SERVER]`: Connection refused (os error 111): gave up after 4 attempts
      hint: `flit publish` with the same options goes on where this run stopped
    ");
}

#[test]
fn a_host_that_does_not_exist_is_named() {
    let sandbox = publisher(project(Program::Linked)).variable("FLIT_RETRIES", "0");
    let url = "https://no-such-host.invalid/legacy/";
    insta::assert_snapshot!(sandbox.run(&["publish", "--repository", url]).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot publish `foobar` 0.1 to https://no-such-host.invalid/legacy/
      cause: cannot tell what the repository has already
      cause: cannot connect to `no-such-host.invalid`
      cause: failed to lookup address information: Name or service not known
    ");
}

#[test]
fn a_server_without_tls_is_told() {
    let scene = Scene::new().variable("FLIT_RETRIES", "0");
    let url = scene.server.url().replace("http:", "https:");
    insta::assert_snapshot!(scene.run(&["publish", "--repository", &url, "--verify", "none"]).shown(), @"
    exit code: 1
    ----- stderr
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    info: held back foobar-0.1.tar.gz
    error: cannot publish `foobar` 0.1 to https://[SERVER]/legacy/
      cause: 2 files of 2 not published
      cause: foobar-0.1-py3-none-any.whl: cannot connect to `[SERVER]`: tls handshake eof
      hint: `flit publish` with the same options goes on where this run stopped
    ");
}

#[test]
fn a_line_that_breaks_in_the_middle_is_tried_again_from_the_beginning() {
    let scene = Scene::with_wheels(&[Wheel::new("large").member("large.bin", vec![7; 8 << 20])]);
    scene.server.uploads_meet([
        Step::reset_after(0),
        Step::reset_after(100_000),
        Step::reset_after(4 << 20),
    ]);
    let outcome = scene.publish(&["dist/*"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    assert_eq!(scene.server.uploads().len(), 4);
    let file_name = "large-1.0-py3-none-any.whl";
    assert_eq!(
        scene.server.content(file_name),
        fs_err::read(scene.dist().join(file_name)).unwrap()
    );
}

#[test]
fn what_is_said_when_a_line_breaks() {
    let scene = Scene::new();
    scene.server.uploads_meet([Step::reset_after(100)]);
    insta::assert_snapshot!(scene.publish(&[]).shown(), @"
    exit code: 0
    ----- stdout
    http://[SERVER]/simple/foobar/
    ----- stderr
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    warning: cannot publish foobar-0.1-py3-none-any.whl: `[SERVER]` closed the connection without an answer: Connection reset by peer (os error 104); attempt 2 of 4 in [TIME]
    info: sending foobar-0.1.tar.gz ([SIZE])
    info: published foobar-0.1-py3-none-any.whl, confirmed by its index
    info: published foobar-0.1.tar.gz, confirmed by its index
    ");
}

#[test]
fn a_lost_answer_is_settled_by_asking_the_index() {
    let scene = Scene::new();
    scene.server.uploads_meet([Step::store_and_reset()]);
    insta::assert_snapshot!(scene.publish(&[]).shown(), @"
    exit code: 0
    ----- stdout
    http://[SERVER]/simple/foobar/
    ----- stderr
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    info: sending foobar-0.1.tar.gz ([SIZE])
    info: published foobar-0.1-py3-none-any.whl, confirmed by its index
    info: published foobar-0.1.tar.gz, confirmed by its index
    ");
    assert_eq!(scene.server.uploaded(), [WHEEL, SDIST], "nothing is sent twice");
}

#[test]
fn a_lost_answer_about_a_file_that_did_not_arrive_is_no_success() {
    let scene = Scene::new();
    scene.server.uploads_meet([Step::read_and_reset()]);
    assert_eq!(scene.publish(&[]).code, Some(0));
    assert_eq!(scene.server.uploaded(), [WHEEL, WHEEL, SDIST]);
    assert_eq!(scene.server.stored(), [WHEEL, SDIST]);
}

#[test]
fn a_lost_answer_about_a_file_that_arrived_otherwise_is_an_error() {
    let scene = Scene::new();
    scene.server.lie_about(WHEEL, &"0".repeat(64)).uploads_meet([Step::store_and_reset()]);
    insta::assert_snapshot!(without_hash(&scene.publish(&[]).shown()), @"
    exit code: 1
    ----- stderr
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    info: held back foobar-0.1.tar.gz
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: 2 files of 2 not published
      cause: foobar-0.1-py3-none-any.whl: the repository has another foobar-0.1-py3-none-any.whl: its SHA-256 is 0000000000000000000000000000000000000000000000000000000000000000, yours is [HASH]
      hint: a published file never changes: raise the version, or go back to the sources that were published
    ");
    assert_eq!(scene.server.uploaded(), [WHEEL]);
}

/// The text without the hash of our own file.
fn without_hash(text: &str) -> String {
    let Some((before, after)) = text.split_once("yours is ") else { return text.to_owned() };
    format!("{before}yours is [HASH]{}", &after[64..])
}

#[test]
fn a_server_that_stops_reading_is_given_up_after_a_while() {
    let scene = Scene::with_wheels(&[Wheel::new("large").member("large.bin", vec![7; 16 << 20])])
        .variable("FLIT_TIMEOUT", "1");
    scene.server.uploads_meet([Step::stall_after(1000)]);
    insta::assert_snapshot!(scene.publish(&["dist/*"]).shown(), @"
    exit code: 0
    ----- stdout
    http://[SERVER]/simple/large/
    ----- stderr
    info: sending large-1.0-py3-none-any.whl ([SIZE])
    warning: cannot publish large-1.0-py3-none-any.whl: `[SERVER]` took nothing of the file for 1 s; attempt 2 of 4 in [TIME]
    info: published large-1.0-py3-none-any.whl, confirmed by its index
    ");
    assert_eq!(scene.server.uploads().len(), 2);
}

#[test]
fn a_server_that_never_answers_is_given_up_after_a_while() {
    let scene = Scene::new().variable("FLIT_TIMEOUT", "1");
    scene.server.uploads_meet([Step::never_answer()]);
    insta::assert_snapshot!(scene.publish(&[]).shown(), @"
    exit code: 0
    ----- stdout
    http://[SERVER]/simple/foobar/
    ----- stderr
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    warning: cannot publish foobar-0.1-py3-none-any.whl: `[SERVER]` has the whole file, but did not answer for 1 s; attempt 2 of 4 in [TIME]
    info: sending foobar-0.1.tar.gz ([SIZE])
    info: published foobar-0.1-py3-none-any.whl, confirmed by its index
    info: published foobar-0.1.tar.gz, confirmed by its index
    ");
    assert_eq!(scene.server.uploaded(), [WHEEL, WHEEL, SDIST]);
}

#[test]
fn a_server_that_takes_its_time_is_not_given_up() {
    let scene = Scene::with_wheels(&[Wheel::new("large").member("large.bin", vec![7; 64 << 20])])
        .variable("FLIT_TIMEOUT", "1");
    scene.server.uploads_meet([Step::read_slowly(Duration::from_millis(20))]);
    let started = Instant::now();
    let outcome = scene.publish(&["dist/*"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    assert!(started.elapsed() > Duration::from_secs(1), "the test is for nothing");
    assert_eq!(scene.server.uploads().len(), 1);
}

#[test]
fn a_file_that_changes_while_it_is_sent_does_not_arrive() {
    let wheel = Wheel::new("large").member("large.bin", vec![7; 32 << 20]);
    let scene = Scene::with_wheels(std::slice::from_ref(&wheel));
    let gate = Gate::default();
    scene.server.uploads_meet([Step::pause_after(1000, &gate)]);
    let child = scene.command(&["dist/*"]).stderr(std::process::Stdio::piped()).spawn().unwrap();
    gate.wait_until_reached();
    // Near the end, which is not yet read: there is not that much room between the two.
    let path = scene.dist().join(wheel.file_name());
    let mut file = fs_err::OpenOptions::new().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(30 << 20)).unwrap();
    file.write_all(b"8").unwrap();
    gate.open();
    let outcome = scene.hide(scene.sandbox.outcome(child.wait_with_output().unwrap()));
    insta::assert_snapshot!(outcome.shown(), @"
    exit code: 1
    ----- stderr
    info: sending large-1.0-py3-none-any.whl ([SIZE])
    error: cannot publish dist/large-1.0-py3-none-any.whl to http://[SERVER]/legacy/
      cause: large-1.0-py3-none-any.whl: `[DIR]/project/dist/large-1.0-py3-none-any.whl` changed while it was uploaded: its SHA-256 is another
      hint: nothing of it was stored; make sure that nobody else writes it, and publish again
    ");
    assert_eq!(scene.server.uploaded(), Vec::<String>::new());
}

#[test]
fn a_name_with_an_address_that_nobody_listens_on_is_reached_by_the_other() {
    // `localhost` is also ::1, where there is no such server.
    let scene = Scene::new();
    let url = |path: &str| format!("http://localhost:{}{path}", scene.server.address().port());
    let args = ["publish", "--repository", &url("/legacy/"), "--index-url", &url("/simple/")];
    let outcome = scene.run(&args);
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    assert_eq!(scene.server.uploaded(), [WHEEL, SDIST]);
}
