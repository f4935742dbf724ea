//! The queue between the members and the archive: who packs what, and who writes.
//!
//! All threads are alike. Each takes the next job, packs it, and leaves the result in its place; whoever finds the first of the
//! results that are not written yet, and nobody writing, writes all that are next in order. So the archive does not depend
//! on the number of threads, and no thread is woken up only to write.

use std::collections::VecDeque;
use std::io::{Seek, Write};
use std::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use flit_sdk::Host;

use super::WHOLE_LIMIT;
use super::chunks::{CHUNK_BYTES, Chunk, ChunkReader};
use super::member::MemberPacker;
use crate::archive::{Archive, Digest, DosTime, Entry, StartedMember};
use crate::error::WheelError;
use crate::members::{Member, total_size};
use crate::source::SourceTree;

/// Small members are packed together until they have this many bytes. Less is packed before another thread would have started.
const BATCH_BYTES: u64 = 32 << 10;
/// To open a file takes about as long as to pack this many bytes.
const OPENING_BYTES: u64 = 1 << 10;
/// How many bytes may be in the hands of the threads or wait to be written.
const BUDGET_BYTES: u64 = 12 << 20;
/// More threads than this would only wait for the disk, or for each other's memory.
const MOST_THREADS: usize = 8;

/// What a thread is given to do.
enum Job<'a> {
    Members(Range<usize>),
    Chunk(Chunk<'a>),
}

/// What comes out of a job.
enum Piece<'a> {
    Members { bytes: Vec<u8>, entries: Vec<Entry> },
    Chunk { start: Option<(&'a Member<'a>, bool)>, bytes: Vec<u8>, end: Option<Digest> },
}

/// A job or what came out of it, with its place in the order.
struct Numbered<T> {
    number: usize,
    /// What it counts for in the budget.
    cost: u64,
    /// How many bytes of content it is about.
    content_bytes: u64,
    value: T,
}

/// The members that are to be packed, and how far that is.
pub(super) struct Queue<'a, W> {
    host: &'a dyn Host,
    tree: &'a SourceTree,
    members: &'a [Member<'a>],
    /// Is told the number of bytes of content that were written so far.
    report: &'a (dyn Fn(u64) + Sync),
    time: DosTime,
    total_bytes: u64,
    state: Mutex<State<'a, W>>,
    /// Something was written, or something failed.
    changed: Condvar,
}

struct State<'a, W> {
    next_member: usize,
    /// The large member whose chunks are being handed out.
    large: Option<ChunkReader<'a>>,
    next_number: usize,
    /// The results from the first that is not written yet on.
    results: VecDeque<Option<Numbered<Piece<'a>>>>,
    first_unwritten: usize,
    cost: u64,
    /// Not here while a thread writes.
    output: Option<Output<'a, W>>,
    /// What failed, and the number of the job: of several failures the first in the order counts, so that the same project
    /// always gives the same error.
    failure: Option<(usize, WheelError)>,
}

/// Writes pieces in order.
struct Output<'a, W> {
    archive: Archive<W>,
    started: Option<StartedMember<'a>>,
    written_bytes: u64,
}

impl<'a, W: Write + Seek + Send> Queue<'a, W> {
    pub(super) fn new(
        host: &'a dyn Host,
        tree: &'a SourceTree,
        members: &'a [Member<'a>],
        report: &'a (dyn Fn(u64) + Sync),
        archive: Archive<W>,
    ) -> Self {
        let time = archive.time();
        let total_bytes = total_size(members);
        let state = State {
            next_member: 0,
            large: None,
            next_number: 0,
            results: VecDeque::new(),
            first_unwritten: 0,
            cost: 0,
            output: Some(Output { archive, started: None, written_bytes: 0 }),
            failure: None,
        };
        let (state, changed) = (Mutex::new(state), Condvar::new());
        Self { host, tree, members, report, time, total_bytes, state, changed }
    }

    /// How many threads are worth starting.
    pub(super) fn worthwhile_threads(&self) -> usize {
        let cuts = self.members.iter().map(|member| match member.size() {
            size if size > WHOLE_LIMIT => size / CHUNK_BYTES as u64,
            _ => 1,
        });
        let bytes = self.total_bytes.saturating_add(OPENING_BYTES * self.members.len() as u64);
        let jobs = cuts.fold(0, u64::saturating_add).min(bytes / BATCH_BYTES);
        if jobs < 2 {
            // Asking for the number of cores takes a while, too.
            return 1;
        }
        let cores = thread::available_parallelism().map_or(1, usize::from);
        cores.min(usize::try_from(jobs).unwrap_or(usize::MAX)).min(MOST_THREADS)
    }

    /// Packs and writes until there is nothing left to do; called by each thread.
    pub(super) fn work(&self) {
        let _guard = FailOnPanic(self);
        let mut packer = MemberPacker::new(self.total_bytes);
        while let Some(Numbered { number, cost, content_bytes, value }) = self.take() {
            match self.pack(&mut packer, value) {
                Ok(value) => self.put(Numbered { number, cost, content_bytes, value }),
                Err(error) => self.fail(number, error),
            }
        }
    }

    /// The archive with all members, or what failed.
    pub(super) fn into_archive(self) -> Result<Archive<W>, WheelError> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        match (state.failure, state.output) {
            (None, Some(output)) => Ok(output.archive),
            (Some((_, error)), _) => Err(error),
            (None, None) => Err(WheelError::Cancelled),
        }
    }

    /// Takes the next job, once there is room for it; `None` if there is no more.
    fn take(&self) -> Option<Numbered<Job<'a>>> {
        let is_cancelled = self.host.is_cancelled();
        let mut state = self.lock();
        loop {
            if is_cancelled && state.failure.is_none() {
                state.failure = Some((0, WheelError::Cancelled));
                self.changed.notify_all();
            }
            if state.failure.is_some() {
                return None;
            }
            let (members, cost) = self.next_cost(&state)?;
            // With nothing in hand there is always room; so somebody always gets on.
            if state.cost == 0 || state.cost + cost <= BUDGET_BYTES {
                return self.hand_out(&mut state, members, cost);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// What comes next: members up to which one, or else a chunk; and its cost. `None` if there is no more.
    fn next_cost(&self, state: &State<'a, W>) -> Option<(Option<usize>, u64)> {
        let first = state.next_member;
        let is_large = |member: &Member<'_>| member.size() > WHOLE_LIMIT;
        if state.large.is_some() || is_large(self.members.get(first)?) {
            return Some((None, 2 * CHUNK_BYTES as u64));
        }
        let mut end = first;
        let mut bytes = 0;
        while let Some(member) = self.members.get(end) {
            let more = member.size().saturating_add(OPENING_BYTES);
            if end > first && (is_large(member) || bytes + more > BATCH_BYTES) {
                break;
            }
            bytes += more;
            end += 1;
        }
        Some((Some(end), 2 * bytes))
    }

    fn hand_out(
        &self,
        state: &mut State<'a, W>,
        members: Option<usize>,
        cost: u64,
    ) -> Option<Numbered<Job<'a>>> {
        let number = state.next_number;
        let (value, content_bytes) = if let Some(end) = members {
            let range = state.next_member..end;
            state.next_member = end;
            let bytes = total_size(&self.members[range.clone()]);
            (Job::Members(range), bytes)
        } else {
            match self.next_chunk(state) {
                Ok(chunk) => {
                    let bytes = chunk.size();
                    (Job::Chunk(chunk), bytes)
                }
                Err(error) => {
                    self.fail_with(state, number, error);
                    return None;
                }
            }
        };
        state.next_number += 1;
        state.cost += cost;
        Some(Numbered { number, cost, content_bytes, value })
    }

    fn next_chunk(&self, state: &mut State<'a, W>) -> Result<Chunk<'a>, WheelError> {
        let mut reader = match state.large.take() {
            Some(reader) => reader,
            None => ChunkReader::open(self.tree, &self.members[state.next_member])?,
        };
        let chunk = reader.next()?;
        if chunk.end.is_some() {
            state.next_member += 1;
        } else {
            state.large = Some(reader);
        }
        Ok(chunk)
    }

    fn pack(&self, packer: &mut MemberPacker, job: Job<'a>) -> Result<Piece<'a>, WheelError> {
        match job {
            Job::Members(range) => {
                let mut bytes = Vec::new();
                let entries = self.members[range]
                    .iter()
                    .map(|member| packer.pack(self.tree, self.time, member, &mut bytes))
                    .collect::<Result<_, _>>()?;
                Ok(Piece::Members { bytes, entries })
            }
            Job::Chunk(chunk) => {
                Ok(Piece::Chunk { start: chunk.start, bytes: chunk.deflate(), end: chunk.end })
            }
        }
    }

    /// Leaves a result in its place, and writes what can be written if nobody else does.
    fn put(&self, mut result: Numbered<Piece<'a>>) {
        let mut state = self.lock();
        state.cost -= result.cost;
        result.cost = result.value.bytes().len() as u64;
        state.cost += result.cost;
        let place = result.number - state.first_unwritten;
        if state.results.len() <= place {
            state.results.resize_with(place + 1, || None);
        }
        state.results[place] = Some(result);
        while let Some(Some(_)) = state.results.front() {
            let Some(mut output) = state.output.take() else { return };
            let mut ready = Vec::new();
            while let Some(Some(result)) = state.results.front_mut().map(Option::take) {
                state.results.pop_front();
                state.first_unwritten += 1;
                ready.push(result);
            }
            drop(state);
            let written = self.write(&mut output, &ready);
            state = self.lock();
            state.cost -= ready.iter().map(|result| result.cost).sum::<u64>();
            match written {
                Ok(()) => {
                    state.output = Some(output);
                    self.changed.notify_all();
                }
                Err(error) => {
                    let number = state.first_unwritten;
                    return self.fail_with(&mut state, number, error);
                }
            }
        }
    }

    fn write(
        &self,
        output: &mut Output<'a, W>,
        results: &[Numbered<Piece<'a>>],
    ) -> Result<(), WheelError> {
        for result in results {
            output.write(&result.value).map_err(WheelError::Write)?;
            output.written_bytes += result.content_bytes;
        }
        (self.report)(output.written_bytes);
        Ok(())
    }

    fn fail(&self, number: usize, error: WheelError) {
        self.fail_with(&mut self.lock(), number, error);
    }

    fn fail_with(&self, state: &mut State<'a, W>, number: usize, error: WheelError) {
        if state.failure.as_ref().is_none_or(|(first, _)| number < *first) {
            state.failure = Some((number, error));
        }
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<'a, W>> {
        // A thread that panics ends the build, whatever it left here.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a, W: Write + Seek> Output<'a, W> {
    fn write(&mut self, piece: &Piece<'a>) -> std::io::Result<()> {
        match piece {
            Piece::Members { bytes, entries } => self.archive.append(bytes, entries),
            Piece::Chunk { start, bytes, end } => {
                if let Some((member, is_zip64)) = *start {
                    self.started = Some(self.archive.start(&member.name, is_zip64)?);
                }
                self.archive.append_data(bytes)?;
                if let (Some(digest), Some(started)) =
                    (*end, self.started.take_if(|_| end.is_some()))
                {
                    self.archive.end(&started, digest)?;
                }
                Ok(())
            }
        }
    }
}

impl Piece<'_> {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Members { bytes, .. } | Self::Chunk { bytes, .. } => bytes,
        }
    }
}

/// Lets the other threads go if this one panics: they would wait for its result.
struct FailOnPanic<'q, 'a, W: Write + Seek + Send>(&'q Queue<'a, W>);

impl<W: Write + Seek + Send> Drop for FailOnPanic<'_, '_, W> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.fail(0, WheelError::Cancelled);
        }
    }
}
