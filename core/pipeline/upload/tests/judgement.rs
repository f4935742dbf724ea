//! What an answer means, and what is done about it.

use super::*;

const BOTH: &str = "Published(ByIndex), Published(ByIndex)";

/// The index lists nothing before, and both files after.
fn well() -> Vec<Existence> {
    vec![Existence::Absent, Existence::Absent, Existence::Same, Existence::Same]
}

#[test]
fn wheels_go_first_and_all_is_confirmed() {
    let (calls, outcome) = publish(Scripted::default().index(well()), &options());
    assert_eq!(calls, "ask, put whl, put gz, commit, ask");
    assert_eq!(outcome, BOTH);
}

#[test]
fn nothing_is_asked_or_confirmed_if_the_user_does_not_want_it() {
    let (calls, outcome) =
        publish(Scripted::default(), &UploadOptions { verify: Verify::None, ..options() });
    assert_eq!(calls, "put whl, put gz, commit");
    assert_eq!(outcome, "Published(NotAsked), Published(NotAsked)");
}

#[test]
fn a_dry_run_sends_nothing() {
    let index = [Existence::Same, Existence::Absent];
    let options = UploadOptions { is_dry_run: true, ..options() };
    let (calls, outcome) = publish(Scripted::default().index(index), &options);
    assert_eq!(
        (calls.as_str(), outcome.as_str()),
        ("ask", "[Keep { is_listed: true }, Put { may_have_arrived: false }]")
    );
}

#[test]
fn the_same_bytes_are_not_sent_again_and_other_bytes_stop_everything() {
    let same = [Existence::Same, Existence::Same];
    let (calls, outcome) = publish(Scripted::default().index(same), &options());
    assert_eq!(calls, "ask, commit");
    assert_eq!(outcome, "AlreadyThere(ByIndex), AlreadyThere(ByIndex)");

    let other = || [Existence::Absent, Existence::Other { sha256: "00".into() }];
    for skips_existing in [false, true] {
        let options = UploadOptions { skips_existing, ..options() };
        let (calls, outcome) = publish(Scripted::default().index(other()), &options);
        assert_eq!(calls, "ask");
        assert!(outcome.starts_with("the repository has another demo-1.0.tar.gz"), "{outcome}");
    }
}

#[test]
fn a_lost_answer_is_settled_by_asking() {
    let lost = || [Err(error(ErrorKind::Network, "reset"))];
    let mut index = vec![Existence::Absent, Existence::Absent, Existence::Same];
    let scripted = Scripted::default().puts(lost()).index(index.clone());
    let (calls, _) = publish(scripted, &options());
    assert_eq!(calls, "ask, put whl, ask, put gz, commit, ask, ask, ask, ask");

    index[2] = Existence::Absent;
    let (calls, _) = publish(Scripted::default().puts(lost()).index(index), &options());
    assert!(calls.starts_with("ask, put whl, ask, put whl, put gz"), "{calls}");
}

#[test]
fn retries_end_and_the_sdist_is_held_back() {
    let down = (0..9).map(|_| Err(error(ErrorKind::Unavailable, "503 Service Unavailable")));
    let (calls, outcome) = publish(Scripted::default().puts(down), &options());
    let attempts = calls.matches("put whl").count();
    assert_eq!((attempts, calls.matches("put gz").count()), (4, 0));
    assert_eq!(
        outcome,
        "2 files of 2 not published\n\
         demo-1.0-py3-none-any.whl: 503 Service Unavailable: gave up after 4 attempts"
    );
}

#[test]
fn what_may_not_be_retried_is_not() {
    for (kind, asks) in [
        (ErrorKind::Rejected, "ask, put whl, ask"),
        (ErrorKind::Unauthorized, "ask, put whl"),
        (ErrorKind::Untrusted, "ask, put whl"),
        (ErrorKind::InvalidProject, "ask, put whl"),
    ] {
        let (calls, _) = publish(Scripted::default().puts([Err(error(kind, "no"))]), &options());
        assert_eq!(calls, asks, "{kind:?}");
    }
}

#[test]
fn a_conflict_is_judged_by_the_bytes() {
    let conflict = || [Ok(Outcome::Conflict { message: "exists".into() })];
    let absent = [Existence::Absent, Existence::Absent];
    let with = |existence: Existence| absent.iter().cloned().chain([existence]).collect::<Vec<_>>();
    let same = Scripted::default().puts(conflict()).index(with(Existence::Same));
    assert!(publish(same, &options()).1.starts_with("AlreadyThere(ByIndex), "));

    let unknown = || with(Existence::Unknown { reason: "it lists no hashes".into() });
    let (_, outcome) = publish(Scripted::default().puts(conflict()).index(unknown()), &options());
    assert!(outcome.ends_with("the repository says that it has demo-1.0-py3-none-any.whl: exists"));
    let skips = UploadOptions { skips_existing: true, ..options() };
    let (_, outcome) = publish(Scripted::default().puts(conflict()).index(unknown()), &skips);
    assert!(outcome.starts_with("Skipped, "), "{outcome}");
}

#[test]
fn a_server_that_wants_registration_gets_it_once() {
    let wanted = || error(ErrorKind::Unregistered, "403 register first");
    let scripted = Scripted { registers: true, ..Scripted::default().puts([Err(wanted())]) };
    let (calls, _) = publish(scripted.index(well()), &options());
    assert_eq!(calls, "ask, put whl, register, put whl, put gz, commit, ask");

    let (calls, outcome) = publish(Scripted::default().puts([Err(wanted())]), &options());
    assert_eq!(calls, "ask, put whl, register");
    assert!(outcome.ends_with("403 register first"), "{outcome}");
}

#[test]
fn a_minted_token_is_replaced_once_and_burnt() {
    let refused = || Err(error(ErrorKind::Unauthorized, "403 expired"));
    let scripted = Scripted { mints: true, ..Scripted::default().puts([refused()]) };
    let (calls, _) = publish(scripted.index(well()), &options());
    assert_eq!(
        calls,
        "mint, ask, put whl as token-1, mint, put whl as token-2, put gz as token-2, commit, ask, burn"
    );
    let scripted = Scripted { mints: true, ..Scripted::default().puts([refused(), refused()]) };
    let (calls, outcome) = publish(scripted, &options());
    assert!(calls.ends_with("put whl as token-2, burn"), "{calls}");
    assert!(outcome.ends_with("403 expired"), "{outcome}");
}
