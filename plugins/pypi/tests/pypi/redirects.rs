//! Redirects: followed once within the same server if the method stays, and never elsewhere.

use flit_sdk::model::Outcome;

use crate::release::{Recorder, Wheel, credentials, repository, shown};
use crate::server::{Play, Server};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

fn redirect(status: &str, location: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n").into()
}

#[test]
fn the_same_server_is_followed_once() {
    for (status, location) in [
        ("308 Permanent Redirect", "/legacy/"),
        ("307 Temporary Redirect", "legacy/"),
        ("308 Permanent Redirect", "http://{HOST}/legacy/"),
    ] {
        let server = Server::start_with(vec![0, 1], move |stream, number| {
            let host = stream.local_addr().unwrap().to_string();
            let moved = redirect(status, &location.replace("{HOST}", &host));
            let answer = if number == 0 { moved } else { OK.into() };
            crate::server::converse(stream, Play::Answer(answer))
        });
        let url = format!("http://{}/legacy", server.address);
        let host = Recorder::default();
        let wheel = Wheel::new(b"bytes");
        let outcome = wheel.put_as(&repository(&url), Some(&credentials()), &host);
        assert_eq!(outcome, Ok(Outcome::Created));
        let (first, second) = (server.captured(), server.captured());
        assert_eq!(first.request_line(), "POST /legacy HTTP/1.1");
        assert_eq!(second.request_line(), "POST /legacy/ HTTP/1.1");
        assert_eq!(first.body, second.body);
        assert_eq!(first.header("authorization"), second.header("authorization"));
        let warning = format!(
            "Warning: `{url}` sends uploads on to `{url}/`: make that the URL of the repository"
        );
        assert_eq!(*host.messages.lock().unwrap(), [warning]);
    }
}

#[test]
fn a_second_redirect_is_refused() {
    let moved = |to| Play::Answer(redirect("308 Permanent Redirect", to));
    let server = Server::start(vec![moved("/again/"), moved("/and/again/")]);
    let error = Wheel::new(b"bytes").put(&repository(&server.url())).unwrap_err();
    assert_eq!(
        shown(&error, &server.address),
        "Rejected: `HOST` redirects the upload to `http://HOST/and/again/`\n  cause: 308 Permanent Redirect\n  \
         hint: nothing was sent there; if that is where uploads go, make `http://HOST/and/again/` the URL of the repository"
    );
}

#[test]
fn a_redirect_in_a_circle_is_refused() {
    let moved = || Play::Answer(redirect("308 Permanent Redirect", "/again/"));
    let server = Server::start(vec![moved(), moved()]);
    let error = Wheel::new(b"bytes").put(&repository(&server.url())).unwrap_err();
    assert_eq!(
        shown(&error, &server.address),
        "Rejected: `HOST` redirects the upload in a circle\n  cause: 308 Permanent Redirect"
    );
}

#[test]
fn redirects_that_change_the_method_or_the_server_are_refused() {
    let hint = |url: &str| {
        format!(
            "\n  hint: nothing was sent there; if that is where uploads go, make `{url}` the URL of the repository"
        )
    };
    for (status, location, kind, target) in [
        ("301 Moved Permanently", "/legacy/new/", "Rejected", "http://HOST/legacy/new/"),
        ("302 Found", "/login?next=/legacy/", "Rejected", "http://HOST/login"),
        ("303 See Other", "done#top", "Rejected", "http://HOST/legacy/done"),
        (
            "302 Found",
            "https://sso.example/login?token=1",
            "Untrusted",
            "https://sso.example/login",
        ),
        (
            "307 Temporary Redirect",
            "http://me:pw@other.example/x/",
            "Untrusted",
            "http://other.example/x/",
        ),
        (
            "308 Permanent Redirect",
            "//127.0.0.1:1/legacy/",
            "Untrusted",
            "http://127.0.0.1:1/legacy/",
        ),
    ] {
        let server = Server::answering(redirect(status, location));
        let error = Wheel::new(b"bytes").put(&repository(&server.url())).unwrap_err();
        let text = shown(&error, &server.address);
        let expected =
            format!("{kind}: `HOST` redirects the upload to `{target}`\n  cause: {status}");
        assert_eq!(text, expected + &hint(target));
    }
}

#[test]
fn a_redirect_to_nowhere_is_refused() {
    let rows = [
        "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n".into(),
        redirect("302 Found", "data:,x"),
    ];
    for answer in rows {
        let server = Server::answering(answer);
        let error = Wheel::new(b"bytes").put(&repository(&server.url())).unwrap_err();
        assert_eq!(
            shown(&error, &server.address),
            "Rejected: `HOST` redirects the upload, but does not say where to\n  cause: 302 Found"
        );
    }
}
