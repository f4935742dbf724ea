//! Putting files: what is there already, what changes meanwhile, what is given up.

use flit_plugin_simple_index::PLUGIN;
use flit_sdk::model::{Existence, Outcome, ReleaseFile, Repository};
use flit_sdk::testing::{ReleaseBuilder, TestHost};
use flit_sdk::{ErrorKind, Target};

use crate::support::{Directory, both, demo, linked, publish, publish_with, refusal, repository};

#[test]
fn directories_are_accepted_and_nothing_else() {
    for (url, expected) in [
        ("file:///srv/index", true),
        ("file:///srv/my%20%C3%BCber%25index/", true),
        ("FILE:///srv", true),
        ("https://example.org/", false),
        ("s3://bucket/simple", false),
        ("/srv/index", false),
        ("", false),
    ] {
        for plugin in both() {
            let repository = Repository { url: url.into(), ..Repository::default() };
            let uploader = plugin.upload.unwrap();
            assert_eq!(uploader.accepts(&repository), Ok(expected), "{url}");
            assert_eq!(uploader.wants_credentials(&repository), Ok(false), "{url}");
        }
    }
}

#[test]
fn paths_may_hold_any_character() {
    let parent = Directory::default();
    let path = parent.join("a b/ü%41#?");
    let release = demo("1.0");
    let host = TestHost::default();
    let mut repository = repository(&path);
    repository.url.push('/');
    let published = publish_with(&PLUGIN, &host, &repository, &release.release()).unwrap();
    assert!(path.join("demo/index.html").is_file());
    assert!(published.receipt.page.unwrap().ends_with("/a%20b/%C3%BC%2541%23%3F/demo/index.html"));
}

#[test]
fn bytes_that_are_there_stay() {
    for plugin in both() {
        let directory = Directory::default();
        publish(&directory, &demo("1.0"));
        let host = TestHost::default();
        let repository = directory.repository();
        let target = Target { repository: &repository, credentials: None };
        let uploader = plugin.upload.unwrap();
        let (same, other) =
            (demo("1.0"), ReleaseBuilder::new("demo", "1.0").wheel("others").sdist("an sdist"));
        let put = |file: &ReleaseFile| uploader.put(&host, &target, "", file).unwrap();
        assert_eq!(put(&same.release().files[0]), Outcome::AlreadyIdentical);
        let there = same.release().files[0].sha256.clone();
        let message = format!("`demo-1.0-py3-none-any.whl` is there with the SHA-256 {there}");
        assert_eq!(put(&other.release().files[0]), Outcome::Conflict { message });
        assert_eq!(
            uploader.exists(&host, &target, "", &other.release()).unwrap(),
            [Existence::Other { sha256: there }, Existence::Same]
        );
        assert_eq!(directory.read("demo/demo-1.0-py3-none-any.whl"), "a wheel");
    }
}

#[test]
fn a_page_that_contradicts_the_disk_is_told() {
    let directory = Directory::default();
    let builder = demo("1.0");
    publish(&directory, &builder);
    fs_err::write(directory.join("demo/demo-1.0.tar.gz"), "tampered").unwrap();
    let host = TestHost::default();
    let repository = directory.repository();
    let target = Target { repository: &repository, credentials: None };
    let release = builder.release();
    let reason = "the page of the project says another SHA-256 than the file has".to_owned();
    assert_eq!(
        linked().exists(&host, &target, "", &release).unwrap(),
        [Existence::Same, Existence::Unknown { reason }]
    );
    let downloaded =
        |index: usize| linked().downloaded_sha256(&host, &target, &release.files[index]).unwrap();
    assert_eq!(downloaded(0), release.files[0].sha256);
    assert_ne!(downloaded(1), release.files[1].sha256);
    assert!(refusal(&directory, &builder).starts_with(
        "Rejected: `demo-1.0.tar.gz` is in the index with other bytes\n\
         hint: a published file never changes"
    ));
}

#[test]
fn what_is_not_published_cannot_be_downloaded() {
    let directory = Directory::default();
    let builder = demo("1.0");
    let host = TestHost::default();
    let repository = directory.repository();
    let target = Target { repository: &repository, credentials: None };
    let release = builder.release();
    for _ in 0..2 {
        let error = linked().downloaded_sha256(&host, &target, &release.files[0]).unwrap_err();
        assert_eq!(
            directory.shown(&error),
            "Rejected: no page of the index lists `demo-1.0-py3-none-any.whl`"
        );
        // Not listed either once it is there.
        linked().put(&host, &target, "", &release.files[0]).unwrap();
    }
}

#[test]
fn a_file_that_changes_is_not_stored() {
    for content in ["another wheel", "b wheel", "a", ""] {
        for plugin in both() {
            let directory = Directory::default();
            let builder = demo("1.0");
            let release = builder.release();
            fs_err::write(&release.files[0].path, content).unwrap();
            let host = TestHost::default();
            let error =
                publish_with(&plugin, &host, &directory.repository(), &release).unwrap_err();
            assert_eq!(error.kind, ErrorKind::InvalidProject);
            assert!(
                error
                    .message
                    .ends_with("demo-1.0-py3-none-any.whl` changed while it was published")
            );
            assert_eq!(error.hints, ["publish again once nothing writes it any more"]);
            assert_eq!(directory.listing(), ["demo/"]);
        }
    }
}

#[test]
fn progress_is_told_in_bytes_up_to_the_end() {
    let directory = Directory::default();
    let builder = ReleaseBuilder::new("demo", "1.0").sdist(vec![0; 2_500_000]);
    let host = TestHost::default();
    publish_with(&PLUGIN, &host, &directory.repository(), &builder.release()).unwrap();
    let calls = host.progress_calls();
    let done: Vec<_> = calls.iter().map(|(done, _)| *done).collect();
    assert_eq!(done, [0, 1 << 20, 2 << 20, 2_500_000]);
    assert!(calls.iter().all(|(_, total)| *total == 2_500_000));
}

#[test]
fn whoever_asks_to_stop_is_heard_everywhere() {
    for plugin in both() {
        let directory = Directory::default();
        let builder = demo("1.0");
        publish(&directory, &builder);
        let (listing, page) = (directory.listing(), directory.read("demo/index.json"));
        let host = TestHost::default();
        host.cancel();
        let repository = directory.repository();
        let target = Target { repository: &repository, credentials: None };
        let (old, new) = (builder.release(), demo("2.0"));
        let new = new.release();
        let uploader = plugin.upload.unwrap();
        let stopped = [
            uploader.exists(&host, &target, "", &old).unwrap_err(),
            uploader.put(&host, &target, "", &new.files[0]).unwrap_err(),
            uploader.commit(&host, &target, "", &new).unwrap_err(),
            uploader.downloaded_sha256(&host, &target, &old.files[0]).unwrap_err(),
        ];
        for error in stopped {
            assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Cancelled, "stopped"));
        }
        assert_eq!((directory.listing(), directory.read("demo/index.json")), (listing, page));
    }
}

#[test]
fn what_is_given_up_is_taken_out_again() {
    for plugin in both() {
        let directory = Directory::default();
        publish(&directory, &demo("1.0"));
        let before = directory.listing();
        let host = TestHost::default();
        let repository = directory.repository();
        let target = Target { repository: &repository, credentials: None };
        let uploader = plugin.upload.unwrap();
        let builder = ReleaseBuilder::new("demo", "1.0")
            .wheel("a wheel")
            .sdist("an sdist")
            .wheel_for("cp312-cp312-win_amd64", "new");
        let release = builder.release();
        let session = uploader.begin(&host, &target, &release).unwrap();
        for file in &release.files {
            uploader.put(&host, &target, &session, file).unwrap();
        }
        assert_ne!(directory.listing(), before);
        host.cancel();
        uploader.abort(&host, &target, &session).unwrap();
        // What was there before stays, and a second time is as good as one.
        assert_eq!(directory.listing(), before);
        uploader.abort(&host, &target, &session).unwrap();
        // What is published is not taken out any more.
        let host = TestHost::default();
        uploader.commit(&host, &target, &session, &release).unwrap();
        let after = directory.listing();
        uploader.abort(&host, &target, &session).unwrap();
        assert_eq!(directory.listing(), after);
    }
}

#[test]
fn nothing_of_others_is_taken_out() {
    let directory = Directory::default();
    let builder = demo("1.0");
    let release = builder.release();
    let host = TestHost::default();
    let repository = directory.repository();
    let target = Target { repository: &repository, credentials: None };
    let session = linked().begin(&host, &target, &release).unwrap();
    // Where nothing is there is nothing to take out.
    linked().abort(&host, &target, &session).unwrap();
    assert_eq!(directory.listing(), [""; 0]);
    linked().put(&host, &target, &session, &release.files[0]).unwrap();
    fs_err::write(directory.join("demo/demo-1.0-py3-none-any.whl"), "others").unwrap();
    for session in
        [&session, "", "no session", "{}", "{\"project\": \"..\", \"files\": {\"x\": \"\"}}"]
    {
        linked().abort(&host, &target, session).unwrap_or(());
        assert_eq!(directory.read("demo/demo-1.0-py3-none-any.whl"), "others", "{session}");
    }
}

#[test]
fn a_session_that_names_other_files_takes_nothing_out() {
    let directory = Directory::default()
        .file(".flit.lock", "")
        .file("other/other-1.0.tar.gz", "an sdist")
        .file("demo/other-1.0.tar.gz", "an sdist")
        .file("demo/notes.txt", "an sdist");
    let before = directory.listing();
    let repository = directory.repository();
    let target = Target { repository: &repository, credentials: None };
    let one = ReleaseBuilder::new("demo", "1.0").sdist("an sdist");
    let digest = &one.release().files[0].sha256;
    for (project, file_name) in [
        ("demo", "../other/other-1.0.tar.gz"),
        ("demo", "other-1.0.tar.gz"),
        ("demo", "notes.txt"),
        ("demo/../other", "other-1.0.tar.gz"),
        ("../other", "other-1.0.tar.gz"),
        ("Demo", "other-1.0.tar.gz"),
    ] {
        let session =
            format!(r#"{{"project": "{project}", "files": {{"{file_name}": "{digest}"}}}}"#);
        linked().abort(&TestHost::default(), &target, &session).unwrap();
        assert_eq!(directory.listing(), before, "{session}");
    }
}

#[test]
fn what_is_staged_in_the_session_counts_for_it_alone() {
    let directory = Directory::default();
    let builder = demo("1.0");
    let release = builder.release();
    let host = TestHost::default();
    let repository = directory.repository();
    let target = Target { repository: &repository, credentials: None };
    for plugin in both() {
        let uploader = plugin.upload.unwrap();
        let session = uploader.begin(&host, &target, &release).unwrap();
        let exists = |session: &str| uploader.exists(&host, &target, session, &release).unwrap();
        assert_eq!(exists(&session), [Existence::Absent, Existence::Absent]);
        let put = || uploader.put(&host, &target, &session, &release.files[0]).unwrap();
        assert_eq!((put(), put()), (Outcome::Created, Outcome::AlreadyIdentical));
        assert_eq!(exists(&session), [Existence::Same, Existence::Absent]);
        for other in ["", "other", r#"{"project": "other", "files": {}}"#] {
            assert_eq!(exists(other), [Existence::Absent, Existence::Absent], "{other}");
        }
        uploader.abort(&host, &target, &session).unwrap();
        assert_eq!(exists(&session), [Existence::Absent, Existence::Absent]);
    }
}

#[test]
fn a_commit_brings_what_is_missing() {
    let directory = Directory::default();
    let builder = demo("1.0");
    let release = builder.release();
    let host = TestHost::default();
    let repository = directory.repository();
    let target = Target { repository: &repository, credentials: None };
    linked().put(&host, &target, "", &release.files[0]).unwrap();
    linked().commit(&host, &target, "", &release).unwrap();
    assert_eq!(
        linked().exists(&host, &target, "", &release).unwrap(),
        [Existence::Same, Existence::Same]
    );
}
