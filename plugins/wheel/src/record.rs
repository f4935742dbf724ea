//! RECORD: the list of all members with hash and size, as CSV with quotes only where they are needed.

use std::io::{self, Read};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::archive::Entry;
use crate::members::Member;

/// The rows of RECORD: one for each member that was written, and one for RECORD itself, which has neither hash nor size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'a> {
    pub(crate) members: &'a [Member<'a>],
    pub(crate) entries: &'a [Entry],
    /// The name of RECORD itself.
    pub(crate) name: &'a str,
}

/// Renders the rows while they are read, because all of them together could be larger than what may be in memory.
#[derive(Debug)]
pub(crate) struct RecordReader<'a> {
    record: Record<'a>,
    next_row: usize,
    rendered: Vec<u8>,
    taken: usize,
}

/// How many rows are rendered at once.
const ROWS: usize = 256;
/// More than what a row needs besides the name: `,sha256=`, 43 characters, comma, 20 digits, line end, two quotes.
const ROW_BYTES: usize = 80;

impl<'a> Record<'a> {
    /// How many bytes the text cannot exceed.
    pub(crate) fn size_bound(&self) -> u64 {
        let names = self.members.iter().map(|member| member.name.as_ref()).chain([self.name]);
        // A quote in a name is doubled.
        names.map(|name| (2 * name.len() + ROW_BYTES) as u64).sum()
    }

    /// The text.
    pub(crate) fn reader(self) -> RecordReader<'a> {
        RecordReader { record: self, next_row: 0, rendered: Vec::new(), taken: 0 }
    }

    fn render(&self, rows: std::ops::Range<usize>, text: Vec<u8>) -> io::Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(text);
        for row in rows {
            match (self.members.get(row), self.entries.get(row)) {
                (Some(member), Some(entry)) => {
                    let mut hash = String::from("sha256=");
                    URL_SAFE_NO_PAD.encode_string(entry.sha256, &mut hash);
                    writer.write_record([member.name.as_ref(), &hash, &entry.size.to_string()])?;
                }
                _ => writer.write_record([self.name, "", ""])?,
            }
        }
        writer.into_inner().map_err(|error| io::Error::other(error.to_string()))
    }

    const fn rows(&self) -> usize {
        self.members.len() + 1
    }
}

impl Read for RecordReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.rendered.len() && self.next_row < self.record.rows() {
            let mut text = std::mem::take(&mut self.rendered);
            text.clear();
            let end = self.record.rows().min(self.next_row + ROWS);
            self.rendered = self.record.render(self.next_row..end, text)?;
            self.next_row = end;
            self.taken = 0;
        }
        let mut rest = &self.rendered[self.taken..];
        let count = rest.read(buffer)?;
        self.taken += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::members::Content;

    const ENTRY: Entry = Entry {
        sha256: [0xFB; 32],
        size: 12,
        compressed_size: 1,
        offset: 0,
        crc32: 0,
        is_deflated: true,
    };

    #[test]
    fn quotes_only_what_must_be() {
        let members = ["a b.py", "a,b.py", "a\"b.py", "ä'.py", "a\nb.py"]
            .map(|name| Member { name: name.into(), content: Content::Text(String::new()) });
        let entries = [ENTRY; 5];
        let record = Record { members: &members, entries: &entries, name: "d,1.dist-info/RECORD" };
        let mut text = String::new();
        record.reader().read_to_string(&mut text).unwrap();
        let hash = "sha256=-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s";
        assert_eq!(
            text,
            format!(
                "a b.py,{hash},12\n\"a,b.py\",{hash},12\n\"a\"\"b.py\",{hash},12\nä'.py,{hash},12\n\
                 \"a\nb.py\",{hash},12\n\"d,1.dist-info/RECORD\",,\n"
            )
        );
        assert!(record.size_bound() >= text.len() as u64);
    }

    #[test]
    fn a_long_list_reads_the_same_in_small_steps() {
        let members: Vec<_> = (0..1000)
            .map(|number| Member {
                name: number.to_string().into(),
                content: Content::Text(String::new()),
            })
            .collect();
        let entries = vec![ENTRY; 1000];
        let record = Record { members: &members, entries: &entries, name: "RECORD" };
        let mut reader = record.reader();
        let mut text = Vec::new();
        let mut step = [0; 7];
        loop {
            let count = reader.read(&mut step).unwrap();
            if count == 0 {
                break;
            }
            text.extend_from_slice(&step[..count]);
        }
        let text = String::from_utf8(text).unwrap();
        assert_eq!(text.lines().count(), 1001);
        assert!(text.ends_with("\nRECORD,,\n"));
        assert!(text.lines().nth(999).unwrap().starts_with("999,sha256="));
    }
}
