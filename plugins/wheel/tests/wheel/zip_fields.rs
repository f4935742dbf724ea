//! Every field of the archive, taken apart by hand.

use flit_sdk::testing::SourceTreeBuilder;

use crate::support::{TIMESTAMP, project, wheel, wheel_at};

/// The fields of the central record of a member, and of its local record.
#[derive(Debug)]
struct Record {
    name: String,
    made_by: u64,
    version: u64,
    flags: u64,
    method: u64,
    time: u64,
    date: u64,
    extra_bytes: u64,
    comment_bytes: u64,
    internal_attributes: u64,
    external_attributes: u64,
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn at(bytes: &[u8], start: u64, length: u64) -> &[u8] {
    let start = usize::try_from(start).unwrap();
    &bytes[start..start + usize::try_from(length).unwrap()]
}

/// Walks the central directory, and checks that the local records say the same and leave no gaps.
fn records(bytes: &[u8]) -> Vec<Record> {
    let end = bytes.len() as u64 - 22;
    let end_field = |offset, length| number(at(bytes, end + offset, length));
    assert_eq!(end_field(0, 4), 0x0605_4b50, "no comment at the end");
    let (members, size, directory) = (end_field(10, 2), end_field(12, 4), end_field(16, 4));
    assert_eq!(end_field(8, 2), members);
    assert_eq!((end_field(4, 4), directory + size), (0, end));
    let mut place = directory;
    let mut next_local = 0;
    let mut records = Vec::new();
    while place < end {
        let field = |offset, length| number(at(bytes, place + offset, length));
        assert_eq!(field(0, 4), 0x0201_4b50);
        let local = field(42, 4);
        assert_eq!(local, next_local, "members follow each other");
        assert_eq!(number(at(bytes, local, 4)), 0x0403_4b50);
        assert_eq!(at(bytes, local + 4, 26), at(bytes, place + 6, 26), "both records agree");
        let (name_bytes, extra_bytes) = (field(28, 2), field(30, 2));
        assert_eq!(at(bytes, local + 30, name_bytes), at(bytes, place + 46, name_bytes));
        next_local = local + 30 + name_bytes + extra_bytes + field(20, 4);
        records.push(Record {
            name: String::from_utf8(at(bytes, place + 46, name_bytes).to_vec()).unwrap(),
            made_by: field(4, 2),
            version: field(6, 2),
            flags: field(8, 2),
            method: field(10, 2),
            time: field(12, 2),
            date: field(14, 2),
            extra_bytes,
            comment_bytes: field(32, 2),
            internal_attributes: field(34, 4),
            external_attributes: field(38, 4),
        });
        place += 46 + name_bytes + extra_bytes;
    }
    assert_eq!(next_local, directory);
    assert_eq!(records.len() as u64, members);
    records
}

#[test]
fn every_field_is_as_flit_writes_it() {
    let tree = SourceTreeBuilder::new()
        .file("demo/__init__.py", "")
        .file("demo/é.py", "text ".repeat(100))
        .file("demo/run.sh", "echo ".repeat(100));
    let mut project = project(&tree);
    let script = project.layout.module.files.iter_mut().find(|file| file.path == "demo/run.sh");
    script.unwrap().is_executable = true;
    let bytes = wheel(&project).bytes;
    for record in records(&bytes) {
        let name = record.name.as_str();
        assert_eq!(record.made_by, (3 << 8) + 20, "{name}");
        assert_eq!(record.version, 20, "{name}");
        assert_eq!(record.flags, if name.is_ascii() { 0 } else { 0x800 }, "{name}");
        assert_eq!(record.method, if name == "demo/__init__.py" { 0 } else { 8 }, "{name}");
        assert_eq!(record.time, (4 << 11) + (5 << 5) + 6 / 2, "{name}");
        assert_eq!(record.date, ((2024 - 1980) << 9) + (2 << 5) + 3, "{name}");
        assert_eq!((record.extra_bytes, record.comment_bytes), (0, 0), "{name}");
        assert_eq!(record.internal_attributes, 0, "{name}");
        let mode = if name == "demo/run.sh" { 0o100_755 } else { 0o100_644 };
        assert_eq!(record.external_attributes, mode << 16, "{name}");
    }
}

#[test]
fn times_that_cannot_be_stored_become_the_nearest_that_can() {
    let tree = SourceTreeBuilder::new().file("demo.py", "");
    let project = project(&tree);
    for (timestamp, time, date) in
        [(0, 0, 33), (u64::MAX, (23 << 11) + (59 << 5) + 29, (127 << 9) + (12 << 5) + 31)]
    {
        for record in records(&wheel_at(&project, timestamp).bytes) {
            assert_eq!((record.time, record.date), (time, date), "{timestamp}");
        }
    }
    assert_ne!(wheel_at(&project, 0).bytes, wheel_at(&project, TIMESTAMP).bytes);
}

#[cfg(unix)]
#[test]
fn modes_are_those_that_discovery_found() {
    use std::os::unix::fs::PermissionsExt as _;

    let tree = SourceTreeBuilder::new()
        .file("demo/a", "")
        .file("demo/b", "")
        .file("demo/c", "")
        .file("LICENSE", "");
    for (path, mode) in
        [("demo/a", 0o600), ("demo/b", 0o700), ("demo/c", 0o677), ("LICENSE", 0o755)]
    {
        let mode = std::fs::Permissions::from_mode(mode);
        fs_err::set_permissions(tree.path().join(path), mode).unwrap();
    }
    let mut project = project(&tree);
    project.metadata.set_list(flit_sdk::model::Field::LicenseFile, vec!["LICENSE".into()]);
    let wheel = wheel(&project);
    let mode = |name| wheel.member(name).mode.unwrap();
    assert_eq!(mode("demo/a"), 0o100_644);
    assert_eq!(mode("demo/b"), 0o100_755);
    assert_eq!(mode("demo/c"), 0o100_644);
    assert_eq!(mode("demo_pkg-1.0.dist-info/licenses/LICENSE"), 0o100_755);
}
