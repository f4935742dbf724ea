//! A server that does what a test tells it: it answers, lies, stalls, drops the line; and remembers all it was sent.

mod answer;
mod connection;
mod index;
mod step;

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

pub(crate) use answer::Answer;
pub(crate) use connection::Request;
pub(crate) use index::sha256;
pub(crate) use step::{Gate, Step};

use super::form::Form;

/// Where uploads go, as PyPI has it.
pub(crate) const UPLOAD_PATH: &str = "/legacy/";

/// A server that follows a script.
///
/// Without a script it is an index that keeps what it is sent: uploads go to `/legacy/`, the Simple API is at `/simple/`,
/// files are at `/files/`. What the script says of a path comes first, a step for each request.
#[derive(Debug)]
pub(crate) struct ScriptedServer {
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// What the connections share.
#[derive(Debug, Default)]
struct Shared {
    is_over: AtomicBool,
    state: Mutex<State>,
}

/// All that the server knows.
#[derive(Debug, Default)]
struct State {
    /// What is done with the next requests to a path, which is the beginning of theirs.
    script: Vec<Scripted>,
    requests: Vec<Request>,
    /// The files it took, by their names.
    stored: BTreeMap<String, Vec<u8>>,
    /// What the index says of a file's hash instead of the truth.
    lies: BTreeMap<String, String>,
    /// Whether the index has no JSON.
    is_html_only: bool,
}

#[derive(Debug)]
struct Scripted {
    path: String,
    step: Step,
    /// Whether it is for all requests to come, not for one.
    is_always: bool,
}

/// One upload as it arrived.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) request: Request,
    /// `None` if not all of it arrived.
    pub(crate) form: Option<Form>,
}

impl ScriptedServer {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if accepting.is_over.load(Ordering::Relaxed) {
                    break;
                }
                let connection = Arc::clone(&accepting);
                // A client that goes away in the middle ends its connection, and that is all.
                std::thread::spawn(move || drop(connection.serve(stream.unwrap(), address)));
            }
        });
        Self { address, shared }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where uploads go.
    pub(crate) fn url(&self) -> String {
        format!("http://{}{UPLOAD_PATH}", self.address)
    }

    /// The Simple API.
    pub(crate) fn index_url(&self) -> String {
        format!("http://{}/simple/", self.address)
    }

    /// Says what is done with the next requests to paths that begin so, one step for each.
    pub(crate) fn then(&self, path: &str, steps: impl IntoIterator<Item = Step>) -> &Self {
        let scripted = |step| Scripted { path: path.to_owned(), step, is_always: false };
        self.state().script.extend(steps.into_iter().map(scripted));
        self
    }

    /// Says what is done with all requests to paths that begin so, after the steps that are for one.
    pub(crate) fn always(&self, path: &str, step: Step) -> &Self {
        let scripted = Scripted { path: path.to_owned(), step, is_always: true };
        self.state().script.push(scripted);
        self
    }

    /// Says what is done with the next uploads.
    pub(crate) fn uploads_meet(&self, steps: impl IntoIterator<Item = Step>) -> &Self {
        self.then(UPLOAD_PATH, steps)
    }

    /// Lets the index list another hash for a file than it has.
    pub(crate) fn lie_about(&self, file_name: &str, sha256: &str) -> &Self {
        self.state().lies.insert(file_name.into(), sha256.into());
        self
    }

    /// Lets the index speak HTML alone.
    pub(crate) fn speak_html_only(&self) -> &Self {
        self.state().is_html_only = true;
        self
    }

    /// Puts a file there, as if somebody had uploaded it.
    pub(crate) fn store(&self, file_name: &str, content: &[u8]) -> &Self {
        self.state().stored.insert(file_name.into(), content.into());
        self
    }

    /// The names of the files that the server has.
    pub(crate) fn stored(&self) -> Vec<String> {
        self.state().stored.keys().cloned().collect()
    }

    /// The bytes of a file that the server has.
    pub(crate) fn content(&self, file_name: &str) -> Vec<u8> {
        self.state().stored[file_name].clone()
    }

    /// All requests that arrived, also those that were cut short.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.state().requests.clone()
    }

    /// The requests to a path.
    pub(crate) fn requests_to(&self, path: &str) -> Vec<Request> {
        self.requests().into_iter().filter(|request| request.path.starts_with(path)).collect()
    }

    /// The uploads that arrived, also those that were cut short.
    pub(crate) fn uploads(&self) -> Vec<Upload> {
        let posts = self.requests().into_iter().filter(|request| request.method == "POST");
        posts
            .filter(|request| !request.path.starts_with("/_/"))
            .map(|request| Upload { form: request.form(), request })
            .collect()
    }

    /// The names of the files in the uploads that arrived whole, in their order.
    pub(crate) fn uploaded(&self) -> Vec<String> {
        let forms = self.uploads().into_iter().filter_map(|upload| upload.form);
        forms.map(|form| form.content().file_name.clone()).collect()
    }

    /// The text without the address of this server.
    pub(crate) fn hide(&self, text: &str) -> String {
        text.replace(&self.address.to_string(), "[SERVER]")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state()
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        // Wakes the thread that accepts.
        drop(TcpStream::connect(self.address));
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl State {
    /// The step for a request: the first for one that is left, else the first for all; `None` without a script.
    fn next_step(&mut self, path: &str) -> Option<Step> {
        let at = self.next(path)?;
        if self.script[at].is_always {
            return Some(self.script[at].step.clone());
        }
        Some(self.script.remove(at).step)
    }

    /// Whether the next request to a path is answered before its body is read.
    fn is_met_early(&self, path: &str) -> bool {
        self.next(path).is_some_and(|at| self.script[at].step.is_early())
    }

    fn next(&self, path: &str) -> Option<usize> {
        let fits = |scripted: &Scripted| path.starts_with(&scripted.path);
        let once = self.script.iter().position(|scripted| fits(scripted) && !scripted.is_always);
        once.or_else(|| self.script.iter().position(fits))
    }
}
