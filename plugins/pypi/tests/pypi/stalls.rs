//! Servers that do nothing, and users who have had enough.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use flit_sdk::ErrorKind;
use flit_sdk::model::{Connection, Repository};

use crate::release::{Recorder, Wheel, credentials, reached, repository, shown};
use crate::server::{Captured, Play, Server};

fn impatient(url: &str) -> Repository {
    let stall_timeout = Some(Duration::from_millis(300));
    reached(url, Connection { stall_timeout, ..Connection::default() })
}

#[test]
fn silence_is_told_with_what_was_waited_for() {
    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf".to_vec();
    let rows = [
        (Play::NeverAnswer, 5, "Network: `HOST` has the whole file, but did not answer for 0.3 s"),
        (Play::NeverRead, 32 << 20, "Network: `HOST` took nothing of the file for 0.3 s"),
        (
            Play::AnswerEarly(half),
            5,
            "Network: `HOST` stopped in the middle of its answer for 0.3 s",
        ),
    ];
    for (play, size, expected) in rows {
        let server = Server::start(vec![play]);
        let error = Wheel::new(&vec![1; size]).put(&impatient(&server.url())).unwrap_err();
        assert_eq!(shown(&error, &server.address), expected);
    }
}

#[test]
fn a_server_that_is_slow_but_steady_is_waited_for() {
    let server = Server::start_with(vec![()], |mut stream, ()| {
        use std::io::{Read, Write};

        for _ in 0..24 {
            thread::park_timeout(Duration::from_millis(20));
            Read::by_ref(&mut stream).take(1 << 20).read_to_end(&mut Vec::new()).unwrap();
        }
        stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        while stream.read(&mut [0; 4096]).is_ok_and(|read| read > 0) {}
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 4\r\n\r\n").unwrap();
        for piece in b"slow".chunks(1) {
            thread::park_timeout(Duration::from_millis(100));
            stream.write_all(piece).unwrap();
        }
        Captured::default()
    });
    let began = Instant::now();
    let error = Wheel::new(&vec![1; 24 << 20]).put(&impatient(&server.url())).unwrap_err();
    assert_eq!(error.causes, ["400 slow"]);
    assert!(began.elapsed() > Duration::from_millis(600), "longer than the limit for silence");
}

#[test]
fn who_stops_is_obeyed_at_once() {
    for (play, size) in [(Play::NeverAnswer, 5), (Play::NeverRead, 32 << 20)] {
        let server = Server::start(vec![play]);
        let (wheel, host) = (Wheel::new(&vec![1; size]), Recorder::default());
        let repository = repository(&server.url());
        thread::scope(|scope| {
            let put = scope.spawn(|| {
                let error = wheel.put_as(&repository, Some(&credentials()), &host).unwrap_err();
                (error, Instant::now())
            });
            thread::park_timeout(Duration::from_millis(200));
            let asked = Instant::now();
            host.is_cancelled.store(true, Ordering::Relaxed);
            let (error, ended) = put.join().unwrap();
            assert_eq!(error.kind, ErrorKind::Cancelled);
            assert!(ended.duration_since(asked) < Duration::from_millis(500));
        });
    }
}

#[test]
fn the_connection_is_closed_with_the_call() {
    let server = Server::start(vec![Play::NeverAnswer]);
    Wheel::new(b"bytes").put(&impatient(&server.url())).unwrap_err();
    assert!(server.captured().lasted < Duration::from_millis(1500));
}
