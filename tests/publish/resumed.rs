//! Runs that do not come to their end: killed or asked to stop. The next one publishes the same bytes.

use std::process::{Child, Command, Stdio};

use super::files::Wheel;
use super::scene::{SDIST, Scene, WHEEL};
use super::scripted::{Answer, Gate, Step};
use crate::support::Outcome;

/// Starts to publish and waits until the server is at the gate.
fn started(scene: &Scene, args: &[&str], gate: &Gate) -> Child {
    let mut command = scene.command(args);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    gate.wait_until_reached();
    child
}

/// Publishes, and kills the run when the server is at the gate.
fn killed_at(scene: &Scene, gate: &Gate) {
    let mut child = started(scene, &[], gate);
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    gate.open();
}

/// Publishes, and presses Ctrl-C when the server is at the gate.
fn interrupted_at(scene: &Scene, args: &[&str], gate: &Gate) -> Outcome {
    let child = started(scene, args, gate);
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    gate.open();
    scene.hide(scene.sandbox.outcome(output))
}

/// The project's code after somebody has worked on it; the version is the same.
fn work_on(scene: &Scene) {
    let path = scene.sandbox.project().join("foobar.py");
    let more = fs_err::read_to_string(&path).unwrap() + "\nMORE = 1\n";
    fs_err::write(path, more).unwrap();
}

/// Asserts that a second run completes what the first began: each file has the same bytes in every upload.
fn completes(scene: &Scene) {
    completes_with(scene, &[]);
}

fn completes_with(scene: &Scene, args: &[&str]) {
    let outcome = scene.publish(args);
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    assert_eq!(scene.server.stored(), [WHEEL, SDIST]);
    for form in scene.server.uploads().into_iter().filter_map(|upload| upload.form) {
        let file = form.content();
        assert!(file.content == scene.server.content(&file.file_name), "{}", file.file_name);
    }
    assert_eq!(scene.sandbox.listing("dist"), [WHEEL, SDIST], "the journal is gone");
}

#[test]
fn a_run_that_is_killed_in_the_middle_of_a_file_is_gone_on_with() {
    let in_the_head = Step::reset_after(0);
    let in_the_body = Step::reset_after(700);
    let before_it_is_kept = Step::read_and_reset();
    let after_it_is_kept = Step::store_and_reset();
    for (point, step) in
        [in_the_head, in_the_body, before_it_is_kept, after_it_is_kept].into_iter().enumerate()
    {
        let scene = Scene::new();
        let gate = Gate::default();
        scene.server.uploads_meet([step.at(&gate)]);
        killed_at(&scene, &gate);
        assert!(
            scene.sandbox.listing("dist").contains(&".flit-publish.json".to_owned()),
            "{point}"
        );
        completes(&scene);
        let sent_twice = usize::from(point != 3);
        let attempts = scene.server.uploads().len();
        assert_eq!(attempts, 2 + sent_twice, "{point}");
    }
}

#[test]
fn a_run_that_is_killed_between_files_is_gone_on_with() {
    let scene = Scene::new();
    let gate = Gate::default();
    scene.server.uploads_meet([Step::store(Answer::ok()), Step::reset_after(0).at(&gate)]);
    killed_at(&scene, &gate);
    assert_eq!(scene.server.stored(), [WHEEL]);
    completes(&scene);
    assert_eq!(scene.server.uploaded(), [WHEEL, SDIST]);
}

#[test]
fn a_run_that_is_killed_is_gone_on_with_even_where_nobody_can_be_asked() {
    let scene = Scene::new();
    scene.server.always("/simple/foobar", Step::answer(Answer::new("404 Not Found")));
    let gate = Gate::default();
    scene.server.uploads_meet([Step::store(Answer::ok()), Step::reset_after(0).at(&gate)]);
    let mut child = started(&scene, &["--verify", "none"], &gate);
    child.kill().unwrap();
    child.wait().unwrap();
    gate.open();
    let outcome = scene.publish(&["--verify", "none"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    assert_eq!(scene.server.uploaded(), [WHEEL, SDIST]);
}

#[test]
fn a_run_that_is_killed_before_it_sends_anything_leaves_nothing_to_go_on_with() {
    let scene = Scene::new();
    let gate = Gate::default();
    scene.server.then("/simple/foobar", [Step::answer(Answer::new("404 Not Found")).at(&gate)]);
    killed_at(&scene, &gate);
    work_on(&scene);
    assert_eq!(scene.publish(&[]).code, Some(0));
    assert_eq!(scene.server.uploaded(), [WHEEL, SDIST]);
    let wheel = String::from_utf8_lossy(&scene.server.content(SDIST)).into_owned();
    assert!(!wheel.is_empty());
}

#[test]
fn sources_that_changed_after_a_part_was_published_are_a_stop() {
    for args in [&[][..], &["--verify", "none"]] {
        let scene = Scene::new();
        let gate = Gate::default();
        scene.server.uploads_meet([Step::store(Answer::ok()), Step::reset_after(0).at(&gate)]);
        killed_at(&scene, &gate);
        work_on(&scene);
        let stopped = scene.publish(args);
        insta::allow_duplicates! {
            insta::assert_snapshot!(stopped.shown(), @"
            exit code: 1
            ----- stderr
            error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
              cause: the sources are not those that an earlier run began to publish
              hint: raise the version, or go back to those sources
              hint: `--no-build` finishes what was begun, with the files that were built then
            ");
        }
        assert_eq!(scene.server.uploaded(), [WHEEL]);
        completes_with(&scene, &["--no-build"]);
    }
}

#[test]
fn sources_may_change_as_long_as_nothing_arrived() {
    let scene = Scene::new();
    let gate = Gate::default();
    scene.server.uploads_meet([Step::reset_after(700).at(&gate)]);
    killed_at(&scene, &gate);
    work_on(&scene);
    let before = scene.sandbox.read(format!("dist/{WHEEL}"));
    completes(&scene);
    assert!(scene.server.content(WHEEL) != before, "the new sources are published");
}

#[test]
fn the_journal_says_what_is_done_and_holds_no_secret() {
    let scene = Scene::new();
    let gate = Gate::default();
    scene.server.uploads_meet([Step::store(Answer::ok()), Step::reset_after(0).at(&gate)]);
    killed_at(&scene, &gate);
    let journal = String::from_utf8(scene.sandbox.read("dist/.flit-publish.json")).unwrap();
    let hash = |name: &str| super::scripted::sha256(&scene.sandbox.read(format!("dist/{name}")));
    let shown = scene
        .server
        .hide(&journal)
        .replace(&hash(WHEEL), "[WHEEL]")
        .replace(&hash(SDIST), "[SDIST]");
    insta::assert_snapshot!(shown, @r#"
    {
      "format": 1,
      "releases": [
        {
          "repository": "http://[SERVER]/legacy/",
          "name": "foobar",
          "version": "0.1",
          "session": "",
          "files": [
            {
              "file_name": "foobar-0.1-py3-none-any.whl",
              "sha256": "[WHEEL]",
              "state": "put"
            },
            {
              "file_name": "foobar-0.1.tar.gz",
              "sha256": "[SDIST]",
              "state": "sending"
            }
          ]
        }
      ]
    }
    "#);
}

#[test]
fn a_second_run_says_that_it_goes_on() {
    let scene = Scene::new();
    let gate = Gate::default();
    scene.server.uploads_meet([Step::store(Answer::ok()), Step::reset_after(0).at(&gate)]);
    killed_at(&scene, &gate);
    insta::assert_snapshot!(scene.publish(&[]).shown(), @"
    exit code: 0
    ----- stdout
    http://[SERVER]/simple/foobar/
    ----- stderr
    info: going on with `foobar` 0.1, which an earlier run began to publish
    info: sending foobar-0.1.tar.gz ([SIZE])
    info: foobar-0.1-py3-none-any.whl is published already, with the same bytes
    info: published foobar-0.1.tar.gz, confirmed by its index
    ");
}

#[test]
fn a_published_file_that_has_changed_meanwhile_is_a_stop() {
    let scene = Scene::with_wheels(&[
        Wheel::new("foobar").tag("cp311-cp311-win_amd64"),
        Wheel::new("foobar").tag("cp312-cp312-win_amd64"),
    ]);
    let refused = Step::answer(Answer::refusal(400, "No"));
    scene.server.uploads_meet([Step::store(Answer::ok()), refused]);
    assert_eq!(scene.publish(&["dist/*"]).code, Some(1));
    Wheel::new("foobar")
        .tag("cp311-cp311-win_amd64")
        .member("more.py", b"".to_vec())
        .write(&scene.dist());
    insta::assert_snapshot!(scene.publish(&["dist/*", "--verify", "none"]).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot publish 2 files to http://[SERVER]/legacy/
      cause: foobar-1.0-cp311-cp311-win_amd64.whl is not the file that an earlier run began to publish
      hint: `.flit-publish.json` beside the files remembers it: remove it if the repository has nothing
      hint: a part of this version may be published: raise the version, or go back to the sources that were published
    ");
    assert_eq!(scene.server.uploads().len(), 2);
}

#[test]
fn a_journal_that_makes_no_sense_is_a_stop() {
    let scene = Scene::new();
    fs_err::create_dir(scene.dist()).unwrap();
    fs_err::write(scene.dist().join(".flit-publish.json"), "{").unwrap();
    insta::assert_snapshot!(scene.publish(&[]).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: cannot read the journal [DIR]/project/dist/.flit-publish.json: EOF while parsing an object at line 1 column 1
      hint: it says what an earlier run published: remove it if you know that to be complete, or nothing
    ");
    assert_eq!(scene.server.uploads().len(), 0);
}

#[test]
fn ctrl_c_says_how_to_go_on_and_a_second_run_does() {
    let scene = Scene::new();
    let gate = Gate::default();
    scene.server.uploads_meet([Step::store(Answer::ok()), Step::never_answer().at(&gate)]);
    insta::assert_snapshot!(interrupted_at(&scene, &[], &gate).shown(), @"
    exit code: 130
    ----- stderr
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    info: sending foobar-0.1.tar.gz ([SIZE])
    info: published foobar-0.1-py3-none-any.whl
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: stopped
      hint: `flit publish` with the same options goes on where this run stopped
    ");
    completes(&scene);
}

#[test]
fn ctrl_c_in_the_middle_of_a_large_file_stops_at_once() {
    let scene = Scene::with_wheels(&[Wheel::new("large").member("large.bin", vec![7; 32 << 20])]);
    let gate = Gate::default();
    scene.server.uploads_meet([Step::stall_after(1000).at(&gate)]);
    let started = std::time::Instant::now();
    let outcome = interrupted_at(&scene, &["dist/*"], &gate);
    assert_eq!(outcome.code, Some(130), "{}", outcome.shown());
    assert!(started.elapsed().as_secs() < 20);
}

#[test]
fn ctrl_c_ends_a_wait() {
    let scene = Scene::new();
    let gate = Gate::default();
    let later = Answer::refusal(503, "Later").header("Retry-After", "250");
    scene.server.uploads_meet([Step::answer(later)]);
    // The wait begins after the index was asked what became of the file.
    let nothing = || Step::answer(Answer::new("404 Not Found"));
    scene.server.then("/simple/foobar", [nothing(), nothing().at(&gate)]);
    gate.open();
    let outcome = interrupted_at(&scene, &[], &gate);
    assert_eq!(outcome.code, Some(130), "{}", outcome.shown());
}

#[test]
fn ctrl_c_before_anything_is_sent_leaves_nothing() {
    let scene = Scene::new();
    let gate = Gate::default();
    scene.server.then("/simple/foobar", [Step::never_answer().at(&gate)]);
    let outcome = interrupted_at(&scene, &[], &gate);
    insta::assert_snapshot!(outcome.shown(), @"
    exit code: 130
    ----- stderr
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: stopped
    ");
    assert_eq!(scene.server.uploads().len(), 0);
}
