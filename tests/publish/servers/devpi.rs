//! devpi, which knows releases and never lets a file be changed.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;
use std::sync::OnceLock;

use tempfile::TempDir;

use super::super::form::basic;
use super::{PASSWORD, Server, USER, ask, get, program};

/// A devpi-server with the index `alice/dev`.
#[derive(Debug)]
pub(crate) struct Devpi {
    server: Server,
}

impl Devpi {
    /// The server that the tests share: each uploads a project of its own.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Devpi> = OnceLock::new();
        SHARED.get_or_init(|| {
            let directory = TempDir::new().unwrap();
            init(directory.path());
            let server = Server::start(directory, |port, directory| {
                let mut command = program("devpi-server");
                command.arg("--serverdir").arg(directory.join("data"));
                command.args(["--host", "127.0.0.1", "--port", &port.to_string()]);
                command.args(["--threads", "4", "--offline-mode", "--enable-core-metadata"]);
                command.arg("--secretfile").arg(directory.join("secret"));
                // The cheapest of hashes: passwords are all that the server would take its time for.
                command.args(["--argon2-memory-cost", "8", "--argon2-parallelism", "1"]);
                command.args(["--argon2-time-cost", "1"]);
                command
            });
            let devpi = Self { server };
            devpi.make_index();
            devpi
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Where uploads go.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/{USER}/dev/", self.address())
    }

    /// The Simple API.
    pub(crate) fn index_url(&self) -> String {
        format!("{}+simple/", self.url())
    }

    /// The status of a project's page.
    pub(crate) fn page_status(&self, project: &str) -> u16 {
        get(self.address(), &format!("/{USER}/dev/+simple/{project}/")).0
    }

    /// Makes the user and an index that is not volatile.
    fn make_index(&self) {
        self.put(&format!("/{USER}"), "", &format!(r#"{{"password":"{PASSWORD}"}}"#));
        let login = format!("Authorization: Basic {}\r\n", basic(USER, PASSWORD));
        let index = r#"{"type":"stage","bases":[],"volatile":false}"#;
        self.put(&format!("/{USER}/dev"), &login, index);
    }

    fn put(&self, path: &str, headers: &str, json: &str) {
        let request = format!(
            "PUT {path} HTTP/1.0\r\nHost: localhost\r\n{headers}Content-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{json}",
            json.len()
        );
        let (status, answer) = ask(self.address(), &request);
        assert!(matches!(status, 200 | 201), "{answer}");
    }
}

/// Makes the server's data directory.
fn init(directory: &Path) {
    let secret = directory.join("secret");
    fs_err::write(&secret, "a secret for the tests of flit, which has to be this long\n").unwrap();
    fs_err::set_permissions(&secret, PermissionsExt::from_mode(0o600)).unwrap();
    let mut command = program("devpi-init");
    command.arg("--serverdir").arg(directory.join("data"));
    command.args(["--no-root-pypi", "--root-passwd", "root"]);
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
