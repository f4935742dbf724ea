//! Refusals: which are asked about, waited for, or final.

use super::super::files::Wheel;
use super::super::scene::{SDIST, Scene, WHEEL};
use super::super::scripted::{Answer, Step};

fn refusal(status: u16, message: &str) -> Step {
    Step::answer(Answer::refusal(status, message))
}

#[test]
fn a_server_that_fails_for_a_while_is_tried_again() {
    for status in [408, 425, 429, 500, 502, 503, 504] {
        let scene = Scene::new();
        scene.server.uploads_meet([refusal(status, "Later"), refusal(status, "Later")]);
        let outcome = scene.publish(&[]);
        assert_eq!(outcome.code, Some(0), "{status}: {}", outcome.shown());
        assert_eq!(scene.server.uploaded(), [WHEEL, WHEEL, WHEEL, SDIST], "{status}");
    }
}

#[test]
fn what_is_said_while_a_server_fails_for_a_while() {
    let scene = Scene::new();
    scene.server.uploads_meet([refusal(503, "Service Unavailable")]);
    insta::assert_snapshot!(scene.publish(&[]).shown(), @"
    exit code: 0
    ----- stdout
    http://[SERVER]/simple/foobar/
    ----- stderr
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    warning: cannot publish foobar-0.1-py3-none-any.whl: `[SERVER]` cannot take `foobar-0.1-py3-none-any.whl` now: 503 Service Unavailable; attempt 2 of 4 in [TIME]
    info: sending foobar-0.1.tar.gz ([SIZE])
    info: published foobar-0.1-py3-none-any.whl, confirmed by its index
    info: published foobar-0.1.tar.gz, confirmed by its index
    ");
}

#[test]
fn a_server_that_goes_on_failing_is_given_up() {
    let scene = Scene::new();
    scene.server.always("/legacy/", refusal(503, "Service Unavailable"));
    insta::assert_snapshot!(scene.publish(&[]).shown(), @"
    exit code: 1
    ----- stderr
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    warning: cannot publish foobar-0.1-py3-none-any.whl: `[SERVER]` cannot take `foobar-0.1-py3-none-any.whl` now: 503 Service Unavailable; attempt 2 of 4 in [TIME]
    warning: cannot publish foobar-0.1-py3-none-any.whl: `[SERVER]` cannot take `foobar-0.1-py3-none-any.whl` now: 503 Service Unavailable; attempt 3 of 4 in [TIME]
    warning: cannot publish foobar-0.1-py3-none-any.whl: `[SERVER]` cannot take `foobar-0.1-py3-none-any.whl` now: 503 Service Unavailable; attempt 4 of 4 in [TIME]
    info: held back foobar-0.1.tar.gz
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: 2 files of 2 not published
      cause: foobar-0.1-py3-none-any.whl: `[SERVER]` cannot take `foobar-0.1-py3-none-any.whl` now: 503 Service Unavailable: gave up after 4 attempts
      hint: `flit publish` with the same options goes on where this run stopped
    ");
    assert_eq!(scene.server.uploaded(), [WHEEL; 4]);
}

#[test]
fn how_often_is_tried_is_the_users_to_say() {
    let scene = Scene::new().variable("FLIT_RETRIES", "1");
    scene.server.always("/legacy/", refusal(500, "Internal Server Error"));
    assert_eq!(scene.publish(&[]).code, Some(1));
    assert_eq!(scene.server.uploaded(), [WHEEL; 2]);
}

#[test]
fn a_server_that_says_when_is_asked_then() {
    // A date is one of the server's own clock.
    let now = "Sun, 22 Nov 2026 12:00:00 GMT";
    for (status, retry_after) in [(503, "1"), (429, "1"), (503, "Sun, 22 Nov 2026 12:00:01 GMT")] {
        let scene = Scene::new();
        let answer = Answer::refusal(status, "Later").header("Retry-After", retry_after);
        scene.server.uploads_meet([Step::answer(answer.header("Date", now))]);
        let output = scene.command(&[]).output().unwrap();
        assert!(output.status.success());
        let told = String::from_utf8(output.stderr).unwrap();
        // Without a word of the server it would be a hundredth of a second.
        assert!(told.contains("attempt 2 of 4 in 1.0 s"), "{told}");
        assert_eq!(scene.server.uploaded(), [WHEEL, WHEEL, SDIST]);
    }
}

#[test]
fn too_many_new_projects_is_not_waited_for() {
    let scene = Scene::new();
    scene.server.always("/legacy/", refusal(429, "Too many new projects created"));
    insta::assert_snapshot!(scene.publish(&[]).shown(), @"
    exit code: 1
    ----- stderr
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    info: held back foobar-0.1.tar.gz
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: 2 files of 2 not published
      cause: foobar-0.1-py3-none-any.whl: `[SERVER]` refused `foobar-0.1-py3-none-any.whl`: 429 Too many new projects created
      hint: PyPI limits how many projects one may create in a day: publish again tomorrow
    ");
    assert_eq!(scene.server.uploaded(), [WHEEL]);
}

#[test]
fn wrong_credentials_stop_everything() {
    for status in [401, 403] {
        let scene = Scene::with_wheels(&[
            Wheel::new("one"),
            Wheel::new("one").tag("cp312-cp312-win_amd64"),
        ]);
        let message = "Invalid or non-existent authentication information.";
        scene.server.always("/legacy/", refusal(status, message));
        let outcome = scene.publish(&["dist/*"]);
        assert_eq!(scene.server.uploads().len(), 1, "{status}");
        assert!(!outcome.stderr.contains("s3cret"), "{}", outcome.shown());
        if status == 403 {
            insta::assert_snapshot!(outcome.shown(), @"
            exit code: 1
            ----- stderr
            info: sending one-1.0-cp312-cp312-win_amd64.whl ([SIZE])
            info: held back one-1.0-py3-none-any.whl
            error: cannot publish 2 files to http://[SERVER]/legacy/
              cause: 2 files of 2 not published
              cause: one-1.0-cp312-cp312-win_amd64.whl: `[SERVER]` does not let us upload `one-1.0-cp312-cp312-win_amd64.whl`: 403 Invalid or non-existent authentication information: the user name and the password are from `FLIT_USERNAME` and `FLIT_PASSWORD`
              hint: some servers answer `403` also where the user name or the password is wrong
            ");
        }
    }
}

#[test]
fn a_refused_wheel_holds_the_sdist_back_but_not_the_other_wheels() {
    let scene = Scene::with_wheels(&[
        Wheel::new("foobar").tag("cp311-cp311-win_amd64"),
        Wheel::new("foobar").tag("cp312-cp312-win_amd64"),
        Wheel::new("foobar").tag("cp313-cp313-win_amd64"),
    ]);
    let sdist = demo_sdist(&scene);
    let refused = refusal(
        400,
        "Binary wheel 'foobar-1.0-cp312-cp312-win_amd64.whl' has an unsupported platform tag",
    );
    scene.server.uploads_meet([Step::store(Answer::ok()), refused]);
    insta::assert_snapshot!(scene.publish(&["dist/*.whl", &sdist]).shown(), @"
    exit code: 1
    ----- stderr
    info: sending foobar-1.0-cp311-cp311-win_amd64.whl ([SIZE])
    info: sending foobar-1.0-cp312-cp312-win_amd64.whl ([SIZE])
    info: sending foobar-1.0-cp313-cp313-win_amd64.whl ([SIZE])
    info: published foobar-1.0-cp311-cp311-win_amd64.whl
    info: published foobar-1.0-cp313-cp313-win_amd64.whl
    info: held back foobar-1.0.tar.gz
    error: cannot publish 4 files to http://[SERVER]/legacy/
      cause: 2 files of 4 not published
      cause: foobar-1.0-cp312-cp312-win_amd64.whl: `[SERVER]` refused `foobar-1.0-cp312-cp312-win_amd64.whl`: 400 Binary wheel 'foobar-1.0-cp312-cp312-win_amd64.whl' has an unsupported platform tag
    ");
    assert_eq!(
        scene.server.uploaded(),
        [
            "foobar-1.0-cp311-cp311-win_amd64.whl",
            "foobar-1.0-cp312-cp312-win_amd64.whl",
            "foobar-1.0-cp313-cp313-win_amd64.whl"
        ]
    );
}

/// Builds an sdist that belongs to the wheels, and returns where it is.
fn demo_sdist(scene: &Scene) -> String {
    let project = scene.sandbox.project();
    fs_err::write(project.join("foobar.py"), "\"\"\"A demo\"\"\"\n__version__ = '1.0'\n").unwrap();
    let ini = "[metadata]\nmodule=foobar\nauthor=a\nauthor-email=a@b.example\nhome-page=https://b.example\n";
    fs_err::write(project.join("flit.ini"), ini).unwrap();
    scene.sandbox.succeeds(&["sdist"]);
    "dist/foobar-1.0.tar.gz".into()
}

#[test]
fn what_will_never_be_taken_is_not_tried_again() {
    for message in [
        "Uploading new files to releases older than 14 days is not allowed",
        "This filename was previously used by a file that has since been deleted. Use a different version",
        "Only one sdist may be uploaded per release",
    ] {
        let scene = Scene::new();
        scene.server.always("/legacy/", refusal(400, message));
        let outcome = scene.publish(&["--format", "sdist"]);
        assert!(outcome.stderr.contains(message), "{}", outcome.shown());
        assert_eq!(scene.server.uploaded(), [SDIST]);
        if message.starts_with("Uploading") {
            insta::assert_snapshot!(outcome.shown(), @"
            exit code: 1
            ----- stderr
            info: sending foobar-0.1.tar.gz ([SIZE])
            error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
              cause: foobar-0.1.tar.gz: `[SERVER]` refused `foobar-0.1.tar.gz`: 400 Uploading new files to releases older than 14 days is not allowed
              hint: PyPI closes a release to new files 14 days after its first one: publish under another version
            ");
        }
    }
}

#[test]
fn a_file_too_large_is_told_as_the_server_says_it() {
    let scene = Scene::new();
    let early = Step::answer_early(100, Answer::new("413 Request Entity Too Large").html(
        "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>\r\n<center><h1>413 Request Entity Too Large</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n",
    ));
    scene.server.uploads_meet([early]);
    insta::assert_snapshot!(scene.publish(&["--format", "wheel"]).shown(), @"
    exit code: 1
    ----- stderr
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: foobar-0.1-py3-none-any.whl: `[SERVER]` refused `foobar-0.1-py3-none-any.whl`: 413 Request Entity Too Large
      hint: the limit is the server's, or that of a proxy before it; PyPI takes files of up to 100 MB, and more on request
    ");
    assert_eq!(scene.server.uploads().len(), 1);
}

#[test]
fn an_early_answer_to_a_large_file_is_not_lost() {
    // More than all the buffers between the two hold.
    let scene = Scene::with_wheels(&[Wheel::new("large").member("large.bin", vec![7; 32 << 20])]);
    let message = "File too large. Limit for project 'large' is 100 MB";
    scene.server.uploads_meet([Step::answer_early(100, Answer::refusal(400, message))]);
    let outcome = scene.publish(&["dist/*"]);
    assert!(outcome.stderr.contains(message), "{}", outcome.shown());
    assert_eq!(scene.server.uploads().len(), 1);
}

#[test]
fn an_early_answer_that_is_lost_is_asked_for_again() {
    let scene = Scene::with_wheels(&[Wheel::new("large").member("large.bin", vec![7; 8 << 20])]);
    let refused = Answer::refusal(413, "File too large. Limit for project 'large' is 1 MB.");
    scene.server.always("/legacy/", Step::answer_early_and_reset(0, refused));
    let outcome = scene.publish(&["dist/*"]);
    assert!(outcome.stderr.contains("413 File too large"), "{}", outcome.shown());
    assert!(scene.server.uploads().len() <= 2, "{}", outcome.shown());
}

#[test]
fn a_reason_in_the_encoding_of_old_does_no_harm() {
    let scene = Scene::new();
    let head =
        b"HTTP/1.1 400 Gr\xf6\xdfe falsch\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n";
    scene.server.uploads_meet([Step::raw([head, "Größe falsch".as_bytes()].concat())]);
    let outcome = scene.publish(&["--format", "wheel"]);
    assert!(outcome.stderr.contains("400 Größe falsch\n"), "{}", outcome.shown());
}

#[test]
fn errors_of_every_kind_of_server_are_one_readable_line() {
    let answers = [
        Answer::refusal(400, "'Foo :: Bar' is not a valid classifier."),
        Answer::new("400 Bad Request").json(&serde_json::json!({"message": "Validation failed: File name is invalid"})),
        Answer::new("400 Bad Request").body("application/problem+json", r#"{"title": "No", "detail": "Not today"}"#),
        Answer::new("422 Unprocessable Entity").text("quota exceeded\n"),
        Answer::new("400 Bad Request").html("<html><head><title>Error: 400 Bad Request</title></head><body><h1>Error: 400 Bad Request</h1><p>Sorry, the requested URL caused an error:</p><pre>Bad filename: x</pre></body></html>"),
        Answer::new("400 The description failed to render for 'text/x-rst'."),
        Answer::new("418 I'm a teapot"),
    ];
    let mut told = String::new();
    for answer in answers {
        let scene = Scene::new();
        scene.server.uploads_meet([Step::answer(answer)]);
        told += &scene.publish(&["--format", "wheel"]).stderr;
    }
    insta::assert_snapshot!(told, @"
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: foobar-0.1-py3-none-any.whl: `[SERVER]` refused `foobar-0.1-py3-none-any.whl`: 400 'Foo :: Bar' is not a valid classifier
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: foobar-0.1-py3-none-any.whl: `[SERVER]` refused `foobar-0.1-py3-none-any.whl`: 400 Validation failed: File name is invalid
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: foobar-0.1-py3-none-any.whl: `[SERVER]` refused `foobar-0.1-py3-none-any.whl`: 400 No: Not today
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: foobar-0.1-py3-none-any.whl: `[SERVER]` refused `foobar-0.1-py3-none-any.whl`: 422 quota exceeded
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: foobar-0.1-py3-none-any.whl: `[SERVER]` refused `foobar-0.1-py3-none-any.whl`: 400 Bad filename: x
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: foobar-0.1-py3-none-any.whl: `[SERVER]` refused `foobar-0.1-py3-none-any.whl`: 400 The description failed to render for 'text/x-rst'
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: foobar-0.1-py3-none-any.whl: `[SERVER]` refused `foobar-0.1-py3-none-any.whl`: 418 I'm a teapot
    ");
}
