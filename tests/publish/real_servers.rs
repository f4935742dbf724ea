//! pypiserver, devpi, and pypiserver behind TLS: published to by flit, installed from by pip and uv.

use super::clients::Installer;
use super::scene::{publisher, steady};
use super::scripted::sha256;
use super::servers::{Authority, Devpi, PASSWORD, PyPiServer, TlsPyPiServer, USER};
use crate::support::{Outcome, Program, Sandbox};

/// A project of this name, for a server that other tests use as well.
fn project(program: Program, name: &str) -> Sandbox {
    Sandbox::with(program)
        .file(&format!("{name}.py"), "\"\"\"A demo.\"\"\"\n__version__ = '0.1'\nVALUE = 1\n")
        .file("flit.ini", ini(name))
}

fn ini(name: &str) -> String {
    format!(
        "[metadata]\nmodule={name}\nauthor=Sir Robin\nauthor-email=robin@camelot.uk\nhome-page=http://github.com/sirrobin/{name}\nrequires-python=>=3.9\n"
    )
}

/// A pypiserver or a devpi.
struct Index {
    url: String,
    index_url: String,
}

impl Index {
    fn pypiserver() -> Self {
        let server = PyPiServer::shared();
        Self { url: server.url(), index_url: server.index_url() }
    }

    fn devpi() -> Self {
        let server = Devpi::shared();
        Self { url: server.url(), index_url: server.index_url() }
    }

    /// Publishes with the server's address taken out of what is answered.
    fn publish(&self, sandbox: &Sandbox, args: &[&str]) -> Outcome {
        let known = ["publish", "--repository", &self.url, "--index-url", &self.index_url];
        let outcome = sandbox.run(&[&known, args].concat());
        let address = self.url.split('/').nth(2).unwrap();
        let hide = |text: &str| {
            let text = text.replace(&self.index_url, "[INDEX]").replace(&self.url, "[REPOSITORY]");
            steady(&text.replace(address, "[SERVER]"))
        };
        Outcome { stdout: hide(&outcome.stdout), stderr: hide(&outcome.stderr), ..outcome }
    }

    /// Installs the wheel that was published, with pip and with uv, which compare its hash.
    fn is_installed_from(&self, sandbox: &Sandbox, name: &str) {
        let wheel = sandbox.read(format!("dist/{name}-0.1-py3-none-any.whl"));
        let python = format!("import {name}; print({name}.VALUE)");
        for installer in Installer::ALL {
            let printed =
                installer.installs(&self.index_url, (name, "0.1"), &sha256(&wheel), &python);
            assert_eq!(printed, "1\n", "{installer:?}");
        }
    }
}

#[test]
fn pypiserver_takes_a_release_and_pip_and_uv_install_it() {
    let index = Index::pypiserver();
    let sandbox = publisher(project(Program::Linked, "real_one"));
    insta::assert_snapshot!(index.publish(&sandbox, &[]).shown(), @"
    exit code: 0
    ----- stdout
    [INDEX]real-one/
    ----- stderr
    info: sending real_one-0.1-py3-none-any.whl ([SIZE])
    info: sending real_one-0.1.tar.gz ([SIZE])
    info: published real_one-0.1-py3-none-any.whl, confirmed by its index
    info: published real_one-0.1.tar.gz, confirmed by its index
    ");
    index.is_installed_from(&sandbox, "real_one");
    for file_name in ["real_one-0.1-py3-none-any.whl", "real_one-0.1.tar.gz"] {
        let stored = fs_err::read(PyPiServer::shared().stored(file_name)).unwrap();
        assert_eq!(sha256(&stored), sha256(&sandbox.read(format!("dist/{file_name}"))));
    }
}

#[test]
fn devpi_takes_a_release_and_pip_and_uv_install_it() {
    let index = Index::devpi();
    let sandbox = publisher(project(Program::Linked, "real_two"));
    insta::assert_snapshot!(index.publish(&sandbox, &[]).shown(), @"
    exit code: 0
    ----- stdout
    [INDEX]real-two/
    ----- stderr
    info: sending real_two-0.1-py3-none-any.whl ([SIZE])
    info: sending real_two-0.1.tar.gz ([SIZE])
    info: published real_two-0.1-py3-none-any.whl, confirmed by its index
    info: published real_two-0.1.tar.gz, confirmed by its index
    ");
    index.is_installed_from(&sandbox, "real_two");
}

#[test]
fn publishing_the_same_release_again_is_success() {
    for (index, name) in [(Index::pypiserver(), "real_three"), (Index::devpi(), "real_four")] {
        let sandbox = publisher(project(Program::Linked, name));
        assert_eq!(index.publish(&sandbox, &[]).code, Some(0), "{name}");
        let again = index.publish(&sandbox, &[]);
        assert_eq!(again.code, Some(0), "{name}: {}", again.shown());
        let asking_nobody = index.publish(&sandbox, &["--verify", "none"]);
        assert_eq!(asking_nobody.code, Some(0), "{name}: {}", asking_nobody.shown());
    }
}

#[test]
fn publishing_other_bytes_of_a_version_is_a_stop() {
    for (index, name) in [(Index::pypiserver(), "real_five"), (Index::devpi(), "real_six")] {
        let sandbox = publisher(project(Program::Linked, name));
        assert_eq!(index.publish(&sandbox, &[]).code, Some(0), "{name}");
        let sandbox = sandbox
            .file(&format!("{name}.py"), "\"\"\"A demo.\"\"\"\n__version__ = '0.1'\nVALUE = 2\n");
        for args in [&[][..], &["--skip-existing"], &["--verify", "none"]] {
            let again = index.publish(&sandbox, args);
            assert_eq!(again.code, Some(1), "{name} {args:?}: {}", again.shown());
            assert!(
                again.stderr.contains("raise the version"),
                "{name} {args:?}: {}",
                again.shown()
            );
        }
        index.is_installed_from_first(name);
    }
}

impl Index {
    /// Asserts that the server still has what it was given first.
    fn is_installed_from_first(&self, name: &str) {
        let sandbox = publisher(project(Program::Linked, name));
        sandbox.succeeds(&["build"]);
        let wheel = sandbox.read(format!("dist/{name}-0.1-py3-none-any.whl"));
        let python = format!("import {name}; print({name}.VALUE)");
        let printed =
            Installer::Uv.installs(&self.index_url, (name, "0.1"), &sha256(&wheel), &python);
        assert_eq!(printed, "1\n");
    }
}

#[test]
fn a_wrong_password_is_told_with_where_it_came_from() {
    let mut told = String::new();
    for (index, name) in [(Index::pypiserver(), "real_seven"), (Index::devpi(), "real_eight")] {
        let sandbox =
            publisher(project(Program::Linked, name)).variable("FLIT_PASSWORD", "wr0ng-canary");
        let outcome = index.publish(&sandbox, &[]);
        assert_eq!(outcome.code, Some(1), "{}", outcome.shown());
        assert!(!outcome.shown().contains("wr0ng-canary"), "{}", outcome.shown());
        told += &outcome.stderr;
    }
    insta::assert_snapshot!(told, @"
    info: sending real_seven-0.1-py3-none-any.whl ([SIZE])
    info: the server may want `real_seven` to be registered first: trying
    info: held back real_seven-0.1.tar.gz
    error: cannot publish `real_seven` 0.1 to [REPOSITORY]
      cause: 2 files of 2 not published
      cause: real_seven-0.1-py3-none-any.whl: `[SERVER]` does not let us upload `real_seven-0.1-py3-none-any.whl`: 403 Forbidden: the user name and the password are from `FLIT_USERNAME` and `FLIT_PASSWORD`
      hint: some servers answer `403` also where the user name or the password is wrong
    info: sending real_eight-0.1-py3-none-any.whl ([SIZE])
    info: held back real_eight-0.1.tar.gz
    error: cannot publish `real_eight` 0.1 to [REPOSITORY]
      cause: 2 files of 2 not published
      cause: real_eight-0.1-py3-none-any.whl: `[SERVER]` does not let us upload `real_eight-0.1-py3-none-any.whl`: 401 This server could not verify that you are authorized to access the document you requested. Either you supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply the credentials required: the user name and the password are from `FLIT_USERNAME` and `FLIT_PASSWORD`
    ");
}

#[test]
fn a_project_is_registered_with_devpi() {
    let devpi = Devpi::shared();
    let sandbox = publisher(project(Program::Linked, "real_nine"));
    assert_eq!(devpi.page_status("real-nine"), 404);
    let outcome = sandbox.run(&["register", "--repository", &devpi.url()]);
    insta::assert_snapshot!(outcome.shown().replace(&devpi.url(), "[REPOSITORY]"), @"
    exit code: 0
    ----- stderr
    info: registered `real_nine` with [REPOSITORY]
    ");
    assert_eq!(devpi.page_status("real-nine"), 200);
}

#[test]
fn what_was_published_can_be_downloaded_and_compared() {
    for (index, name) in [(Index::pypiserver(), "real_ten"), (Index::devpi(), "real_eleven")] {
        let sandbox = publisher(project(Program::Linked, name));
        let outcome = index.publish(&sandbox, &["--verify", "download"]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
        assert_eq!(
            outcome.stderr.matches("confirmed by downloading it").count(),
            2,
            "{}",
            outcome.shown()
        );
    }
}

#[test]
fn the_index_is_found_where_it_can_be_told_from_the_upload_url() {
    let server = PyPiServer::shared();
    let sandbox = publisher(project(Program::Linked, "real_twelve"));
    let outcome = sandbox.run(&["publish", "--repository", &server.url()]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    let devpi = Devpi::shared();
    let outcome = sandbox.run(&["publish", "--repository", &devpi.url()]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
}

#[test]
fn a_certificate_of_a_private_authority_is_trusted_where_that_is_said() {
    let authority = Authority::new();
    let server = TlsPyPiServer::start(&authority);
    let sandbox = publisher(project(Program::Linked, "real_tls"));
    authority.write_certificate(&sandbox.project());
    let run = |args: &[&str]| {
        let known = ["publish", "--repository", &server.url(), "--verify", "none"];
        let outcome = sandbox.run(&[&known, args].concat());
        let port = server.address().port().to_string();
        let hide = |text: &str| steady(&text.replace(&port, "[PORT]"));
        Outcome { stdout: hide(&outcome.stdout), stderr: hide(&outcome.stderr), ..outcome }
    };
    insta::assert_snapshot!(run(&[]).shown(), @"
    exit code: 1
    ----- stderr
    info: sending real_tls-0.1-py3-none-any.whl ([SIZE])
    info: held back real_tls-0.1.tar.gz
    error: cannot publish `real_tls` 0.1 to https://localhost:[PORT]/
      cause: 2 files of 2 not published
      cause: real_tls-0.1-py3-none-any.whl: `localhost:[PORT]` shows a certificate that is not trusted: invalid peer certificate: UnknownIssuer: trusted are the certificates of this system
      hint: if the server is the right one, name the file with the certificate of its authority (`--ca-cert`)
    ");
    assert!(!server.stored("real_tls-0.1.tar.gz").exists());
    let trusted = run(&["--ca-cert", "authority.pem"]);
    assert_eq!(trusted.code, Some(0), "{}", trusted.shown());
    assert!(server.stored("real_tls-0.1.tar.gz").is_file());
    insta::assert_snapshot!(run(&["--ca-cert", "no-such.pem"]).shown(), @"
    exit code: 1
    ----- stderr
    error: there is no file [DIR]/project/no-such.pem, which `--ca-cert` names
      hint: name a file in PEM format
    ");
}

#[test]
fn a_private_authority_can_come_from_the_environment() {
    let authority = Authority::new();
    let server = TlsPyPiServer::start(&authority);
    for (number, variable) in
        ["TWINE_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"].iter().enumerate()
    {
        let name = format!("real_env_{number}");
        let sandbox = publisher(project(Program::Linked, &name));
        let certificate = authority.write_certificate(&sandbox.project());
        let sandbox = sandbox.variable(variable, certificate.to_str().unwrap());
        let outcome = sandbox.run(&[
            "publish",
            "--repository",
            &server.url(),
            "--index-url",
            &format!("{}simple/", server.url()),
        ]);
        assert_eq!(outcome.code, Some(0), "{variable}: {}", outcome.shown());
    }
}

#[test]
fn a_certificate_for_another_name_is_never_trusted() {
    let authority = Authority::new();
    let server = TlsPyPiServer::start_with_wrong_name(&authority);
    let sandbox = publisher(project(Program::Linked, "real_name"));
    authority.write_certificate(&sandbox.project());
    let args = [
        "publish",
        "--ca-cert",
        "authority.pem",
        "--verify",
        "none",
        "--repository",
        &server.url(),
    ];
    let outcome = sandbox.run(&args);
    let port = server.address().port().to_string();
    insta::assert_snapshot!(steady(&outcome.shown().replace(&port, "[PORT]")), @r#"
    exit code: 1
    ----- stderr
    info: sending real_name-0.1-py3-none-any.whl ([SIZE])
    info: held back real_name-0.1.tar.gz
    error: cannot publish `real_name` 0.1 to https://localhost:[PORT]/
      cause: 2 files of 2 not published
      cause: real_name-0.1-py3-none-any.whl: `localhost:[PORT]` shows a certificate that is not trusted: invalid peer certificate: certificate not valid for name "localhost"; certificate is only valid for DnsName("elsewhere.example"): trusted are the certificates of this system and of `[DIR]/project/authority.pem`
      hint: is the URL of the repository the right one?
    "#);
    assert!(!server.stored("real_name-0.1.tar.gz").exists());
}

#[test]
fn a_server_that_wants_a_certificate_is_shown_one() {
    let authority = Authority::new();
    let server = TlsPyPiServer::start_asking_for_certificates(&authority);
    let sandbox = publisher(project(Program::Linked, "real_mtls"));
    authority.write_certificate(&sandbox.project());
    authority.issue_to_client(&sandbox.project());
    let known = [
        "publish",
        "--ca-cert",
        "authority.pem",
        "--verify",
        "none",
        "--repository",
        &server.url(),
    ];
    let without = sandbox.run(&known);
    assert_eq!(without.code, Some(1), "{}", without.shown());
    assert!(!server.stored("real_mtls-0.1.tar.gz").exists());
    let with = sandbox.run(&[&known[..], &["--client-cert", "client.pem"]].concat());
    assert_eq!(with.code, Some(0), "{}", with.shown());
    assert!(server.stored("real_mtls-0.1.tar.gz").is_file());
}

#[test]
fn a_password_in_the_url_is_decoded_and_never_shown() {
    let server = PyPiServer::shared();
    // `%33` is a 3.
    let url = format!("http://{USER}:s%33cret@{}/", server.address());
    let sandbox = project(Program::Linked, "real_userinfo");
    let outcome =
        sandbox.run(&["publish", "--repository", &url, "--index-url", &server.index_url()]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    assert!(
        !outcome.shown().contains(PASSWORD) && !outcome.shown().contains("s%33cret"),
        "{}",
        outcome.shown()
    );
}
