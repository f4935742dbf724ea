//! What the journal keeps, and what it refuses.

use flit_sdk::testing::ReleaseBuilder;

use super::*;

fn repository(url: &str) -> Repository {
    Repository { url: url.into(), ..Repository::default() }
}

fn entry(journal: &Journal, at: &Repository, release: &Release) -> Result<Option<Entry>, String> {
    journal.entry(at, &release.name, &release.version).map_err(|error| error.to_string())
}

#[test]
fn releases_of_several_repositories_are_kept_apart_and_the_file_goes_with_the_last() {
    let directory = tempfile::tempdir().unwrap();
    let journal = Journal::of(directory.path());
    let release = ReleaseBuilder::new("Demo", "1.0").release();
    let (first, second) = (repository("https://a/"), repository("https://b/"));
    let session = |at| entry(&journal, at, &release).unwrap().map(|entry| entry.session);
    journal.begin(&first, &release, "one", &[]).unwrap();
    journal.begin(&second, &release, "two", &[]).unwrap();
    assert_eq!(session(&first).as_deref(), Some("one"));
    journal.end(&first, &release).unwrap();
    assert_eq!((session(&first), session(&second).as_deref()), (None, Some("two")));
    journal.end(&second, &release).unwrap();
    assert_eq!(fs_err::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn several_transfers_keep_one_journal() {
    let mut builder = ReleaseBuilder::new("demo", "1.0");
    for number in 0..16 {
        builder = builder.wheel_for(&format!("cp3{number}-none-any"), format!("{number}"));
    }
    let release = builder.release();
    let (journal, at) = (Journal::of(&builder.path()), repository("https://a/"));
    journal.begin(&at, &release, "", &[FileState::Pending; 16]).unwrap();
    std::thread::scope(|scope| {
        for file in &release.files {
            let put = || journal.set(&at, &release, &file.file_name, FileState::Put).unwrap();
            scope.spawn(put);
        }
    });
    let entry = entry(&journal, &at, &release).unwrap().unwrap();
    assert!(entry.files.iter().all(|file| file.state == FileState::Put), "{entry:?}");
}

#[test]
fn a_journal_that_cannot_be_read_is_not_written_over() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(FILE_NAME);
    let journal = Journal::of(directory.path());
    let release = ReleaseBuilder::new("demo", "1.0").release();
    let escapes = r#"{"format": 1, "releases": [{"repository": "u", "name": "demo", "version": "1.0",
        "session": "", "files": [{"file_name": "../x.whl", "sha256": "", "state": "put"}]}]}"#;
    for (text, problem) in [
        ("{", "EOF while parsing an object at line 1 column 1"),
        (r#"{"format": 9, "releases": []}"#, "it has format 9, and this flit reads 1"),
        (escapes, "`../x.whl` is not the name of a distribution"),
    ] {
        fs_err::write(&path, text).unwrap();
        let expected = format!("cannot read the journal {}: {problem}", path.display());
        assert_eq!(entry(&journal, &repository("u"), &release), Err(expected.clone()));
        let error = journal.begin(&repository("u"), &release, "", &[]).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert_eq!(fs_err::read_to_string(&path).unwrap(), text);
    }
}
