//! What is sent, byte for byte.

use flit_sdk::model::{Outcome, PublishedFile, Receipt};
use flit_sdk::{ErrorKind, Target};

use crate::release::{Recorder, Wheel, credentials, repository, shown, uploader};
use crate::server::{Captured, Play, Server};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// The parts of a multipart body: the head and the content of each.
fn parts(captured: &Captured) -> Vec<(String, Vec<u8>)> {
    let content_type = captured.header("content-type").unwrap();
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let body = captured.body.strip_suffix(format!("\r\n--{boundary}--\r\n").as_bytes()).unwrap();
    let delimiter = format!("\r\n--{boundary}\r\n");
    let mut rest = body.strip_prefix(&delimiter.as_bytes()[2..]).unwrap();
    let mut parts = Vec::new();
    loop {
        let at = rest.windows(delimiter.len()).position(|window| window == delimiter.as_bytes());
        let part = &rest[..at.unwrap_or(rest.len())];
        let head_end = part.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(part[..head_end].to_vec()).unwrap();
        parts.push((head, part[head_end + 4..].to_vec()));
        match at {
            Some(at) => rest = &rest[at + delimiter.len()..],
            None => return parts,
        }
    }
}

#[test]
fn the_form_has_the_metadata_and_then_the_file() {
    let server = Server::answering(OK);
    let mut wheel = Wheel::new(b"PK\r\n--flit\r\nbytes");
    wheel.file.attestations = vec!["{}".into()];
    assert_eq!(wheel.put(&repository(&server.url())), Ok(Outcome::Created));
    let captured = server.captured();
    let mut parts = parts(&captured);
    let (head, content) = parts.pop().unwrap();
    assert_eq!(
        head,
        "Content-Disposition: form-data; name=\"content\"; filename=\"up_demo-1.0-py3-none-any.whl\"\r\n\
         Content-Type: application/octet-stream"
    );
    assert_eq!(content, b"PK\r\n--flit\r\nbytes");
    let fields: Vec<_> = parts
        .iter()
        .map(|(head, value)| {
            let name = head.strip_prefix("Content-Disposition: form-data; name=\"").unwrap();
            format!("{}={}", name.strip_suffix('"').unwrap(), String::from_utf8_lossy(value))
        })
        .collect();
    let sha256 = format!("sha256_digest={}", wheel.file.sha256);
    let blake2_256 = format!("blake2_256_digest={}", wheel.file.blake2_256);
    let expected = [
        ":action=file_upload",
        "protocol_version=1",
        "metadata_version=2.4",
        "name=Up.Demo",
        "version=1.0",
        "author_email=Zoë <zoe@example.org>",
        "requires_python=",
        "classifiers=A :: B",
        "classifiers=C",
        "filetype=bdist_wheel",
        "pyversion=py3",
        &sha256,
        &blake2_256,
        "attestations=[{}]",
    ];
    assert_eq!(fields, expected);
}

#[test]
fn the_head_says_who_asks_and_how_much_comes() {
    let server = Server::answering(OK);
    Wheel::new(b"bytes").put(&repository(&server.url())).unwrap();
    let captured = server.captured();
    assert_eq!(captured.request_line(), "POST /legacy/ HTTP/1.1");
    let header = |name| captured.header(name).unwrap_or_default();
    assert_eq!(header("user-agent"), concat!("flit/", env!("CARGO_PKG_VERSION")));
    assert_eq!(header("accept"), "application/json;q=0.9, text/plain;q=0.8, text/html;q=0.7");
    assert_eq!(header("authorization"), "Basic X190b2tlbl9fOnB5cGktc2VjcmV0");
    assert_eq!(header("content-length"), captured.body.len().to_string());
    assert_eq!(captured.header("transfer-encoding"), None);
    assert_eq!(captured.header("expect"), None);
}

#[test]
fn without_credentials_none_are_sent() {
    let server = Server::answering(OK);
    let wheel = Wheel::new(b"bytes");
    wheel.put_as(&repository(&server.url()), None, &Recorder::default()).unwrap();
    assert_eq!(server.captured().header("authorization"), None);
}

#[test]
fn the_progress_is_told_in_bytes_of_the_file() {
    let server = Server::answering(OK);
    let content = vec![7; 5_000_000];
    let (wheel, host) = (Wheel::new(&content), Recorder::default());
    wheel.put_as(&repository(&server.url()), None, &host).unwrap();
    assert!(server.captured().body.len() > content.len());
    let progress = host.progress.lock().unwrap();
    assert!(progress.is_sorted() && progress.iter().all(|(_, total)| *total == 5_000_000));
    assert_eq!(progress.last(), Some(&(5_000_000, 5_000_000)));
}

#[test]
fn a_file_that_changed_is_never_whole_at_the_server() {
    let content = vec![7; 3_000_000];
    let mut other = content.clone();
    *other.last_mut().unwrap() = 8;
    let rows: [(&[u8], &str, bool); 3] = [
        (&content[1..], "it had 3000000 bytes and has 2999999", false),
        (b"", "it had 3000000 bytes and has 0", false),
        (&other, "its SHA-256 is another", true),
    ];
    for (now, how, is_sent) in rows {
        let server = Server::start(vec![Play::NeverAnswer]);
        let wheel = Wheel::new(&content);
        fs_err::write(&wheel.file.path, now).unwrap();
        let error = wheel.put(&repository(&server.url())).unwrap_err();
        assert_eq!(error.kind, ErrorKind::InvalidProject);
        let path = wheel.file.path.display();
        assert_eq!(error.message, format!("`{path}` changed while it was uploaded: {how}"));
        if is_sent {
            let captured = server.captured();
            let announced: usize = captured.header("content-length").unwrap().parse().unwrap();
            assert!(captured.body.len() < announced, "{how}");
        }
    }
}

#[test]
fn a_file_that_is_gone_is_named() {
    let wheel = Wheel::new(b"bytes");
    fs_err::remove_file(&wheel.file.path).unwrap();
    let error = wheel.put(&repository("http://127.0.0.1:9/")).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Io);
    assert!(error.message.contains("up_demo-1.0-py3-none-any.whl"), "{error}");
}

#[test]
fn an_empty_file_is_sent_too() {
    let server = Server::answering(OK);
    assert_eq!(Wheel::new(b"").put(&repository(&server.url())), Ok(Outcome::Created));
    assert_eq!(parts(&server.captured()).last().unwrap().1, b"");
}

#[test]
fn beginning_and_ending_send_nothing() {
    let wheel = Wheel::new(b"bytes");
    let rows = [
        ("https://upload.pypi.org/legacy/", Some("https://pypi.org/project/up-demo/1.0/")),
        ("https://test.pypi.org/legacy/", Some("https://test.pypi.org/project/up-demo/1.0/")),
        (
            "https://gitlab.example/api/v4/projects/7/packages/pypi",
            Some("https://gitlab.example/api/v4/projects/7/packages/pypi/simple/up-demo/"),
        ),
        ("http://127.0.0.1:9/simple/", None),
    ];
    for (url, page) in rows {
        let repository = repository(url);
        let credentials = credentials();
        let target = Target { repository: &repository, credentials: Some(&credentials) };
        let (host, release) = (Recorder::default(), wheel.release());
        assert_eq!(uploader().begin(&host, &target, &release), Ok(String::new()));
        let file_name = wheel.file.file_name.clone();
        let files = vec![PublishedFile { file_name, url: None }];
        let receipt = Receipt { page: page.map(str::to_owned), files, hint: None };
        assert_eq!(uploader().commit(&host, &target, "", &release), Ok(receipt));
    }
}

#[test]
fn every_web_address_is_ours() {
    for (url, is_ours) in [
        ("https://upload.pypi.org/legacy/", true),
        ("HTTP://localhost:8080/", true),
        ("file:///srv/index/", false),
        ("s3://bucket/", false),
        ("", false),
    ] {
        assert_eq!(uploader().accepts(&repository(url)), Ok(is_ours), "{url}");
    }
    assert_eq!(uploader().wants_credentials(&repository("https://localhost/")), Ok(true));
}

#[test]
fn hosts_of_old_are_refused_with_their_successors() {
    let wheel = Wheel::new(b"bytes");
    let error = wheel.put(&repository("https://pypi.python.org/pypi")).unwrap_err();
    let nowhere = "0.0.0.0:0".parse().unwrap();
    assert_eq!(
        shown(&error, &nowhere),
        "Unsupported: `https://pypi.python.org/pypi` is no more: PyPI has moved\n  \
         hint: make `https://upload.pypi.org/legacy/` the URL of the repository"
    );
}
