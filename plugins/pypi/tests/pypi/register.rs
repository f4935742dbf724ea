//! The registration of a project, as servers of old want it.

use flit_sdk::Target;

use crate::release::{Recorder, Wheel, credentials, repository, shown, uploader};
use crate::server::{Captured, Server};

fn register(answer: &str) -> (Result<(), String>, Captured) {
    let server = Server::answering(answer.replace('\n', "\r\n"));
    let (repository, credentials) = (repository(&server.url()), credentials());
    let target = Target { repository: &repository, credentials: Some(&credentials) };
    let metadata = Wheel::new(b"").file.metadata;
    let result = uploader().register(&Recorder::default(), &target, &metadata);
    (result.map_err(|error| shown(&error, &server.address)), server.captured())
}

#[test]
fn the_form_has_the_metadata_and_no_file() {
    let (result, captured) = register("HTTP/1.1 200 OK\nContent-Length: 0\n\n");
    assert_eq!(result, Ok(()));
    assert_eq!(captured.request_line(), "POST /legacy/ HTTP/1.1");
    assert!(captured.header("authorization").is_some());
    let body = String::from_utf8(captured.body).unwrap();
    let fields: Vec<_> = body
        .split("form-data; name=\"")
        .skip(1)
        .map(|part| {
            let (name, value) = part.split_once("\"\r\n\r\n").unwrap();
            format!("{name}={}", value.split("\r\n--").next().unwrap())
        })
        .collect();
    assert_eq!(
        fields,
        [
            ":action=submit",
            "protocol_version=1",
            "metadata_version=2.4",
            "name=Up.Demo",
            "version=1.0",
            "author_email=Zoë <zoe@example.org>",
            "requires_python=",
            "classifiers=A :: B",
            "classifiers=C",
        ]
    );
}

#[test]
fn what_the_server_refuses_is_said() {
    for (answer, expected) in [
        (
            "HTTP/1.1 410 Project pre-registration is no longer required\nContent-Length: 0\n\n",
            "Unsupported: `HOST` has no registration any more\n  \
             cause: 410 Project pre-registration is no longer required\n  \
             hint: publish: the first upload makes the project",
        ),
        (
            "HTTP/1.1 403 Forbidden\nContent-Type: text/plain\nContent-Length: 20\n\nno pypi-secret here\n",
            "Unauthorized: `HOST` does not let us register `Up.Demo`\n  \
             cause: 403 no [redacted] here\n  \
             cause: the user name and the password are from `FLIT_PASSWORD`",
        ),
        (
            "HTTP/1.1 405 Method Not Allowed\nContent-Length: 0\n\n",
            "Rejected: `HOST` does not take registrations here\n  \
             cause: 405 Method Not Allowed\n  \
             hint: is `http://HOST/legacy/` the URL for uploads?",
        ),
        (
            "HTTP/1.1 302 Found\nLocation: /login\nContent-Length: 0\n\n",
            "Rejected: `HOST` redirects elsewhere\n  cause: 302 Found\n  \
             hint: is `http://HOST/legacy/` the URL for uploads?",
        ),
        (
            "HTTP/1.1 503 Service Unavailable\nContent-Length: 0\n\n",
            "Unavailable: `HOST` cannot register `Up.Demo` now\n  cause: 503 Service Unavailable",
        ),
        (
            "HTTP/1.1 400 Bad Request\nContent-Length: 3\n\nno!",
            "Rejected: `HOST` refuses to register `Up.Demo`\n  cause: 400 no!",
        ),
        (
            "HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 21\n\n<title>Log in</title>",
            "Rejected: what `HOST` says does not look like the answer of an index\n  cause: 200 Log in",
        ),
    ] {
        assert_eq!(register(answer).0.unwrap_err(), expected);
    }
}
