//! Packing as a whole: the archive depends on the content alone, and what fails first is what is told.

use std::fmt::Write as _;
use std::io::{Cursor, Read as _};
use std::sync::Mutex;

use flit_sdk::model::SourceFile;
use flit_sdk::testing::{SourceTreeBuilder, TestHost};
use zip::CompressionMethod::{Deflated, Stored};
use zip::ZipArchive;

use super::*;
use crate::archive::DosTime;
use crate::members::Content;

/// Text that deflate shrinks, but not to nothing.
fn text(bytes: usize, seed: u32) -> String {
    let mut text = String::with_capacity(bytes + 12);
    let mut number = seed;
    while text.len() < bytes {
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        write!(text, "{:x} word ", number >> 16).unwrap();
    }
    text.truncate(bytes);
    text
}

fn packed(tree: &SourceTreeBuilder, members: &[Member<'_>], threads: usize) -> Vec<u8> {
    let archive = Archive::new(Cursor::new(Vec::new()), DosTime::from_timestamp(0));
    let opened = SourceTree::open(&tree.path()).unwrap();
    let threads = Threads::Exactly(threads);
    let mut archive =
        pack(&TestHost::default(), &opened, members, archive, threads, &|_| ()).unwrap();
    let entries = archive.take_entries();
    assert_eq!(entries.len(), members.len());
    let names = members.iter().zip(&entries);
    archive.finish(names.map(|(member, entry)| (&*member.name, false, entry))).unwrap().into_inner()
}

fn contents(sizes: &[usize]) -> Vec<String> {
    (0..).zip(sizes).map(|(seed, size)| text(*size, seed)).collect()
}

fn texts(contents: &[String]) -> Vec<Member<'static>> {
    let member = |(number, content): (usize, &String)| Member {
        name: number.to_string().into(),
        content: Content::Text(content.clone()),
    };
    contents.iter().enumerate().map(member).collect()
}

#[test]
fn the_number_of_threads_does_not_show() {
    const LARGE: usize = 2 << 20;
    let tree = SourceTreeBuilder::new();
    // Around the limits of batches and chunks, large ones next to each other, and the last one large.
    let sizes = [0, 1, 40_000, 100, LARGE + 1, 5 << 19, 7, LARGE, 0, 30_000, LARGE + 5];
    let contents = contents(&sizes);
    let members = texts(&contents);
    let once = packed(&tree, &members, 1);
    for threads in [2, 5] {
        assert!(packed(&tree, &members, threads) == once, "{threads} threads");
    }
    let mut archive = ZipArchive::new(Cursor::new(once)).unwrap();
    for (number, content) in contents.iter().enumerate() {
        let mut read = String::new();
        let mut member = archive.by_index(number).unwrap();
        assert_eq!(member.name().unwrap(), number.to_string());
        assert!(member.compressed_size() <= member.size());
        member.read_to_string(&mut read).unwrap();
        assert!(read == *content, "member {number}");
    }
}

#[test]
fn what_cannot_shrink_is_stored() {
    let tree = SourceTreeBuilder::new();
    let members = texts(&[String::new(), "x".into(), "xyz".into(), "x".repeat(100)]);
    let mut archive = ZipArchive::new(Cursor::new(packed(&tree, &members, 1))).unwrap();
    let methods: Vec<_> =
        (0..4).map(|number| archive.by_index(number).unwrap().compression()).collect();
    assert_eq!(methods, [Stored, Stored, Stored, Deflated]);
}

#[test]
fn progress_ends_with_all_bytes() {
    let tree = SourceTreeBuilder::new();
    let contents = contents(&[10, 50_000, 3 << 20, 70_000]);
    let members = texts(&contents);
    let reports = Mutex::new(Vec::new());
    let report = |done| reports.lock().unwrap().push(done);
    let archive = Archive::new(Cursor::new(Vec::new()), DosTime::from_timestamp(0));
    let opened = SourceTree::open(&tree.path()).unwrap();
    let host = TestHost::default();
    pack(&host, &opened, &members, archive, Threads::Exactly(3), &report).unwrap();
    let reports = reports.into_inner().unwrap();
    assert!(reports.is_sorted());
    assert_eq!(reports.last(), Some(&(10 + 50_000 + (3 << 20) + 70_000)));
}

#[test]
fn of_several_failures_the_first_in_order_is_told() {
    let tree = SourceTreeBuilder::new().file("good", vec![b'x'; 40_000]);
    let file = |path: &str| SourceFile {
        path: path.into(),
        size: 40_000,
        is_executable: false,
        is_link: false,
    };
    let files = ["good", "good", "bad 1", "good", "bad 2", "bad 3"].map(file);
    let members: Vec<_> = files
        .iter()
        .map(|file| Member { name: (&*file.path).into(), content: Content::File(file) })
        .collect();
    let opened = SourceTree::open(&tree.path()).unwrap();
    for threads in [1, 2, 4] {
        let archive = Archive::new(Cursor::new(Vec::new()), DosTime::from_timestamp(0));
        let host = TestHost::default();
        let threads = Threads::Exactly(threads);
        let error = pack(&host, &opened, &members, archive, threads, &|_| ()).unwrap_err();
        assert_eq!(error.to_string(), "`bad 1` does not exist");
    }
}

#[test]
fn a_panic_in_one_thread_lets_the_others_go() {
    let tree = SourceTreeBuilder::new();
    let members = texts(&contents(&[50_000; 64]));
    let opened = SourceTree::open(&tree.path()).unwrap();
    let archive = Archive::new(Cursor::new(Vec::new()), DosTime::from_timestamp(0));
    let host = TestHost::default();
    let report = |_| panic!("the host is broken");
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        drop(pack(&host, &opened, &members, archive, Threads::Exactly(4), &report));
    }));
    assert!(panicked.is_err());
}
