//! Zips as they lie in a file: the members of the central directory, and whether all bytes of the file belong to them.
//!
//! Two programs that read one zip may see different members: by the directory at the end or by the headers before the
//! members, the first or the last of two that have the same name. So whatever can be read in two ways is refused.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufReader, Read};

use rawzip::{CompressionMethod, FileReader, ReaderAt as _, ZipArchiveEntryWayfinder, ZipLocator};

use super::fault::{Fault, Report, shown};
use super::member_name;
use super::work::{Cancelled, Work};

/// How many members an archive may have: an order of magnitude more than any that is published.
pub(super) const MAX_MEMBERS: u64 = 250_000;
/// How long the names of all members may be together, in bytes.
pub(super) const MAX_NAME_BYTES: usize = 64 << 20;
/// What an archive may come to whatever its own size is, in bytes (the number of PyPI).
pub(super) const SMALL_BYTES: u64 = 64 << 20;
/// How many times its own size an archive may come to if that is not small (the number of PyPI).
pub(super) const MAX_RATIO: u64 = 50;
/// How large a member may be that is held in memory, in bytes.
pub(super) const TEXT_LIMIT: u64 = 64 << 20;

/// How much of a member is read at once, in bytes.
const BUFFER: usize = 64 * 1024;
/// Room for a header with the longest name and extra fields.
const HEADER_BUFFER: usize = 2 * 65_536 + 64;
/// How long the sizes behind a member may be, with and without a signature, in 32 and in 64 bits.
const DESCRIPTOR_BYTES: std::ops::RangeInclusive<u64> = 12..=24;
/// How far from the end the record may be that ends a zip.
const END_RECORD_BYTES: u64 = 65_536 + 22;

/// A zip whose directory was read.
pub(super) struct ZipArchive {
    archive: rawzip::ZipArchive<FileReader>,
    /// The members in the order of the directory.
    pub(super) members: Vec<Member>,
}

/// A member of a zip.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: String,
    /// How large it says it is.
    pub(super) size: u64,
    method: CompressionMethod,
    is_encrypted: bool,
    has_descriptor: bool,
    start: u64,
    wayfinder: ZipArchiveEntryWayfinder,
}

/// Why the content of a member cannot be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadError {
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    #[error("is larger than {} MiB", TEXT_LIMIT >> 20)]
    TooLarge,
    #[error("cannot be unpacked: {0}")]
    Broken(String),
}

impl Member {
    pub(super) fn is_directory(&self) -> bool {
        self.name.ends_with('/')
    }

    /// Whether its content can be had at all; if not, that is told already.
    pub(super) fn is_readable(&self) -> bool {
        !self.is_encrypted
            && matches!(self.method, CompressionMethod::STORE | CompressionMethod::DEFLATE)
    }
}

impl ZipArchive {
    /// Reads the directory and checks the framing; `None` if the file is not a zip, or its members cannot be read without
    /// risk.
    pub(super) fn open(
        work: &Work<'_>,
        file: File,
        size: u64,
        report: &mut Report,
    ) -> Result<Option<Self>, Cancelled> {
        let mut buffer = vec![0; HEADER_BUFFER];
        let locator = ZipLocator::new().max_search_space(END_RECORD_BYTES);
        let archive = match locator.locate_in_file(file, &mut buffer) {
            Ok(archive) => archive,
            Err((_, error)) => {
                let message = format!("is not a zip: {error}");
                let hint = "build it again: it may be cut off";
                report.error(Fault::new("archive.format", message).hint(hint));
                return Ok(None);
            }
        };
        check_end(&archive, size, report);
        let Some(members) = directory(work, &archive, &mut buffer, report)? else {
            return Ok(None);
        };
        let zip = Self { archive, members };
        let is_safe = zip.check_framing(work, &mut buffer, report)?;
        let is_small = zip.check_ratio(size, report);
        Ok((is_safe && is_small).then_some(zip))
    }

    /// Whether there is a member of this name.
    pub(super) fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }

    /// Hands the content of a member to `sink`, piece by piece.
    pub(super) fn read(
        &self,
        work: &Work<'_>,
        member: &Member,
        mut sink: impl FnMut(&[u8]),
    ) -> Result<(), ReadError> {
        if !member.is_readable() {
            return Err(ReadError::Broken("it is encrypted or compressed in another way".into()));
        }
        let broken = |error: &dyn std::fmt::Display| ReadError::Broken(error.to_string());
        let entry = self.archive.get_entry(member.wayfinder).map_err(|error| broken(&error))?;
        let packed = BufReader::with_capacity(BUFFER, entry.reader());
        let content: Box<dyn Read> = if member.method == CompressionMethod::STORE {
            Box::new(packed)
        } else {
            Box::new(flate2::bufread::DeflateDecoder::new(packed))
        };
        // One byte more than was said is enough to know.
        let mut content = entry.verifying_reader(content.take(member.size.saturating_add(1)));
        let mut buffer = vec![0; BUFFER];
        loop {
            work.check()?;
            match content.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => sink(&buffer[..read]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(broken(&error)),
            }
        }
        let (start, end) = entry.compressed_data_range();
        work.advance(end - start)?;
        Ok(())
    }

    /// The content of a member that is to be held in memory.
    pub(super) fn content(&self, work: &Work<'_>, member: &Member) -> Result<Vec<u8>, ReadError> {
        if member.size > TEXT_LIMIT {
            return Err(ReadError::TooLarge);
        }
        let mut content = Vec::new();
        self.read(work, member, |piece| content.extend_from_slice(piece))?;
        Ok(content)
    }

    /// The content of a member that should be there; faults are told.
    pub(super) fn text(
        &self,
        work: &Work<'_>,
        name: &str,
        rule: &'static str,
        report: &mut Report,
    ) -> Result<Option<Vec<u8>>, Cancelled> {
        let Some(member) = self.member(name) else {
            report.error(Fault::new(rule, "is missing").of_member(name));
            return Ok(None);
        };
        match self.content(work, member) {
            Ok(content) => Ok(Some(content)),
            Err(ReadError::Cancelled(cancelled)) => Err(cancelled),
            Err(error) => {
                report.error(Fault::new(rule, error.to_string()).of_member(name));
                Ok(None)
            }
        }
    }

    /// Checks that members and directory lie behind one another, with nothing between them, and that the headers before
    /// the members say what the directory says.
    fn check_framing(
        &self,
        work: &Work<'_>,
        buffer: &mut [u8],
        report: &mut Report,
    ) -> Result<bool, Cancelled> {
        let mut in_order: Vec<_> = self.members.iter().collect();
        in_order.sort_by_key(|member| member.start);
        let mut is_safe = true;
        let mut place = 0;
        for (index, member) in in_order.iter().enumerate() {
            work.check()?;
            let mut fault = |message: &str| {
                report.error(Fault::new("archive.framing", message).of_member(&member.name));
                is_safe = false;
            };
            if index == 0 && member.start != 0 {
                fault("bytes that belong to no member lie before it");
            }
            if member.start < place {
                fault("overlaps with another member");
            }
            let next =
                in_order.get(index + 1).map_or(self.archive.directory_offset(), |it| it.start);
            match self.end_of(member, buffer) {
                Err(message) => fault(&message),
                Ok(end) => {
                    let gap = next.saturating_sub(end);
                    let has_gap = if member.has_descriptor {
                        !DESCRIPTOR_BYTES.contains(&gap)
                    } else {
                        gap != 0
                    };
                    if next >= end && has_gap {
                        fault("bytes that belong to no member lie behind it");
                    }
                    place = end;
                }
            }
        }
        Ok(is_safe)
    }

    /// Where the content of a member ends.
    fn end_of(&self, member: &Member, buffer: &mut [u8]) -> Result<u64, String> {
        let unreadable = |error: rawzip::Error| format!("its header cannot be read: {error}");
        let entry = self.archive.get_entry(member.wayfinder).map_err(unreadable)?;
        let header = entry.local_header(buffer).map_err(unreadable)?;
        if header.file_path().as_bytes() != member.name.as_bytes() {
            let name = shown(&String::from_utf8_lossy(header.file_path().as_bytes()));
            return Err(format!("the header before it calls it `{name}`"));
        }
        if header.compression_method() != member.method {
            return Err("the header before it names another compression".into());
        }
        let (_, end) = entry.compressed_data_range();
        if end > self.archive.directory_offset() {
            return Err("it overlaps with the directory".into());
        }
        Ok(end)
    }

    /// Checks that unpacking it is no attack.
    fn check_ratio(&self, size: u64, report: &mut Report) -> bool {
        let total = self.members.iter().map(|member| member.size).fold(0, u64::saturating_add);
        let is_bomb = total > SMALL_BYTES && total / MAX_RATIO > size;
        if is_bomb {
            report.error(bomb());
        }
        !is_bomb
    }
}

/// An archive that comes to far more than it is.
pub(super) fn bomb() -> Fault {
    let message = format!("comes to more than {MAX_RATIO} times its size when it is unpacked");
    Fault::new("archive.bomb", message).hint("leave out what compresses so well")
}

/// An archive with more members than anybody means to publish.
pub(super) fn too_many_members() -> Fault {
    let message = format!("has more than {MAX_MEMBERS} members, or too long names");
    Fault::new("archive.members", message)
}

/// Checks that the zip ends where the file ends, and says nothing more.
fn check_end(archive: &rawzip::ZipArchive<FileReader>, size: u64, report: &mut Report) {
    if archive.comment().remaining() > 0 {
        let hint = "build it without one";
        report.error(Fault::new("archive.framing", "the zip has a comment").hint(hint));
    }
    if archive.end_offset() != size {
        let bytes = size.saturating_sub(archive.end_offset());
        let message = format!("{bytes} bytes lie behind the end of the zip");
        report.error(Fault::new("archive.framing", message));
    }
    let mut header = tar::Header::new_old();
    let is_tar = archive.get_ref().read_exact_at(header.as_mut_bytes(), 0).is_ok()
        && header.as_ustar().is_some()
        && header.cksum().is_ok_and(|sum| sum == tar_checksum(&header));
    if is_tar {
        report.error(Fault::new("archive.framing", "is a zip and a tar at once"));
    }
}

fn tar_checksum(header: &tar::Header) -> u32 {
    // The checksum counts itself as blanks.
    let bytes = header.as_bytes();
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    sum(&bytes[..148]) + sum(&bytes[156..]) + 8 * u32::from(b' ')
}

/// The members that the directory lists; `None` if they are too many or the list is broken.
fn directory(
    work: &Work<'_>,
    archive: &rawzip::ZipArchive<FileReader>,
    buffer: &mut [u8],
    report: &mut Report,
) -> Result<Option<Vec<Member>>, Cancelled> {
    if archive.entries_hint() > MAX_MEMBERS {
        report.error(too_many_members());
        return Ok(None);
    }
    let mut members: Vec<Member> = Vec::new();
    let mut name_bytes = 0;
    let mut entries = archive.entries(buffer);
    loop {
        work.check()?;
        let record = match entries.next_entry() {
            Ok(Some(record)) => record,
            Ok(None) => break,
            Err(error) => {
                let message = format!("the directory of the zip is broken: {error}");
                report.error(Fault::new("archive.format", message));
                return Ok(None);
            }
        };
        let member = member(&record, report);
        name_bytes += member.name.len();
        members.push(member);
        if members.len() as u64 > MAX_MEMBERS || name_bytes > MAX_NAME_BYTES {
            report.error(too_many_members());
            return Ok(None);
        }
    }
    if members.len() as u64 != archive.entries_hint() {
        let message = format!(
            "the zip says it has {} members, and lists {}",
            archive.entries_hint(),
            members.len()
        );
        report.error(Fault::new("archive.format", message));
    }
    let mut names = HashSet::new();
    for member in &members {
        if !names.insert(member.name.as_str()) {
            report.error(Fault::new("archive.duplicate", "is in it twice").of_member(&member.name));
        }
    }
    Ok(Some(members))
}

/// What one record of the directory says.
fn member(record: &rawzip::ZipFileHeaderRecord<'_>, report: &mut Report) -> Member {
    let path = record.file_path();
    let raw = path.as_bytes();
    let name = String::from_utf8_lossy(raw).into_owned();
    let mut fault =
        |rule, message: String| report.error(Fault::new(rule, message).of_member(&name));
    if name.as_bytes() != raw || !(name.is_ascii() || record.flags().is_utf8()) {
        fault("archive.member-name", "its name is not marked as UTF-8".into());
    }
    if let Some(problem) = member_name::problem(&name) {
        fault("archive.member-name", format!("it {problem}"));
    }
    if record.mode().is_symlink() {
        fault("archive.link", "is a symbolic link, which wheels cannot have".into());
    }
    let method = record.compression_method();
    if record.flags().is_encrypted() {
        fault("archive.compression", "is encrypted".into());
    } else if !matches!(method, CompressionMethod::STORE | CompressionMethod::DEFLATE) {
        let method = method.name().map_or_else(|| method.as_u16().to_string(), str::to_lowercase);
        let message =
            format!("is compressed with {method}; only `deflate` and `store` are allowed");
        fault("archive.compression", message);
    }
    Member {
        size: record.uncompressed_size_hint(),
        method,
        is_encrypted: record.flags().is_encrypted(),
        has_descriptor: record.flags().has_data_descriptor(),
        start: record.local_header_offset(),
        wayfinder: record.wayfinder(),
        name,
    }
}
