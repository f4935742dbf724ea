//! What the index has of a release: asked in the right place, and believed only where it proves itself.

use flit_sdk::model::{Existence, Repository};
use flit_sdk::{PluginError, Target};

use crate::release::{Recorder, Wheel, credentials, repository, sha256, shown, uploader};
use crate::server::{Play, Server};

const JSON: &str = "application/vnd.pypi.simple.v1+json";
const WHEEL: &str = "up_demo-1.0-py3-none-any.whl";

/// An answer of the server.
fn answer(status: &str, headers: &[(&str, &str)], body: &str) -> Play {
    let headers = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
    let headers = headers.collect::<String>();
    let length = body.len();
    Play::Answer(
        format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}")
            .into_bytes(),
    )
}

fn page(content_type: &str, body: &str) -> Play {
    answer("200 OK", &[("Content-Type", content_type)], body)
}

fn not_found() -> Play {
    answer("404 Not Found", &[("Content-Type", "text/html")], "<title>Nothing</title>")
}

/// A JSON page with the wheel under this hash.
fn listing(sha256: &str) -> String {
    format!(
        r#"{{"meta": {{"api-version": "1.1"}}, "name": "up-demo", "files": [
        {{"filename": "{WHEEL}", "url": "../../files/{WHEEL}", "hashes": {{"sha256": "{sha256}"}}}}]}}"#
    )
}

/// What is asked of a scripted index, and what comes of it.
struct Asked {
    result: Result<Vec<Existence>, String>,
    /// Each request: its first line, and whether credentials came along.
    requests: Vec<String>,
    messages: Vec<String>,
}

fn ask(plays: Vec<Play>) -> Asked {
    ask_at(plays, |server| repository(&server.url()))
}

fn ask_at(plays: Vec<Play>, repository: impl Fn(&Server) -> Repository) -> Asked {
    let count = plays.len();
    let server = Server::start(plays);
    let (host, credentials) = (Recorder::default(), credentials());
    let repository = repository(&server);
    let target = Target { repository: &repository, credentials: Some(&credentials) };
    let wheel = Wheel::new(b"bytes");
    let result = uploader().exists(&host, &target, "", &wheel.release());
    let requests = (0..count).map(|_| {
        let request = server.captured();
        let who = if request.header("authorization").is_some() { "us" } else { "nobody" };
        format!("{} ({who})", request.request_line())
    });
    let said = |error: PluginError| shown(&error, &server.address);
    let asked = Asked {
        requests: requests.collect(),
        result: result.map_err(said),
        messages: host.messages.into_inner().unwrap(),
    };
    let everything = format!("{:?}{:?}{:?}", asked.result, asked.messages, asked.requests);
    assert!(!everything.contains("pypi-secret"), "{everything}");
    asked
}

/// The reason why nobody knows, the address of the server replaced.
fn reason(asked: &Asked) -> String {
    match asked.result.as_deref() {
        Ok([Existence::Unknown { reason }]) => {
            let before =
                reason.find("127.0.0.1:").map_or(reason.len(), |at| at + "127.0.0.1:".len());
            let digits = reason[before..].bytes().take_while(u8::is_ascii_digit).count();
            reason.replace(&reason[before..before + digits], "PORT")
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn what_a_page_lists_is_compared_by_hash() {
    let ours = sha256(b"bytes");
    let html = format!("<a href='{WHEEL}#sha256={ours}'>{WHEEL}</a>");
    let other = "a".repeat(64);
    for (content_type, body, expected) in [
        (JSON, listing(&ours), Existence::Same),
        (JSON, listing(&other), Existence::Other { sha256: other.clone() }),
        (JSON, listing(&ours).replace("-1.0-", "-2.0-"), Existence::Absent),
        ("text/html", html, Existence::Same),
    ] {
        let asked = ask(vec![page(content_type, &body)]);
        assert_eq!(asked.result, Ok(vec![expected]));
        assert_eq!(asked.requests, ["GET /simple/up-demo/ HTTP/1.1 (us)"]);
    }
}

#[test]
fn the_page_is_asked_for_without_caches_and_as_json_first() {
    let server = Server::start(vec![page(JSON, &listing("00"))]);
    let repository = repository(&server.url());
    let target = Target { repository: &repository, credentials: None };
    uploader().exists(&Recorder::default(), &target, "", &Wheel::new(b"").release()).unwrap();
    let request = server.captured();
    assert_eq!(request.header("cache-control"), Some("no-cache"));
    assert_eq!(
        request.header("accept"),
        Some(
            "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
        )
    );
    assert_eq!(request.header("authorization"), None);
}

#[test]
fn a_project_without_a_page_is_absent_only_from_a_place_that_is_an_index() {
    let root = || page("text/html", "<title>Simple Index</title>");
    let asked = ask(vec![not_found(), root()]);
    assert_eq!(asked.result, Ok(vec![Existence::Absent]));
    assert_eq!(asked.requests[1], "GET /simple/ HTTP/1.1 (us)");

    for no_root in [not_found(), page("text/html", "<title>Welcome</title>"), page(JSON, "{}")] {
        let asked = ask(vec![not_found(), no_root]);
        assert_eq!(
            reason(&asked),
            "cannot find its index: nothing shows that `http://127.0.0.1:PORT/simple/` is one \
             (`--index-url` says where it is)"
        );
    }
}

#[test]
fn an_index_that_was_mistyped_has_nothing_absent() {
    let stated = |server: &Server| Repository {
        index_url: Some(format!("http://{}/smiple", server.address)),
        ..repository("https://upload.invalid/legacy/")
    };
    let asked = ask_at(vec![not_found(), not_found()], stated);
    assert!(reason(&asked).contains("nothing shows that `http://127.0.0.1:PORT/smiple/` is one"));
    assert_eq!(asked.requests[0], "GET /smiple/up-demo/ HTTP/1.1 (nobody)");
}

#[test]
fn services_that_are_known_need_no_proof() {
    let gitlab = |server: &Server| {
        repository(&format!("http://{}/api/v4/projects/7/packages/pypi", server.address))
    };
    let asked = ask_at(vec![not_found()], gitlab);
    assert_eq!(asked.result, Ok(vec![Existence::Absent]));
    let hidden = answer("404 Not Found", &[], r#"{"message":"404 Project Not Found"}"#);
    let asked = ask_at(vec![hidden], gitlab);
    assert_eq!(
        asked.result.unwrap_err(),
        "Unauthorized: `HOST` does not show `http://HOST/api/v4/projects/7/packages/pypi/simple/up-demo/`: it answered 404\n  \
         hint: the index may want other credentials than uploads; they go only to the origin of the upload URL"
    );
}

#[test]
fn devpi_is_found_below_the_name_of_its_index() {
    let devpi = |server: &Server| repository(&format!("http://{}/alice/dev/", server.address));
    let of_devpi = answer(
        "404 Not Found",
        &[("X-Devpi-Api-Version", "2"), ("Content-Type", "text/html")],
        "The project up-demo does not exist.",
    );
    let asked = ask_at(vec![of_devpi], devpi);
    assert_eq!(asked.result, Ok(vec![Existence::Absent]));
    assert_eq!(asked.requests, ["GET /alice/dev/+simple/up-demo/ HTTP/1.1 (us)"]);

    // Where it is none, the usual place comes next.
    let asked =
        ask_at(vec![not_found(), not_found(), page(JSON, &listing(&sha256(b"bytes")))], devpi);
    assert_eq!(asked.result, Ok(vec![Existence::Same]));
    assert_eq!(asked.requests[2], "GET /alice/dev/simple/up-demo/ HTTP/1.1 (us)");
}

#[test]
fn a_guess_that_is_no_index_says_nothing() {
    const HINT: &str = " (`--index-url` says where it is)";
    for (play, expected) in [
        (
            page("text/html", "<title>Log in</title>"),
            "cannot read the index at `http://127.0.0.1:PORT/simple/up-demo/`: \
             the answer is no page of an index, but one with the title `Log in`",
        ),
        (
            answer("403 Forbidden", &[], ""),
            "`127.0.0.1:PORT` does not show `http://127.0.0.1:PORT/simple/up-demo/`: it answered 403",
        ),
        (
            answer("302 Found", &[("Location", "http://198.51.100.1/login")], ""),
            "`http://127.0.0.1:PORT/simple/up-demo/` redirects to where nothing protects the answer",
        ),
        (
            answer("405 Method Not Allowed", &[], ""),
            "`127.0.0.1:PORT` does not show `http://127.0.0.1:PORT/simple/up-demo/`: it answered 405",
        ),
    ] {
        let asked = ask(vec![play]);
        assert_eq!(reason(&asked), format!("cannot find its index: {expected}{HINT}"));
    }
}

#[test]
fn an_index_that_fails_is_an_error() {
    let stated = |server: &Server| Repository {
        index_url: Some(format!("http://{}/simple/", server.address)),
        ..repository(&server.url())
    };
    for (play, expected) in [
        (
            page("text/html", "<title>Log in</title>"),
            "Untrusted: cannot read the index at `http://HOST/simple/up-demo/`\n  \
             cause: the answer is no page of an index, but one with the title `Log in`\n  \
             hint: `--index-url` says where the index is",
        ),
        (
            Play::Answer(
                b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Links for".to_vec(),
            ),
            "Network: cannot read the index at `http://HOST/simple/up-demo/`\n  \
             cause: the page ends in the middle\n  \
             hint: `--index-url` says where the index is",
        ),
        (
            page("application/vnd.pypi.simple.v2+json", "{}"),
            "Unsupported: cannot read the index at `http://HOST/simple/up-demo/`\n  \
             cause: the index speaks version `v2+json` of the Simple API, and only version 1 is understood\n  \
             hint: `--index-url` says where the index is",
        ),
        (
            answer("401 Unauthorized", &[], ""),
            "Unauthorized: `HOST` does not show `http://HOST/simple/up-demo/`: it answered 401\n  \
             hint: the index may want other credentials than uploads; they go only to the origin of the upload URL",
        ),
        (
            answer("503 Service Unavailable", &[("Retry-After", "7")], ""),
            "Unavailable: `HOST` does not show `http://HOST/simple/up-demo/`: it answered 503",
        ),
        (
            answer("302 Found", &[("Location", "http://198.51.100.1/simple/")], ""),
            "Untrusted: `http://HOST/simple/up-demo/` redirects to where nothing protects the answer",
        ),
    ] {
        assert_eq!(ask_at(vec![play], stated).result.unwrap_err(), expected);
    }
    // Also where it is only a guess: whoever is busy may be an index.
    let busy = answer("429 Too Many Requests", &[], "");
    assert!(ask(vec![busy]).result.unwrap_err().starts_with("Unavailable: "));
    let loops = || answer("302 Found", &[("Location", "/simple/up-demo/")], "");
    let asked = ask_at((0..6).map(|_| loops()).collect(), stated);
    assert_eq!(
        asked.result.unwrap_err(),
        "Untrusted: `http://HOST/simple/up-demo/` redirects more than 5 times"
    );
}

#[test]
fn a_page_without_end_is_given_up() {
    let body = " ".repeat(64 * 1024 * 1024 + 1);
    let asked = ask(vec![page(JSON, &body)]);
    assert_eq!(
        reason(&asked),
        "cannot find its index: cannot read the index at `http://127.0.0.1:PORT/simple/up-demo/`: \
         the page is too long (`--index-url` says where it is)"
    );
}

#[test]
fn an_index_that_falls_back_to_pypi_does_not_have_the_project() {
    let falls_back =
        answer("303 See Other", &[("Location", "https://pypi.org/simple/up-demo/")], "");
    assert_eq!(ask(vec![falls_back]).result, Ok(vec![Existence::Absent]));
}

#[test]
fn credentials_stay_at_their_origin() {
    let listing = listing(&sha256(b"bytes"));
    let elsewhere = Server::start(vec![page(JSON, &listing)]);
    let location = format!("http://{}/x/?signature=s3cret", elsewhere.address);
    let asked = ask(vec![answer("302 Found", &[("Location", &location)], "")]);
    assert_eq!(asked.result, Ok(vec![Existence::Same]));
    assert_eq!(elsewhere.captured().header("authorization"), None);

    let asked = ask(vec![
        answer("301 Moved Permanently", &[("Location", "/other/")], ""),
        page(JSON, &listing),
    ]);
    assert_eq!(asked.requests[1], "GET /other/ HTTP/1.1 (us)");
}

#[test]
fn a_project_in_trouble_is_a_warning() {
    let with_status = |status: &str| {
        listing("00").replace(
            "\"files\"",
            &format!(r#""project-status": {{"status": "{status}", "reason": "a\n b"}}, "files""#),
        )
    };
    for (status, expected) in [
        ("active", vec![]),
        (
            "archived",
            vec![
                "Warning: the index says that `Up.Demo` is archived: no new releases are expected, and they may be refused (a b)",
            ],
        ),
        (
            "quarantined",
            vec![
                "Warning: the index says that `Up.Demo` is in quarantine: nobody can install it (a b)",
            ],
        ),
    ] {
        let listing = with_status(status).replace("-1.0-", "-0.9-");
        assert_eq!(ask(vec![page(JSON, &listing)]).messages, expected);
    }
    let later = with_status("archived");
    assert_eq!(ask(vec![page(JSON, &later)]).messages, Vec::<String>::new());
}

/// Downloads the wheel from a scripted index.
fn download(plays: Vec<Play>) -> (Result<String, String>, Vec<String>) {
    let count = plays.len();
    let server = Server::start(plays);
    let (repository, credentials) = (repository(&server.url()), credentials());
    let target = Target { repository: &repository, credentials: Some(&credentials) };
    let result =
        uploader().downloaded_sha256(&Recorder::default(), &target, &Wheel::new(b"bytes").file);
    let requests = (0..count).map(|_| server.captured().request_line().to_owned()).collect();
    (result.map_err(|error| shown(&error, &server.address)), requests)
}

#[test]
fn what_was_published_is_downloaded_and_hashed() {
    let listed = || page(JSON, &listing("00"));
    let (result, requests) = download(vec![
        listed(),
        answer("307 Temporary Redirect", &[("Location", "/cdn/7")], ""),
        page("application/octet-stream", "bytes"),
    ]);
    assert_eq!(result, Ok(sha256(b"bytes")));
    let requested = ["GET /simple/up-demo/", &format!("GET /files/{WHEEL}"), "GET /cdn/7"];
    assert_eq!(requests, requested.map(|request| format!("{request} HTTP/1.1")));
}

#[test]
fn what_cannot_be_downloaded_is_an_error() {
    let listed = || page(JSON, &listing("00"));
    let cut = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nby".to_vec();
    for (plays, expected) in [
        (
            vec![page(JSON, &listing("00").replace("-1.0-", "-2.0-"))],
            format!("Unavailable: the index does not list `{WHEEL}` yet"),
        ),
        (
            vec![listed(), not_found()],
            format!(
                "Unavailable: `HOST` does not show `http://HOST/files/{WHEEL}`: it answered 404"
            ),
        ),
        (
            vec![listed(), Play::Answer(cut)],
            "Network: the answer of `HOST` ends in the middle".into(),
        ),
        (
            vec![page(JSON, &listing("00").replace("../../", "javascript:"))],
            format!("Unsupported: the index has no usable link for `{WHEEL}`"),
        ),
    ] {
        assert_eq!(download(plays).0.unwrap_err(), expected);
    }
}
