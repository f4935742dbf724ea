//! Files that are there already: the same are fine, others are a stop, and a question that fails is no answer.

use super::super::scene::{SDIST, Scene, WHEEL};
use super::super::scripted::{Answer, Step};

/// Builds the demo project and returns the bytes of its wheel and sdist.
fn built(scene: &Scene) -> [Vec<u8>; 2] {
    scene.sandbox.succeeds(&["build"]);
    [WHEEL, SDIST].map(|name| scene.sandbox.read(format!("dist/{name}")))
}

#[test]
fn the_same_files_are_not_sent_again() {
    let scene = Scene::new();
    let [wheel, sdist] = built(&scene);
    scene.server.store(WHEEL, &wheel).store(SDIST, &sdist);
    insta::assert_snapshot!(scene.publish(&[]).shown(), @"
    exit code: 0
    ----- stdout
    http://[SERVER]/simple/foobar/
    ----- stderr
    info: foobar-0.1-py3-none-any.whl is published already, with the same bytes
    info: foobar-0.1.tar.gz is published already, with the same bytes
    ");
    assert_eq!(scene.server.uploads().len(), 0);
}

#[test]
fn a_release_of_which_a_part_is_there_is_completed() {
    let scene = Scene::new();
    let [wheel, _] = built(&scene);
    scene.server.store(WHEEL, &wheel);
    assert_eq!(scene.publish(&[]).code, Some(0));
    assert_eq!(scene.server.uploaded(), [SDIST]);
}

#[test]
fn other_bytes_under_the_name_stop_everything_with_skip_existing_or_without() {
    for args in [&[][..], &["--skip-existing"]] {
        let scene = Scene::new();
        let [_, sdist] = built(&scene);
        scene.server.store(SDIST, b"other bytes");
        let outcome = scene.publish(args);
        let (theirs, ours) = (
            super::super::scripted::sha256(b"other bytes"),
            super::super::scripted::sha256(&sdist),
        );
        let shown = outcome.shown().replace(&theirs, "[THEIRS]").replace(&ours, "[OURS]");
        insta::allow_duplicates! {
            insta::assert_snapshot!(shown, @"
            exit code: 1
            ----- stderr
            error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
              cause: the repository has another foobar-0.1.tar.gz: its SHA-256 is [THEIRS], yours is [OURS]
              hint: a published file never changes: raise the version, or go back to the sources that were published
            ");
        }
        assert_eq!(scene.server.uploads().len(), 0);
    }
}

#[test]
fn a_conflict_over_the_same_bytes_is_success() {
    // Two jobs publish at once: the other one is faster between our question and our upload.
    for conflict in [
        Answer::refusal(409, "Conflict"),
        Answer::refusal(
            400,
            "File already exists ('foobar-0.1-py3-none-any.whl', with blake2_256 hash 'x').",
        ),
        Answer::new("403 Forbidden").text("Not enough permissions to overwrite artifact"),
    ] {
        let scene = Scene::new();
        scene.server.uploads_meet([Step::store(conflict)]);
        let outcome = scene.publish(&[]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
        assert_eq!(scene.server.uploaded(), [WHEEL, SDIST]);
    }
}

#[test]
fn a_conflict_after_a_lost_answer_is_success() {
    let scene = Scene::new();
    // The index is behind, so that only the second answer tells.
    let nothing = || Step::answer(Answer::new("404 Not Found"));
    scene.server.then("/simple/foobar", [nothing(), nothing()]);
    scene
        .server
        .uploads_meet([Step::store_and_reset(), Step::answer(Answer::refusal(409, "Conflict"))]);
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
    assert_eq!(scene.server.uploaded(), [WHEEL, WHEEL, SDIST]);
}

#[test]
fn a_conflict_that_no_index_explains_is_an_error_unless_such_files_are_to_be_skipped() {
    let scene = || {
        let scene = Scene::new();
        scene.server.always("/simple/foobar", Step::answer(Answer::new("404 Not Found")));
        scene
            .server
            .uploads_meet([Step::answer(Answer::refusal(409, "Package 'foobar' already exists!"))]);
        scene
    };
    let stopped = scene();
    insta::assert_snapshot!(stopped.publish(&["--format", "wheel"]).shown(), @"
    exit code: 1
    ----- stderr
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: foobar-0.1-py3-none-any.whl: the repository says that it has foobar-0.1-py3-none-any.whl: 409 Package 'foobar' already exists!
      hint: whether it is the same file cannot be told: its index does not list it
      hint: `--skip-existing` leaves such files as they are
    ");
    assert_eq!(stopped.server.uploaded(), [WHEEL]);
    let skipped = scene();
    insta::assert_snapshot!(skipped.publish(&["--format", "wheel", "--skip-existing"]).shown(), @"
    exit code: 0
    ----- stdout
    http://[SERVER]/simple/foobar/
    ----- stderr
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    warning: skipped foobar-0.1-py3-none-any.whl, as asked: 409 Package 'foobar' already exists!
    info: left foobar-0.1-py3-none-any.whl as it is
    ");
    assert_eq!(skipped.server.uploaded(), [WHEEL]);
}

#[test]
fn an_index_that_cannot_be_asked_is_not_taken_for_empty() {
    let mut told = String::new();
    for answer in [
        Answer::new("401 Unauthorized"),
        Answer::new("403 Forbidden"),
        Answer::new("500 Internal Server Error"),
        Answer::ok().html("<!doctype html><title>Sign in to Camelot</title><form></form>"),
    ] {
        let scene = Scene::new().variable("FLIT_RETRIES", "0");
        scene.server.always("/simple/", Step::answer(answer));
        let outcome = scene.publish(&["--format", "wheel"]);
        assert_eq!(scene.server.uploads().len(), 0, "{}", outcome.shown());
        assert_eq!(outcome.code, Some(1), "{}", outcome.shown());
        told += &outcome.stderr;
    }
    insta::assert_snapshot!(told, @"
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: cannot tell what the repository has already
      cause: `[SERVER]` does not show `http://[SERVER]/simple/foobar/`: it answered 401
      hint: the index may want other credentials than uploads; they go only to the origin of the upload URL
      hint: `--index-url` says where its index is; `--verify none` publishes without asking
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: cannot tell what the repository has already
      cause: `[SERVER]` does not show `http://[SERVER]/simple/foobar/`: it answered 403
      hint: the index may want other credentials than uploads; they go only to the origin of the upload URL
      hint: `--index-url` says where its index is; `--verify none` publishes without asking
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: cannot tell what the repository has already
      cause: `[SERVER]` does not show `http://[SERVER]/simple/foobar/`: it answered 500
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: cannot tell what the repository has already
      cause: cannot read the index at `http://[SERVER]/simple/foobar/`
      cause: the answer is no page of an index, but one with the title `Sign in to Camelot`
      hint: `--index-url` says where the index is
    ");
}

#[test]
fn an_index_that_fails_for_a_while_is_asked_again() {
    let scene = Scene::new();
    let busy = || Step::answer(Answer::new("503 Service Unavailable"));
    scene.server.then("/simple/", [busy(), busy(), Step::raw("")]);
    let outcome = scene.publish(&[]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    assert_eq!(scene.server.uploaded(), [WHEEL, SDIST]);
}

#[test]
fn an_index_of_html_alone_settles_as_well() {
    let scene = Scene::new();
    scene.server.speak_html_only().uploads_meet([Step::store_and_reset()]);
    let outcome = scene.publish(&[]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    assert_eq!(scene.server.uploaded(), [WHEEL, SDIST]);
    assert_eq!(scene.publish(&[]).code, Some(0));
    assert_eq!(scene.server.uploads().len(), 2);
}
