//! Several runs at once: all that they publish is in the pages in the end.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::thread;

use flit_plugin_simple_index::PLUGIN;
use flit_sdk::ErrorKind;
use flit_sdk::testing::{ReleaseBuilder, TestHost};

use crate::support::{Directory, demo, linked, publish_with};

/// A process that publishes; see `examples/publish_release.rs`.
pub(crate) fn publisher(directory: &Directory, name: &str, version: &str, times: usize) -> Child {
    let tests = std::env::current_exe().unwrap();
    let profile = tests.ancestors().nth(2).unwrap();
    let mut program = PathBuf::from(profile).join("examples/publish_release");
    program.set_extension(std::env::consts::EXE_EXTENSION);
    Command::new(program)
        .arg(directory.path())
        .args([name, version, "content"])
        .arg(times.to_string())
        .spawn()
        .expect("`cargo test` of this package builds its examples")
}

/// The names of the files on both pages of a project, which must agree.
pub(crate) fn listed(directory: &Directory, project: &str) -> BTreeSet<String> {
    let json = directory.read(&format!("{project}/index.json"));
    let html = directory.read(&format!("{project}/index.html"));
    let after = |text: &str, mark: &str, end: char| -> BTreeSet<String> {
        let parts = text.split(mark).skip(1);
        parts.map(|part| part.split(end).next().unwrap().to_owned()).collect()
    };
    let names = after(&json, "\"filename\": \"", '"');
    assert_eq!(names, after(&html, "<a href=\"", '#'));
    names
}

#[test]
fn threads_all_end_up_in_the_pages() {
    let directory = Directory::default();
    let repository = directory.repository();
    thread::scope(|scope| {
        for number in 0..8 {
            let repository = &repository;
            scope.spawn(move || {
                let builder = demo(&format!("1.{number}"));
                let host = TestHost::default();
                publish_with(&PLUGIN, &host, repository, &builder.release()).unwrap();
                let other = ReleaseBuilder::new(&format!("other{number}"), "1").sdist("x");
                publish_with(&PLUGIN, &host, repository, &other.release()).unwrap();
            });
        }
    });
    assert_eq!(listed(&directory, "demo").len(), 16);
    assert_eq!(directory.read("index.html").matches("<li>").count(), 9);
    assert_eq!(directory.unfinished(), [""; 0]);
}

#[test]
fn processes_all_end_up_in_the_pages() {
    let directory = Directory::default();
    let mut children = [1, 2, 3, 4].map(|number| {
        publisher(&directory, if number < 3 { "demo" } else { "other" }, &number.to_string(), 4)
    });
    for child in &mut children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(listed(&directory, "demo").len(), 16);
    assert_eq!(listed(&directory, "other").len(), 16);
    assert_eq!(directory.read("index.html").matches("<li>").count(), 2);
}

#[test]
fn whoever_gives_up_is_in_nobodys_way() {
    let directory = Directory::default();
    let repository = directory.repository();
    let target = flit_sdk::Target { repository: &repository, credentials: None };
    let host = TestHost::default();
    let (given_up, builder) = (demo("1.0"), demo("2.0"));
    let (given_up, release) = (given_up.release(), builder.release());
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            for _ in 0..100 {
                let session = linked().begin(&host, &target, &given_up).unwrap();
                linked().abort(&host, &target, &session).unwrap();
            }
        });
        while !other.is_finished() {
            let session = linked().begin(&host, &target, &release).unwrap();
            for file in &release.files {
                linked().put(&host, &target, &session, file).unwrap();
            }
            linked().abort(&host, &target, &session).unwrap();
        }
    });
    assert_eq!(directory.unfinished(), [""; 0]);
}

#[test]
fn of_two_with_other_bytes_one_is_first() {
    let directory = Directory::default();
    let repository = directory.repository();
    let results: Vec<_> = thread::scope(|scope| {
        let start = |content: &'static str| {
            let repository = &repository;
            scope.spawn(move || {
                let builder = ReleaseBuilder::new("demo", "1.0").sdist(content);
                let host = TestHost::default();
                publish_with(&PLUGIN, &host, repository, &builder.release()).map(|_| content)
            })
        };
        let runs: Vec<_> = ["one", "two"].map(start).into();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    let published: Vec<_> = results.iter().filter_map(|result| result.as_ref().ok()).collect();
    let [content] = &published[..] else { panic!("{results:?}") };
    assert_eq!(directory.read("demo/demo-1.0.tar.gz"), **content);
    let failed = results.iter().find_map(|result| result.as_ref().err()).unwrap();
    assert_eq!(failed.message, "`demo-1.0.tar.gz` is in the index with other bytes");
}

#[test]
fn whoever_waits_says_so_and_can_be_stopped() {
    let directory = Directory::default().file(".flit.lock", "");
    let lock = fs_err::File::open(directory.join(".flit.lock")).unwrap();
    lock.file().lock().unwrap();
    let repository = directory.repository();
    let host = TestHost::default();
    let builder = demo("1.0");
    let release = builder.release();
    let error = thread::scope(|scope| {
        let run = scope.spawn(|| {
            let target = flit_sdk::Target { repository: &repository, credentials: None };
            linked().commit(&host, &target, "", &release).unwrap_err()
        });
        while host.messages().is_empty() && !run.is_finished() {
            thread::yield_now();
        }
        host.cancel();
        run.join().unwrap()
    });
    assert_eq!(error.kind, ErrorKind::Cancelled);
    let messages = host.messages();
    let [message] = &messages[..] else { panic!("{messages:?}") };
    assert!(
        message.starts_with("info: waiting for another run that writes the pages: `"),
        "{message}"
    );
    assert!(message.ends_with(".flit.lock` is locked"), "{message}");
    assert_eq!(directory.listing(), [".flit.lock"]);
}
