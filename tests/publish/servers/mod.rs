//! Real servers on loopback: what is needed to run them is installed, they are started, and they end with the tests.

mod devpi;
mod nginx;
mod pypiserver;
mod tls;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub(crate) use devpi::Devpi;
pub(crate) use nginx::Nginx;
pub(crate) use pypiserver::PyPiServer;
pub(crate) use tls::{Authority, TlsPyPiServer};

/// The user that all servers know.
pub(crate) const USER: &str = "alice";
/// The password of that user.
pub(crate) const PASSWORD: &str = "s3cret";

/// How long a server may take to start, on a machine that has other things to do.
const START_LIMIT: Duration = Duration::from_mins(1);

/// The programs that the tests need besides flit.
#[derive(Debug)]
struct Installed {
    programs_dir: PathBuf,
    nginx: PathBuf,
}

/// A program that was installed from PyPI for the tests, such as `twine` or `pip`.
pub(crate) fn program(name: &str) -> Command {
    Command::new(installed().programs_dir.join(name))
}

/// A file of the servers' directory.
fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/publish/servers").join(name)
}

/// Installs what is missing, once in a run of the tests; other runs at the same time wait for it.
fn installed() -> &'static Installed {
    static INSTALLED: OnceLock<Installed> = OnceLock::new();
    INSTALLED.get_or_init(|| {
        let output = Command::new("python3")
            .arg(script("install.py"))
            .stderr(Stdio::inherit())
            .output()
            .expect("Python 3.11 is needed by the tests");
        assert!(output.status.success(), "the servers for the tests cannot be installed");
        let text = String::from_utf8(output.stdout).unwrap();
        let path = |name: &str| {
            PathBuf::from(text.lines().find_map(|line| line.strip_prefix(name)).unwrap())
        };
        Installed { programs_dir: path("programs="), nginx: path("nginx=") }
    })
}

/// A server that runs until this is dropped, or until this process ends, however it ends.
#[derive(Debug)]
struct Server {
    /// Ends the server, and removes its directory, when its stdin closes.
    guard: Child,
    port: u16,
}

impl Server {
    /// Starts the command that `command` makes for a port, and waits until something listens there.
    fn start(directory: TempDir, command: impl Fn(u16, &Path) -> Command) -> Self {
        // Between our looking for a free port and the server's taking it, somebody else may take it.
        for _ in 0..3 {
            let port = free_port();
            let guard = guarded(&command(port, directory.path()), directory.path());
            let mut server = Self { guard, port };
            if server.listens() {
                // The guard removes it.
                let _path = directory.keep();
                return server;
            }
        }
        let log = fs_err::read_to_string(directory.path().join("log")).unwrap();
        panic!("the server does not start:\n{log}");
    }

    /// Waits until the server listens; false if it ended instead.
    fn listens(&mut self) -> bool {
        let started = Instant::now();
        while TcpStream::connect(self.address()).is_err() {
            if self.guard.try_wait().unwrap().is_some() {
                return false;
            }
            assert!(started.elapsed() < START_LIMIT, "the server takes too long to start");
            pause();
        }
        true
    }

    fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        drop(self.guard.wait());
    }
}

/// Starts the guard of a server, which writes to `log` in the directory.
fn guarded(command: &Command, directory: &Path) -> Child {
    let log = fs_err::File::create(directory.join("log")).unwrap().into_file();
    let mut guard = program("python");
    guard.arg(script("guard.py")).arg(directory).arg(command.get_program());
    guard.args(command.get_args());
    guard.stdin(Stdio::piped()).stdout(log.try_clone().unwrap()).stderr(log);
    guard.spawn().unwrap()
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Waits a moment before something is looked at again.
pub(crate) fn pause() {
    std::thread::park_timeout(Duration::from_millis(5));
}

/// Sends one request and returns the status and the text of the answer.
pub(crate) fn ask(address: SocketAddr, request: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, answer)
}

/// Gets a page and returns the status and the text of the answer.
pub(crate) fn get(address: SocketAddr, path: &str) -> (u16, String) {
    ask(address, &format!("GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n"))
}
