//! What is said of the fields of core metadata.

use flit_sdk::model::Field;

use super::{OTHER, PYPI, of_fields, of_name};

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

/// A field, a value that is wrong, and what is told of it.
const WRONG: &[(Field, &str, &str)] = &[
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
];

#[test]
fn what_is_wrong_by_the_specifications_is_told_everywhere() {
    for &(field, value, expected) in WRONG {
        assert_eq!(of_fields(PYPI, &[(field, value)]), [format!("error {expected}")], "{value}");
        assert_eq!(of_fields(OTHER, &[(field, value)]), [format!("warning {expected}")], "{value}");
    }
    let summary = "x".repeat(513);
    let expected = "error metadata.summary: `Summary` has 513 characters, and may have 512 (say the rest in the readme)";
    assert_eq!(of_fields(PYPI, &[(Field::Summary, &summary)]), [expected]);
}

/// A field, a value that PyPI does not take, and what is told of it.
const OF_PYPI: &[(Field, &str, &str)] = &[
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
];

#[test]
fn the_rules_of_pypi_alone_are_told_there_alone() {
    for &(field, value, expected) in OF_PYPI {
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
