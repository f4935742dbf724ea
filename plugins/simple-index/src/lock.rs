//! The lock of an index: one run at a time writes its pages.

use std::fs::TryLockError;
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use flit_sdk::{Host, LogLevel};
use fs_err::File;

use crate::error::{IndexError, Result};
use crate::index::Index;
use crate::new_file::set_mode;

/// The name of the file that is locked. It is never removed: a run that waits for it would lock what is gone.
pub(crate) const LOCK: &str = ".flit.lock";

/// How often the lock is asked for.
const POLL: Duration = Duration::from_millis(20);

/// How long is waited in silence.
const SILENCE: Duration = Duration::from_secs(1);

/// The lock, held until it is dropped.
#[derive(Debug)]
pub(crate) struct IndexLock {
    _file: File,
}

/// Waits for the lock of an index.
pub(crate) fn wait_for(host: &dyn Host, index: &Index) -> Result<IndexLock> {
    let path = index.join(LOCK);
    index.file(&path)?;
    let failed = |source| IndexError::Lock { path: path.clone(), source };
    let file =
        open(&path).map_err(|source| IndexError::Write { path: index.path().into(), source })?;
    let start = Instant::now();
    let mut is_silent = true;
    loop {
        match file.file().try_lock() {
            Ok(()) => return Ok(IndexLock { _file: file }),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
            Err(TryLockError::WouldBlock) => {}
        }
        if host.is_cancelled() {
            return Err(IndexError::Cancelled);
        }
        if is_silent && start.elapsed() >= SILENCE {
            is_silent = false;
            let message = format!(
                "waiting for another run that writes the pages: `{}` is locked",
                path.display()
            );
            host.log(LogLevel::Info, &message);
        }
        thread::sleep(POLL);
    }
}

fn open(path: &Path) -> io::Result<File> {
    match File::options().read(true).write(true).create_new(true).open(path) {
        Ok(file) => {
            set_mode(path, 0o644)?;
            Ok(file)
        }
        // Somebody else's file can be locked too, without being written.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let writable = File::options().read(true).write(true).open(path);
            writable.or_else(|_| File::open(path))
        }
        Err(error) => Err(error),
    }
}
