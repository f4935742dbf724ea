//! Gzip on several threads: one member whose bytes do not depend on how many there were.
//!
//! The input is cut into [chunks](Chunk) at places that only the input decides; each is deflated by itself.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::chunk::{CHUNK_BYTES, Chunk, Deflated, WINDOW_BYTES};

/// More threads than this wait for the one that reads.
const MOST_THREADS: usize = 8;

/// How many finished chunks may wait for one that is not, before their makers wait too: this bounds the memory.
const MOST_AHEAD: usize = 4 * MOST_THREADS;

/// Magic number, deflate, no flags (so no file name), time, no extra flags, unknown operating system.
fn header(timestamp: u32) -> [u8; 10] {
    let mut header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    header[4..8].copy_from_slice(&timestamp.to_le_bytes());
    header
}

/// How many threads are worth their start for `input_bytes` bytes.
pub(crate) fn thread_count(input_bytes: u64) -> usize {
    let chunk_bytes = u64::try_from(CHUNK_BYTES).unwrap_or(u64::MAX);
    let chunks = usize::try_from(input_bytes.div_ceil(chunk_bytes)).unwrap_or(usize::MAX);
    if chunks <= 1 {
        return 1; // asking for the number of processors costs more than a small sdist
    }
    let processors = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    chunks.min(processors).min(MOST_THREADS)
}

/// Compresses what `source` supplies and hands it to `sink` in order.
///
/// `source` appends to the buffer at least [`CHUNK_BYTES`] bytes, or all that is left, and answers whether that was the
/// last of it. Both are called from any thread, one call at a time. The first error ends the work and is returned.
pub(crate) fn compress<E: Send>(
    threads: usize,
    timestamp: u32,
    source: impl FnMut(&mut Vec<u8>) -> Result<bool, E> + Send,
    mut sink: impl FnMut(&[u8]) -> Result<(), E> + Send,
) -> Result<(), E> {
    sink(&header(timestamp))?;
    let work = Work {
        input: Mutex::new(Input { source, chunks: 0, window: Vec::new(), is_at_end: false }),
        output: Mutex::new(Output {
            sink,
            written: 0,
            waiting: BTreeMap::new(),
            checksum: crc32fast::Hasher::new(),
            input_bytes: 0,
            error: None,
            is_stopped: false,
        }),
        progress: Condvar::new(),
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(|| work.run());
        }
        work.run();
    });
    let mut output = work.output.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = output.error.take() {
        return Err(error);
    }
    output.write_trailer()
}

/// What the threads share.
struct Work<S, W, E> {
    input: Mutex<Input<S>>,
    output: Mutex<Output<W, E>>,
    /// Signaled when a chunk was written or the work stopped.
    progress: Condvar,
}

struct Input<S> {
    source: S,
    /// How many chunks were taken.
    chunks: usize,
    /// The end of the chunk that was taken last.
    window: Vec<u8>,
    is_at_end: bool,
}

struct Output<W, E> {
    sink: W,
    /// How many chunks were written.
    written: usize,
    /// Chunks that were finished before one that comes earlier.
    waiting: BTreeMap<usize, Deflated>,
    checksum: crc32fast::Hasher,
    /// Modulo 2³², as the trailer wants it.
    input_bytes: u32,
    error: Option<E>,
    is_stopped: bool,
}

impl<S, W, E> Work<S, W, E>
where
    S: FnMut(&mut Vec<u8>) -> Result<bool, E>,
    W: FnMut(&[u8]) -> Result<(), E>,
{
    /// What each thread does: take a chunk, deflate it, hand it over.
    fn run(&self) {
        let _stop_on_panic = StopOnPanic(self);
        let mut buffer = Vec::new();
        loop {
            let chunk = match self.take_chunk(buffer) {
                Ok(Some(chunk)) => chunk,
                Ok(None) => return,
                Err(error) => return self.stop(Some(error)),
            };
            let deflated = chunk.deflate();
            if !self.hand_over(chunk.number, deflated) {
                return;
            }
            buffer = chunk.buffer;
        }
    }

    fn take_chunk(&self, mut buffer: Vec<u8>) -> Result<Option<Chunk>, E> {
        let mut input = lock(&self.input);
        if input.is_at_end {
            return Ok(None);
        }
        buffer.clear();
        buffer.extend_from_slice(&input.window);
        let window_bytes = buffer.len();
        let result = (input.source)(&mut buffer);
        // After an error nobody asks the source again.
        let is_last = *result.as_ref().unwrap_or(&true);
        input.is_at_end = is_last;
        result?;
        let next_window = buffer.len().saturating_sub(WINDOW_BYTES);
        input.window.clear();
        input.window.extend_from_slice(&buffer[next_window..]);
        let number = input.chunks;
        input.chunks += 1;
        Ok(Some(Chunk { number, buffer, window_bytes, is_last }))
    }

    /// Writes the chunk and those that waited for it. Answers whether the work goes on.
    fn hand_over(&self, number: usize, deflated: Deflated) -> bool {
        let output = lock(&self.output);
        let mut output = self
            .progress
            .wait_while(output, |output| {
                !output.is_stopped && number >= output.written + MOST_AHEAD
            })
            .unwrap_or_else(PoisonError::into_inner);
        if output.is_stopped {
            return false;
        }
        output.waiting.insert(number, deflated);
        if let Err(error) = output.write_waiting() {
            drop(output);
            self.stop(Some(error));
            return false;
        }
        drop(output);
        self.progress.notify_all();
        true
    }

    fn stop(&self, error: Option<E>) {
        lock(&self.input).is_at_end = true;
        let mut output = lock(&self.output);
        output.is_stopped = true;
        output.error = output.error.take().or(error);
        drop(output);
        self.progress.notify_all();
    }
}

/// A thread that panicked leaves no chunk behind that the others wait for; the scope passes the panic on.
struct StopOnPanic<'a, S, W, E>(&'a Work<S, W, E>)
where
    S: FnMut(&mut Vec<u8>) -> Result<bool, E>,
    W: FnMut(&[u8]) -> Result<(), E>;

impl<S, W, E> Drop for StopOnPanic<'_, S, W, E>
where
    S: FnMut(&mut Vec<u8>) -> Result<bool, E>,
    W: FnMut(&[u8]) -> Result<(), E>,
{
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop(None);
        }
    }
}

/// A lock that a panicking thread held still guards consistent data: nothing is written after `is_stopped`.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<W, E> Output<W, E>
where
    W: FnMut(&[u8]) -> Result<(), E>,
{
    fn write_waiting(&mut self) -> Result<(), E> {
        while let Some(deflated) = self.waiting.remove(&self.written) {
            (self.sink)(&deflated.bytes)?;
            self.checksum.combine(&deflated.checksum);
            #[expect(clippy::cast_possible_truncation, reason = "the trailer is modulo 2³²")]
            let input_bytes = deflated.input_bytes as u32;
            self.input_bytes = self.input_bytes.wrapping_add(input_bytes);
            self.written += 1;
        }
        Ok(())
    }

    fn write_trailer(mut self) -> Result<(), E> {
        let mut trailer = [0; 8];
        trailer[..4].copy_from_slice(&self.checksum.finalize().to_le_bytes());
        trailer[4..].copy_from_slice(&self.input_bytes.to_le_bytes());
        (self.sink)(&trailer)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::GzDecoder;

    use super::*;

    /// Text that compresses, with matches over the ends of chunks, or noise that does not.
    fn sample(bytes: usize, is_noise: bool) -> Vec<u8> {
        let mut state = 1_u32;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state
        };
        let mut sample = Vec::with_capacity(bytes + 16);
        while sample.len() < bytes {
            if is_noise {
                sample.extend_from_slice(&next().to_le_bytes());
            } else {
                sample.extend_from_slice(format!("def f{}():\n", next() % 500).as_bytes());
            }
        }
        sample.truncate(bytes);
        sample
    }

    fn gzip(input: &[u8], threads: usize) -> Vec<u8> {
        let mut rest = input;
        let mut output = Vec::new();
        let source = |buffer: &mut Vec<u8>| {
            let (now, later) = rest.split_at(rest.len().min(CHUNK_BYTES));
            buffer.extend_from_slice(now);
            rest = later;
            Ok::<_, String>(rest.is_empty())
        };
        let sink = |bytes: &[u8]| {
            output.extend_from_slice(bytes);
            Ok(())
        };
        compress(threads, 1_451_606_400, source, sink).unwrap();
        output
    }

    #[test]
    fn one_member_with_the_same_bytes_on_any_number_of_threads() {
        for (bytes, is_noise) in [
            (0, false),
            (1, false),
            (CHUNK_BYTES - 1, false),
            (CHUNK_BYTES, true),
            (CHUNK_BYTES + 1, true),
            (5 * CHUNK_BYTES, true),
            // More chunks than may wait.
            ((MOST_AHEAD + 5) * CHUNK_BYTES + 7, false),
        ] {
            let input = sample(bytes, is_noise);
            let zipped = gzip(&input, 1);
            for threads in [2, 8] {
                assert!(gzip(&input, threads) == zipped, "{bytes} bytes, {threads} threads");
            }
            let mut decoder = GzDecoder::new(zipped.as_slice());
            let mut output = Vec::new();
            decoder.read_to_end(&mut output).unwrap();
            assert!(output == input, "{bytes} bytes");
            assert!(decoder.into_inner().is_empty(), "only one member");
        }
    }

    #[test]
    fn the_header_holds_the_time_and_nothing_of_the_machine() {
        assert_eq!(gzip(b"", 1)[..10], [0x1f, 0x8b, 8, 0, 0x80, 0xc1, 0x85, 0x56, 0, 255]);
    }

    #[test]
    fn the_first_error_of_source_or_sink_ends_the_work() {
        for threads in [1, 4] {
            let mut chunks = 0;
            let source = |buffer: &mut Vec<u8>| {
                buffer.resize(buffer.len() + CHUNK_BYTES, b'x');
                chunks += 1;
                if chunks == 20 { Err("cannot read".to_owned()) } else { Ok(false) }
            };
            let error = compress(threads, 0, source, |_| Ok(())).unwrap_err();
            assert_eq!(error, "cannot read");
            let endless = |buffer: &mut Vec<u8>| {
                buffer.resize(buffer.len() + CHUNK_BYTES, b'x');
                Ok(false)
            };
            let mut written = 0;
            let full = |bytes: &[u8]| {
                written += bytes.len();
                if written > 1000 { Err("disk full".to_owned()) } else { Ok(()) }
            };
            assert_eq!(compress(threads, 0, endless, full).unwrap_err(), "disk full");
        }
    }

    #[test]
    fn a_panic_ends_all_threads_and_is_passed_on() {
        let mut chunks = 0;
        let source = move |buffer: &mut Vec<u8>| {
            buffer.resize(buffer.len() + CHUNK_BYTES, b'x');
            chunks += 1;
            assert!(chunks < 10, "a bug");
            Ok::<_, String>(false)
        };
        let work = std::panic::AssertUnwindSafe(|| compress(4, 0, source, |_| Ok(())));
        assert!(std::panic::catch_unwind(work).is_err());
    }

    #[test]
    fn little_input_starts_no_threads() {
        assert_eq!(thread_count(0), 1);
        assert_eq!(thread_count(65_536), 1);
        assert!(thread_count(1 << 40) <= MOST_THREADS);
    }
}
