//! Refusals: which are asked about, waited for, or final.

use std::time::{Duration, SystemTime};

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
    insta::assert_snapshot!(scene.publish(&[]).shown(), @"");
}

#[test]
fn a_server_that_goes_on_failing_is_given_up() {
    let scene = Scene::new();
    scene.server.always("/legacy/", refusal(503, "Service Unavailable"));
    insta::assert_snapshot!(scene.publish(&[]).shown(), @"");
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
    for (status, retry_after) in [(503, "1".to_owned()), (429, "1".to_owned()), (503, http_date_in(3))] {
        let scene = Scene::new();
        let answer = Answer::refusal(status, "Later").header("Retry-After", &retry_after);
        scene.server.uploads_meet([Step::answer(answer)]);
        let output = scene.command(&[]).output().unwrap();
        assert!(output.status.success());
        let told = String::from_utf8(output.stderr).unwrap();
        // Without a word of the server it would be a hundredth of a second.
        let wait = told.split("attempt 2 of 4 in ").nth(1).unwrap().split(' ').next().unwrap();
        assert!((0.3..=3.0).contains(&wait.parse::<f64>().unwrap()), "{told}");
        assert_eq!(scene.server.uploaded(), [WHEEL, WHEEL, SDIST]);
    }
}

/// The time in so many seconds, as headers have it.
fn http_date_in(seconds: u64) -> String {
    httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(seconds))
}

#[test]
fn too_many_new_projects_is_not_waited_for() {
    let scene = Scene::new();
    scene.server.always("/legacy/", refusal(429, "Too many new projects created"));
    insta::assert_snapshot!(scene.publish(&[]).shown(), @"");
    assert_eq!(scene.server.uploaded(), [WHEEL]);
}

#[test]
fn wrong_credentials_stop_everything() {
    for status in [401, 403] {
        let scene = Scene::with_wheels(&[Wheel::new("one"), Wheel::new("one").tag("cp312-cp312-win_amd64")]);
        let message = "Invalid or non-existent authentication information.";
        scene.server.always("/legacy/", refusal(status, message));
        let outcome = scene.publish(&["dist/*"]);
        assert_eq!(scene.server.uploads().len(), 1, "{status}");
        assert!(!outcome.stderr.contains("s3cret"), "{}", outcome.shown());
        if status == 403 {
            insta::assert_snapshot!(outcome.shown(), @"");
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
    let refused = refusal(400, "Binary wheel 'foobar-1.0-cp312-cp312-win_amd64.whl' has an unsupported platform tag");
    scene.server.uploads_meet([Step::store(Answer::ok()), refused]);
    insta::assert_snapshot!(scene.publish(&["dist/*.whl", &sdist]).shown(), @"");
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
        "Uploading new files to releases older than 14 days is not allowed.",
        "This filename was previously used by a file that has since been deleted. Use a different version.",
        "Only one sdist may be uploaded per release.",
    ] {
        let scene = Scene::new();
        scene.server.always("/legacy/", refusal(400, message));
        let outcome = scene.publish(&["--format", "sdist"]);
        assert!(outcome.stderr.contains(message), "{}", outcome.shown());
        assert_eq!(scene.server.uploaded(), [SDIST]);
        if message.starts_with("Uploading") {
            insta::assert_snapshot!(outcome.shown(), @"");
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
    insta::assert_snapshot!(scene.publish(&["--format", "wheel"]).shown(), @"");
    assert_eq!(scene.server.uploads().len(), 1);
}

#[test]
fn an_early_answer_to_a_large_file_is_not_lost() {
    // More than all the buffers between the two hold.
    let scene = Scene::with_wheels(&[Wheel::new("large").member("large.bin", vec![7; 32 << 20])]);
    let message = "File too large. Limit for project 'large' is 100 MB.";
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
    insta::assert_snapshot!(told, @"");
}
