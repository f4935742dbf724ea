//! The tar that is in a compressed file, no more of it than an honest file would come to.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::rc::Rc;

use flate2::bufread::GzDecoder;

use crate::distribution::work::Work;
use crate::distribution::zip_archive::{MAX_RATIO, SMALL_BYTES};

/// How much of the file is read at once, in bytes.
const BUFFER: usize = 64 * 1024;

/// How every compressed stream starts.
const MAGIC: [u8; 2] = [0x1F, 0x8B];

/// Why there is nothing more to read.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum End {
    /// It is the end of the file, or it is not reached yet.
    #[default]
    File,
    /// The file goes on with what is not compressed.
    Trailing,
    /// It came to more than it may.
    Bomb,
}

/// The content of a compressed file: that of all streams in it, one behind the other.
pub(super) struct Unpacked<'a> {
    stream: Option<GzDecoder<BufReader<Packed<'a>>>>,
    /// How many bytes may still come.
    limit: u64,
    end: Rc<Cell<End>>,
}

/// The file, with its progress.
struct Packed<'a> {
    file: File,
    work: &'a Work<'a>,
}

impl<'a> Unpacked<'a> {
    /// The content of `file`, which has `size` bytes; and where it is said how it ended.
    pub(super) fn new(work: &'a Work<'a>, file: File, size: u64) -> (Self, Rc<Cell<End>>) {
        let end = Rc::new(Cell::new(End::default()));
        let packed = BufReader::with_capacity(BUFFER, Packed { file, work });
        let stream = Some(GzDecoder::new(packed));
        let limit = SMALL_BYTES.max(size.saturating_mul(MAX_RATIO));
        (Self { stream, limit, end: end.clone() }, end)
    }
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(mut stream) = self.stream.take() {
            let read = stream.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                self.stream = Some(stream);
                let Some(left) = self.limit.checked_sub(read as u64) else {
                    self.end.set(End::Bomb);
                    return Err(io::Error::other("it is too large"));
                };
                self.limit = left;
                return Ok(read);
            }
            let mut packed = stream.into_inner();
            let behind = packed.fill_buf()?;
            if behind.starts_with(&MAGIC) {
                self.stream = Some(GzDecoder::new(packed));
            } else if !behind.is_empty() {
                self.end.set(End::Trailing);
            }
        }
        Ok(0)
    }
}

impl Read for Packed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.work.advance(read as u64).map_err(io::Error::other)?;
        Ok(read)
    }
}
