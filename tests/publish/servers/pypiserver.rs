//! pypiserver, which takes every file it is sent and knows one user.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tempfile::TempDir;

use super::{Server, program};

/// The password file: `alice` with `s3cret`, as `openssl passwd -apr1` makes it.
const PASSWORD_FILE: &str = "alice:$apr1$flitsalt$jS4yerspsxOw5z.ly7pX3.\n";

/// A pypiserver.
#[derive(Debug)]
pub(crate) struct PyPiServer {
    server: Server,
    packages: PathBuf,
}

impl PyPiServer {
    /// The server that the tests share: each uploads a project of its own.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<PyPiServer> = OnceLock::new();
        SHARED.get_or_init(|| {
            let directory = TempDir::new().unwrap();
            let (packages, password_file) = prepare(directory.path());
            let server = Server::start(directory, |port, _| {
                let mut command = program("pypi-server");
                command.args(["run", "--interface", "127.0.0.1", "--port", &port.to_string()]);
                command.arg("--passwords").arg(&password_file);
                command.args(["--authenticate", "update", "--disable-fallback"]);
                command.args(["--hash-algo", "sha256", "--backend", "simple-dir"]);
                command.arg(&packages);
                command
            });
            Self { server, packages }
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Where uploads go.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address())
    }

    /// The Simple API.
    pub(crate) fn index_url(&self) -> String {
        format!("http://{}/simple/", self.address())
    }

    /// Where the server keeps what it was sent.
    pub(crate) fn stored(&self, file_name: &str) -> PathBuf {
        self.packages.join(file_name)
    }
}

/// Makes the directory of the packages and the password file.
pub(super) fn prepare(directory: &Path) -> (PathBuf, PathBuf) {
    let packages = directory.join("packages");
    fs_err::create_dir(&packages).unwrap();
    let password_file = directory.join("htpasswd");
    fs_err::write(&password_file, PASSWORD_FILE).unwrap();
    (packages, password_file)
}
