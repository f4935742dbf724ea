//! Which paths are distributions, and what is told of all others.

use std::path::PathBuf;

use flit_sdk::testing::{SourceTreeBuilder, TestHost};

use super::archive;
use super::{lines, read, read_files, told};

const WHEEL: &str = "demo-1.0-py3-none-any.whl";

#[test]
fn says_what_is_no_distribution() {
    let hint = "a wheel is called `NAME-VERSION-PYTHON-ABI-PLATFORM.whl`, and an sdist `NAME-VERSION.tar.gz`";
    for (name, why) in [
        ("README.md", "it does not end in `.whl` or `.tar.gz`"),
        ("demo-1.0.egg", "`.egg` is a format that is not published any more"),
        ("demo.whl", "the name of a wheel has 5 parts, or 6 with a build number, and not 1"),
        ("demo-x.tar.gz", "`x` is not a version"),
    ] {
        let expected = format!("error file.name {name}: not a distribution: {why} ({hint})");
        assert_eq!(told(name, b""), [expected]);
    }
}

#[test]
fn says_what_is_no_file() {
    let directory = SourceTreeBuilder::new().file("a-1-py3-none-any.whl/x", "");
    let path = directory.path().join("a-1-py3-none-any.whl");
    let missing = directory.path().join("b-1.tar.gz");
    let read = read(&TestHost::default(), &[path, missing.clone()]).unwrap();
    let told = lines(&read.findings);
    assert_eq!(told[0], "error file.kind a-1-py3-none-any.whl: is a directory, not a file");
    let expected = format!("error file.missing b-1.tar.gz: there is no file {}", missing.display());
    assert_eq!(told[1], expected);
    assert_eq!(told.len(), 2);
}

#[cfg(unix)]
#[test]
fn a_fifo_does_not_keep_us_waiting() {
    let directory = SourceTreeBuilder::new();
    let path = directory.path().join("a-1.tar.gz");
    flit_sdk::testing::make_fifo(&path);
    let read = read(&TestHost::default(), &[path]).unwrap();
    assert_eq!(lines(&read.findings), ["error file.kind a-1.tar.gz: is not a regular file"]);
}

#[test]
fn one_file_counts_once_and_two_of_a_name_are_an_error() {
    let wheel = archive::wheel(archive::demo());
    let directory = SourceTreeBuilder::new()
        .file(WHEEL, &wheel)
        .file("old/demo-1.0-py3-none-any.whl", &wheel)
        .file("old/README", "");
    let path = |name: &str| directory.path().join(name);
    let paths: [PathBuf; 4] = [
        path(WHEEL),
        path(WHEEL),
        directory.path().join("old").join("..").join(WHEEL),
        path("old/demo-1.0-py3-none-any.whl"),
    ];
    let read = read(&TestHost::default(), &paths).unwrap();
    assert_eq!(read.releases[0].files.len(), 1);
    let expected = format!(
        "error file.twice {WHEEL}: two files have this name; the other is {} (name only one of them)",
        path(WHEEL).display()
    );
    assert_eq!(lines(&read.findings), [expected]);
}

const ATTESTATION: &str = r#"{"version": 1, "verification_material": {}, "envelope": {}}"#;

#[test]
fn attestations_belong_to_the_file_that_they_lie_beside() {
    let wheel = archive::wheel(archive::demo());
    let directory = SourceTreeBuilder::new()
        .file(WHEEL, &wheel)
        .file("demo-1.0-py3-none-any.whl.publish.attestation", ATTESTATION)
        .file("demo-1.0-py3-none-any.whl.slsa.attestation", format!("{ATTESTATION}\n"))
        .file("other-1.0.tar.gz.publish.attestation", "not JSON");
    let path = |name: &str| directory.path().join(name);
    // Named or not, each is attached once.
    let paths = [path("demo-1.0-py3-none-any.whl.slsa.attestation"), path(WHEEL)];
    let read = read(&TestHost::default(), &paths).unwrap();
    assert_eq!(lines(&read.findings), [""; 0]);
    let texts = &read.releases[0].files[0].attestations;
    assert_eq!(*texts, [format!("{ATTESTATION}\n"), ATTESTATION.into()]);
}

#[test]
fn says_what_is_wrong_with_an_attestation() {
    let sidecar = "demo-1.0-py3-none-any.whl.publish.attestation";
    let wheel = archive::wheel(archive::demo());
    let large = " ".repeat((4 << 20) + 1);
    for (content, why) in [
        ("{", "is not JSON: EOF while parsing an object at line 1 column 1"),
        ("[]", "is not an attestation: it has no `version`"),
        (r#"{"version": 1}"#, "is not an attestation: it has no `verification_material`"),
        (&large, "is larger than 4 MiB"),
    ] {
        let read = read_files(&[(WHEEL, &wheel), (sidecar, content.as_bytes())]);
        let expected =
            format!("error attestation.content {sidecar}: {why} (make it anew, or move it away)");
        assert_eq!(lines(&read.findings), [expected]);
        assert_eq!(read.releases[0].files[0].attestations, [""; 0]);
    }
    assert_eq!(
        told(sidecar, ATTESTATION.as_bytes()),
        [format!(
            "error attestation.orphan {sidecar}: there is no `{WHEEL}` to attest (name the distribution as well)"
        )]
    );
}
