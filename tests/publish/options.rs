//! The options of `flit publish`.

use super::files::Wheel;
use super::scene::{SDIST, Scene, WHEEL, project};
use super::scripted::{Answer, Gate, Step};

#[test]
fn a_release_is_built_checked_and_published_wheel_first() {
    let scene = Scene::new();
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
    assert_eq!(scene.server.uploaded(), [WHEEL, SDIST]);
    for name in [WHEEL, SDIST] {
        assert_eq!(
            scene.server.content(name),
            scene.sandbox.read(format!("dist/{name}")),
            "{name}"
        );
    }
    assert_eq!(scene.sandbox.listing("dist"), [WHEEL, SDIST]);
}

#[test]
fn a_dry_run_sends_nothing_and_tells_what_would_happen() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.publish(&["--dry-run"]).shown(), @"
    exit code: 0
    ----- stdout
    `foobar` 0.1 would go to http://[SERVER]/legacy/:
      publish foobar-0.1-py3-none-any.whl (1010 bytes, sha256 0bec55b1350298e2c7097d60f464af640375500e220f93de8a12b6616c4be7c9)
      publish foobar-0.1.tar.gz (679 bytes, sha256 89bbdb45963e0e69cd2933416201ce05bff9888ffe4a29819057959d71c7ab1d)
    ");
    assert_eq!(scene.server.uploads().len(), 0);
    scene.sandbox.succeeds(&["build"]);
    scene.server.store(WHEEL, &scene.sandbox.read(format!("dist/{WHEEL}")));
    insta::assert_snapshot!(scene.publish(&["--dry-run"]).shown(), @"
    exit code: 0
    ----- stdout
    `foobar` 0.1 would go to http://[SERVER]/legacy/:
      keep foobar-0.1-py3-none-any.whl, which is published already
      publish foobar-0.1.tar.gz (679 bytes, sha256 89bbdb45963e0e69cd2933416201ce05bff9888ffe4a29819057959d71c7ab1d)
    ");
    let requests = scene.server.requests();
    assert!(requests.iter().all(|request| request.method != "POST"));
}

#[test]
fn a_dry_run_needs_no_credentials() {
    let scene = Scene::without_credentials(project(crate::support::Program::Linked));
    assert_eq!(scene.publish(&["--dry-run"]).code, Some(0));
}

#[test]
fn one_format_is_published_where_one_is_asked_for() {
    for (format, file_name) in [("wheel", WHEEL), ("sdist", SDIST)] {
        let scene = Scene::new();
        assert_eq!(scene.publish(&["--format", format]).code, Some(0));
        assert_eq!(scene.server.uploaded(), [file_name]);
        assert_eq!(scene.sandbox.listing("dist"), [file_name]);
    }
}

#[test]
fn what_was_built_before_is_published_as_it_is() {
    let scene = Scene::new();
    scene.sandbox.succeeds(&["build"]);
    let wheel = scene.sandbox.read(format!("dist/{WHEEL}"));
    let scene = Scene {
        sandbox: scene.sandbox.file("foobar.py", "\"\"\"Other\"\"\"\n__version__ = '0.1'\n"),
        ..scene
    };
    assert_eq!(scene.publish(&["--no-build"]).code, Some(0));
    assert_eq!(scene.server.uploaded(), [WHEEL, SDIST]);
    assert_eq!(scene.server.content(WHEEL), wheel);
}

#[test]
fn nothing_that_was_built_before_is_an_error() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.publish(&["--no-build"]).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: no distribution of `foobar` 0.1 in [DIR]/project/dist
      hint: `flit publish` without `--no-build` builds them
    ");
}

#[test]
fn files_are_published_as_they_are_without_a_project() {
    let scene = Scene::with_wheels(&[Wheel::new("one"), Wheel::new("two")]);
    fs_err::write(scene.dist().join("notes.txt"), "not a distribution").unwrap();
    insta::assert_snapshot!(scene.publish(&["dist/*.whl"]).shown(), @"
    exit code: 0
    ----- stdout
    http://[SERVER]/simple/one/
    http://[SERVER]/simple/two/
    ----- stderr
    info: sending one-1.0-py3-none-any.whl ([SIZE])
    info: published one-1.0-py3-none-any.whl, confirmed by its index
    info: sending two-1.0-py3-none-any.whl ([SIZE])
    info: published two-1.0-py3-none-any.whl, confirmed by its index
    ");
    assert_eq!(scene.server.stored(), ["one-1.0-py3-none-any.whl", "two-1.0-py3-none-any.whl"]);
}

#[test]
fn several_wheels_are_sent_at_once_where_that_is_asked_for() {
    let scene = Scene::with_wheels(&[
        Wheel::new("foobar").tag("cp311-cp311-win_amd64"),
        Wheel::new("foobar").tag("cp312-cp312-win_amd64"),
        Wheel::new("foobar").tag("cp313-cp313-win_amd64"),
    ]);
    // Each upload waits until all have begun.
    let gates = [Gate::default(), Gate::default(), Gate::default()];
    scene.server.uploads_meet(gates.iter().map(|gate| Step::store(Answer::ok()).at(gate)));
    let mut child = scene.command(&["dist/*", "--jobs", "3"]).spawn().unwrap();
    gates.iter().for_each(Gate::wait_until_reached);
    gates.iter().for_each(Gate::open);
    assert!(child.wait().unwrap().success());
    assert_eq!(scene.server.stored().len(), 3);
}

#[test]
fn programs_read_one_object_a_line() {
    let scene = Scene::new();
    let outcome = scene.publish(&["--message-format", "json"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    let mut stdout = outcome.stdout.clone();
    for name in [WHEEL, SDIST] {
        let content = scene.sandbox.read(format!("dist/{name}"));
        stdout = stdout.replace(&super::scripted::sha256(&content), "[HASH]");
        stdout = stdout.replace(&format!(":{},", content.len()), ":[SIZE],");
    }
    assert!(stdout.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
    insta::assert_snapshot!(stdout, @r#"
    {"confirmed-by":"index","file":"foobar-0.1-py3-none-any.whl","reason":"file","repository":"http://[SERVER]/legacy/","sha256":"[HASH]","state":"published","url":null}
    {"confirmed-by":"index","file":"foobar-0.1.tar.gz","reason":"file","repository":"http://[SERVER]/legacy/","sha256":"[HASH]","state":"published","url":null}
    {"page":"http://[SERVER]/simple/foobar/","project":"foobar","reason":"release","repository":"http://[SERVER]/legacy/","version":"0.1"}
    "#);
}

#[test]
fn programs_read_what_failed_as_well() {
    let scene = Scene::new();
    scene.server.always("/legacy/", Step::answer(Answer::refusal(400, "No such luck")));
    let outcome = scene.publish(&["--message-format", "json"]);
    assert_eq!(outcome.code, Some(1));
    let last: serde_json::Value =
        serde_json::from_str(outcome.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(last["reason"], "error", "{}", outcome.shown());
    assert!(last.to_string().contains("No such luck"), "{}", outcome.shown());
}

#[test]
fn quiet_means_quiet() {
    let scene = Scene::new();
    let outcome = scene.publish(&["--quiet"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
}

#[test]
fn attestations_that_lie_beside_a_file_are_sent_with_it() {
    let scene = Scene::with_wheels(&[Wheel::new("one")]);
    let statement = r#"{"version": 1, "verification_material": {}, "envelope": {}}"#;
    let path = scene.dist().join("one-1.0-py3-none-any.whl.publish.attestation");
    fs_err::write(path, statement).unwrap();
    let sent = || {
        let uploads = scene.server.uploads();
        let form = uploads.last().unwrap().form.clone().unwrap();
        form.field("attestations")
            .map(|text| serde_json::from_str::<serde_json::Value>(text).unwrap())
    };
    let outcome = scene.publish(&["dist/*.whl"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    assert_eq!(
        sent(),
        Some(serde_json::json!([serde_json::from_str::<serde_json::Value>(statement).unwrap()]))
    );
    let without = Scene::with_wheels(&[Wheel::new("two")]);
    insta::assert_snapshot!(without.publish(&["dist/*.whl", "--attestations", "require"]).shown(), @"
    exit code: 1
    ----- stderr
    error: two-1.0-py3-none-any.whl: there is no attestation for it, and `--attestations require` asks for one
      hint: it would lie beside the file as `two-1.0-py3-none-any.whl.publish.attestation`
    error: cannot publish dist/two-1.0-py3-none-any.whl to http://[SERVER]/legacy/
      cause: 1 problem with the files, nothing was sent
    ");
    assert_eq!(without.server.uploads().len(), 0);
}

#[test]
fn attestations_are_left_out_where_that_is_asked_for() {
    let scene = Scene::with_wheels(&[Wheel::new("one")]);
    let path = scene.dist().join("one-1.0-py3-none-any.whl.publish.attestation");
    fs_err::write(path, r#"{"version": 1, "verification_material": {}, "envelope": {}}"#).unwrap();
    assert_eq!(scene.publish(&["dist/*.whl", "--attestations", "no"]).code, Some(0));
    let uploads = scene.server.uploads();
    assert_eq!(uploads[0].form.as_ref().unwrap().field("attestations"), None);
}

#[test]
fn nobody_is_asked_where_that_is_not_wanted() {
    let scene = Scene::new();
    let outcome = scene.publish(&["--verify", "none"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    assert!(scene.server.requests().iter().all(|request| request.method == "POST"));
}
