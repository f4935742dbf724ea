//! Archives made on the spot, good ones to start from.

use std::io::{Cursor, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;

/// Names and contents of the members of an archive.
pub(super) type Members = Vec<(String, Vec<u8>)>;

pub(super) const METADATA: &str =
    "Metadata-Version: 2.4\nName: Demo\nVersion: 1.0\nLicense-File: LICENSE\n\nRead me\n";
const WHEEL: &str =
    "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n";

/// A good wheel without its RECORD.
pub(super) fn demo() -> Members {
    members(&[
        ("demo.py", "x = 1\n"),
        ("demo-1.0.dist-info/METADATA", METADATA),
        ("demo-1.0.dist-info/WHEEL", WHEEL),
        ("demo-1.0.dist-info/entry_points.txt", "[console_scripts]\ndemo = demo:main\n"),
        ("demo-1.0.dist-info/licenses/LICENSE", "MIT"),
    ])
}

/// The members of a good sdist.
pub(super) fn sdist_members() -> Members {
    members(&[
        ("demo-1.0/PKG-INFO", METADATA),
        ("demo-1.0/LICENSE", "MIT"),
        ("demo-1.0/pyproject.toml", ""),
        ("demo-1.0/demo.py", "x = 1\n"),
    ])
}

pub(super) fn members(members: &[(&str, &str)]) -> Members {
    members.iter().map(|(name, content)| ((*name).into(), (*content).into())).collect()
}

/// The same members with `old` replaced in the content of the one whose name ends with `member`.
pub(super) fn changed(mut members: Members, member: &str, old: &str, new: &str) -> Members {
    for (_, content) in members.iter_mut().filter(|(name, _)| name.ends_with(member)) {
        *content = String::from_utf8(content.clone()).unwrap().replace(old, new).into();
    }
    members
}

/// The same members with `old` replaced in all names.
pub(super) fn renamed(mut members: Members, old: &str, new: &str) -> Members {
    for (name, _) in &mut members {
        *name = name.replace(old, new);
    }
    members
}

/// The same members without the one whose name ends with `member`.
pub(super) fn without(mut members: Members, member: &str) -> Members {
    members.retain(|(name, _)| !name.ends_with(member));
    members
}

/// A row of RECORD.
pub(super) fn row(name: &str, content: &[u8]) -> String {
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(content));
    format!("{name},sha256={hash},{}\n", content.len())
}

/// A wheel of these members and a right RECORD.
pub(super) fn wheel(mut members: Members) -> Vec<u8> {
    let record = "demo-1.0.dist-info/RECORD";
    let record = match members.iter().find_map(|(name, _)| name.strip_suffix("/METADATA")) {
        Some(dist_info) => format!("{dist_info}/RECORD"),
        None => record.into(),
    };
    let rows: String = members.iter().map(|(name, content)| row(name, content)).collect();
    members.push((record.clone(), format!("{rows}{record},,\n").into()));
    zip(&members)
}

pub(super) fn zip(members: &Members) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The same bytes with `old` replaced by `new`, which is as long, wherever it is.
pub(super) fn patched(mut bytes: Vec<u8>, old: &[u8], new: &[u8]) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let mut place = 0;
    while let Some(at) = bytes[place..].windows(old.len()).position(|window| window == old) {
        bytes[place + at..place + at + old.len()].copy_from_slice(new);
        place += at + old.len();
    }
    bytes
}

pub(super) fn sdist(members: &Members) -> Vec<u8> {
    gzip(&tar(members))
}

/// A tar that has its end: two empty blocks.
pub(super) fn tar(members: &Members) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, content) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, content.as_slice()).unwrap();
    }
    tar.into_inner().unwrap()
}

/// A tar of good members and one more, whose header is made to measure.
pub(super) fn tar_with(change: impl FnOnce(&mut tar::Header), content: &[u8]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, content) in sdist_members() {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        tar.append_data(&mut header, name, content.as_slice()).unwrap();
    }
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    change(&mut header);
    header.set_cksum();
    tar.append(&header, content).unwrap();
    tar.into_inner().unwrap()
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}
