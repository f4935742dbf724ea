//! Waiting for the network: ends when the user asks to stop, and when nothing happens for too long.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use flit_sdk::Host;

/// How often it is looked whether the user asked to stop.
const TICK: Duration = Duration::from_millis(100);

/// How long nothing may happen. There is no limit for the whole of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Until there is a connection.
    pub(crate) connect: Duration,
    /// While the request is sent.
    pub(crate) send: Duration,
    /// Between the request and the first byte of the answer, where a file was sent: PyPI takes up to 240 s to look at it.
    pub(crate) think: Duration,
    /// In the middle of the answer, and before it where nothing much was sent.
    pub(crate) receive: Duration,
}

impl Limits {
    /// The limits, all replaced by `stall_timeout` if there is one.
    pub(crate) fn new(stall_timeout: Option<Duration>) -> Self {
        let seconds = |seconds| stall_timeout.unwrap_or(Duration::from_secs(seconds));
        Self { connect: seconds(10), send: seconds(60), think: seconds(300), receive: seconds(60) }
    }

    fn of(&self, phase: Phase) -> Duration {
        match phase {
            Phase::Sending => self.send,
            Phase::Thinking => self.think,
            Phase::Asking | Phase::Receiving => self.receive,
            // Whoever has not refused by then wants to see more.
            Phase::Listening => self.receive.min(Duration::from_secs(5)),
        }
    }
}

/// What is being waited for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub(crate) enum Phase {
    /// A short request, and the beginning of its answer.
    Asking,
    /// The server, to take more of the file.
    Sending,
    /// The server, to say something about the file.
    Thinking,
    /// The rest of the answer.
    Receiving,
    /// A refusal that is said before anything is sent.
    Listening,
}

impl Phase {
    const ALL: [Self; 5] =
        [Self::Asking, Self::Sending, Self::Thinking, Self::Receiving, Self::Listening];
}

/// What happened last, told by whoever sends and receives, and read by whoever waits.
#[derive(Debug)]
pub(crate) struct Activity {
    began: Instant,
    /// When something happened last, in milliseconds since the beginning.
    last: AtomicU64,
    phase: AtomicU8,
    /// How many bytes of the file were handed to the network, and how many there are.
    sent: AtomicU64,
    size: u64,
    is_sent: AtomicBool,
}

impl Activity {
    /// Of a request with a file of `size` bytes, or with none.
    pub(crate) fn new(phase: Phase, size: u64) -> Arc<Self> {
        Arc::new(Self {
            began: Instant::now(),
            last: AtomicU64::new(0),
            phase: AtomicU8::new(phase as u8),
            sent: AtomicU64::new(0),
            size,
            is_sent: AtomicBool::new(false),
        })
    }

    /// Something happened.
    pub(crate) fn happened(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Relaxed);
        if phase == Phase::Thinking {
            self.is_sent.store(true, Ordering::Relaxed);
        }
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.store(now, Ordering::Relaxed);
    }

    /// So many more bytes of the file were handed to the network.
    pub(crate) fn sent(&self, bytes: u64) {
        self.sent.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn phase(&self) -> Phase {
        let phase = self.phase.load(Ordering::Relaxed);
        Phase::ALL.into_iter().find(|known| *known as u8 == phase).unwrap_or(Phase::Asking)
    }

    /// Whether all of the request was handed to the network.
    pub(crate) fn is_sent(&self) -> bool {
        self.is_sent.load(Ordering::Relaxed)
    }

    fn silence(&self) -> Duration {
        let last = Duration::from_millis(self.last.load(Ordering::Relaxed));
        self.began.elapsed().saturating_sub(last)
    }

    fn report(&self, host: &dyn Host) {
        if self.size > 0 {
            host.progress(self.sent.load(Ordering::Relaxed), self.size);
        }
    }
}

/// Why waiting ended without what was waited for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Interruption {
    /// The user asked to stop.
    Cancelled,
    /// Nothing happened for that long.
    Stalled(Phase, Duration),
}

/// Waits for `future`, with an eye on the user and on the clock, and tells the progress.
pub(crate) async fn watched<T>(
    host: &dyn Host,
    limits: Limits,
    activity: &Activity,
    future: impl Future<Output = T>,
) -> Result<T, Interruption> {
    let mut future = pin!(future);
    loop {
        if host.is_cancelled() {
            return Err(Interruption::Cancelled);
        }
        let phase = activity.phase();
        let limit = limits.of(phase);
        let tick = TICK.min(limit.saturating_sub(activity.silence()) + Duration::from_millis(1));
        let done = tokio::time::timeout(tick, future.as_mut()).await;
        activity.report(host);
        if let Ok(done) = done {
            return Ok(done);
        }
        if activity.phase() == phase && activity.silence() >= limit {
            return Err(Interruption::Stalled(phase, limit));
        }
    }
}
