//! What is said of releases to PyPI, and to a server whose rules nobody knows.

mod metadata;

use flit_sdk::model::{
    Cardinality, CoreMetadata, DistributionName, Field, FileKind, Finding, ProjectName, Release,
    ReleaseFile, Repository, Severity, Version,
};

const PYPI: &str = "https://upload.pypi.org/legacy/";
const OTHER: &str = "https://devpi.example/alice/dev/";

fn metadata() -> CoreMetadata {
    let mut metadata = CoreMetadata::default();
    metadata.set_text(Field::MetadataVersion, "2.4");
    metadata.set_text(Field::Name, "Up.Demo");
    metadata.set_text(Field::Version, "1.0");
    metadata.set_text(Field::Summary, "A demonstration");
    metadata
}

fn file(file_name: &str, metadata: CoreMetadata) -> ReleaseFile {
    let kind = match DistributionName::parse(file_name) {
        Ok(DistributionName::Wheel(name)) => FileKind::Wheel { python_tag: name.python_tag },
        _ => FileKind::Sdist,
    };
    ReleaseFile {
        path: file_name.into(),
        file_name: file_name.into(),
        kind,
        size: 1000,
        sha256: String::new(),
        blake2_256: String::new(),
        metadata_text: metadata.render(),
        metadata,
        attestations: vec![],
    }
}

fn release(files: Vec<ReleaseFile>) -> Release {
    Release {
        name: ProjectName::parse("Up.Demo").unwrap(),
        version: Version::parse("1.0").unwrap(),
        files,
    }
}

fn told(url: &str, release: &Release) -> Vec<String> {
    let repository = Repository { url: url.into(), ..Repository::default() };
    let findings = super::findings(&repository, release);
    let line = |finding: &Finding| {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let hint = finding.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        format!("{severity} {}: {}{hint}", finding.rule, finding.message)
    };
    findings.iter().map(line).collect()
}

/// What is said of a wheel whose metadata has some more fields.
fn of_fields(url: &str, fields: &[(Field, &str)]) -> Vec<String> {
    let mut metadata = metadata();
    for (field, value) in fields {
        let mut values = metadata.list(*field).to_vec();
        match field.spec().cardinality {
            Cardinality::One => metadata.set_text(*field, *value),
            Cardinality::Many => {
                values.push((*value).into());
                metadata.set_list(*field, values);
            }
        }
    }
    told(url, &release(vec![file("up_demo-1.0-py3-none-any.whl", metadata)]))
}

/// What is said of a file of this name.
fn of_name(url: &str, file_name: &str) -> Vec<String> {
    told(url, &release(vec![file(file_name, metadata())]))
}

#[test]
fn several_problems_are_told_at_once_and_shared_ones_once() {
    let mut metadata = metadata();
    metadata.set_text(Field::License, "MIT");
    metadata.set_text(Field::LicenseExpression, "MIT");
    metadata.set_list(Field::ProjectUrl, vec!["A, https://x.org".into(), "A, nowhere".into()]);
    let names = ["up_demo-1.0-py3-none-any.whl", "up_demo-1.0.tar.gz"];
    let release = release(names.map(|name| file(name, metadata.clone())).into());
    assert_eq!(
        told(PYPI, &release),
        [
            "error metadata.license: there are both `License` and `License-Expression` (leave `License` out)",
            "error metadata.url: `Project-URL`: `nowhere` is not a URL of the web (write all of it, such as \
             `https://example.org/`)",
            "error metadata.url: two links have the label `A` (give each its own)",
        ]
    );
    let repository = Repository { url: PYPI.into(), ..Repository::default() };
    let findings = super::findings(&repository, &release);
    assert_eq!(findings[0].subject, "up_demo-1.0-py3-none-any.whl: METADATA");
}

#[test]
fn names_of_files_are_those_that_pypi_wants() {
    let newer = "build it again with a newer tool, which names it as the specification says";
    for (file_name, expected) in [
        (
            "Up.Demo-1.0.tar.gz",
            format!("file.name: the name of this sdist must be `up_demo-1.0.tar.gz` ({newer})"),
        ),
        (
            "up_demo-1.0.zip",
            format!("file.name: the name of this sdist must be `up_demo-1.0.tar.gz` ({newer})"),
        ),
        (
            "Up.Demo-1.0-py3-none-any.whl",
            format!("file.name: the name of this wheel must start with `up_demo-` ({newer})"),
        ),
        (
            "up_demo-1.0-cp311-cp311-linux_x86_64.whl",
            "file.platform-tag: PyPI does not take wheels for the platform `linux_x86_64` (repair it with `auditwheel`, \
             which finds out the `manylinux` or `musllinux` tag)"
                .into(),
        ),
        (
            "up_demo-1.0-cp311-cp311-beos.whl",
            "file.platform-tag: PyPI does not take wheels for the platform `beos` (see \
             https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/)"
                .into(),
        ),
    ] {
        assert_eq!(of_name(PYPI, file_name), [format!("error {expected}")]);
        assert_eq!(of_name(OTHER, file_name), [""; 0]);
    }
}

#[test]
fn sizes_and_numbers_have_limits() {
    let sized = |size| {
        let wheel = file("up_demo-1.0-py3-none-any.whl", metadata());
        told(PYPI, &release(vec![ReleaseFile { size, ..wheel }]))
    };
    assert_eq!(sized(100 << 20), [""; 0]);
    assert_eq!(
        sized((100 << 20) + 1),
        [
            "warning file.size: the file has 104857601 bytes: more than 100 MiB is taken only of projects that asked for it \
          (see https://docs.pypi.org/project-management/storage-limits/)"
        ]
    );
    assert_eq!(
        sized(2 << 30),
        ["error file.size: the file has 2147483648 bytes, and PyPI takes no more than 1 GiB"]
    );
    let sdists = ["up_demo-1.0.tar.gz", "up_demo-1.0.tar.gz"].map(|name| file(name, metadata()));
    assert_eq!(
        told(PYPI, &release(sdists.into())),
        [
            "error release.sdists: there are 2 sdists of version 1.0, and PyPI takes one (name only one of them)"
        ]
    );
}

#[test]
fn attestations_are_counted() {
    let told_of = |count| {
        let wheel = file("up_demo-1.0-py3-none-any.whl", metadata());
        let attested = ReleaseFile { attestations: vec!["{}".into(); count], ..wheel };
        told(PYPI, &release(vec![attested]))
    };
    assert_eq!(told_of(2), [""; 0]);
    assert_eq!(told_of(3), ["error file.attestations: there are 3 attestations, and PyPI takes 2"]);
}

#[test]
fn names_of_python_itself_are_doubtful() {
    let mut release = release(vec![]);
    release.name = ProjectName::parse("Json").unwrap();
    assert_eq!(
        told("https://test.pypi.org/legacy/", &release),
        [
            "warning project.name: `Json` is the name of a module of Python itself: PyPI takes no new project of this name \
          (choose another name)"
        ]
    );
    assert_eq!(told(OTHER, &release), [""; 0]);
}
