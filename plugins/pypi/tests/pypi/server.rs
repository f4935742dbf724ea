//! A server on the loopback that remembers what it was sent, and answers what the test says, byte for byte.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// What the server does with one connection.
pub(crate) enum Play {
    /// Reads the whole request and answers.
    Answer(Vec<u8>),
    /// Answers as soon as it has the head, and takes what else comes until the client closes.
    AnswerEarly(Vec<u8>),
    /// Answers as soon as it has the head, and closes: what else comes is met by a reset.
    AnswerEarlyAndClose(Vec<u8>),
    /// Reads the whole request, never answers, and waits until the client closes.
    NeverAnswer,
    /// Reads the head, and nothing else until the client is gone.
    NeverRead,
    /// Reads so many bytes behind the head and closes: a reset.
    CloseAfter(usize),
}

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Captured {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// How long the connection was open.
    pub(crate) lasted: Duration,
}

impl Captured {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    /// The first line.
    pub(crate) fn request_line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }
}

/// A server that plays one part for each connection, and then is gone.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    captured: Receiver<Captured>,
}

impl Server {
    /// Starts a server for `plays`.
    pub(crate) fn start(plays: Vec<Play>) -> Self {
        Self::start_with(plays, converse)
    }

    /// Starts a server that has `conversation` with each client.
    pub(crate) fn start_with<P: Send + 'static>(
        plays: Vec<P>,
        conversation: impl Fn(TcpStream, P) -> Captured + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, captured) = channel();
        thread::spawn(move || {
            for play in plays {
                let (stream, _) = listener.accept().unwrap();
                // A client that hangs would hang the test.
                stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
                let began = Instant::now();
                let captured = conversation(stream, play);
                let captured = Captured { lasted: began.elapsed(), ..captured };
                if sender.send(captured).is_err() {
                    return;
                }
            }
        });
        Self { address, captured }
    }

    /// A server that answers one request with `answer`.
    pub(crate) fn answering(answer: impl Into<Vec<u8>>) -> Self {
        Self::start(vec![Play::Answer(answer.into())])
    }

    /// The upload URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/legacy/", self.address)
    }

    /// The next request.
    pub(crate) fn captured(&self) -> Captured {
        self.captured.recv_timeout(Duration::from_secs(20)).unwrap()
    }
}

/// Plays `play` on any stream.
pub(crate) fn converse(mut stream: impl Read + Write, play: Play) -> Captured {
    let mut captured = read_head(&mut stream);
    // Whatever cannot be written was not wanted: the client is gone.
    let write = |stream: &mut dyn Write, bytes: &[u8]| {
        stream.write_all(bytes).and_then(|()| stream.flush()).unwrap_or_default();
    };
    match play {
        Play::Answer(answer) => {
            read_body(&mut stream, &mut captured, usize::MAX);
            write(&mut stream, &answer);
        }
        Play::AnswerEarly(answer) => {
            write(&mut stream, &answer);
            drain(&mut stream);
        }
        Play::AnswerEarlyAndClose(answer) => write(&mut stream, &answer),
        Play::NeverAnswer => {
            read_body(&mut stream, &mut captured, usize::MAX);
            drain(&mut stream);
        }
        Play::NeverRead => {
            // As long as nobody reads, only time tells that the client is gone; the test does not wait for it.
            thread::park_timeout(Duration::from_secs(3));
        }
        Play::CloseAfter(bytes) => read_body(&mut stream, &mut captured, bytes),
    }
    captured
}

fn read_head(stream: &mut impl Read) -> Captured {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or_default() > 0 {
        head.push(byte[0]);
    }
    Captured { head: String::from_utf8(head).unwrap(), ..Captured::default() }
}

fn read_body(stream: &mut impl Read, captured: &mut Captured, limit: usize) {
    let length = captured.header("content-length").map_or(0, |length| length.parse().unwrap());
    let length = limit.min(length);
    captured.body = Vec::with_capacity(length);
    let mut limited = stream.take(length as u64);
    // A client that goes away in the middle leaves what it sent.
    limited.read_to_end(&mut captured.body).map(drop).unwrap_or_default();
}

fn drain(stream: &mut impl Read) {
    let mut buffer = vec![0; 64 * 1024];
    while stream.read(&mut buffer).is_ok_and(|read| read > 0) {}
}
