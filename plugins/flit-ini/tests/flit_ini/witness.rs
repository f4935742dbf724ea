//! What flit 0.13 wrote for projects of old, header by header.

use flit_sdk::testing::SourceTreeBuilder;

use crate::support::read;

/// Checks the metadata against the headers that flit 0.13 wrote, which came in another order; the version and the
/// summary are not the plugin's.
fn check(tree: &SourceTreeBuilder, expected: &str) {
    let (_, fragment, _) = read(tree).expect("the project is valid");
    let rendered = fragment.metadata.render();
    let (headers, body) = rendered.split_once("\n\n").unwrap_or((rendered.trim_end(), ""));
    let (expected_headers, expected_body) =
        expected.split_once("\n\n").unwrap_or((expected.trim_end(), ""));
    let sorted = |headers: &str| {
        let mut lines: Vec<_> = headers.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(headers), sorted(expected_headers));
    assert_eq!(body, expected_body);
}

#[test]
fn entrypoints_0_2_3() {
    let flit_ini = "\
[metadata]
module = entrypoints
author = Thomas Kluyver
author-email = thomas@kluyver.me.uk
home-page = https://github.com/takluyver/entrypoints
classifiers = License :: OSI Approved :: MIT License
requires-python = >=2.7
requires = configparser (>=3.5); python_version == '2.7'
";
    let tree = SourceTreeBuilder::new().file("entrypoints.py", "").file("flit.ini", flit_ini);
    check(
        &tree,
        "\
Metadata-Version: 1.2
Name: entrypoints
Home-page: https://github.com/takluyver/entrypoints
License: UNKNOWN
Author: Thomas Kluyver
Author-email: thomas@kluyver.me.uk
Requires-Python: >=2.7
Classifier: License :: OSI Approved :: MIT License
Requires-Dist: configparser (>=3.5); python_version == '2.7'
",
    );
}

#[test]
fn ptyprocess_0_5_2() {
    let flit_ini = "\
[metadata]
module = ptyprocess
author = Thomas Kluyver
author-email = thomas@kluyver.me.uk
home-page = https://github.com/pexpect/ptyprocess
description-file = README.rst
classifiers = Development Status :: 5 - Production/Stable
    Environment :: Console
    Programming Language :: Python :: 3
    Topic :: Terminals
";
    let tree = SourceTreeBuilder::new()
        .file("ptyprocess/__init__.py", "")
        .file("README.rst", "Launch a subprocess\n\nand so on\n")
        .file("flit.ini", flit_ini);
    check(
        &tree,
        "\
Metadata-Version: 1.2
Name: ptyprocess
Home-page: https://github.com/pexpect/ptyprocess
License: UNKNOWN
Author: Thomas Kluyver
Author-email: thomas@kluyver.me.uk
Classifier: Development Status :: 5 - Production/Stable
Classifier: Environment :: Console
Classifier: Programming Language :: Python :: 3
Classifier: Topic :: Terminals

Launch a subprocess

and so on

",
    );
}
