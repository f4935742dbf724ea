//! What is told of source distributions.

use tar::EntryType;

use super::archive::{self, Members, changed, gzip, sdist_members, tar_with, without};
use super::{read_files, told};

const NAME: &str = "demo-1.0.tar.gz";

fn told_of(members: &Members) -> Vec<String> {
    told(NAME, &archive::sdist(members))
}

#[test]
fn good_sdists_are_good() {
    assert_eq!(told_of(&sdist_members()), [""; 0]);
    assert_eq!(told("demo-1.0.zip", &archive::zip(&sdist_members())), [""; 0]);
    // A name that needs a header of its own, and another PKG-INFO below.
    let mut members = sdist_members();
    members.push((format!("demo-1.0/{}", "x/".repeat(200) + "y"), vec![]));
    members.insert(0, ("demo-1.0/demo.egg-info/PKG-INFO".into(), vec![]));
    assert_eq!(told_of(&members), [""; 0]);
    let read = read_files(&[(NAME, &archive::sdist(&members))]);
    assert_eq!(read.releases[0].files[0].metadata_text, archive::METADATA);
}

#[test]
fn all_is_in_one_directory_that_is_called_as_the_file() {
    let mut two = sdist_members();
    two.push(("README".into(), vec![]));
    assert_eq!(
        told_of(&two),
        [format!(
            "error sdist.directory {NAME}: not all of it is in one directory: there are `README`, `demo-1.0`"
        )]
    );
    assert_eq!(told_of(&vec![]), [format!("error sdist.directory {NAME}: there is nothing in it")]);
    assert_eq!(
        told("Demo-1.0.tar.gz", &archive::sdist(&sdist_members())),
        [
            "error sdist.directory Demo-1.0.tar.gz: the directory is called `demo-1.0`, and not `Demo-1.0` as the file is \
          (build the sdist again instead of renaming it)"
        ]
    );
}

#[test]
fn what_must_be_there_is_there() {
    assert_eq!(
        told_of(&without(sdist_members(), "PKG-INFO")),
        [format!("error sdist.pkg-info {NAME}: demo-1.0/PKG-INFO: is missing")]
    );
    assert_eq!(
        told_of(&without(sdist_members(), "LICENSE")),
        [format!(
            "error sdist.license-file {NAME}: demo-1.0/LICENSE: is missing, and PKG-INFO names it"
        )]
    );
    assert_eq!(
        told_of(&without(sdist_members(), "pyproject.toml")),
        [format!(
            "warning sdist.build {NAME}: there is neither a `pyproject.toml` nor a `setup.py`: nobody can build it"
        )]
    );
    assert_eq!(
        told_of(&changed(sdist_members(), "PKG-INFO", "Version: 1.0", "Version: 2.0")),
        [format!(
            "error metadata.version {NAME}: demo-1.0/PKG-INFO: the version is `2.0`, and in the file's name `1.0`"
        )]
    );
}

/// What is told of a good sdist with one more member.
fn told_with(kind: EntryType, name: &str, target: &str) -> Vec<String> {
    let tar = tar_with(
        |header| {
            header.set_entry_type(kind);
            // Set byte by byte: the library refuses what is wrong.
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            header.as_old_mut().linkname[..target.len()].copy_from_slice(target.as_bytes());
        },
        b"",
    );
    told(NAME, &gzip(&tar))
}

#[test]
fn members_stay_inside() {
    for (kind, name, target, expected) in [
        (EntryType::Symlink, "demo-1.0/a", "demo.py", ""),
        (EntryType::Link, "demo-1.0/a", "demo-1.0/demo.py", ""),
        (EntryType::Directory, "demo-1.0/a/", "", ""),
        (
            EntryType::Symlink,
            "demo-1.0/a",
            "../../etc",
            "archive.link demo-1.0/a: is a link that leads out of the sdist, to `../../etc`",
        ),
        (
            EntryType::Link,
            "demo-1.0/a",
            "/etc/passwd",
            "archive.link demo-1.0/a: is a link that leads out of the sdist, to `/etc/passwd`",
        ),
        (
            EntryType::Regular,
            "demo-1.0/../../a",
            "",
            "archive.member-name demo-1.0/../../a: it leads out of the archive",
        ),
        (
            EntryType::Regular,
            "demo-1.0/a\\b",
            "",
            "archive.member-name demo-1.0/a\\b: it has a backslash in its name",
        ),
        (
            EntryType::Regular,
            "demo-1.0/a\x1b[0m",
            "",
            "archive.member-name demo-1.0/a\\u{1b}[0m: it has a control character in its name",
        ),
        (
            EntryType::Fifo,
            "demo-1.0/a",
            "",
            "archive.kind demo-1.0/a: is neither a file, a directory nor a link (type `6`)",
        ),
        (
            EntryType::Char,
            "demo-1.0/a",
            "",
            "archive.kind demo-1.0/a: is neither a file, a directory nor a link (type `3`)",
        ),
        (EntryType::GNUSparse, "demo-1.0/a", "", "archive.sparse demo-1.0/a: is a sparse file"),
        (
            EntryType::Regular,
            "demo-1.0/demo.py",
            "",
            "archive.duplicate demo-1.0/demo.py: is in it twice",
        ),
    ] {
        let told = told_with(kind, name, target);
        match expected.split_once(' ') {
            None => assert_eq!(told, [""; 0], "{name}"),
            Some((rule, rest)) => assert_eq!(told, [format!("error {rule} {NAME}: {rest}")]),
        }
    }
}

#[test]
fn extra_headers_are_read() {
    let record = |text: &str| format!("{} {text}\n", text.len() + 4);
    for (text, expected) in [
        ("comment=abc", vec![]),
        (
            "GNU.sparse.major=1",
            vec![format!("error archive.sparse {NAME}: demo-1.0/a: is a sparse file")],
        ),
        (
            "path=demo-1.0/../b",
            vec![format!(
                "error archive.member-name {NAME}: demo-1.0/../b: it leads out of the archive"
            )],
        ),
        (
            "size=99999999",
            vec![format!(
                "error archive.format {NAME}: is not a compressed tar: two headers of a member name different sizes (build \
                 it again: it may be cut off)"
            )],
        ),
    ] {
        let mut tar = tar::Builder::new(Vec::new());
        for (name, content) in sdist_members() {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            tar.append_data(&mut header, name, content.as_slice()).unwrap();
        }
        let text = record(text);
        let mut extra = tar::Header::new_ustar();
        extra.set_entry_type(EntryType::XHeader);
        extra.set_size(text.len() as u64);
        tar.append_data(&mut extra, "x", text.as_bytes()).unwrap();
        let mut header = tar::Header::new_ustar();
        header.set_size(0);
        tar.append_data(&mut header, "demo-1.0/a", &b""[..]).unwrap();
        assert_eq!(told(NAME, &gzip(&tar.into_inner().unwrap())), expected, "{text}");
    }
}

#[test]
fn several_compressed_streams_are_one() {
    let tar = archive::tar(&sdist_members());
    let (start, end) = tar.split_at(700);
    assert_eq!(told(NAME, &[gzip(start), gzip(end)].concat()), [""; 0]);
}
