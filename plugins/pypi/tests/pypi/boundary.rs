//! The same answers from a plugin that is linked and from one that is loaded.

use std::sync::atomic::Ordering;
use std::time::Duration;

use flit_plugin_pypi::PLUGIN;
use flit_sdk::model::Outcome;
use flit_sdk::testing::through_abi;
use flit_sdk::{ErrorKind, PluginError, Target};

use crate::release::{Recorder, Wheel, credentials, repository};
use crate::server::{Captured, Play, Server};

/// Puts a wheel with an attestation through both, each to a server that plays the same.
fn put_both(answer: &str) -> [(Result<Outcome, PluginError>, Captured); 2] {
    let mut wheel = Wheel::new(b"bytes");
    wheel.file.attestations = vec!["{}".into()];
    [PLUGIN, through_abi(&PLUGIN)].map(|plugin| {
        let server = Server::answering(answer);
        let (repository, credentials) = (repository(&server.url()), credentials());
        let target = Target { repository: &repository, credentials: Some(&credentials) };
        let put = plugin.upload.unwrap().put(&Recorder::default(), &target, "", &wheel.file);
        let address = server.address.to_string();
        let put = put.map_err(|error| PluginError {
            message: error.message.replace(&address, "HOST"),
            ..error
        });
        (put, server.captured())
    })
}

#[test]
fn the_form_is_the_same() {
    let [(linked, sent), (loaded, sent_by_loaded)] =
        put_both("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(linked, Ok(Outcome::Created));
    assert_eq!(linked, loaded);
    assert_eq!(sent.body, sent_by_loaded.body);
}

#[test]
fn outcomes_and_errors_are_the_same() {
    for answer in [
        "HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 Upload of identical file.\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: https://sso.example/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 O",
    ] {
        let [(linked, _), (loaded, _)] = put_both(answer);
        assert_eq!(linked, loaded, "{answer}");
    }
}

#[test]
fn the_delay_crosses() {
    let answer = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n";
    let [(linked, _), (loaded, _)] = put_both(answer);
    assert_eq!(linked, loaded);
    let error = loaded.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert_eq!(error.retry_after, Some(Duration::from_secs(7)));
}

#[test]
fn the_progress_crosses_and_so_does_the_wish_to_stop() {
    let wheel = Wheel::new(&vec![1; 1 << 20]);
    let uploader = through_abi(&PLUGIN).upload.unwrap();
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let (repository, host) = (repository(&server.url()), Recorder::default());
    let target = Target { repository: &repository, credentials: None };
    assert_eq!(uploader.put(&host, &target, "", &wheel.file), Ok(Outcome::Created));
    assert_eq!(host.progress.lock().unwrap().last(), Some(&(1 << 20, 1 << 20)));

    let server = Server::start(vec![Play::NeverAnswer]);
    let repository = crate::release::repository(&server.url());
    let target = Target { repository: &repository, credentials: None };
    host.is_cancelled.store(true, Ordering::Relaxed);
    let error = uploader.put(&host, &target, "", &wheel.file).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Cancelled);
}
