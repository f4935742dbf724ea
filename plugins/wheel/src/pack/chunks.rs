//! Packing a large member: cut into chunks that are compressed on their own, so that memory stays bounded and all cores work.
//!
//! Each chunk is deflated with the last 32 KiB before it as the dictionary and ends at a byte boundary (an empty stored block),
//! so that the chunks one after the other are one deflate stream. Where the cuts are depends on nothing but the content.

use std::io::{self, Read};

use flate2::{Compress, Compression, FlushCompress, Status};
use sha2::{Digest as _, Sha256};

use crate::archive::Digest;
use crate::error::WheelError;
use crate::members::{Content, Member};
use crate::source::SourceTree;

/// How many bytes of content a chunk has; the last one has fewer, and perhaps none.
pub(super) const CHUNK_BYTES: usize = 512 << 10;
/// How far back deflate can point.
const WINDOW_BYTES: usize = 32 << 10;
/// zlib-rs is coarser than zlib at the same level: at 9 it is about as small as zlib at 6.
const LEVEL: u32 = 9;
/// Members that could reach 4 GiB, deflated or not, get room for larger sizes.
const ZIP64_LIMIT: u64 = u32::MAX as u64 - (64 << 20);

/// Reads a large member chunk by chunk.
pub(super) struct ChunkReader<'a> {
    member: &'a Member<'a>,
    source: Box<dyn Read + Send + 'a>,
    is_zip64: bool,
    is_first: bool,
    window: Vec<u8>,
    size: u64,
    crc32: crc32fast::Hasher,
    sha256: Sha256,
}

/// A chunk that is to be compressed.
pub(super) struct Chunk<'a> {
    /// The member that starts with this chunk, and whether it needs zip64.
    pub(super) start: Option<(&'a Member<'a>, bool)>,
    window: Vec<u8>,
    content: Vec<u8>,
    /// What is known of the member after its last chunk.
    pub(super) end: Option<Digest>,
}

impl<'a> ChunkReader<'a> {
    pub(super) fn open(tree: &SourceTree, member: &'a Member<'a>) -> Result<Self, WheelError> {
        let (source, size): (Box<dyn Read + Send + 'a>, u64) = match &member.content {
            Content::File(file) => {
                let opened = tree.open_file(file)?;
                (Box::new(opened.file), opened.size)
            }
            Content::Text(text) => (Box::new(text.as_bytes()), text.len() as u64),
            Content::Record(record) => (Box::new(record.reader()), record.size_bound()),
        };
        Ok(Self {
            member,
            source,
            is_zip64: size >= ZIP64_LIMIT,
            is_first: true,
            window: Vec::new(),
            size: 0,
            crc32: crc32fast::Hasher::new(),
            sha256: Sha256::new(),
        })
    }

    /// Reads and hashes the next chunk. The one that has an `end` is the last.
    pub(super) fn next(&mut self) -> Result<Chunk<'a>, WheelError> {
        let content =
            read_chunk(&mut self.source).map_err(|error| WheelError::read(&self.path(), error))?;
        self.size += content.len() as u64;
        self.crc32.update(&content);
        self.sha256.update(&content);
        if self.size >= ZIP64_LIMIT && !self.is_zip64 {
            let expected = self.member.size();
            return Err(WheelError::Grew { path: self.path(), expected, actual: ZIP64_LIMIT });
        }
        let is_last = content.len() < CHUNK_BYTES;
        let next_window = if is_last { Vec::new() } else { tail(&content).to_vec() };
        Ok(Chunk {
            start: std::mem::take(&mut self.is_first).then_some((self.member, self.is_zip64)),
            window: std::mem::replace(&mut self.window, next_window),
            content,
            end: is_last.then(|| self.digest()),
        })
    }

    fn digest(&self) -> Digest {
        Digest {
            size: self.size,
            crc32: self.crc32.clone().finalize(),
            sha256: self.sha256.clone().finalize().into(),
        }
    }

    fn path(&self) -> String {
        match &self.member.content {
            Content::File(file) => file.path.clone(),
            Content::Text(_) | Content::Record(_) => self.member.name.to_string(),
        }
    }
}

/// Reads until the chunk is full or the source ends.
fn read_chunk(source: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut content = vec![0; CHUNK_BYTES];
    let mut filled = 0;
    while filled < content.len() {
        match source.read(&mut content[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    content.truncate(filled);
    Ok(content)
}

fn tail(content: &[u8]) -> &[u8] {
    &content[content.len().saturating_sub(WINDOW_BYTES)..]
}

impl Chunk<'_> {
    /// How many bytes of content the chunk has.
    pub(super) fn size(&self) -> u64 {
        self.content.len() as u64
    }

    /// Deflates the chunk.
    pub(super) fn deflate(&self) -> Vec<u8> {
        let mut compress = Compress::new(Compression::new(LEVEL), false);
        if !self.window.is_empty() {
            compress.set_dictionary(&self.window).expect("raw deflate takes any dictionary");
        }
        let flush = if self.end.is_some() { FlushCompress::Finish } else { FlushCompress::Sync };
        let mut deflated = Vec::with_capacity(self.content.len() / 2 + 64);
        let mut taken = 0;
        loop {
            let status = compress
                .compress_vec(&self.content[taken..], &mut deflated, flush)
                .expect("deflate fails only on wrong parameters");
            taken = usize::try_from(compress.total_in()).expect("a chunk fits in memory");
            let is_flushed = taken == self.content.len() && deflated.len() < deflated.capacity();
            if status == Status::StreamEnd || (self.end.is_none() && is_flushed) {
                return deflated;
            }
            deflated.reserve(self.content.len() / 2 + 64);
        }
    }
}
