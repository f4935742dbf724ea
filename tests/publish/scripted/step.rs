//! What a server does with one request.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use super::Answer;

/// What is done with one request: how much of it is read, whether its file is kept, and what is said.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// How many bytes of the body are read; `None` for all of them.
    pub(super) reads: Option<usize>,
    /// Where the server stops when it has read so many bytes of the body.
    pub(super) pause: Option<(usize, Gate)>,
    /// How long the server rests after every hundredth of the body.
    pub(super) rest: Option<Duration>,
    pub(super) stores: bool,
    /// Where the server stops until the test lets it go on.
    pub(super) gate: Option<Gate>,
    pub(super) says: Says,
    pub(super) end: End,
}

/// What is said.
#[derive(Clone, Debug)]
pub(super) enum Says {
    Nothing,
    Answer(Answer),
    /// These bytes, be they HTTP or not.
    Raw(Vec<u8>),
}

/// What becomes of the connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum End {
    /// The next request may come.
    KeepAlive,
    Close,
    Reset,
    /// It stays open, and nobody listens.
    Hold,
}

impl Step {
    /// Reads the request, keeps nothing, and answers.
    pub(crate) fn answer(answer: Answer) -> Self {
        Self {
            reads: None,
            pause: None,
            rest: None,
            stores: false,
            gate: None,
            says: Says::Answer(answer),
            end: End::KeepAlive,
        }
    }

    /// Reads the request, keeps the file, and answers.
    pub(crate) fn store(answer: Answer) -> Self {
        Self { stores: true, ..Self::answer(answer) }
    }

    /// Reads the request, keeps the file, and the line goes dead before the answer.
    pub(crate) fn store_and_reset() -> Self {
        Self { says: Says::Nothing, end: End::Reset, ..Self::store(Answer::ok()) }
    }

    /// Reads the request, keeps nothing, and the line goes dead before the answer.
    pub(crate) fn read_and_reset() -> Self {
        Self { stores: false, ..Self::store_and_reset() }
    }

    /// Reads so many bytes of the body, and the line goes dead.
    pub(crate) fn reset_after(bytes: usize) -> Self {
        Self { reads: Some(bytes), ..Self::read_and_reset() }
    }

    /// Reads so many bytes of the body, answers, and closes without having read the rest.
    pub(crate) fn answer_early(bytes: usize, answer: Answer) -> Self {
        Self { reads: Some(bytes), end: End::Close, ..Self::answer(answer) }
    }

    /// The same, but the reset that closes the connection destroys what was said.
    pub(crate) fn answer_early_and_reset(bytes: usize, answer: Answer) -> Self {
        Self { end: End::Reset, ..Self::answer_early(bytes, answer) }
    }

    /// Reads the request, keeps nothing, says these bytes, and closes.
    pub(crate) fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self { says: Says::Raw(bytes.into()), end: End::Close, ..Self::answer(Answer::ok()) }
    }

    /// Reads the request, keeps the file, says these bytes, and closes.
    pub(crate) fn store_and_raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self { stores: true, ..Self::raw(bytes) }
    }

    /// Reads so many bytes of the body, and then nothing more, with the line open.
    pub(crate) fn stall_after(bytes: usize) -> Self {
        Self { reads: Some(bytes), end: End::Hold, ..Self::read_and_reset() }
    }

    /// Reads the request, keeps nothing, and never answers.
    pub(crate) fn never_answer() -> Self {
        Self { end: End::Hold, ..Self::read_and_reset() }
    }

    /// Reads so many bytes of the body, stops at the gate, and then goes on as if nothing had been.
    pub(crate) fn pause_after(bytes: usize, gate: &Gate) -> Self {
        Self { pause: Some((bytes, gate.clone())), ..Self::store(Answer::ok()) }
    }

    /// Takes its time to read the body, and keeps the file.
    pub(crate) fn read_slowly(rest: Duration) -> Self {
        Self { rest: Some(rest), ..Self::store(Answer::ok()) }
    }

    /// Whether something is said before the body is read.
    pub(super) fn is_early(&self) -> bool {
        self.reads.is_some() && matches!(self.says, Says::Answer(_))
    }

    /// The same, but the server stops at the gate before it says anything.
    pub(crate) fn at(self, gate: &Gate) -> Self {
        Self { gate: Some(gate.clone()), ..self }
    }
}

/// Where a server waits for the test, and the test for the server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gate {
    shared: Arc<(Mutex<Passage>, Condvar)>,
}

#[derive(Debug, Default)]
struct Passage {
    is_reached: bool,
    is_open: bool,
}

/// Longer than any machine takes for what is waited for.
const PATIENCE: Duration = Duration::from_mins(1);

impl Gate {
    /// Waits until the server has come here.
    pub(crate) fn wait_until_reached(&self) {
        let (passage, changed) = &*self.shared;
        let passage = passage.lock().unwrap();
        let waited = changed.wait_timeout_while(passage, PATIENCE, |passage| !passage.is_reached);
        assert!(!waited.unwrap().1.timed_out(), "the server never came to the gate");
    }

    /// Lets the server go on.
    pub(crate) fn open(&self) {
        let (passage, changed) = &*self.shared;
        passage.lock().unwrap().is_open = true;
        changed.notify_all();
    }

    /// Says that the server is here, and waits until it may go on.
    pub(super) fn pass(&self) {
        let (passage, changed) = &*self.shared;
        let mut passage = passage.lock().unwrap();
        passage.is_reached = true;
        changed.notify_all();
        drop(changed.wait_timeout_while(passage, PATIENCE, |passage| !passage.is_open).unwrap());
    }
}
