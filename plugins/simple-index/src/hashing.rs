//! Reading files as bytes that are hashed on the way.

use std::io::Read as _;
use std::path::Path;

use flit_sdk::{Host, hexadecimal};
use fs_err::File;
use sha2::{Digest as _, Sha256};

use crate::error::{IndexError, Result};

/// How much is read at once: 1 MiB.
const CHUNK_BYTES: usize = 1 << 20;

/// What was read.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Digest {
    pub(crate) size: u64,
    /// In lowercase hexadecimal digits.
    pub(crate) sha256: String,
}

/// Hashes a file.
pub(crate) fn digest_of(host: &dyn Host, path: &Path) -> Result<Digest> {
    read(host, path, |_, _| Ok(()))
}

/// Reads a file to its end, hands out its chunks, each with the number of bytes up to its end, and hashes them.
pub(crate) fn read(
    host: &dyn Host,
    path: &Path,
    mut take: impl FnMut(&[u8], u64) -> Result<()>,
) -> Result<Digest> {
    // Opening a FIFO would wait for somebody to write.
    if !fs_err::metadata(path)?.is_file() {
        return Err(IndexError::NotAFile { path: path.into() });
    }
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut size = 0;
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        if host.is_cancelled() {
            return Err(IndexError::Cancelled);
        }
        let count = file.read(&mut chunk)?;
        if count == 0 {
            return Ok(Digest { size, sha256: hexadecimal(&hash.finalize()) });
        }
        size += count as u64;
        hash.update(&chunk[..count]);
        take(&chunk[..count], size)?;
    }
}

/// The SHA-256 of a text.
pub(crate) fn sha256(text: &str) -> String {
    hexadecimal(&Sha256::digest(text))
}
