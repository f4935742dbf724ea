//! Answers that are cut short, garbled, or someone else's: none of them is taken for a success.

use super::super::scene::{SDIST, Scene, WHEEL};
use super::super::scripted::{Answer, Step};

/// Beginnings of an answer that say nothing of what became of the file.
const CUT_SHORT: [&str; 4] =
    ["", "HTTP/1.1 200 O", "HTTP/1.1 200 OK\r\nContent-Le", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"];

#[test]
fn an_answer_that_is_cut_short_is_no_success() {
    for bytes in CUT_SHORT {
        let scene = Scene::new();
        scene.server.uploads_meet([Step::raw(bytes)]);
        let outcome = scene.publish(&[]);
        assert_eq!(outcome.code, Some(0), "{bytes}: {}", outcome.shown());
        assert_eq!(scene.server.uploaded(), [WHEEL, WHEEL, SDIST], "{bytes}");
        assert_eq!(scene.server.stored(), [WHEEL, SDIST], "{bytes}");
    }
}

#[test]
fn an_answer_that_is_cut_short_is_an_error_where_nobody_can_be_asked() {
    let mut told = String::new();
    for bytes in CUT_SHORT {
        let scene = Scene::new().variable("FLIT_RETRIES", "0");
        scene.server.always("/legacy/", Step::raw(bytes)).always("/simple/", Step::raw(""));
        let outcome = scene.publish(&["--format", "wheel", "--verify", "none"]);
        assert_eq!(outcome.code, Some(1), "{}", outcome.shown());
        told += &outcome.stderr;
    }
    insta::assert_snapshot!(told, @"
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: foobar-0.1-py3-none-any.whl: `[SERVER]` closed the connection without an answer
      hint: `flit publish` with the same options goes on where this run stopped
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: foobar-0.1-py3-none-any.whl: `[SERVER]` closed the connection without an answer
      hint: `flit publish` with the same options goes on where this run stopped
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: foobar-0.1-py3-none-any.whl: `[SERVER]` closed the connection without an answer
      hint: `flit publish` with the same options goes on where this run stopped
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: foobar-0.1-py3-none-any.whl: what `[SERVER]` answers is not HTTP
      hint: `flit publish` with the same options goes on where this run stopped
    ");
}

#[test]
fn a_success_whose_text_is_cut_short_is_confirmed_by_the_index() {
    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nOK";
    let scene = Scene::new();
    scene.server.uploads_meet([Step::store_and_raw(cut)]);
    insta::assert_snapshot!(scene.publish(&["--format", "wheel"]).shown(), @"
    exit code: 0
    ----- stdout
    http://[SERVER]/simple/foobar/
    ----- stderr
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    info: published foobar-0.1-py3-none-any.whl, confirmed by its index
    ");
    assert_eq!(scene.server.uploaded(), [WHEEL], "nothing is sent twice");
}

#[test]
fn a_success_whose_text_is_cut_short_is_tried_again_if_the_index_knows_of_nothing() {
    let scene = Scene::new();
    scene.server.uploads_meet([Step::raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nOK")]);
    assert_eq!(scene.publish(&["--format", "wheel"]).code, Some(0));
    assert_eq!(scene.server.uploaded(), [WHEEL, WHEEL]);
}

#[test]
fn a_success_whose_text_is_cut_short_is_unconfirmed_without_an_index() {
    let scene = Scene::new();
    let cut = Step::store_and_raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nOK");
    scene.server.uploads_meet([cut]).always("/simple/", Step::answer(Answer::new("403 Forbidden")));
    insta::assert_snapshot!(scene.publish(&["--format", "wheel", "--verify", "none"]).shown(), @"
    exit code: 1
    ----- stderr
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: foobar-0.1-py3-none-any.whl: cannot tell whether foobar-0.1-py3-none-any.whl arrived: the answer ends in the middle: 200 OK
      hint: `flit publish` with the same options goes on where this run stopped
    ");
}

#[test]
fn the_page_of_a_captive_portal_is_no_success() {
    let scene = Scene::new();
    let page = "<!doctype html><html><head><title>Welcome to Camelot &amp; Sons Wi-Fi</title></head><body><form></form></body></html>";
    scene.server.always("/legacy/", Step::answer(Answer::ok().html(page)));
    insta::assert_snapshot!(scene.publish(&["--format", "wheel"]).shown(), @"
    exit code: 1
    ----- stderr
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: foobar-0.1-py3-none-any.whl: what `[SERVER]` says does not look like the answer of an index: it is a page with the title `Welcome to Camelot & Sons Wi-Fi`
      hint: is that the URL for uploads, and does this network ask you to log in first?
    ");
    assert_eq!(scene.server.stored(), Vec::<String>::new());
}

#[test]
fn other_words_for_success_are_taken() {
    for status in ["201 Created", "204 No Content", "202 Accepted"] {
        let scene = Scene::new();
        scene.server.uploads_meet([Step::store(Answer::new(status))]);
        let outcome = scene.publish(&["--format", "wheel"]);
        assert_eq!(outcome.code, Some(0), "{status}: {}", outcome.shown());
        assert_eq!(scene.server.uploaded(), [WHEEL], "{status}");
    }
}

#[test]
fn an_index_that_lists_another_hash_after_a_success_is_an_alarm() {
    let scene = Scene::new();
    scene.server.lie_about(WHEEL, &"0".repeat(64));
    let outcome = scene.publish(&["--format", "wheel"]);
    let ours = super::super::scripted::sha256(&scene.server.content(WHEEL));
    insta::assert_snapshot!(outcome.shown().replace(&ours, "[HASH]"), @"
    exit code: 1
    ----- stderr
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    info: published foobar-0.1-py3-none-any.whl
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: the repository gives out another foobar-0.1-py3-none-any.whl: its SHA-256 is 0000000000000000000000000000000000000000000000000000000000000000, yours is [HASH]
    ");
}

#[test]
fn what_can_be_downloaded_is_compared_where_that_is_asked_for() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.publish(&["--verify", "download"]).shown(), @"
    exit code: 0
    ----- stdout
    http://[SERVER]/simple/foobar/
    ----- stderr
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    info: sending foobar-0.1.tar.gz ([SIZE])
    info: published foobar-0.1-py3-none-any.whl, confirmed by downloading it
    info: published foobar-0.1.tar.gz, confirmed by downloading it
    ");
    assert_eq!(scene.server.requests_to("/files/").len(), 2);
    let corrupt = Scene::new();
    corrupt
        .server
        .always("/files/", Step::answer(Answer::ok().body("application/octet-stream", "corrupt")));
    let outcome = corrupt.publish(&["--format", "wheel", "--verify", "download"]);
    let ours = super::super::scripted::sha256(&corrupt.server.content(WHEEL));
    insta::assert_snapshot!(outcome.shown().replace(&ours, "[HASH]"), @"
    exit code: 1
    ----- stderr
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    info: published foobar-0.1-py3-none-any.whl, confirmed by its index
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: the repository gives out another foobar-0.1-py3-none-any.whl: its SHA-256 is 11d510e067d2cdcd7559bd86d27a2f4c20babd43670346b97af99b522c1f0075, yours is [HASH]
    ");
}

#[test]
fn an_index_that_is_behind_is_waited_for_a_while() {
    let scene = Scene::new();
    let nothing = || Step::answer(Answer::new("404 Not Found"));
    scene.server.then("/simple/foobar", [nothing(), nothing(), nothing()]);
    let outcome = scene.publish(&["--format", "wheel"]);
    assert!(outcome.stderr.contains("confirmed by its index"), "{}", outcome.shown());
    let behind = Scene::new();
    behind.server.always("/simple/foobar", nothing());
    insta::assert_snapshot!(behind.publish(&["--format", "wheel"]).shown(), @"
    exit code: 0
    ----- stdout
    http://[SERVER]/simple/foobar/
    ----- stderr
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    warning: foobar-0.1-py3-none-any.whl was taken, but is not confirmed: the index does not list it yet
    info: sent foobar-0.1-py3-none-any.whl, not confirmed
    ");
}
