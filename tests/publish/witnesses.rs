//! The servers of these tests are what they claim to be: twine publishes to them, pip and uv install from them.

use tempfile::TempDir;

use super::clients::{Installer, said, twine};
use super::files::Wheel;
use super::scripted::{Answer, ScriptedServer, Step, sha256};
use super::servers::{Authority, Devpi, Nginx, PyPiServer, TlsPyPiServer, get};

/// Uploads a wheel of this name with twine and installs it with both installers.
fn twine_publishes(name: &str, url: &str, index_url: &str) {
    let directory = TempDir::new().unwrap();
    let wheel = Wheel::new(name).write(directory.path());
    let uploaded = twine(url, &[&wheel], &[]);
    assert!(uploaded.status.success(), "{}", said(&uploaded));
    let hash = sha256(&fs_err::read(wheel).unwrap());
    for installer in Installer::ALL {
        let python = format!("import {name}; print({name}.VALUE)");
        assert_eq!(
            installer.installs(index_url, (name, "1.0"), &hash, &python),
            "1\n",
            "{installer:?}"
        );
    }
}

#[test]
fn pypiserver_is_published_to_and_installed_from() {
    let server = PyPiServer::shared();
    twine_publishes("witness_one", &server.url(), &server.index_url());
    assert!(server.stored("witness_one-1.0-py3-none-any.whl").is_file());
}

#[test]
fn devpi_is_published_to_and_installed_from() {
    let server = Devpi::shared();
    assert_eq!(server.page_status("witness-two"), 404);
    twine_publishes("witness_two", &server.url(), &server.index_url());
    assert_eq!(server.page_status("witness-two"), 200);
}

#[test]
fn the_scripted_server_is_published_to_and_installed_from() {
    let server = ScriptedServer::start();
    twine_publishes("witness_three", &server.url(), &server.index_url());
    server.speak_html_only();
    twine_publishes("witness_four", &server.url(), &server.index_url());
    assert_eq!(server.stored().len(), 2);
    assert_eq!(server.uploads().len(), 2);
}

#[test]
fn the_server_behind_tls_is_trusted_with_its_authority() {
    let directory = TempDir::new().unwrap();
    let authority = Authority::new();
    let certificate = authority.write_certificate(directory.path());
    let server = TlsPyPiServer::start(&authority);
    let wheel = Wheel::new("witness_tls").write(directory.path());
    let trusted = twine(&server.url(), &[&wheel], &[("TWINE_CERT", certificate.to_str().unwrap())]);
    assert!(trusted.status.success(), "{}", said(&trusted));
}

#[test]
fn nginx_serves_a_directory() {
    let directory = TempDir::new().unwrap();
    fs_err::write(directory.path().join("index.html"), "hello").unwrap();
    let server = Nginx::serving(directory.path());
    let (status, page) = get(server.address(), "/");
    assert_eq!(status, 200);
    assert!(page.contains("Content-Type: text/html") && page.ends_with("hello"), "{page}");
}

#[test]
fn a_script_is_followed_step_by_step() {
    let directory = TempDir::new().unwrap();
    let wheel = Wheel::new("witness_five").write(directory.path());
    let server = ScriptedServer::start();
    server
        .uploads_meet([Step::answer(Answer::refusal(400, "no such luck")), Step::read_and_reset()]);
    let refused = twine(&server.url(), &[&wheel], &[]);
    assert!(said(&refused).contains("no such luck"), "{}", said(&refused));
    let reset = twine(&server.url(), &[&wheel], &[]);
    assert!(said(&reset).contains("Connection reset by peer"), "{}", said(&reset));
    assert_eq!(server.stored(), Vec::<String>::new());
    assert!(twine(&server.url(), &[&wheel], &[]).status.success());
    assert_eq!(server.uploaded(), ["witness_five-1.0-py3-none-any.whl"; 3]);
}
