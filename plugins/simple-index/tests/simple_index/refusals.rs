//! What is refused, and how it is said; nothing is half-written.

use flit_sdk::model::{Repository, Severity};
use flit_sdk::testing::{TestHost, make_fifo, symlink};
use flit_sdk::{ErrorKind, Target};

use crate::support::{Directory, demo, linked, preflight, publish, refusal, repository};

#[test]
fn urls_that_name_no_directory_here() {
    let directory = Directory::default();
    for url in ["file://server/share", "file:///srv/%00"] {
        let repository = Repository { url: url.into(), ..Repository::default() };
        let target = Target { repository: &repository, credentials: None };
        let host = TestHost::default();
        let builder = demo("1.0");
        let result = linked().exists(&host, &target, "", &builder.release());
        let Err(error) = result else { panic!("{url}") };
        let shown = directory.shown(&error);
        let expected = format!(
            "Unsupported: `{url}` names no directory of this machine\n\
             hint: a `file:` URL has three slashes before the path: `file:///srv/index`"
        );
        assert_eq!(shown, expected);
    }
}

#[test]
fn a_file_where_the_directory_should_be() {
    let parent = Directory::default().file("in-the-way", "x");
    for path in ["in-the-way", "in-the-way/index"] {
        let repository = repository(&parent.join(path));
        let target = Target { repository: &repository, credentials: None };
        let host = TestHost::default();
        let release = demo("1.0");
        let release = release.release();
        let findings = linked().preflight(&host, &target, &release).unwrap();
        let [finding] = &findings[..] else { panic!("{findings:?}") };
        assert_eq!(finding.severity, Severity::Error);
        let errors = [
            linked().exists(&host, &target, "", &release).unwrap_err(),
            linked().begin(&host, &target, &release).unwrap_err(),
            linked().put(&host, &target, "", &release.files[0]).unwrap_err(),
            linked().commit(&host, &target, "", &release).unwrap_err(),
        ];
        for error in errors {
            assert_eq!(
                parent.shown(&error),
                format!(
                    "Rejected: `[DIR]/index/{path}` is not a directory\n\
                     hint: name a directory; it is made if it does not exist"
                )
            );
        }
    }
    assert_eq!(parent.listing(), ["in-the-way"]);
}

#[test]
fn a_file_where_the_project_should_be() {
    let directory = Directory::default().file("demo", "x");
    insta::assert_snapshot!(refusal(&directory, &demo("1.0")), @"
    Rejected: `[DIR]/index/demo` is in the way of the directory of the project
    hint: move it away, or publish into another directory
    ");
}

#[test]
fn pages_that_cannot_be_read() {
    for (content, expected) in [
        (
            "{\n  \"meta\": {\"api-version\": \"1.0\"},\n  oops",
            "Rejected: cannot read `[DIR]/index/demo/index.json` as a page of a package index: key must be a string at line 3 column 3\nat [DIR]/index/demo/index.json:3\nhint: mend it, or delete it if all is in `[DIR]/index/demo/index.html`",
        ),
        (
            "{\"meta\": {\"api-version\": \"2.0\"}}",
            "Unsupported: `[DIR]/index/demo/index.json` is written in version `2.0` of the Simple API, and only 1.x is known",
        ),
    ] {
        let directory = Directory::default().file("demo/index.json", content);
        assert_eq!(refusal(&directory, &demo("1.0")), expected);
        assert_eq!(directory.listing(), ["demo/", "demo/index.json"]);
    }
    let deep = "[".repeat(100_000);
    let directory = Directory::default().file("demo/index.json", &deep);
    assert!(refusal(&directory, &demo("1.0")).contains("recursion limit exceeded"));
}

#[test]
fn links_that_lead_out_are_not_followed() {
    for name in [
        "demo",
        "index.html",
        "demo/index.html",
        "demo/index.json",
        "demo/demo-1.0.tar.gz",
        ".flit.lock",
        "demo/demo-1.0-py3-none-any.whl.metadata",
    ] {
        for target in ["outside", "nowhere"] {
            let directory = Directory::default().file("../outside", "untouched").file("demo/x", "");
            if name == "demo" {
                fs_err::remove_dir_all(directory.join("demo")).unwrap();
            }
            let depth = name.matches('/').count() + 1;
            symlink(format!("{}{target}", "../".repeat(depth)), directory.join(name));
            let shown = refusal(&directory, &demo("1.0"));
            assert_eq!(
                shown,
                format!(
                    "Rejected: `[DIR]/index/{name}` is a link that leads out of the index\n\
                     hint: replace the link by what it leads to"
                ),
                "{name} to {target}"
            );
            assert_eq!(directory.read("../outside"), "untouched");
            assert!(!directory.join("../nowhere").exists());
            assert_eq!(
                directory.join("demo/index.html").is_file(),
                name == "demo/index.html" && target == "outside"
            );
        }
    }
}

#[test]
fn the_directory_itself_may_be_a_link() {
    let directory = Directory::default().file("real/x", "");
    symlink("real", directory.join("link"));
    symlink("nowhere", directory.join("dangling"));
    let host = TestHost::default();
    let builder = demo("1.0");
    let release = builder.release();
    for (name, expected) in [("link", None), ("dangling", Some(ErrorKind::Rejected))] {
        let repository = repository(&directory.join(name));
        let target = Target { repository: &repository, credentials: None };
        let result = linked().commit(&host, &target, "", &release);
        assert_eq!(result.err().map(|error| error.kind), expected, "{name}");
    }
    assert!(directory.join("real/demo/index.html").is_file());
}

#[test]
fn what_is_no_file_is_not_opened() {
    for name in
        ["demo/index.json", "demo/index.html", "index.html", "demo/demo-1.0.tar.gz", ".flit.lock"]
    {
        let directory = Directory::default().file("demo/x", "");
        make_fifo(directory.join(name));
        let shown = refusal(&directory, &demo("1.0"));
        assert_eq!(shown, format!("Rejected: `[DIR]/index/{name}` is not a file"));
    }
    let builder = demo("1.0");
    let release = builder.release();
    fs_err::remove_file(&release.files[0].path).unwrap();
    make_fifo(&release.files[0].path);
    let directory = Directory::default();
    let repository = directory.repository();
    let target = Target { repository: &repository, credentials: None };
    let error = linked().put(&TestHost::default(), &target, "", &release.files[0]).unwrap_err();
    assert!(error.message.ends_with("` is not a file"), "{error}");
}

#[test]
fn names_that_cannot_stand_in_an_index() {
    let directory = Directory::default();
    let builder = demo("1.0");
    let mut release = builder.release();
    release.files[0].file_name = "../../evil.whl".into();
    release.files[1].file_name = "index.html".into();
    insta::assert_snapshot!(preflight(&directory, &release), @"
    Error index.file-name ../../evil.whl: `../../evil.whl` cannot be put into an index: it is not the name of a file
    Error index.file-name index.html: `index.html` cannot be put into an index: installers do not know files of such a name
    ");
    let repository = directory.repository();
    let target = Target { repository: &repository, credentials: None };
    for file in &release.files {
        let error = linked().put(&TestHost::default(), &target, "", file).unwrap_err();
        assert_eq!(error.kind, ErrorKind::InvalidProject, "{error}");
    }
    let error = linked().commit(&TestHost::default(), &target, "", &release).unwrap_err();
    assert_eq!(error.kind, ErrorKind::InvalidProject, "{error}");
    assert!(!directory.join("demo/index.html").exists());
}

/// Not even the superuser may write there.
#[cfg(target_os = "linux")]
#[test]
fn a_place_that_cannot_be_written() {
    let repository = repository(std::path::Path::new("/sys/flit-index"));
    let target = Target { repository: &repository, credentials: None };
    let builder = demo("1.0");
    let release = builder.release();
    let host = TestHost::default();
    let error = linked().put(&host, &target, "", &release.files[0]).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Io);
    assert_eq!(error.message, "cannot write `/sys/flit-index`");
    assert!(error.causes[0].starts_with("failed to create directory `/sys/flit-index`"), "{error}");
    assert_eq!(
        error.hints,
        ["publishing takes the right to write into the directory and all below it"]
    );
}

#[test]
fn files_that_nobody_lists_are_told_apart() {
    let directory = Directory::default().file("demo/demo-1.0.tar.gz", "of a run that was killed");
    let shown = refusal(&directory, &demo("1.0"));
    assert!(
        shown.starts_with("Rejected: `demo-1.0.tar.gz` is in the index with other bytes"),
        "{shown}"
    );
    let repository = directory.repository();
    let target = Target { repository: &repository, credentials: None };
    let builder = demo("1.0");
    let file = &builder.release().files[1];
    let outcome = linked().put(&TestHost::default(), &target, "", file).unwrap();
    let shown = format!("{outcome:?}");
    assert!(
        shown.contains("though no page lists it: a run that was stopped may have left it"),
        "{shown}"
    );
    fs_err::remove_file(directory.join("demo/demo-1.0.tar.gz")).unwrap();
    publish(&directory, &demo("1.0"));
}
