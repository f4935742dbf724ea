//! Networks that fail, and servers that answer before they have read everything.

use flit_sdk::model::{Connection, Outcome};
use flit_sdk::{ErrorKind, Secret};

use crate::release::{Wheel, reached, repository, shown};
use crate::server::{Captured, Play, Server};

const TOO_LARGE: &[u8] = b"HTTP/1.1 413 Request Entity Too Large\r\nContent-Type: text/html\r\n\
    Connection: close\r\nContent-Length: 54\r\n\r\n<html><head><title>413 Too Large</title></head></html>";

#[test]
fn an_answer_that_comes_early_is_heard() {
    let wheel = Wheel::new(&vec![1; 24 << 20]);
    let plays = [
        || Play::AnswerEarly(TOO_LARGE.to_vec()),
        // The reset destroys the answer, unless we are quick: so we ask again.
        || Play::AnswerEarlyAndClose(TOO_LARGE.to_vec()),
    ];
    for play in plays {
        for _ in 0..5 {
            let server = Server::start(vec![play(), play()]);
            let error = wheel.put(&repository(&server.url())).unwrap_err();
            assert_eq!(
                shown(&error, &server.address),
                "Rejected: `HOST` refused `up_demo-1.0-py3-none-any.whl`\n  \
                 cause: 413 Request Entity Too Large\n  \
                 hint: the limit is the server's, or that of a proxy before it; PyPI takes files of up to 100 MB, \
                 and more on request"
            );
        }
    }
}

#[test]
fn a_good_answer_that_comes_early_proves_nothing() {
    let ok = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    let server = Server::start(vec![Play::AnswerEarly(ok.to_vec())]);
    let outcome = Wheel::new(&vec![1; 24 << 20]).put(&repository(&server.url()));
    let reason = "the answer came before the whole file was sent: 200 OK".to_owned();
    assert_eq!(outcome, Ok(Outcome::Unknown { reason }));
}

#[test]
fn a_connection_that_breaks_is_the_networks_fault() {
    let wheel = Wheel::new(&vec![1; 8 << 20]);
    let server = Server::start(vec![Play::CloseAfter(500), Play::CloseAfter(0)]);
    let error = wheel.put(&repository(&server.url())).unwrap_err();
    let text = shown(&error, &server.address);
    assert!(
        text.starts_with("Network: `HOST` closed the connection without an answer\n"),
        "{text}"
    );
}

#[test]
fn half_an_answer_is_none() {
    let rows = [
        ("", "Network: `HOST` closed the connection without an answer"),
        ("HTTP/1.1 200 O", "Network: `HOST` closed the connection without an answer"),
        (
            "HTTP/1.1 200 OK\r\nContent-Le",
            "Network: `HOST` closed the connection without an answer",
        ),
        ("SSH-2.0-OpenSSH_9.2p1\r\n", "Network: what `HOST` answers is not HTTP"),
        ("HTTP/1.1 2x0 OK\r\n\r\n", "Network: what `HOST` answers is not HTTP"),
    ];
    for (answer, expected) in rows {
        let server = Server::answering(answer);
        let error = Wheel::new(b"bytes").put(&repository(&server.url())).unwrap_err();
        let text = shown(&error, &server.address);
        assert_eq!(text.lines().next(), Some(expected), "{answer:?}: {text}");
    }
}

#[test]
fn a_body_that_ends_in_the_middle_is_to_be_asked_about() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf");
    let outcome = Wheel::new(b"bytes").put(&repository(&server.url()));
    let reason = "the answer ends in the middle: 200 half".to_owned();
    assert_eq!(outcome, Ok(Outcome::Unknown { reason }));

    // What a server refuses is refused, even if it does not say all of why.
    let server = Server::answering("HTTP/1.1 400 Bad Request\r\nContent-Length: 50\r\n\r\nhalf");
    let error = Wheel::new(b"bytes").put(&repository(&server.url())).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Rejected);
    assert_eq!(error.causes, ["400 half"]);
}

#[test]
fn nobody_who_listens_is_named() {
    let server = Server::start(Vec::<Play>::new());
    let url = server.url();
    // The server has no part to play, and is gone.
    let error = loop {
        match Wheel::new(b"bytes").put(&repository(&url)) {
            Err(error) if error.message.starts_with("cannot connect") => break error,
            Err(_) => {}
            Ok(outcome) => panic!("{outcome:?}"),
        }
    };
    let text = shown(&error, &server.address);
    assert!(
        text.starts_with("Unreachable: cannot connect to `HOST`\n  cause: Connection refused"),
        "{text}"
    );
}

#[test]
fn a_name_that_nobody_has_is_named() {
    let error = Wheel::new(b"bytes").put(&repository("http://index.invalid/legacy/")).unwrap_err();
    // It is no loopback, so credentials do not go there over plain HTTP.
    assert_eq!(error.kind, ErrorKind::Untrusted);
    let url = "https://index.invalid/legacy/";
    let error = Wheel::new(b"bytes").put(&repository(url)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable);
    assert_eq!(error.message, "cannot connect to `index.invalid`");
    assert_eq!(error.causes.len(), 1, "what the system says of it: {error}");
}

#[test]
fn credentials_do_not_go_over_plain_http_to_another_machine() {
    let wheel = Wheel::new(b"bytes");
    let error = wheel.put(&repository("http://index.example:8080/legacy/")).unwrap_err();
    assert_eq!(
        shown(&error, &"0.0.0.0:0".parse().unwrap()),
        "Untrusted: the credentials for `index.example:8080` would go over plain `http`, for all to read\n  \
         hint: make the URL of the repository one with `https`; `--allow-http` sends them all the same"
    );
    let allowed = Connection {
        allows_plain_http: true,
        http_proxy: Some(Secret::new("http://127.0.0.1:1")),
        ..Connection::default()
    };
    let error = wheel.put(&reached("http://index.example/legacy/", allowed)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable);
}

#[test]
fn a_user_name_in_the_url_is_not_sent() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let url = server.url().replace("http://", "http://mallory:secret@");
    Wheel::new(b"bytes").put(&repository(&url)).unwrap();
    let Captured { head, .. } = server.captured();
    assert!(
        head.contains("Basic X190b2tlbl9fOnB5cGktc2VjcmV0") && !head.contains("mallory"),
        "{head}"
    );
}

#[test]
fn a_url_that_is_none_is_not_shown() {
    let error = Wheel::new(b"bytes").put(&repository("https://me:secret@[::1/")).unwrap_err();
    assert_eq!(
        shown(&error, &"0.0.0.0:0".parse().unwrap()),
        "Unsupported: the URL of the repository cannot be parsed\n  cause: invalid IPv6 address"
    );
}
