//! Packing members into the archive, on as many cores as the work is worth.

mod chunks;
mod member;
mod queue;

use std::io::{Seek, Write};
use std::thread;

use flit_sdk::Host;

use crate::archive::Archive;
use crate::error::WheelError;
use crate::members::Member;
use crate::source::SourceTree;
use queue::Queue;

/// Members up to this size are read and compressed at once; larger ones in chunks, in bounded memory.
const WHOLE_LIMIT: u64 = 2 << 20;
/// How many threads pack.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Threads {
    /// As many as there are cores and work for.
    AsWorthwhile,
    /// This many. The archive is the same for any number.
    #[cfg(test)]
    Exactly(usize),
}

/// Appends `members` to the archive.
pub(crate) fn pack<W: Write + Seek + Send>(
    host: &dyn Host,
    tree: &SourceTree,
    members: &[Member<'_>],
    mut archive: Archive<W>,
    threads: Threads,
    report: &(dyn Fn(u64) + Sync),
) -> Result<Archive<W>, WheelError> {
    archive.reserve(members.len());
    let queue = Queue::new(host, tree, members, report, archive);
    let count = match threads {
        Threads::AsWorthwhile => queue.worthwhile_threads(),
        #[cfg(test)]
        Threads::Exactly(count) => count,
    };
    // The calling thread is one of them.
    thread::scope(|scope| {
        for _ in 1..count {
            scope.spawn(|| queue.work());
        }
        queue.work();
    });
    queue.into_archive()
}

#[cfg(test)]
mod tests;
