//! Packing a small member: read at once, hashed and compressed in memory.

use std::io::Read as _;

use libdeflater::{CompressionLvl, Compressor};
use sha2::{Digest as _, Sha256};

use super::WHOLE_LIMIT;
use crate::archive::{Digest, DosTime, Entry};
use crate::error::WheelError;
use crate::members::{Content, Member};
use crate::source::SourceTree;

/// zlib's default, which flit uses. At it libdeflate needs half the time of zlib, and most files become smaller.
const LEVEL: i32 = 6;
/// A little slower, and smaller than zlib for the others as well.
const THOROUGH_LEVEL: i32 = 7;
/// Up to this size a file is packed at the thorough level. It costs a tenth more for files that are a fifth of a large
/// project's bytes, and is enough for wheels no larger than flit's (measured on Django and sympy: 0.5 and 0.03 % smaller).
const THOROUGH_SIZE: usize = 24 << 10;
/// Up to this much content in all, every file is: the time does not matter, and one could make the wheel larger than flit's.
const LITTLE: u64 = 256 << 10;
/// A file that was to be packed at once may have grown to this size meanwhile, and not more.
const GROWTH_LIMIT: u64 = 32 * WHOLE_LIMIT;
/// Buffers that grew beyond this are given back: not every thread shall keep the largest that it ever needed.
const KEPT_BUFFER: usize = 256 << 10;

/// Packs members, one after the other, with buffers that it keeps.
pub(super) struct MemberPacker {
    /// Up to which size a file is packed at the thorough level.
    thorough_size: usize,
    compressor: Option<Compressor>,
    thorough_compressor: Option<Compressor>,
    content: Vec<u8>,
    deflated: Vec<u8>,
}

impl MemberPacker {
    /// A packer for members of this many bytes in all.
    pub(super) fn new(total_bytes: u64) -> Self {
        Self {
            thorough_size: if total_bytes > LITTLE { THOROUGH_SIZE } else { usize::MAX },
            compressor: None,
            thorough_compressor: None,
            content: Vec::new(),
            deflated: Vec::new(),
        }
    }

    /// Appends the member, its local record first, to `bytes`.
    pub(super) fn pack(
        &mut self,
        tree: &SourceTree,
        time: DosTime,
        member: &Member<'_>,
        bytes: &mut Vec<u8>,
    ) -> Result<Entry, WheelError> {
        let length = self.read(tree, member)?;
        let content = &self.content[..length];
        let digest = Digest {
            size: length as u64,
            crc32: crc32fast::hash(content),
            sha256: Sha256::digest(content).into(),
        };
        if self.deflated.len() < length {
            self.deflated.resize(length, 0);
        }
        // Deflated data must be smaller than the content, or else the content is stored. (Most often: an empty file.)
        let room = &mut self.deflated[..length.saturating_sub(1)];
        let (compressor, level) = if length > self.thorough_size {
            (&mut self.compressor, LEVEL)
        } else {
            (&mut self.thorough_compressor, THOROUGH_LEVEL)
        };
        let compressor = compressor.get_or_insert_with(|| {
            let level = CompressionLvl::new(level).expect("both are levels of libdeflate");
            Compressor::new(level)
        });
        let deflated = compressor.deflate_compress(content, room).ok();
        let data = deflated.map_or(content, |size| &room[..size]);
        let entry = Entry {
            is_deflated: deflated.is_some(),
            offset: bytes.len() as u64,
            ..Entry::deflated(digest, data.len() as u64)
        };
        entry.header(&member.name, time).push_local(false, bytes);
        bytes.extend_from_slice(data);
        shrink(&mut self.content);
        shrink(&mut self.deflated);
        Ok(entry)
    }

    /// Reads the content into the buffer and returns how long it is.
    fn read(&mut self, tree: &SourceTree, member: &Member<'_>) -> Result<usize, WheelError> {
        match &member.content {
            Content::File(file) => {
                let read = |error| WheelError::read(&file.path, error);
                let mut opened = tree.open_file(file)?;
                let too_large = |actual| WheelError::Grew {
                    path: file.path.clone(),
                    expected: file.size,
                    actual,
                };
                if opened.size > GROWTH_LIMIT {
                    return Err(too_large(GROWTH_LIMIT));
                }
                opened.read_all(&mut self.content).map_err(read)
            }
            Content::Text(text) => Ok(self.take(text.as_bytes())),
            Content::Record(record) => {
                let mut text = Vec::new();
                record.reader().read_to_end(&mut text).map_err(WheelError::Write)?;
                Ok(self.take(&text))
            }
        }
    }

    fn take(&mut self, content: &[u8]) -> usize {
        self.content.clear();
        self.content.extend_from_slice(content);
        content.len()
    }
}

fn shrink(buffer: &mut Vec<u8>) {
    if buffer.len() > KEPT_BUFFER {
        *buffer = Vec::new();
    }
}
