//! Files that are broken, or made to harm who reads them.

use super::archive::{self, demo, gzip, patched, sdist_members, tar_with};
use super::told;

const WHEEL: &str = "demo-1.0-py3-none-any.whl";
const SDIST: &str = "demo-1.0.tar.gz";
const CUT_OFF: &str = "build it again: it may be cut off";

/// The start of the first line that is told.
fn told_first(name: &str, content: &[u8], expected: &str) {
    let told = told(name, content);
    let line = told.first().map_or("", String::as_str);
    assert!(line.starts_with(expected), "{expected}\n{told:#?}");
}

#[test]
fn what_is_no_archive_is_told() {
    for content in [&b""[..], b"PK\x03\x04", b"not a zip", &[0; 5000]] {
        told_first(
            WHEEL,
            content,
            "error archive.format demo-1.0-py3-none-any.whl: is not a zip: ",
        );
        told_first(
            SDIST,
            content,
            "error archive.format demo-1.0.tar.gz: is not a compressed tar: ",
        );
    }
    told_first(
        SDIST,
        &gzip(b"not a tar"),
        "error archive.format demo-1.0.tar.gz: is not a compressed tar: ",
    );
}

#[test]
fn what_is_cut_off_is_told_wherever_it_is() {
    let (wheel, sdist) = (archive::wheel(demo()), archive::sdist(&sdist_members()));
    for tenth in 0..10 {
        told_first(WHEEL, &wheel[..wheel.len() * tenth / 10], "error archive.format");
        told_first(SDIST, &sdist[..sdist.len() * tenth / 10], "error archive.format");
    }
    let told = told(SDIST, &sdist[..sdist.len() - 4]);
    assert_eq!(told.len(), 1);
    assert!(told[0].ends_with(&format!(" ({CUT_OFF})")), "{}", told[0]);
}

#[test]
fn any_byte_may_be_wrong() {
    // Nothing is asked but that it ends, and that no wrong content passes.
    let wheel = archive::wheel(demo());
    let sdist = archive::sdist(&sdist_members());
    for (name, good) in [(WHEEL, &wheel), (SDIST, &sdist)] {
        for place in (0..good.len()).step_by(7) {
            let mut bad = good.clone();
            bad[place] ^= 0x55;
            drop(told(name, &bad));
        }
    }
}

#[test]
fn bytes_that_belong_to_nobody_are_told() {
    let (wheel, sdist) = (archive::wheel(demo()), archive::sdist(&sdist_members()));
    assert_eq!(
        told(WHEEL, &[&wheel[..], b"garbage"].concat()),
        [format!("error archive.framing {WHEEL}: 7 bytes lie behind the end of the zip")]
    );
    assert_eq!(
        told(SDIST, &[&sdist[..], b"garbage"].concat()),
        [format!(
            "error archive.framing {SDIST}: bytes lie behind the end of the compressed stream"
        )]
    );
    let tar = archive::tar(&sdist_members());
    assert_eq!(
        told(SDIST, &gzip(&[&tar[..], b"garbage"].concat())),
        [format!("error archive.framing {SDIST}: bytes lie behind the end of the tar")]
    );
    assert_eq!(told(SDIST, &gzip(&[&tar[..], &[0; 10_240]].concat())), [""; 0]);
    told_first(
        WHEEL,
        &[b"#!/bin/sh\n", &wheel[..]].concat(),
        &format!(
            "error archive.framing {WHEEL}: demo.py: bytes that belong to no member lie before it"
        ),
    );
    let with_comment = [&wheel[..wheel.len() - 2], b"\x02\0hi"].concat();
    assert_eq!(
        told(WHEEL, &with_comment),
        [format!("error archive.framing {WHEEL}: the zip has a comment (build it without one)")]
    );
    // A zip at the end of a compressed tar.
    let both = [&sdist[..], &wheel[..]].concat();
    assert_eq!(
        told(SDIST, &both),
        [
            format!("error archive.framing {SDIST}: is a compressed tar and a zip at once"),
            format!(
                "error archive.framing {SDIST}: bytes lie behind the end of the compressed stream"
            ),
        ]
    );
}

#[test]
fn a_zip_can_be_read_in_one_way_only() {
    let mut members = demo();
    members.push(("dem0.py".into(), b"y = 2\n".to_vec()));
    let two = patched(archive::wheel(members), b"dem0.py", b"demo.py");
    told_first(WHEEL, &two, &format!("error archive.duplicate {WHEEL}: demo.py: is in it twice"));

    // Only in the header before the member, which comes first.
    let mut hidden = archive::wheel(demo());
    let place = hidden.windows(7).position(|window| window == b"demo.py").unwrap();
    hidden[place..place + 7].copy_from_slice(b"evil.py");
    assert_eq!(
        told(WHEEL, &hidden),
        [format!(
            "error archive.framing {WHEEL}: demo.py: the header before it calls it `evil.py`"
        )]
    );
    let mut stored = archive::wheel(demo());
    stored[8] = 0;
    assert_eq!(
        told(WHEEL, &stored),
        [format!(
            "error archive.framing {WHEEL}: demo.py: the header before it names another compression"
        )]
    );
}

/// The same zip with two bytes of a member's record in the directory and of the header before it changed: `place` counts
/// from where both have the version that is needed.
fn with_header(mut zip: Vec<u8>, name: &[u8], place: usize, value: [u8; 2]) -> Vec<u8> {
    for (signature, name_at, version_at) in [(b"PK\x03\x04", 30, 4), (b"PK\x01\x02", 46, 6)] {
        let is_it = |start: &usize| {
            zip[*start..].starts_with(signature) && zip[start + name_at..].starts_with(name)
        };
        let start = (0..zip.len()).find(is_it).unwrap();
        zip[start + version_at + place..][..2].copy_from_slice(&value);
    }
    zip
}

#[test]
fn members_are_stored_or_deflated_and_nothing_else() {
    let wheel = || archive::wheel(demo());
    assert_eq!(
        told(WHEEL, &with_header(wheel(), b"demo.py", 4, [14, 0])),
        [format!(
            "error archive.compression {WHEEL}: demo.py: is compressed with lzma; only `deflate` and `store` are allowed"
        )]
    );
    assert_eq!(
        told(WHEEL, &with_header(wheel(), b"demo.py", 2, [1, 0])),
        [format!("error archive.compression {WHEEL}: demo.py: is encrypted")]
    );
    assert_eq!(
        told(WHEEL, &with_header(wheel(), b"demo-1.0.dist-info/METADATA", 2, [1, 0])),
        [
            format!("error archive.compression {WHEEL}: demo-1.0.dist-info/METADATA: is encrypted"),
            format!(
                "error wheel.metadata {WHEEL}: demo-1.0.dist-info/METADATA: cannot be unpacked: it is encrypted or compressed \
                 in another way"
            ),
        ]
    );
}

#[test]
fn names_of_members_stay_inside() {
    for (name, problem) in [
        ("../x.py", "it leads out of the archive"),
        ("/x/y.py", "it is an absolute path"),
        ("a\\b.py!", "it has a backslash in its name"),
        ("a\nb.py!", "it has a control character in its name"),
        ("a//b.py", "it is not written plainly: it has a part that is empty or `.`"),
        ("b\u{f6}.pyx", ""),
    ] {
        let mut members = demo();
        members.push(("demo_xy".get(..name.len().min(7)).unwrap().into(), vec![]));
        let plain = members.last().unwrap().0.clone();
        let wheel = archive::wheel(members);
        let name = &name.as_bytes()[..plain.len()];
        let wheel = patched(wheel, plain.as_bytes(), name);
        let shown = String::from_utf8_lossy(name).replace('\n', "\\n");
        let problem = if problem.is_empty() { "its name is not marked as UTF-8" } else { problem };
        told_first(
            WHEEL,
            &wheel,
            &format!("error archive.member-name {WHEEL}: {shown}: {problem}"),
        );
    }
}

#[test]
fn bombs_are_told_and_not_unpacked() {
    let message = "comes to more than 50 times its size when it is unpacked (leave out what compresses so well)";
    let mut members = demo();
    members.push(("zeros".into(), vec![0; 80 << 20]));
    assert_eq!(
        told(WHEEL, &archive::wheel(members)),
        [format!("error archive.bomb {WHEEL}: {message}")]
    );
    let zeros = vec![0; 80 << 20];
    let tar = tar_with(|header| header.set_path("demo-1.0/zeros").unwrap(), &zeros);
    assert_eq!(told(SDIST, &gzip(&tar)), [format!("error archive.bomb {SDIST}: {message}")]);
}

#[test]
fn a_member_is_no_larger_than_it_says() {
    let mut members = demo();
    members.push(("zeros".into(), vec![0; 1 << 20]));
    // 1 MiB, said to be 16 bytes, in the directory as well as before the member.
    let size = (1_u32 << 20).to_le_bytes();
    let wheel = patched(archive::wheel(members), &size, &16_u32.to_le_bytes());
    let told = told(WHEEL, &wheel);
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told[0].starts_with(&format!(
        "error wheel.record {WHEEL}: zeros: has 16 bytes, and RECORD says 1048576"
    )));
    assert!(
        told[1].starts_with(&format!("error archive.member {WHEEL}: zeros: cannot be unpacked: ")),
        "{told:#?}"
    );
}

#[test]
fn metadata_of_any_size_is_not_held_in_memory() {
    let large = vec![b'x'; 65 << 20];
    let mut members = vec![("demo-1.0/PKG-INFO".to_owned(), large)];
    let told = told(SDIST, &archive::sdist(&members));
    assert_eq!(
        told[0],
        format!("error sdist.pkg-info {SDIST}: demo-1.0/PKG-INFO: is larger than 64 MiB")
    );
    assert!(told[1].starts_with(&format!("error archive.bomb {SDIST}")), "{told:#?}");
    members[0].0 = "demo-1.0.dist-info/METADATA".into();
    told_first(WHEEL, &archive::zip(&members), &format!("error archive.bomb {WHEEL}"));
}

#[test]
fn members_without_number_are_not_listed() {
    let mut zip = archive::zip(&archive::members(&[("x", "")]));
    let directory = zip.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let end = zip.windows(4).position(|window| window == b"PK\x05\x06").unwrap();
    let (record, mut tail) = (zip[directory..end].to_vec(), zip[end..].to_vec());
    zip.truncate(directory);
    let count = 260_000;
    zip.extend(record.repeat(count));
    let size = u32::try_from(record.len() * count).unwrap();
    tail[12..16].copy_from_slice(&size.to_le_bytes());
    zip.extend(tail);
    assert_eq!(
        told(WHEEL, &zip),
        [format!("error archive.members {WHEEL}: has more than 250000 members, or too long names")]
    );
    // Names that do not compress, so that it is no bomb.
    let mut tar = Vec::new();
    for number in 0..251_000_u32 {
        let mut header = tar::Header::new_old();
        let name = format!("demo-1.0/{number}-{}", number.wrapping_mul(2_654_435_761));
        header.set_path(name).unwrap();
        header.set_size(0);
        header.set_mtime(u64::from(number.wrapping_mul(40_503)));
        header.set_cksum();
        tar.extend_from_slice(header.as_bytes());
    }
    assert_eq!(
        told(SDIST, &gzip(&tar)),
        [format!("error archive.members {SDIST}: has more than 250000 members, or too long names")]
    );
}

#[test]
fn a_header_of_any_size_is_not_held_in_memory() {
    let name = vec![b'x'; 2 << 20];
    let tar = tar_with(|header| header.set_entry_type(tar::EntryType::GNULongName), &name);
    assert_eq!(
        told(SDIST, &gzip(&tar)),
        [format!(
            "error archive.format {SDIST}: is not a compressed tar: it has a header that is too large ({CUT_OFF})"
        )]
    );
}
