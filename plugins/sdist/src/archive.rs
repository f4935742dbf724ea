//! Writes the archive file.

use std::io::Write as _;
use std::path::Path;

use flit_sdk::{BuildRequest, Host};
use fs_err::File;

use crate::chunk::CHUNK_BYTES;
use crate::error::SdistError;
use crate::member::Member;
use crate::parallel_gzip;
use crate::tar_header::BLOCK_BYTES;
use crate::tar_stream::TarStream;

/// Writes the members in the order given to a new file at `path`; on an error there is no such file.
pub(crate) fn write_archive(
    host: &dyn Host,
    request: &BuildRequest<'_>,
    members: &[Member],
    path: &Path,
) -> Result<(), SdistError> {
    let written = write_members(host, request, members, path);
    if written.is_err() {
        // What went wrong is more important than that this may fail too.
        drop(fs_err::remove_file(path));
    }
    written
}

fn write_members(
    host: &dyn Host,
    request: &BuildRequest<'_>,
    members: &[Member],
    path: &Path,
) -> Result<(), SdistError> {
    let top_directory = request.project.file_stem();
    let source_tree = &request.project.layout.source_tree;
    let mut tar = TarStream::new(source_tree, &top_directory, request.timestamp, members);
    let total = tar_bytes(members);
    let source = |buffer: &mut Vec<u8>| {
        if host.is_cancelled() {
            return Err(SdistError::Cancelled);
        }
        let is_last = tar.fill(buffer, CHUNK_BYTES)?;
        host.progress(if is_last { total } else { tar.made().min(total) }, total);
        Ok(is_last)
    };
    let mut file = File::create(path)?;
    let sink = |bytes: &[u8]| file.write_all(bytes).map_err(SdistError::from);
    // The field has 32 bits; a time beyond them is only for people.
    let timestamp = u32::try_from(request.timestamp).unwrap_or(u32::MAX);
    parallel_gzip::compress(parallel_gzip::thread_count(total), timestamp, source, sink)
}

/// How long the archive will be, PAX headers and the end apart.
fn tar_bytes(members: &[Member]) -> u64 {
    let block_bytes = BLOCK_BYTES as u64;
    members
        .iter()
        .map(|member| {
            block_bytes.saturating_add(member.content.size().next_multiple_of(block_bytes))
        })
        .fold(0, u64::saturating_add)
}
