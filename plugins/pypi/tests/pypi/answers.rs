//! What each answer means, and all that is said about it.

use std::time::Duration;

use flit_sdk::model::{Credentials, Outcome};
use flit_sdk::{ErrorKind, PluginError, Secret};

use crate::release::{Recorder, Wheel, credentials, repository, shown};
use crate::server::Server;

/// An answer with a body.
fn answer(status: &str, content_type: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

fn json(status: &str, code: &str) -> String {
    answer(status, "application/json", &format!(r#"{{"message": "x", "code": "{code}"}}"#))
}

/// Puts a wheel to a server with this upload path that answers so.
fn put_to(path: &str, answer: &str) -> (Result<Outcome, PluginError>, std::net::SocketAddr) {
    let server = Server::answering(answer);
    let url = server.url().replace("/legacy/", path);
    (Wheel::new(b"bytes").put(&repository(&url)), server.address)
}

fn error_of(answer: &str) -> String {
    let (outcome, address) = put_to("/legacy/", answer);
    shown(&outcome.unwrap_err(), &address)
}

const REFUSED: &str = "Rejected: `HOST` refused `up_demo-1.0-py3-none-any.whl`\n  cause: ";

#[test]
fn a_file_is_taken() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_owned(),
        "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n".into(),
        "HTTP/1.1 204 No Content\r\n\r\n".into(),
        // No length: the end of the connection is the end of the body.
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".into(),
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".into(),
        answer("200 OK", "text/html; charset=UTF-8", ""),
        answer("200 OK", "text/plain", "OK"),
        answer("201 Created", "application/json", "{}"),
    ] {
        assert_eq!(put_to("/legacy/", &answer).0, Ok(Outcome::Created), "{answer}");
    }
}

#[test]
fn the_very_same_file_is_there() {
    let reason =
        "HTTP/1.1 200 Upload of identical file to non volatile index.\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(put_to("/legacy/", reason).0, Ok(Outcome::AlreadyIdentical));
    let body = json("200 OK", "200 Upload of identical file to non volatile index.");
    assert_eq!(put_to("/legacy/", &body).0, Ok(Outcome::AlreadyIdentical));
}

/// Checks that these answers say that a file of that name is there.
fn check_conflicts(rows: &[(String, &str)]) {
    for (answer, message) in rows {
        let conflict = Outcome::Conflict { message: (*message).into() };
        // Nor is it mistaken for a server that wants projects to be registered.
        for path in ["/legacy/", "/"] {
            assert_eq!(put_to(path, answer).0, Ok(conflict.clone()), "{answer}");
        }
    }
}

#[test]
fn a_file_of_that_name_is_there() {
    check_conflicts(&[
        (
            json("400 Bad Request", "400 File already exists ('x', with blake2_256 hash 'y')."),
            "400 File already exists ('x', with blake2_256 hash 'y').",
        ),
        (
            json("409 Conflict", "409 x already exists in non-volatile index"),
            "409 x already exists in non-volatile index",
        ),
        (
            answer("409 Conflict", "text/html", "<pre>Package &#x27;x&#x27; already exists!</pre>"),
            "409 Package 'x' already exists!",
        ),
        (
            answer(
                "403 Forbidden",
                "application/json",
                r#"{"errors": [{"status": 403, "message": "Not enough permissions to delete/overwrite all artifacts"}]}"#,
            ),
            "403 Not enough permissions to delete/overwrite all artifacts",
        ),
    ]);
}

#[test]
fn a_file_of_that_name_is_there_as_other_servers_say_it() {
    check_conflicts(&[
        (
            answer(
                "400 Bad Request",
                "text/plain",
                "Repository does not allow updating assets: pypi",
            ),
            "400 Repository does not allow updating assets: pypi",
        ),
        (
            answer("400 Bad Request", "text/plain", "x.whl cannot be updated"),
            "400 x.whl cannot be updated",
        ),
        (
            answer(
                "400 Bad Request",
                "application/json",
                r#"{"message": "Validation failed: File name has already been taken"}"#,
            ),
            "400 Validation failed: File name has already been taken",
        ),
        (
            answer(
                "400 Bad Request",
                "application/json",
                r#"{"error": {"message": "Requested entity already exists"}}"#,
            ),
            "400 Requested entity already exists",
        ),
        (
            "HTTP/1.1 400 File already exists\r\nContent-Length: 0\r\n\r\n".into(),
            "400 File already exists",
        ),
        ("HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n".into(), "409 Conflict"),
    ]);
}

#[test]
fn an_odd_answer_is_to_be_asked_about() {
    let (outcome, _) = put_to("/legacy/", "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
    let reason = "the status is none that indexes answer to an upload: 202 Accepted".to_owned();
    assert_eq!(outcome, Ok(Outcome::Unknown { reason }));
}

#[test]
fn a_page_for_people_is_no_success() {
    let page = "<!DOCTYPE html><html><head><title>Sign in to\n  Corp &amp; Co</title></head><form></form></html>";
    let hint =
        "\n  hint: is that the URL for uploads, and does this network ask you to log in first?";
    let message = "Rejected: what `HOST` says does not look like the answer of an index\n  cause: it is a page ";
    for content_type in ["text/html", "text/plain"] {
        let error = error_of(&answer("200 OK", content_type, page));
        assert_eq!(error, format!("{message}with the title `Sign in to Corp & Co`{hint}"));
    }
    let error = error_of(&answer("200 OK", "text/html", "hello"));
    assert_eq!(error, format!("{message}without a title{hint}"));
}

#[test]
fn a_refusal_is_told_with_what_the_server_says() {
    let digest =
        "400 The digest supplied does not match a digest calculated from the uploaded file.";
    assert_eq!(error_of(&json("400 Bad Request", digest)), format!("{REFUSED}{digest}"));
    let rows = [
        (
            "400",
            "This filename was previously used by a file that has since been deleted.",
            "a file name can be used once, even if the file is deleted: publish under another version",
        ),
        (
            "400",
            "Uploading new files to releases older than 14 days is not allowed.",
            "PyPI closes a release to new files 14 days after its first one: publish under another version",
        ),
        (
            "400",
            "Only one sdist may be uploaded per release.",
            "a release has one sdist, which cannot be replaced: publish under another version",
        ),
        (
            "409",
            "The name 'x' conflicts with an existing project",
            "choose another name for the project",
        ),
        (
            "429",
            "Too many new projects created",
            "PyPI limits how many projects one may create in a day: publish again tomorrow",
        ),
        (
            "413",
            "exceeds max_body of 9",
            "the limit is the server's, or that of a proxy before it; PyPI takes files of up to 100 MB, and more on request",
        ),
    ];
    for (status, says, hint) in rows {
        let code = format!("{status} {says}");
        let error = error_of(&json(&format!("{status} x"), &code));
        assert_eq!(error, format!("{REFUSED}{code}\n  hint: {hint}"));
    }
    let disabled = "403 New project registration temporarily disabled. See x";
    assert_eq!(error_of(&json("403 Forbidden", disabled)), format!("{REFUSED}{disabled}"));
    let version = "HTTP/1.1 505 HTTP Version Not Supported\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(error_of(version), format!("{REFUSED}505 HTTP Version Not Supported"));
    let teapot = "HTTP/1.1 418 I'm a teapot\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(error_of(teapot), format!("{REFUSED}418 I'm a teapot"));
}

#[test]
fn later_is_told_with_the_delay() {
    let rows = [
        ("503 Service Unavailable", "Retry-After: 2\r\n", Some(2)),
        (
            "503 Service Unavailable",
            "Date: Sun, 22 Nov 2026 12:00:00 GMT\r\nRetry-After: Sun, 22 Nov 2026 12:01:00 GMT\r\n",
            Some(60),
        ),
        ("429 Too Many Requests", "Retry-After: 30\r\n", Some(30)),
        ("429 Too Many Requests", "", None),
        ("500 Internal Server Error", "", None),
        ("502 Bad Gateway", "", None),
        ("504 Gateway Timeout", "", None),
        ("408 Request Timeout", "", None),
        ("425 Too Early", "", None),
    ];
    for (status, headers, seconds) in rows {
        let answer = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: 0\r\n\r\n");
        let (outcome, address) = put_to("/legacy/", &answer);
        let error = outcome.unwrap_err();
        assert_eq!(error.retry_after, seconds.map(Duration::from_secs), "{status}");
        let expected =
            "Unavailable: `HOST` cannot take `up_demo-1.0-py3-none-any.whl` now\n  cause: ";
        assert_eq!(shown(&error, &address), format!("{expected}{status}"));
    }
    let read_only = json("403 Forbidden", "403 Read-only mode: Uploads are temporarily disabled.");
    assert_eq!(put_to("/legacy/", &read_only).0.unwrap_err().kind, ErrorKind::Unavailable);
}

#[test]
fn a_wrong_url_is_told_with_the_right_one() {
    let gone = "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n";
    let rows = [
        (
            "/simple/",
            "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n",
            "405 Method Not Allowed",
            "this looks like the URL of the index that installers read: uploads go to another, which the server's manual tells",
        ),
        (
            "/alice/dev",
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
            "404 Not Found",
            "is this the URL for uploads? some servers want a slash at its end: `http://HOST/alice/dev/`",
        ),
        ("/pypi/", gone, "410 Gone", "is `http://HOST/pypi/` the URL for uploads?"),
        (
            "/nexus",
            &answer(
                "400 Bad Request",
                "text/plain",
                "Repository path must have another '/' after initial '/'",
            ),
            "400 Repository path must have another '/' after initial '/'",
            "is this the URL for uploads? some servers want a slash at its end: `http://HOST/nexus/`",
        ),
        (
            "/",
            "HTTP/1.0 501 Unsupported method\r\nContent-Length: 0\r\n\r\n",
            "501 Unsupported method",
            "is `http://HOST/` the URL for uploads?",
        ),
    ];
    for (path, answer, cause, hint) in rows {
        let (outcome, address) = put_to(path, answer);
        let error = shown(&outcome.unwrap_err(), &address);
        assert_eq!(error, format!("{REFUSED}{cause}\n  hint: {hint}"));
    }
}

#[test]
fn credentials_that_are_not_good_are_told_with_their_source() {
    let credentials_of = |username: &str, password: &str| Credentials {
        username: username.into(),
        password: Secret::new(password),
        source: "`~/.pypirc`".into(),
    };
    let wanted = "Unauthorized: `HOST` wants a user name and a password, and there are none\n  cause: 401 Unauthorized";
    let not_good = |status: &str| {
        format!(
            "Unauthorized: `HOST` does not let us upload `up_demo-1.0-py3-none-any.whl`\n  \
             cause: {status}\n  cause: the user name and the password are from `~/.pypirc`"
        )
    };
    let hint = "\n  hint: the user name that goes with an API token is `__token__`";
    let often =
        "\n  hint: some servers answer `403` also where the user name or the password is wrong";
    let rows = [
        (None, "401 Unauthorized", wanted.to_owned()),
        (Some(("me", "pypi-abc")), "401 Unauthorized", not_good("401 Unauthorized") + hint),
        (Some(("me", "hunter2")), "401 Unauthorized", not_good("401 Unauthorized")),
        (Some(("me", "hunter2")), "403 Forbidden", not_good("403 Forbidden") + often),
    ];
    for (credentials, status, expected) in rows {
        let server = Server::answering(format!(
            "HTTP/1.1 {status}\r\nWWW-Authenticate: Basic realm=\"pypi\"\r\nContent-Length: 0\r\n\r\n"
        ));
        let credentials =
            credentials.map(|(username, password)| credentials_of(username, password));
        let outcome = Wheel::new(b"bytes").put_as(
            &repository(&server.url()),
            credentials.as_ref(),
            &Recorder::default(),
        );
        assert_eq!(shown(&outcome.unwrap_err(), &server.address), expected);
    }
}

#[test]
fn a_server_may_want_the_project_to_be_registered() {
    let forbidden = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    let not_registered = answer("400 Bad Request", "text/plain", "x was never ever registered");
    let gone = answer("404 Not Found", "text/plain", "x is not registered");
    let authentication =
        json("403 Forbidden", "403 Invalid or non-existent authentication information.");
    let rows = [
        ("/", forbidden, ErrorKind::Unregistered),
        ("/pypi/", forbidden, ErrorKind::Unregistered),
        ("/legacy/", forbidden, ErrorKind::Unauthorized),
        ("/legacy", forbidden, ErrorKind::Unauthorized),
        ("/", &authentication, ErrorKind::Unauthorized),
        ("/legacy/", &not_registered, ErrorKind::Unregistered),
        ("/legacy/", &gone, ErrorKind::Unregistered),
    ];
    for (path, answer, kind) in rows {
        assert_eq!(put_to(path, answer).0.unwrap_err().kind, kind, "{path}: {answer}");
    }
}

#[test]
fn attestations_want_trusted_publishing() {
    let said = "400 Invalid attestations supplied during upload: not with an API token";
    assert_eq!(
        error_of(&json("400 Bad Request", said)),
        format!(
            "{REFUSED}{said}\n  hint: PyPI takes attestations only from the CI job that made them, with trusted \
             publishing; `--attestations no` leaves them out"
        )
    );
}

#[test]
fn a_server_that_repeats_the_password_does_not_leak_it() {
    let password = credentials().password;
    let echo = answer("400 Bad Request", "text/plain", &format!("bad: {}", password.expose()));
    assert_eq!(error_of(&echo), format!("{REFUSED}400 bad: [redacted]"));
    let echo = answer("409 Conflict", "text/plain", &format!("bad: {}", password.expose()));
    let message = "409 bad: [redacted]".to_owned();
    assert_eq!(put_to("/legacy/", &echo).0, Ok(Outcome::Conflict { message }));
}
