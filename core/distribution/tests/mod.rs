//! Wheels and sdists made on the spot, good and bad.

mod archive;
mod hostile;
mod sdists;
mod selection;
mod wheels;

use flit_sdk::model::{FileKind, Finding, Severity};
use flit_sdk::testing::{SourceTreeBuilder, TestHost};
use sha2::Digest as _;

use super::{DistributionError, ReadFiles, read};

/// Reads all files of a directory that has these.
fn read_files(files: &[(&str, &[u8])]) -> ReadFiles {
    let mut directory = SourceTreeBuilder::new();
    for (name, content) in files {
        directory = directory.file(name, content);
    }
    let paths: Vec<_> = files.iter().map(|(name, _)| directory.path().join(name)).collect();
    read(&TestHost::default(), &paths).unwrap()
}

/// What is said of one file: `SEVERITY RULE SUBJECT: MESSAGE (HINT)`.
fn told(name: &str, content: &[u8]) -> Vec<String> {
    lines(&read_files(&[(name, content)]).findings)
}

fn lines(findings: &[Finding]) -> Vec<String> {
    let line = |finding: &Finding| {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let hint = finding.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        format!("{severity} {} {}: {}{hint}", finding.rule, finding.subject, finding.message)
    };
    findings.iter().map(line).collect()
}

#[test]
fn a_release_has_its_wheels_first_and_all_that_is_known_of_them() {
    let wheel = archive::wheel(archive::demo());
    let sdist = archive::sdist(&archive::sdist_members());
    let other = archive::renamed(archive::demo(), "demo-1.0.dist-info", "demo-2.0.dist-info");
    let other = archive::changed(other, "METADATA", "Version: 1.0", "Version: 2.0");
    let read = read_files(&[
        ("demo-1.0.tar.gz", &sdist),
        ("demo-2.0-py3-none-any.whl", &archive::wheel(other)),
        ("demo-1.0-py3-none-any.whl", &wheel),
    ]);
    assert_eq!(lines(&read.findings), [""; 0]);
    let [first, second] = &read.releases[..] else { panic!("{:?}", read.releases) };
    assert_eq!((first.name.as_str(), first.version.as_str()), ("Demo", "1.0"));
    assert_eq!(second.version.as_str(), "2.0");
    let names: Vec<_> = first.files.iter().map(|file| file.file_name.as_str()).collect();
    assert_eq!(names, ["demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz"]);
    let file = &first.files[0];
    assert_eq!(file.kind, FileKind::Wheel { python_tag: "py3".into() });
    assert_eq!(file.size, wheel.len() as u64);
    assert_eq!(file.metadata_text, archive::METADATA);
    assert_eq!(first.files[1].kind, FileKind::Sdist);
}

#[test]
fn hashes_are_those_of_the_bytes() {
    let wheel = archive::wheel(archive::demo());
    let read = read_files(&[("demo-1.0-py3-none-any.whl", &wheel)]);
    let file = &read.releases[0].files[0];
    let hex = |bytes: &[u8]| {
        bytes.iter().fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"))
    };
    assert_eq!(file.sha256, hex(&sha2::Sha256::digest(&wheel)));
    assert_eq!(file.blake2_256, hex(&blake2::Blake2b256::digest(&wheel)));
}

#[test]
fn stops_when_the_user_asks() {
    let directory =
        SourceTreeBuilder::new().file("demo-1.0-py3-none-any.whl", archive::wheel(archive::demo()));
    let host = TestHost::default();
    host.cancel();
    let stopped = read(&host, &[directory.path().join("demo-1.0-py3-none-any.whl")]);
    assert!(matches!(stopped, Err(DistributionError::Cancelled)));
}
