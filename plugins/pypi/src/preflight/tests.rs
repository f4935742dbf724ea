//! What is said of releases to PyPI, and to a server whose rules nobody knows.

use flit_sdk::model::{
    CoreMetadata, Credentials, Field, FileKind, ProjectName, Release, ReleaseFile, Repository,
    Severity, Version,
};
use flit_sdk::{Secret, Target};

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
    let kind = match file_name.ends_with(".whl") {
        true => FileKind::Wheel { python_tag: "py3".into() },
        false => FileKind::Sdist,
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

fn told(url: &str, credentials: Option<&Credentials>, release: &Release) -> Vec<String> {
    let repository = Repository { url: url.into(), ..Repository::default() };
    let target = Target { repository: &repository, credentials };
    let findings = super::findings(&target, release);
    let line = |finding: &flit_sdk::model::Finding| {
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
            flit_sdk::model::Cardinality::One => metadata.set_text(*field, *value),
            flit_sdk::model::Cardinality::Many => {
                values.push((*value).into());
                metadata.set_list(*field, values);
            }
        }
    }
    told(url, None, &release(vec![file("up_demo-1.0-py3-none-any.whl", metadata)]))
}

/// What is said of a file of this name.
fn of_name(url: &str, file_name: &str) -> Vec<String> {
    told(url, None, &release(vec![file(file_name, metadata())]))
}

#[test]
fn nothing_is_said_of_good_metadata() {
    let fields = [
        (Field::Classifier, "Programming Language :: Python :: 3"),
        (Field::AuthorEmail, "A <a@x.org>, \"B, C\" <b@x.org>"),
        (Field::HomePage, "https://x.org/"),
        (Field::ProjectUrl, "Source, https://x.org/a?b"),
        (Field::LicenseExpression, "MIT"),
        (Field::RequiresDist, "other[x]>=1; python_version < '3.9'"),
        (Field::Dynamic, "Requires-Dist"),
        (Field::ProvidesExtra, "x"),
        (Field::Description, "# Read me\n"),
        (Field::DescriptionContentType, "text/markdown; charset=UTF-8; variant=GFM"),
    ];
    assert_eq!(of_fields(PYPI, &fields), [""; 0]);
    assert_eq!(of_fields(OTHER, &fields), [""; 0]);
    assert_eq!(of_name(PYPI, "up_demo-1.0.tar.gz"), [""; 0]);
}

#[test]
fn what_is_wrong_by_the_specifications_is_told_everywhere() {
    for (field, value, expected) in [
        (
            Field::Summary,
            "one\ntwo",
            "metadata.summary: `Summary` has more than one line (say the rest in the readme)",
        ),
        (
            Field::Classifier,
            "Programming Language :: Pyton",
            "metadata.classifier: `Programming Language :: Pyton` is not a classifier that PyPI knows (did you mean \
             `Programming Language :: Python`?)",
        ),
        (
            Field::Classifier,
            "x",
            "metadata.classifier: `x` is not a classifier that PyPI knows (see https://pypi.org/classifiers/)",
        ),
        (
            Field::LicenseExpression,
            "Unheard-Of",
            "metadata.license: `Unheard-Of` is not an SPDX license expression: `Unheard-Of` is not the identifier of a license \
             (see https://spdx.org/licenses/)",
        ),
        (
            Field::LicenseExpression,
            "GPL-2.0",
            "metadata.license: `GPL-2.0` is a deprecated license identifier (use `GPL-2.0-only` or `GPL-2.0-or-later` instead)",
        ),
        (
            Field::AuthorEmail,
            "A <a at x.org>",
            "metadata.email: `Author-email`: `a at x.org` is not an e-mail address: it has no `@`",
        ),
        (
            Field::HomePage,
            "x.org",
            "metadata.url: `Home-page`: `x.org` is not a URL of the web (write all of it, such as `https://example.org/`)",
        ),
        (
            Field::ProjectUrl,
            "https://x.org",
            "metadata.url: `Project-URL: https://x.org` has no URL (write `Label, URL`)",
        ),
        (
            Field::ProjectUrl,
            ", https://x.org",
            "metadata.url: `Project-URL: , https://x.org` has no label (write `Label, URL`)",
        ),
        (
            Field::ProjectUrl,
            "a label that is longer than it may be, https://x.org",
            "metadata.url: the label `a label that is longer than it may be` of a link has 37 characters, and may have 32 \
             (shorten it)",
        ),
        (
            Field::Dynamic,
            "Version",
            "metadata.dynamic: `Dynamic` names `Version`, which is never dynamic",
        ),
        (
            Field::Dynamic,
            "Requirements",
            "metadata.dynamic: `Dynamic` names `Requirements`, which is not a field",
        ),
        (
            Field::ProvidesExtra,
            "a b",
            "metadata.provides-extra: `a b` is not the name of an extra (use ASCII letters, digits, `.`, `-` and `_`, with \
             a letter or digit at both ends)",
        ),
        (
            Field::ImportName,
            "up",
            "metadata.field: `Import-Name` is of metadata 2.5, and the file announces 2.4 (build the file again with a newer \
             tool)",
        ),
        (
            Field::DescriptionContentType,
            "text/html",
            "metadata.description-content-type: `text/html` is not a type that a description may have (use \
             `text/markdown`, `text/x-rst` or `text/plain`)",
        ),
        (
            Field::DescriptionContentType,
            "text/plain; charset=latin-1",
            "metadata.description-content-type: the description is not encoded as `latin-1` (use `UTF-8`)",
        ),
        (
            Field::DescriptionContentType,
            "text/markdown; variant=Pandoc",
            "metadata.description-content-type: `Pandoc` is not a variant of Markdown that is rendered (use `GFM` or \
             `CommonMark`)",
        ),
    ] {
        assert_eq!(of_fields(PYPI, &[(field, value)]), [format!("error {expected}")], "{value}");
        assert_eq!(of_fields(OTHER, &[(field, value)]), [format!("warning {expected}")], "{value}");
    }
    let summary = "x".repeat(513);
    let expected = "error metadata.summary: `Summary` has 513 characters, and may have 512 (say the rest in the readme)";
    assert_eq!(of_fields(PYPI, &[(Field::Summary, &summary)]), [expected]);
}

#[test]
fn the_rules_of_pypi_alone_are_told_there_alone() {
    for (field, value, expected) in [
        (
            Field::Classifier,
            "Private :: Do Not Upload",
            "metadata.classifier: `Private :: Do Not Upload` keeps the project from being published on PyPI (publish it to \
             another repository, or take the classifier out)",
        ),
        (
            Field::Classifier,
            "Natural Language :: Ukranian",
            "metadata.classifier: the classifier `Natural Language :: Ukranian` is deprecated (use `Natural Language :: \
             Ukrainian` instead)",
        ),
        (
            Field::Classifier,
            "Topic :: Communications :: Chat :: AOL Instant Messenger",
            "metadata.classifier: the classifier `Topic :: Communications :: Chat :: AOL Instant Messenger` is deprecated \
             (take it out)",
        ),
        (
            Field::Version,
            "1.0+x",
            "metadata.version: `1.0+x` is a local version, which PyPI does not take (publish a public version such as `1.0`)",
        ),
        (
            Field::MetadataVersion,
            "2.6",
            "metadata.metadata-version: PyPI does not take metadata of version 2.6 (the latest it takes is 2.5)",
        ),
        (
            Field::RequiresDist,
            "a[b] @ https://x.org/a.whl",
            "metadata.requires-dist: `Requires-Dist: a[b] @ https://x.org/a.whl` refers to a URL, which PyPI does not take \
             (require a version that is on the index)",
        ),
    ] {
        assert_eq!(of_fields(PYPI, &[(field, value)]), [format!("error {expected}")], "{value}");
        assert_eq!(of_fields(OTHER, &[(field, value)]), [""; 0], "{value}");
    }
}

#[test]
fn what_pypi_may_take_is_a_warning() {
    let license = [
        (Field::LicenseExpression, "MIT"),
        (Field::Classifier, "License :: OSI Approved :: MIT License"),
    ];
    assert_eq!(
        of_fields(PYPI, &license),
        [
            "warning metadata.license: there are both `License-Expression` and the classifier `License :: OSI Approved :: MIT \
          License` (leave the classifier out)"
        ]
    );
    assert_eq!(
        of_fields(PYPI, &[(Field::Description, "Read me\n\n## Now\n")]),
        [
            "warning metadata.description-content-type: the description has no type, so it is taken for reStructuredText, and \
          looks like Markdown (say `text/markdown`, or give the readme the suffix `.md`)"
        ]
    );
    assert_eq!(of_fields(PYPI, &[(Field::Description, "Read me\n=======\n")]), [""; 0]);
    assert_eq!(
        of_fields(PYPI, &[(Field::MaintainerEmail, "a@x.org, b")]),
        ["warning metadata.email: `Maintainer-email`: `b` is not an e-mail address: it has no `@`"]
    );
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
        told(PYPI, None, &release),
        [
            "error metadata.license: there are both `License` and `License-Expression` (leave `License` out)",
            "error metadata.url: `Project-URL`: `nowhere` is not a URL of the web (write all of it, such as \
             `https://example.org/`)",
            "error metadata.url: two links have the label `A` (give each its own)",
        ]
    );
    let repository = Repository { url: PYPI.into(), ..Repository::default() };
    let target = Target { repository: &repository, credentials: None };
    let findings = super::findings(&target, &release);
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
        told(PYPI, None, &release(vec![ReleaseFile { size, ..wheel }]))
    };
    assert_eq!(sized(100 << 20), [""; 0]);
    assert_eq!(
        sized((100 << 20) + 1),
        [
            "warning file.size: the file has 100 MiB, and PyPI takes 100 MiB of projects that did not ask for more (see \
          https://docs.pypi.org/project-management/storage-limits/)"
        ]
    );
    assert_eq!(
        sized(2 << 30),
        ["error file.size: the file has 2048 MiB, and PyPI takes no more than 1024 MiB"]
    );
    let sdists = ["up_demo-1.0.tar.gz", "up_demo-1.0.tar.gz"].map(|name| file(name, metadata()));
    assert_eq!(
        told(PYPI, None, &release(sdists.into())),
        [
            "error release.sdists: there are 2 sdists of version 1.0, and PyPI takes one (name only one of them)"
        ]
    );
}

#[test]
fn attestations_want_trusted_publishing() {
    let told_with = |source: &str, count| {
        let credentials = Credentials {
            username: "__token__".into(),
            password: Secret::new("pypi-x"),
            source: source.into(),
        };
        let wheel = file("up_demo-1.0-py3-none-any.whl", metadata());
        let attested = ReleaseFile { attestations: vec!["{}".into(); count], ..wheel };
        told(PYPI, Some(&credentials), &release(vec![attested]))
    };
    assert_eq!(told_with("trusted publishing from GitHub Actions", 1), [""; 0]);
    assert_eq!(told_with("`FLIT_PASSWORD`", 0), [""; 0]);
    assert_eq!(
        told_with("`FLIT_PASSWORD`", 1),
        [
            "warning file.attestations: PyPI takes attestations only with trusted publishing, and not with the credentials from \
          `FLIT_PASSWORD` (publish from the CI job that made them, or with `--attestations no`)"
        ]
    );
    assert_eq!(
        told_with("trusted publishing from GitHub Actions", 3),
        ["error file.attestations: there are 3 attestations, and PyPI takes 2"]
    );
}

#[test]
fn names_of_python_itself_are_doubtful() {
    let mut release = release(vec![]);
    release.name = ProjectName::parse("Json").unwrap();
    assert_eq!(
        told("https://test.pypi.org/legacy/", None, &release),
        [
            "warning project.name: `Json` is the name of a module of Python itself: PyPI takes no new project of this name \
          (choose another name)"
        ]
    );
    assert_eq!(told(OTHER, None, &release), [""; 0]);
}
