//! The headers of tar members as Python's tarfile writes them in its PAX format, with nothing of the machine in them.

use tar::{EntryType, Header};

/// Tar counts in blocks of this many bytes.
pub(crate) const BLOCK_BYTES: usize = 512;

/// Names up to this many bytes of ASCII stand in the header; all others need a PAX record.
const NAME_BYTES: usize = 100;

/// Sizes and times from here on do not fit into the eleven octal digits of the header.
const NUMBER_END: u64 = 1 << 33;

/// What a header says of a member.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeaderFields<'a> {
    /// The whole path in the archive.
    pub(crate) path: &'a str,
    pub(crate) is_executable: bool,
    pub(crate) timestamp: u64,
    pub(crate) kind: HeaderKind<'a>,
}

/// What kind of member it is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum HeaderKind<'a> {
    /// A file of so many bytes.
    File(u64),
    /// A symbolic link to this path.
    Link(&'a str),
}

/// Appends the header of a member, with a PAX header before it if one is needed.
pub(crate) fn push_header(tar: &mut Vec<u8>, fields: &HeaderFields<'_>) {
    let (entry_type, size, target) = match fields.kind {
        HeaderKind::File(size) => (EntryType::Regular, size, ""),
        HeaderKind::Link(target) => (EntryType::Symlink, 0, target),
    };
    let mut records = Vec::new();
    for (keyword, text) in [("path", fields.path), ("linkpath", target)] {
        if !text.is_ascii() || text.len() > NAME_BYTES {
            push_record(&mut records, keyword, text);
        }
    }
    let fitting = [("size", size), ("mtime", fields.timestamp)].map(|(keyword, number)| {
        if number < NUMBER_END {
            return number;
        }
        push_record(&mut records, keyword, &number.to_string());
        0
    });
    if !records.is_empty() {
        let size = u64::try_from(records.len()).unwrap_or(u64::MAX);
        let header = ustar(EntryType::XHeader, "././@PaxHeader", "", [size, 0], 0);
        tar.extend_from_slice(header.as_bytes());
        tar.append(&mut records);
        push_padding(tar, size);
    }
    let is_executable = fields.is_executable || entry_type == EntryType::Symlink;
    let mode = if is_executable { 0o755 } else { 0o644 };
    tar.extend_from_slice(ustar(entry_type, fields.path, target, fitting, mode).as_bytes());
}

/// Fills up the last block behind `size` bytes.
pub(crate) fn push_padding(tar: &mut Vec<u8>, size: u64) {
    let block_bytes = BLOCK_BYTES as u64;
    let padding = usize::try_from((block_bytes - size % block_bytes) % block_bytes)
        .expect("less than a block");
    tar.resize(tar.len() + padding, 0);
}

fn ustar(
    entry_type: EntryType,
    path: &str,
    target: &str,
    [size, timestamp]: [u64; 2],
    mode: u32,
) -> Header {
    let mut header = Header::new_ustar();
    header.set_entry_type(entry_type);
    // Not `set_path`, which would split a long name in two: Python puts the beginning there and the whole into a record.
    let fields = header.as_ustar_mut().expect("it was made as ustar");
    put_name(&mut fields.name, path);
    put_name(&mut fields.linkname, target);
    header.set_size(size);
    header.set_mtime(timestamp);
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_cksum();
    header
}

/// Writes as much of a name as fits, for readers that know no PAX records.
fn put_name(field: &mut [u8; NAME_BYTES], name: &str) {
    let bytes = name.chars().map(|character| u8::try_from(character).ok());
    for (place, byte) in field.iter_mut().zip(bytes) {
        *place = byte.filter(u8::is_ascii).unwrap_or(b'?');
    }
}

/// Appends `LENGTH KEYWORD=VALUE\n`, where the length counts its own digits.
fn push_record(records: &mut Vec<u8>, keyword: &str, value: &str) {
    let rest_bytes = keyword.len() + value.len() + " =\n".len();
    let mut length = rest_bytes;
    while length != rest_bytes + length.to_string().len() {
        length = rest_bytes + length.to_string().len();
    }
    records.extend_from_slice(format!("{length} {keyword}={value}\n").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(path: &str, kind: HeaderKind<'_>) -> Vec<u8> {
        let mut tar = Vec::new();
        let fields = HeaderFields { path, is_executable: false, timestamp: 1_451_606_400, kind };
        push_header(&mut tar, &fields);
        tar
    }

    #[test]
    fn a_plain_name_needs_one_block() {
        let path = format!("{}y", "x".repeat(99));
        let tar = header(&path, HeaderKind::File(5));
        assert_eq!(tar.len(), BLOCK_BYTES);
        assert_eq!(&tar[..100], path.as_bytes());
        assert_eq!(&tar[100..136], b"0000644\x000000000\x000000000\x0000000000005\0");
        assert_eq!(&tar[136..148], b"12641340600\0");
        assert_eq!(&tar[156..157], b"0");
        assert_eq!(&tar[257..265], b"ustar\x0000");
        assert_eq!(&tar[265..500], [0; 235], "no owner, no device, no prefix");
    }

    #[test]
    fn other_names_have_a_record() {
        let long = "d/".repeat(50) + "f";
        for path in ["d/größe.py", &long] {
            let tar = header(path, HeaderKind::File(5));
            assert_eq!(tar.len(), 3 * BLOCK_BYTES);
            assert!(tar.starts_with(b"././@PaxHeader\0"));
            assert_eq!(&tar[156..157], b"x");
            let record = format!(" path={path}\n");
            let record = format!("{}{record}", record.len() + record.len().to_string().len());
            assert!(tar[BLOCK_BYTES..].starts_with(record.as_bytes()), "{path}");
        }
        assert!(header("d/größe.py", HeaderKind::File(5))[1024..].starts_with(b"d/gr??e.py\0"));
    }

    #[test]
    fn a_link_has_a_target_and_no_content() {
        let tar = header("d/l", HeaderKind::Link("m/größe"));
        assert!(tar[BLOCK_BYTES..].starts_with("22 linkpath=m/größe\n".as_bytes()));
        assert_eq!(&tar[1024 + 156..1024 + 167], b"2m/gr??e\0\0\0");
        assert_eq!(&tar[1024 + 100..1024 + 108], b"0000755\0");
    }

    #[test]
    fn numbers_that_do_not_fit_have_records() {
        let tar = header("big", HeaderKind::File(NUMBER_END));
        assert!(tar[BLOCK_BYTES..].starts_with(b"19 size=8589934592\n"));
        assert_eq!(&tar[1024 + 124..1024 + 136], b"00000000000\0");
    }

    #[test]
    fn the_length_of_a_record_counts_itself() {
        for (value, record) in [("a", "6 k=a\n"), ("aaaaa", "11 k=aaaaa\n"), ("aaaa", "9 k=aaaa\n")]
        {
            let mut records = Vec::new();
            push_record(&mut records, "k", value);
            assert_eq!(String::from_utf8(records).unwrap(), record);
        }
    }
}
