//! The records of a zip archive, byte by byte (PKWARE's APPNOTE.TXT 6.3, sections 4.3 and 4.5.3).

use super::DosTime;

/// The version of the format that a member needs: 2.0 for deflate, 4.5 for sizes beyond 4 GiB. Stored members say 2.0
/// as well, as flit's do.
const VERSION: u16 = 20;
const ZIP64_VERSION: u16 = 45;
/// "Made by" Unix: the upper half of the external attributes is a file mode.
const UNIX: u16 = 3 << 8;
/// The name is UTF-8; said only where it is more than ASCII.
const UTF8_FLAG: u16 = 0x800;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
const ZIP64_EXTRA: u16 = 1;
/// The values that mean: look into the zip64 record.
const IN_ZIP64_16: u16 = u16::MAX;
const IN_ZIP64_32: u32 = u32::MAX;
/// Regular files that everybody may read, and perhaps execute.
const MODE: u32 = 0o100_644;
const EXECUTABLE_MODE: u32 = 0o100_755;

/// The longest name that a member can have, in bytes.
pub(crate) const LONGEST_NAME: usize = u16::MAX as usize;

/// What the local and the central record of a member both say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header<'a> {
    /// The name of the member, no longer than [`LONGEST_NAME`].
    pub(crate) name: &'a str,
    /// The time of the member.
    pub(crate) time: DosTime,
    /// Whether the data is deflated, not stored.
    pub(crate) is_deflated: bool,
    /// The CRC-32 of the content.
    pub(crate) crc32: u32,
    /// How many bytes of data there are.
    pub(crate) compressed_size: u64,
    /// How many bytes the content has.
    pub(crate) size: u64,
}

/// Where the central directory is, for the records at the end of the archive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Directory {
    pub(crate) members: u64,
    pub(crate) offset: u64,
    pub(crate) size: u64,
}

impl Header<'_> {
    /// Appends the record that stands before the member's data.
    ///
    /// With `is_zip64` the sizes are in an extra field, whatever they are: so that a record that was written before they
    /// were known can be replaced by one of the same length.
    pub(crate) fn push_local(&self, is_zip64: bool, bytes: &mut Vec<u8>) {
        push_u32(bytes, 0x0403_4b50);
        let sizes = if is_zip64 { [IN_ZIP64_32; 2] } else { self.sizes_in_32_bits() };
        let extra: &[u64] = if is_zip64 { &[self.size, self.compressed_size] } else { &[] };
        self.push_common(sizes, extra, bytes);
        bytes.extend_from_slice(self.name.as_bytes());
        push_extra(extra, bytes);
    }

    /// Appends the record in the central directory of a member whose local record is at `offset`.
    pub(crate) fn push_central(&self, offset: u64, is_executable: bool, bytes: &mut Vec<u8>) {
        let sizes = self.sizes_in_32_bits();
        let offset_32 = in_32_bits(offset);
        let values = [(sizes[1], self.size), (sizes[0], self.compressed_size), (offset_32, offset)];
        let extra: Vec<u64> = values
            .into_iter()
            .filter(|(short, _)| *short == IN_ZIP64_32)
            .map(|(_, value)| value)
            .collect();
        push_u32(bytes, 0x0201_4b50);
        push_u16(bytes, UNIX | version(&extra));
        self.push_common(sizes, &extra, bytes);
        push_u16(bytes, 0); // length of the comment
        push_u16(bytes, 0); // number of the disk
        push_u16(bytes, 0); // internal attributes
        push_u32(bytes, if is_executable { EXECUTABLE_MODE } else { MODE } << 16);
        push_u32(bytes, offset_32);
        bytes.extend_from_slice(self.name.as_bytes());
        push_extra(&extra, bytes);
    }

    /// Appends what both records have in common, from the version to the length of the extra fields.
    fn push_common(&self, [compressed_size, size]: [u32; 2], extra: &[u64], bytes: &mut Vec<u8>) {
        push_u16(bytes, version(extra));
        push_u16(bytes, if self.name.is_ascii() { 0 } else { UTF8_FLAG });
        push_u16(bytes, if self.is_deflated { DEFLATED } else { STORED });
        push_u16(bytes, self.time.time);
        push_u16(bytes, self.time.date);
        push_u32(bytes, self.crc32);
        push_u32(bytes, compressed_size);
        push_u32(bytes, size);
        push_u16(bytes, in_16_bits(self.name.len() as u64));
        push_u16(bytes, extra_length(extra));
    }

    /// The compressed size and the size, or the mark for those that do not fit.
    fn sizes_in_32_bits(&self) -> [u32; 2] {
        [in_32_bits(self.compressed_size), in_32_bits(self.size)]
    }
}

impl Directory {
    /// Appends the records that end the archive.
    pub(crate) fn push_end(&self, bytes: &mut Vec<u8>) {
        let members = in_16_bits(self.members);
        let size = in_32_bits(self.size);
        let offset = in_32_bits(self.offset);
        if members == IN_ZIP64_16 || size == IN_ZIP64_32 || offset == IN_ZIP64_32 {
            self.push_zip64_end(bytes);
        }
        push_u32(bytes, 0x0605_4b50);
        push_u16(bytes, 0); // number of this disk
        push_u16(bytes, 0); // disk of the directory
        push_u16(bytes, members); // on this disk
        push_u16(bytes, members);
        push_u32(bytes, size);
        push_u32(bytes, offset);
        push_u16(bytes, 0); // length of the comment
    }

    fn push_zip64_end(&self, bytes: &mut Vec<u8>) {
        push_u32(bytes, 0x0606_4b50);
        push_u64(bytes, 44); // how many bytes of this record follow
        push_u16(bytes, UNIX | ZIP64_VERSION);
        push_u16(bytes, ZIP64_VERSION);
        push_u32(bytes, 0); // number of this disk
        push_u32(bytes, 0); // disk of the directory
        push_u64(bytes, self.members); // on this disk
        push_u64(bytes, self.members);
        push_u64(bytes, self.size);
        push_u64(bytes, self.offset);
        push_u32(bytes, 0x0706_4b50);
        push_u32(bytes, 0); // disk of the record above
        push_u64(bytes, self.offset + self.size); // where the record above is
        push_u32(bytes, 1); // number of disks
    }
}

fn version(extra: &[u64]) -> u16 {
    if extra.is_empty() { VERSION } else { ZIP64_VERSION }
}

fn extra_length(extra: &[u64]) -> u16 {
    if extra.is_empty() { 0 } else { 4 + in_16_bits(8 * extra.len() as u64) }
}

/// Appends the extra field of zip64 if there is anything to say in it.
fn push_extra(extra: &[u64], bytes: &mut Vec<u8>) {
    if extra.is_empty() {
        return;
    }
    push_u16(bytes, ZIP64_EXTRA);
    push_u16(bytes, extra_length(extra) - 4);
    for value in extra {
        push_u64(bytes, *value);
    }
}

fn in_16_bits(value: u64) -> u16 {
    u16::try_from(value).unwrap_or(IN_ZIP64_16)
}

fn in_32_bits(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(IN_ZIP64_32)
}

fn push_u16(bytes: &mut Vec<u8>, value: u16) {
    bytes.extend_from_slice(&value.to_le_bytes());
}

fn push_u32(bytes: &mut Vec<u8>, value: u32) {
    bytes.extend_from_slice(&value.to_le_bytes());
}

fn push_u64(bytes: &mut Vec<u8>, value: u64) {
    bytes.extend_from_slice(&value.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    fn header(name: &str, compressed_size: u64, size: u64) -> Header<'_> {
        let time = DosTime { time: 0x1122, date: 0x3344 };
        Header { name, time, is_deflated: true, crc32: 0xAABB_CCDD, compressed_size, size }
    }

    fn number(bytes: &[u8]) -> u64 {
        bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    #[test]
    fn a_local_record_has_every_byte_in_its_place() {
        let mut bytes = Vec::new();
        header("a.py", 5, 9).push_local(false, &mut bytes);
        assert_eq!(
            bytes,
            b"PK\x03\x04\x14\0\0\0\x08\0\x22\x11\x44\x33\xDD\xCC\xBB\xAA\x05\0\0\0\x09\0\0\0\x04\0\0\0a.py"
        );
    }

    #[test]
    fn a_central_record_has_every_byte_in_its_place() {
        let mut bytes = Vec::new();
        Header { is_deflated: false, ..header("ä", 5, 9) }.push_central(7, true, &mut bytes);
        assert_eq!(
            bytes,
            b"PK\x01\x02\x14\x03\x14\0\0\x08\0\0\x22\x11\x44\x33\xDD\xCC\xBB\xAA\x05\0\0\0\x09\0\0\0\x02\0\0\0\
              \0\0\0\0\0\0\0\0\xED\x81\x07\0\0\0\xC3\xA4"
        );
    }

    #[test]
    fn only_what_does_not_fit_goes_into_zip64() {
        let extra_of = |compressed_size, size, offset| {
            let mut bytes = Vec::new();
            header("a", compressed_size, size).push_central(offset, false, &mut bytes);
            (number(&bytes[6..8]), bytes.split_off(47))
        };
        assert_eq!(extra_of(1, 4 * GIB - 2, 3), (20, vec![]));
        let (version, extra) = extra_of(1, 5 * GIB, 3);
        assert_eq!((version, number(&extra[..4])), (45, 0x0008_0001));
        assert_eq!(number(&extra[4..]), 5 * GIB);
        let (_, extra) = extra_of(4 * GIB, 5 * GIB, 6 * GIB);
        assert_eq!(number(&extra[..4]), 0x0018_0001);
        assert_eq!(number(&extra[4..12]), 5 * GIB);
        assert_eq!(number(&extra[12..20]), 4 * GIB);
        assert_eq!(number(&extra[20..]), 6 * GIB);
        let (_, extra) = extra_of(1, 1, 4 * GIB - 1);
        assert_eq!(number(&extra[4..]), 4 * GIB - 1);
    }

    #[test]
    fn a_zip64_local_record_can_be_replaced_by_one_of_the_same_length() {
        let [mut before, mut after] = [Vec::new(), Vec::new()];
        header("a", 0, 0).push_local(true, &mut before);
        header("a", 4 * GIB, 5 * GIB).push_local(true, &mut after);
        assert_eq!(before.len(), after.len());
        assert_eq!(number(&after[18..26]), u64::MAX);
        assert_eq!(number(&after[28..30]), 20);
        assert_eq!(number(&after[35..43]), 5 * GIB);
        assert_eq!(number(&after[43..51]), 4 * GIB);
    }

    #[test]
    fn the_end_is_doubled_only_when_it_must_be() {
        let end_of = |members, offset| {
            let mut bytes = Vec::new();
            Directory { members, offset, size: 8 }.push_end(&mut bytes);
            bytes
        };
        assert_eq!(end_of(2, 9), b"PK\x05\x06\0\0\0\0\x02\0\x02\0\x08\0\0\0\x09\0\0\0\0\0");
        assert_eq!(end_of(65_534, 9).len(), 22);
        for bytes in [end_of(65_535, 9), end_of(2, 4 * GIB)] {
            assert_eq!(bytes.len(), 56 + 20 + 22);
            assert_eq!(number(&bytes[4..12]), 44);
        }
        let bytes = end_of(70_000, 5 * GIB);
        assert_eq!(number(&bytes[24..32]), 70_000);
        assert_eq!(number(&bytes[48..56]), 5 * GIB);
        assert_eq!(number(&bytes[64..72]), 5 * GIB + 8);
        assert_eq!(number(&bytes[86..88]), 0xFFFF);
    }
}
