//! What a second run does about what a first one left.

use super::*;

/// A first file that is taken, and a second that is lost on its way however often it is sent.
fn breaks_off() -> Scripted {
    let lost = (0..9).map(|_| Err(error(ErrorKind::Network, "reset")));
    Scripted::default().puts(std::iter::once(Ok(Outcome::Created)).chain(lost))
}

#[test]
fn a_second_run_goes_on_where_the_first_stopped() {
    let files = ReleaseBuilder::new("demo", "1.0").wheel("w").sdist("s");
    let unknown = || vec![Existence::Unknown { reason: "no index".into() }; 2];
    let (_, outcome) = publish_in(&files, breaks_off().index(unknown()), &options());
    assert!(outcome.starts_with("1 file of 2 not published"), "{outcome}");

    let second = Scripted::default().index(unknown());
    let (calls, outcome) = publish_in(&files, second, &options());
    assert!(calls.starts_with("ask, put gz, commit, ask, ask"), "{calls}");
    assert!(outcome.starts_with("AlreadyThere(Unknown("), "{outcome}");
    let left = fs_err::read_dir(files.path()).unwrap().count();
    assert_eq!(left, 2, "the journal is gone");
}

#[test]
fn a_release_that_was_begun_with_other_bytes_is_not_mixed() {
    let files = ReleaseBuilder::new("demo", "1.0").wheel("w").sdist("s");
    publish_in(&files, breaks_off(), &options());
    let changed = with_journal_of(&files);
    let (calls, outcome) = publish_in(&changed, Scripted::default(), &options());
    assert_eq!(calls, "ask");
    assert_eq!(
        outcome,
        "demo-1.0-py3-none-any.whl is not the file that an earlier run began to publish"
    );
}

/// Other files of the same version, with the journal that lies beside `files`.
fn with_journal_of(files: &ReleaseBuilder) -> ReleaseBuilder {
    let changed = ReleaseBuilder::new("demo", "1.0").wheel("other").sdist("s");
    let journal = fs_err::read(files.path().join(".flit-publish.json")).unwrap();
    fs_err::write(changed.path().join(".flit-publish.json"), journal).unwrap();
    changed
}

#[test]
fn a_session_is_gone_on_with_for_the_same_files_and_given_up_for_others() {
    let with_sessions = || Scripted { has_sessions: true, ..Scripted::default() };
    let files = ReleaseBuilder::new("demo", "1.0").wheel("w").sdist("s");
    let breaks_off = Scripted { has_sessions: true, ..breaks_off() };
    let (calls, _) = publish_in(&files, breaks_off, &options());
    assert!(calls.starts_with("ask, begin, put whl, put gz"), "{calls}");
    assert!(!calls.contains("commit") && !calls.contains("abort"), "{calls}");

    let changed = with_journal_of(&files);
    let (calls, _) = publish_in(&changed, with_sessions(), &options());
    assert!(calls.starts_with("ask, abort session, begin, put whl, put gz, commit"), "{calls}");
    let (calls, _) = publish_in(&files, with_sessions(), &options());
    assert!(calls.starts_with("ask, put whl, put gz, commit"), "{calls}");
}

#[test]
fn a_session_that_cannot_succeed_is_given_up() {
    let refused = [Ok(Outcome::Created), Err(error(ErrorKind::Rejected, "400 no"))];
    let files = ReleaseBuilder::new("demo", "1.0").wheel("w").sdist("s");
    let scripted = Scripted { has_sessions: true, ..Scripted::default().puts(refused) };
    let (calls, _) = publish_in(&files, scripted, &options());
    assert_eq!(calls, "ask, begin, put whl, put gz, ask, abort session");
    assert_eq!(fs_err::read_dir(files.path()).unwrap().count(), 2, "the journal is gone");
}

#[test]
fn a_file_that_may_have_arrived_is_looked_for_when_the_server_says_it_is_there() {
    let files = ReleaseBuilder::new("demo", "1.0").wheel("w").sdist("s");
    let lost = || (0..9).map(|_| Err(error(ErrorKind::Network, "reset")));
    publish_in(&files, Scripted::default().puts(lost()), &options());
    let exists = [Ok(Outcome::Conflict { message: "exists".into() })];
    let behind = vec![Existence::Absent; 4];
    let index = behind.into_iter().chain([Existence::Same]);
    let (_, outcome) =
        publish_in(&files, Scripted::default().puts(exists).index(index), &options());
    assert!(outcome.starts_with("Published(ByIndex), "), "{outcome}");
}

#[test]
fn a_file_that_never_left_may_be_another_the_next_time() {
    let files = ReleaseBuilder::new("demo", "1.0").wheel("w").sdist("s");
    for kind in [ErrorKind::Unreachable, ErrorKind::Unauthorized, ErrorKind::Rejected] {
        let refused = (0..9).map(|_| Err(error(kind, "no")));
        publish_in(&files, Scripted::default().puts(refused), &options());
        assert_eq!(fs_err::read_dir(files.path()).unwrap().count(), 2, "{kind:?}");
    }
}

#[test]
fn a_session_that_the_repository_forgot_is_begun_anew_once() {
    let forgot = |times| (0..times).map(|_| Err(error(ErrorKind::SessionLost, "unknown session")));
    let with = |times| Scripted { has_sessions: true, ..Scripted::default().puts(forgot(times)) };
    let (calls, _) = publish(with(1), &options());
    assert!(calls.starts_with("ask, begin, put whl, begin, put whl, put gz, commit"), "{calls}");
    let (calls, outcome) = publish(with(9), &options());
    assert_eq!(calls, "ask, begin, put whl, begin, put whl, abort session");
    assert!(outcome.ends_with("unknown session"), "{outcome}");
}
