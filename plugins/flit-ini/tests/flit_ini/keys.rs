//! Every section and key with what becomes of it.

use flit_sdk::model::{Field, ModuleKind};

use crate::support::{REQUIRED, discover, fragment, read, show, tree};

#[test]
fn the_smallest_project() {
    let (layout, fragment, messages) = read(&tree(REQUIRED)).unwrap();
    assert_eq!((layout.config_path.as_str(), layout.module.name.as_str()), ("flit.ini", "demo"));
    assert_eq!(layout.module.kind, ModuleKind::File);
    assert_eq!((layout.readme_path, layout.needed_files.len()), (None, 0));
    assert_eq!(fragment.dynamic, [Field::Version, Field::Summary]);
    assert!(fragment.open_ended && fragment.found_in_source);
    assert!(fragment.entry_points.is_empty() && fragment.development_requires.is_empty());
    assert_eq!(messages, [""; 0]);
    assert_eq!(
        fragment.metadata.render(),
        "Metadata-Version: 1.2\n\
         Name: demo\n\
         Home-page: https://camelot.example/demo\n\
         Author: Sir Robin\n\
         Author-email: robin@camelot.example\n\
         License: UNKNOWN\n"
    );
}

#[test]
fn single_keys() {
    for (line, field, value) in [
        ("maintainer = Sir Bors", Field::Maintainer, "Sir Bors"),
        ("maintainer-email : b@c.example", Field::MaintainerEmail, "b@c.example"),
        ("license = ISC", Field::License, "ISC"),
        ("license =", Field::License, "UNKNOWN"),
        ("license = one\n  two", Field::License, "one\ntwo"),
        ("keywords = a, b  c", Field::Keywords, "a, b  c"),
        ("keywords =", Field::Keywords, ""),
        ("maintainer =\n  Below", Field::Maintainer, "Below"),
        ("requires-python = >=2.7, !=3.0.*", Field::RequiresPython, ">=2.7, !=3.0.*"),
        ("dist-name = The.Demo", Field::Name, "The.Demo"),
        ("MAINTAINER = Shouting", Field::Maintainer, "Shouting"),
        ("maintainer = 100%% %(author)s", Field::Maintainer, "100% Sir Robin"),
        ("maintainer = \"quoted\" ; kept", Field::Maintainer, "\"quoted\" ; kept"),
    ] {
        assert_eq!(fragment(line).metadata.text(field), Some(value), "{line}");
    }
}

#[test]
fn lists_leave_out_blank_lines() {
    let fragment = fragment(
        "classifiers = License :: OSI Approved :: MIT License\n\n  Topic :: Terminals\n\
         requires =\n  requests (>=2.0)\n  # comment\n  docutils; python_version < '3'\n\
         dev-requires =\n  pytest\n",
    );
    assert_eq!(
        fragment.metadata.list(Field::Classifier),
        ["License :: OSI Approved :: MIT License", "Topic :: Terminals"]
    );
    assert_eq!(
        fragment.metadata.list(Field::RequiresDist),
        ["requests (>=2.0)", "docutils; python_version < '3'"]
    );
    assert_eq!(fragment.development_requires, ["pytest"]);
}

#[test]
fn empty_lists_are_nothing() {
    let fragment = fragment("classifiers =\nrequires =\ndev-requires =\n");
    assert!(!fragment.metadata.contains(Field::Classifier));
    assert!(!fragment.metadata.contains(Field::RequiresDist));
}

#[test]
fn bare_versions_get_the_operator_that_they_meant() {
    let flit_ini = format!("{REQUIRED}requires = a (1.0)\ndev-requires = b[x] (2); extra == 'x'\n");
    let (_, fragment, messages) = read(&tree(flit_ini)).unwrap();
    assert_eq!(fragment.metadata.list(Field::RequiresDist), ["a (==1.0)"]);
    assert_eq!(fragment.development_requires, ["b[x] (==2); extra == 'x'"]);
    assert_eq!(
        messages,
        [
            "warning: flit.ini: `a (1.0)` has a bare version and is read as `a (==1.0)`",
            "warning: flit.ini: `b[x] (2); extra == 'x'` has a bare version and is read as `b[x] (==2); extra == 'x'`",
        ]
    );
}

#[test]
fn scripts_are_entry_points() {
    let fragment = fragment("[scripts]\nDemo = demo:main\nother:demo.cli:Class.run\n");
    assert_eq!(
        fragment.entry_points.render(),
        "[console_scripts]\ndemo=demo:main\nother=demo.cli:Class.run\n\n"
    );
}

#[test]
fn sections_of_others_are_ignored() {
    let fragment = fragment("[x-mine]\nanything = 50%\n[X-Yours]\nmodule = 1\n[scripts]\n");
    assert!(fragment.entry_points.is_empty());
}

#[test]
fn default_is_inherited() {
    let flit_ini = REQUIRED.replace("author=Sir Robin", "") + "[DEFAULT]\nauthor=Everyone\n";
    let (_, fragment, _) = read(&tree(flit_ini)).unwrap();
    assert_eq!(fragment.metadata.text(Field::Author), Some("Everyone"));
}

#[test]
fn any_ini_file_can_be_named() {
    let tree = tree("not even ini").file("other.ini", REQUIRED);
    let layout = discover(&tree.path(), Some("other.ini")).unwrap().unwrap();
    assert_eq!(layout.config_path, "other.ini");
    assert_eq!(discover(&tree.path(), Some("pyproject.toml")).unwrap(), None);
    let error = discover(&tree.path(), Some("none.ini")).unwrap_err();
    assert_eq!(show(&error), "`none.ini` does not exist");
}

#[test]
fn a_tree_without_flit_ini_is_somebody_elses() {
    let tree = flit_sdk::testing::SourceTreeBuilder::new().file("pyproject.toml", "");
    assert_eq!(discover(&tree.path(), None).unwrap(), None);
}

#[test]
fn carriage_returns_are_line_ends() {
    let flit_ini = format!("{REQUIRED}requires = a\n  b\n").replace('\n', "\r\n");
    let (_, fragment, _) = read(&tree(flit_ini)).unwrap();
    assert_eq!(fragment.metadata.list(Field::RequiresDist), ["a", "b"]);
    assert_eq!(fragment.metadata.text(Field::Author), Some("Sir Robin"));
}
