//! The bytes of the tar archive, made piece by piece: members are read when it is their turn.

use std::io::{ErrorKind, Read};
use std::path::Path;
use std::slice;

use fs_err::File;

use crate::error::SdistError;
use crate::member::{Content, Member};
use crate::tar_header::{BLOCK_BYTES, HeaderFields, HeaderKind, push_header, push_padding};

/// An archive ends with two empty blocks, and its length is a multiple of this (as Python and GNU tar have it).
const RECORD_BYTES: u64 = 20 * BLOCK_BYTES as u64;

/// An archive on its way.
pub(crate) struct TarStream<'a> {
    source_tree: &'a Path,
    /// The directory that all members lie in.
    top_directory: &'a str,
    timestamp: u64,
    members: slice::Iter<'a, Member>,
    open: Option<OpenFile<'a>>,
    /// How many bytes were made so far.
    made: u64,
}

/// A file that was begun.
struct OpenFile<'a> {
    file: File,
    path: &'a str,
    size: u64,
    remaining: u64,
}

impl<'a> TarStream<'a> {
    pub(crate) fn new(
        source_tree: &'a Path,
        top_directory: &'a str,
        timestamp: u64,
        members: &'a [Member],
    ) -> Self {
        Self { source_tree, top_directory, timestamp, members: members.iter(), open: None, made: 0 }
    }

    /// Appends at least `wanted_bytes` bytes, or all that is left. Answers whether that was the last of it.
    pub(crate) fn fill(
        &mut self,
        buffer: &mut Vec<u8>,
        wanted_bytes: usize,
    ) -> Result<bool, SdistError> {
        let start = buffer.len();
        let end = start + wanted_bytes;
        let mut is_last = false;
        while buffer.len() < end && !is_last {
            if let Some(open) = &mut self.open {
                if open.read(buffer, end)? {
                    self.open = None;
                }
            } else if let Some(member) = self.members.next() {
                self.begin(member, buffer)?;
            } else {
                is_last = true;
            }
        }
        self.made += (buffer.len() - start) as u64;
        if is_last {
            let unpadded = self.made + 2 * BLOCK_BYTES as u64;
            let padding = unpadded.next_multiple_of(RECORD_BYTES) - self.made;
            buffer.resize(buffer.len() + usize::try_from(padding).expect("two records"), 0);
        }
        Ok(is_last)
    }

    /// How many bytes were made so far.
    pub(crate) fn made(&self) -> u64 {
        self.made
    }

    fn begin(&mut self, member: &'a Member, buffer: &mut Vec<u8>) -> Result<(), SdistError> {
        let (kind, is_executable) = match &member.content {
            Content::File { size, is_executable } => (HeaderKind::File(*size), *is_executable),
            Content::Link { target } => (HeaderKind::Link(target), false),
            Content::Generated(_) => (HeaderKind::File(member.content.size()), false),
        };
        let path = format!("{}/{}", self.top_directory, member.path);
        let timestamp = self.timestamp;
        push_header(buffer, &HeaderFields { path: &path, is_executable, timestamp, kind });
        match &member.content {
            Content::File { size, .. } => {
                self.open = Some(OpenFile {
                    file: File::open(self.source_tree.join(&member.path))?,
                    path: &member.path,
                    size: *size,
                    remaining: *size,
                });
            }
            Content::Link { .. } => {}
            Content::Generated(bytes) => {
                buffer.extend_from_slice(bytes);
                push_padding(buffer, member.content.size());
            }
        }
        Ok(())
    }
}

impl OpenFile<'_> {
    /// Reads up to the length `end` of the buffer; at the end of the file adds the padding and answers `true`.
    ///
    /// The header already says how many bytes there are, so there must be exactly as many.
    fn read(&mut self, buffer: &mut Vec<u8>, end: usize) -> Result<bool, SdistError> {
        let start = buffer.len();
        let room = usize::try_from(self.remaining).unwrap_or(usize::MAX).min(end - start);
        buffer.resize(start + room, 0);
        let read = self.file.read_exact(&mut buffer[start..]);
        match read {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Err(self.changed()),
            Err(error) => return Err(error.into()),
        }
        self.remaining -= room as u64;
        if self.remaining > 0 {
            return Ok(false);
        }
        if self.file.read(&mut [0])? > 0 {
            return Err(self.changed());
        }
        push_padding(buffer, self.size);
        Ok(true)
    }

    fn changed(&self) -> SdistError {
        SdistError::Changed { path: self.path.into(), size: self.size }
    }
}
