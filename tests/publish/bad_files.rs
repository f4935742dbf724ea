//! Distributions that are broken or lie, told before a byte is sent: all of them at once, with the good ones left alone.

use std::io::{Read as _, Write as _};
use std::path::Path;

use zip::ZipArchive;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::files::Wheel;
use super::scene::Scene;

/// Replaces text in one member of a wheel, and leaves all others as they are.
fn change(wheel: &Path, member: &str, old: &str, new: &str) {
    let mut from = ZipArchive::new(fs_err::File::open(wheel).unwrap()).unwrap();
    let mut members = Vec::new();
    for index in 0..from.len() {
        let mut file = from.by_index(index).unwrap();
        let mut content = String::new();
        file.read_to_string(&mut content).unwrap();
        members.push((file.name().unwrap().into_owned(), content));
    }
    let mut to = ZipWriter::new(fs_err::File::create(wheel).unwrap());
    for (name, content) in members {
        to.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        let is_it = name.ends_with(member);
        assert!(!is_it || content.contains(old), "{name}: {content}");
        let content = if is_it { content.replace(old, new) } else { content };
        to.write_all(content.as_bytes()).unwrap();
    }
    to.finish().unwrap();
}

#[test]
fn a_wheel_whose_record_is_wrong() {
    let scene = Scene::with_wheels(&[Wheel::new("good"), Wheel::new("bad")]);
    change(&scene.dist().join("bad-1.0-py3-none-any.whl"), "bad.py", "VALUE = 1", "VALUE = 22");
    insta::assert_snapshot!(scene.publish(&["dist/*"]).shown(), @"
    exit code: 1
    ----- stderr
    error: bad-1.0-py3-none-any.whl: bad.py: has 11 bytes, and RECORD says 10
      hint: build the wheel again instead of changing it
    error: cannot publish 2 files to http://[SERVER]/legacy/
      cause: 1 problem with the files, nothing was sent
    ");
    assert_eq!(scene.server.requests(), []);
}

#[test]
fn a_wheel_whose_metadata_is_wrong() {
    let wheels = [Wheel::new("one"), Wheel::new("two"), Wheel::new("three")];
    let scene = Scene::with_wheels(&wheels);
    let path = |name: &str| scene.dist().join(format!("{name}-1.0-py3-none-any.whl"));
    for (name, old, new) in [
        ("one", "Version: 1.0\n", "Version: 1.1\n"),
        ("two", "Name: two\n", "Name: two\nName: three\nRequires-Dist: a >\n"),
        ("three", "Name: three\n", "Name: three\nLicense-File: LICENSE\n"),
    ] {
        change(&path(name), "METADATA", old, new);
        // With the right hash, so that it is the metadata alone that is wrong.
        let content = member(&path(name), &format!("{name}-1.0.dist-info/METADATA"));
        let record = member(&path(name), &format!("{name}-1.0.dist-info/RECORD"));
        let row = record.lines().find(|row| row.contains("METADATA")).unwrap();
        let listed =
            super::files::record_row(&format!("{name}-1.0.dist-info/METADATA"), content.as_bytes());
        change(&path(name), "RECORD", row, listed.trim_end());
    }
    insta::assert_snapshot!(scene.publish(&["dist/*"]).shown(), @"
    exit code: 1
    ----- stderr
    error: one-1.0-py3-none-any.whl: one-1.0.dist-info/METADATA: the version is `1.1`, and in the file's name `1.0`
    error: three-1.0-py3-none-any.whl: three-1.0.dist-info/licenses/LICENSE: is missing, and METADATA names it
    error: two-1.0-py3-none-any.whl: two-1.0.dist-info/METADATA: `Name` occurs 2 times, and may only occur once
    error: cannot publish 3 files to http://[SERVER]/legacy/
      cause: 3 problems with the files, nothing was sent
    ");
    assert_eq!(scene.server.requests(), []);
}

fn member(wheel: &Path, name: &str) -> String {
    let mut zip = ZipArchive::new(fs_err::File::open(wheel).unwrap()).unwrap();
    let mut content = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut content).unwrap();
    content
}

#[test]
fn a_wheel_that_was_renamed_and_one_that_is_cut_off() {
    let scene = Scene::with_wheels(&[Wheel::new("one"), Wheel::new("two")]);
    let path = |name: &str| scene.dist().join(name);
    fs_err::rename(path("one-1.0-py3-none-any.whl"), path("one-1.0-py2-none-any.whl")).unwrap();
    let whole = fs_err::read(path("two-1.0-py3-none-any.whl")).unwrap();
    fs_err::write(path("two-1.0-py3-none-any.whl"), &whole[..whole.len() / 2]).unwrap();
    insta::assert_snapshot!(scene.publish(&["dist/*"]).shown(), @"
    exit code: 1
    ----- stderr
    error: one-1.0-py2-none-any.whl: one-1.0.dist-info/WHEEL: the file's name says `py2-none-any`, and no `Tag` does
      hint: build the wheel again, or change its tags with `wheel tags` instead of renaming it
    error: one-1.0-py2-none-any.whl: one-1.0.dist-info/WHEEL: `Tag` says `py3-none-any`, and the file's name does not
      hint: build the wheel again, or change its tags with `wheel tags` instead of renaming it
    error: two-1.0-py3-none-any.whl: is not a zip: Missing end of central directory
      hint: build it again: it may be cut off
    error: cannot publish 2 files to http://[SERVER]/legacy/
      cause: 3 problems with the files, nothing was sent
    ");
    assert_eq!(scene.server.requests(), []);
}

#[test]
fn an_sdist_that_leads_out_and_has_no_metadata() {
    let scene = Scene::new();
    fs_err::create_dir_all(scene.dist()).unwrap();
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_ustar();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_path("demo-1.0/link").unwrap();
    header.set_link_name("../../../etc/passwd").unwrap();
    header.set_size(0);
    header.set_cksum();
    tar.append(&header, &b""[..]).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&tar.into_inner().unwrap()).unwrap();
    fs_err::write(scene.dist().join("demo-1.0.tar.gz"), gzip.finish().unwrap()).unwrap();
    insta::assert_snapshot!(scene.publish(&["dist/demo-1.0.tar.gz"]).shown(), @"
    exit code: 1
    ----- stderr
    error: demo-1.0.tar.gz: demo-1.0/link: is a link that leads out of the sdist, to `../../../etc/passwd`
    error: demo-1.0.tar.gz: demo-1.0/PKG-INFO: is missing
    error: cannot publish dist/demo-1.0.tar.gz to http://[SERVER]/legacy/
      cause: 2 problems with the files, nothing was sent
    ");
    assert_eq!(scene.server.requests(), []);
}
