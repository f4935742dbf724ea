//! Zip archives, laid out byte by byte.
//!
//! The `zip` crate (9.4) reads the archives back in the tests, but does not write them. It takes over members that were
//! compressed elsewhere only as a `PreparedZipFile`, which nothing but its own deflate encoders can make, or out of another
//! archive; so libdeflate is out of reach. It also writes 4.5 as the version that made the member, where wheels by flit say
//! 2.0, and asks the operating system for the position in the file for each member.

mod dos_time;
mod headers;

use std::io::{self, Seek, SeekFrom, Write};

pub(crate) use dos_time::DosTime;
use headers::Directory;
pub(crate) use headers::{Header, LONGEST_NAME};

/// What is known of a member's content once it was read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Digest {
    pub(crate) size: u64,
    pub(crate) crc32: u32,
    pub(crate) sha256: [u8; 32],
}

/// A member that was written. There is one for each, so it is kept small.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) sha256: [u8; 32],
    pub(crate) size: u64,
    pub(crate) compressed_size: u64,
    /// Where its local record starts.
    pub(crate) offset: u64,
    pub(crate) crc32: u32,
    pub(crate) is_deflated: bool,
}

/// An archive that is being written, member by member.
#[derive(Debug)]
pub(crate) struct Archive<W> {
    output: W,
    time: DosTime,
    position: u64,
    entries: Vec<Entry>,
}

/// A member that was started, and whose sizes are not known yet.
#[derive(Debug)]
pub(crate) struct StartedMember<'a> {
    name: &'a str,
    is_zip64: bool,
    offset: u64,
    data_offset: u64,
}

impl<W: Write + Seek> Archive<W> {
    /// Starts an archive whose members all have the time `time`.
    pub(crate) const fn new(output: W, time: DosTime) -> Self {
        Self { output, time, position: 0, entries: Vec::new() }
    }

    /// Makes room for what will be known of this many members, and no more than that.
    pub(crate) fn reserve(&mut self, members: usize) {
        self.entries.reserve_exact(members);
    }

    /// The time of all members.
    pub(crate) const fn time(&self) -> DosTime {
        self.time
    }

    /// Gives away what is known of the members that were written since this was last called.
    pub(crate) fn take_entries(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.entries)
    }

    /// Appends whole members: local records and data in `bytes`, what is in them in `entries`, whose offsets count from the
    /// start of `bytes`.
    pub(crate) fn append(&mut self, bytes: &[u8], entries: &[Entry]) -> io::Result<()> {
        let start = self.position;
        let in_place = |entry: &Entry| Entry { offset: start + entry.offset, ..*entry };
        self.entries.extend(entries.iter().map(in_place));
        self.append_data(bytes)
    }

    /// Starts a member whose data follows in pieces. Room for sizes beyond 4 GiB is left if `is_zip64`.
    pub(crate) fn start<'a>(
        &mut self,
        name: &'a str,
        is_zip64: bool,
    ) -> io::Result<StartedMember<'a>> {
        let offset = self.position;
        let nothing = Digest { size: 0, crc32: 0, sha256: [0; 32] };
        let record = self.local_record(name, is_zip64, nothing, 0);
        self.append_data(&record)?;
        Ok(StartedMember { name, is_zip64, offset, data_offset: self.position })
    }

    /// Appends a piece of the data of the member that was started last.
    pub(crate) fn append_data(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.position += bytes.len() as u64;
        self.output.write_all(bytes)
    }

    /// Ends the member that was started last: now that its sizes are known, its local record is written anew.
    pub(crate) fn end(&mut self, member: &StartedMember<'_>, digest: Digest) -> io::Result<()> {
        let compressed_size = self.position - member.data_offset;
        let record = self.local_record(member.name, member.is_zip64, digest, compressed_size);
        self.output.seek(SeekFrom::Start(member.offset))?;
        self.output.write_all(&record)?;
        self.output.seek(SeekFrom::Start(self.position))?;
        let offset = member.offset;
        self.entries.push(Entry { offset, ..Entry::deflated(digest, compressed_size) });
        Ok(())
    }

    /// Writes the central directory: of all members the name, whether it may be executed, and what is known of it.
    pub(crate) fn finish<'a>(
        mut self,
        members: impl IntoIterator<Item = (&'a str, bool, &'a Entry)>,
    ) -> io::Result<W> {
        let mut directory = Directory { members: 0, offset: self.position, size: 0 };
        let mut bytes = Vec::new();
        for (name, is_executable, entry) in members {
            bytes.clear();
            entry.header(name, self.time).push_central(entry.offset, is_executable, &mut bytes);
            self.append_data(&bytes)?;
            directory.members += 1;
        }
        directory.size = self.position - directory.offset;
        bytes.clear();
        directory.push_end(&mut bytes);
        self.append_data(&bytes)?;
        self.output.flush()?;
        Ok(self.output)
    }

    fn local_record(
        &self,
        name: &str,
        is_zip64: bool,
        digest: Digest,
        compressed_size: u64,
    ) -> Vec<u8> {
        let entry = Entry::deflated(digest, compressed_size);
        let mut bytes = Vec::new();
        entry.header(name, self.time).push_local(is_zip64, &mut bytes);
        bytes
    }
}

impl Entry {
    /// A deflated member at the very start.
    pub(crate) const fn deflated(digest: Digest, compressed_size: u64) -> Self {
        let Digest { size, crc32, sha256 } = digest;
        Self { sha256, size, compressed_size, offset: 0, crc32, is_deflated: true }
    }

    /// What the records of the member say.
    pub(crate) const fn header<'a>(&self, name: &'a str, time: DosTime) -> Header<'a> {
        Header {
            name,
            time,
            is_deflated: self.is_deflated,
            crc32: self.crc32,
            compressed_size: self.compressed_size,
            size: self.size,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use zip::ZipArchive;

    use super::*;

    const NOON: DosTime = DosTime { time: 12 << 11, date: 33 };

    fn digest(content: &[u8]) -> Digest {
        Digest { size: content.len() as u64, crc32: crc32fast::hash(content), sha256: [0; 32] }
    }

    #[test]
    fn another_library_reads_more_members_than_16_bits_can_count() {
        let mut archive = Archive::new(Cursor::new(Vec::new()), NOON);
        let names: Vec<_> = (0..65_536).map(|number| format!("{number}")).collect();
        for name in &names {
            let entry = Entry { is_deflated: false, ..Entry::deflated(digest(b""), 0) };
            let mut bytes = Vec::new();
            entry.header(name, NOON).push_local(false, &mut bytes);
            archive.append(&bytes, &[entry]).unwrap();
        }
        let entries = archive.take_entries();
        let members = names.iter().zip(&entries).map(|(name, entry)| (name.as_str(), false, entry));
        let bytes = archive.finish(members).unwrap().into_inner();
        let mut read = ZipArchive::new(Cursor::new(bytes)).unwrap();
        assert_eq!(read.len(), 65_536);
        assert_eq!(read.by_index(65_535).unwrap().name().unwrap(), "65535");
    }

    #[test]
    fn the_sizes_of_a_member_that_came_in_pieces_stand_before_it() {
        for is_zip64 in [false, true] {
            let mut archive = Archive::new(Cursor::new(Vec::new()), NOON);
            let started = archive.start("long", is_zip64).unwrap();
            // Two stored blocks of deflate.
            archive.append_data(b"\x00\x02\x00\xFD\xFFab").unwrap();
            archive.append_data(b"\x01\x01\x00\xFE\xFFc").unwrap();
            archive.end(&started, digest(b"abc")).unwrap();
            let entries = archive.take_entries();
            assert_eq!((entries[0].compressed_size, entries[0].size), (13, 3));
            let bytes = archive.finish([("long", true, &entries[0])]).unwrap().into_inner();
            let mut read = ZipArchive::new(Cursor::new(bytes.as_slice())).unwrap();
            let mut member = read.by_index(0).unwrap();
            assert_eq!(member.unix_mode(), Some(0o100_755));
            let mut content = String::new();
            member.read_to_string(&mut content).unwrap();
            assert_eq!(content, "abc");
            let local_sizes = if is_zip64 { &[0xFF; 8] } else { b"\x0D\0\0\0\x03\0\0\0" };
            assert_eq!(&bytes[18..26], local_sizes);
        }
    }
}
