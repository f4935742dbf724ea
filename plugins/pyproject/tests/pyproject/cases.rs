//! Tables of cases in text files.
//!
//! A case starts behind a line of equals signs with a pyproject.toml, in which `@` stands for the smallest `[project]`
//! table. `--- file NAME` gives the tree another file, `--- licenses` several license files; the last part is what is
//! expected.

use flit_sdk::testing::SourceTreeBuilder;

use crate::support::{MINIMAL, tree};

/// A case.
pub(crate) struct Case {
    /// The part that is expected, and the name of that part.
    pub(crate) expected: (String, String),
    /// The pyproject.toml, to tell which case failed.
    pub(crate) toml: String,
    /// The source tree.
    pub(crate) tree: SourceTreeBuilder,
}

/// License files of all kinds.
const LICENSES: &[&str] = &[
    "LICENSE",
    "COPYING.txt",
    "LICENCE.md",
    "NOTICE",
    "AUTHORS.rst",
    "license.txt",
    ".hidden",
    "sub/LICENSE",
    "LICENSES/MIT.txt",
];

/// Reads a table.
pub(crate) fn parse(table: &str) -> Vec<Case> {
    table.split("=====\n").skip(1).map(parse_case).collect()
}

fn parse_case(text: &str) -> Case {
    let mut parts = text.split("--- ");
    let toml = parts.next().unwrap_or_default().replace("@\n", MINIMAL);
    let mut tree = tree(&toml);
    let mut expected = (String::new(), String::new());
    for part in parts {
        let (title, content) = part.split_once('\n').expect("a part has a title");
        match title.split_once(' ') {
            Some(("file", name)) => tree = tree.file(name, content),
            None if title == "licenses" => {
                tree = LICENSES.iter().fold(tree, |tree, name| tree.file(name, ""));
            }
            _ => expected = (title.to_owned(), content.to_owned()),
        }
    }
    Case { expected, toml, tree }
}
