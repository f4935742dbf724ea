//! Runs that are killed: whatever they leave, the pages are whole, and the next run finishes.

use std::thread;

use flit_sdk::Target;
use flit_sdk::model::{Existence, Outcome};
use flit_sdk::testing::TestHost;

use crate::at_once::{listed, publisher};
use crate::support::{Directory, demo, linked, publish};

#[test]
fn killed_between_the_files_and_the_pages() {
    let directory = Directory::default();
    let builder = demo("1.0");
    let release = builder.release();
    let host = TestHost::default();
    let repository = directory.repository();
    let target = Target { repository: &repository, credentials: None };
    linked().put(&host, &target, "", &release.files[0]).unwrap();
    fs_err::write(directory.join("demo/.flit-abc123.tmp"), "half a fi").unwrap();
    fs_err::write(directory.join(".flit-abc123.tmp"), "<!DOC").unwrap();
    // Nothing is published yet.
    let existences = linked().exists(&host, &target, "", &release).unwrap();
    assert_eq!(existences, [Existence::Absent, Existence::Absent]);
    let published = publish(&directory, &builder);
    assert_eq!(published.outcomes, [Outcome::AlreadyIdentical, Outcome::Created]);
    assert_eq!(published.after, [Existence::Same, Existence::Same]);
    assert_eq!(directory.unfinished(), [""; 0]);
}

#[test]
fn killed_between_two_pages() {
    // The pages in the order in which they are written; those from `written` on are still the old ones, or missing.
    let pages = ["demo/index.html", "index.html", "index.json", "demo/index.json"];
    for has_older in [true, false] {
        for written in 0..pages.len() {
            let directory = Directory::default();
            if has_older {
                publish(&directory, &demo("0.9"));
            }
            let old = pages.map(|page| fs_err::read(directory.join(page)).ok());
            let builder = demo("1.0");
            publish(&directory, &builder);
            let new = pages.map(|page| directory.read(page));
            for (page, old) in pages.iter().zip(old).skip(written) {
                match old {
                    Some(text) => fs_err::write(directory.join(page), text).unwrap(),
                    None => fs_err::remove_file(directory.join(page)).unwrap(),
                }
            }
            let again = publish(&directory, &builder);
            assert_eq!(again.before, [Existence::Absent, Existence::Absent], "{written}");
            assert_eq!(again.after, [Existence::Same, Existence::Same]);
            assert_eq!(pages.map(|page| directory.read(page)), new, "{has_older} {written}");
        }
    }
}

#[test]
fn killed_anywhere() {
    let directory = Directory::default();
    for round in 0..12_usize {
        let mut child = publisher(&directory, "demo", &round.to_string(), 100);
        // At no particular moment, but later every time.
        while directory.listing().iter().filter(|name| name.contains("none-any.whl")).count()
            < 3 * round
        {
            assert_eq!(child.try_wait().unwrap(), None, "it is at work until it is killed");
            thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        if !directory.join("demo/index.html").exists() {
            continue;
        }
        let html = directory.read("demo/index.html");
        assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>\n"), "{html}");
        for part in html.split("<a href=\"").skip(1) {
            let (name, rest) = part.split_once("#sha256=").unwrap();
            assert!(directory.join("demo").join(name).is_file(), "{name}");
            assert!(rest.len() > 64);
        }
    }
    let builder = demo("99.0");
    publish(&directory, &builder);
    assert!(listed(&directory, "demo").contains("demo-99.0.tar.gz"));
    assert_eq!(directory.unfinished(), [""; 0]);
}
