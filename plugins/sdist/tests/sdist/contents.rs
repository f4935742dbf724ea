//! Which members an sdist has, and what a reader gets from each.

use flit_sdk::model::{ExternalData, Field};
use flit_sdk::source_tree::files_below;
use flit_sdk::testing::{SourceTreeBuilder, TestHost, symlink};
use tempfile::TempDir;

use crate::support::{Built, build, build_into, numbered_lines, project, tree, with_rules};

#[test]
fn the_smallest_set_sorted_by_path_with_the_metadata_last() {
    let tree = tree();
    let project = project(&tree);
    let built = build(&project);
    let entries = built.entries();
    let paths: Vec<_> = entries.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "LICENSE",
            "README.md",
            "pyproject.toml",
            "src/demo/__init__.py",
            "src/demo/sub/data.txt",
            "PKG-INFO"
        ]
    );
    assert!(entries.iter().all(|entry| entry.kind == "644"));
    assert_eq!(entries[1].content, "Read me.\n");
    assert_eq!(entries[5].content, project.metadata.render());
    assert_eq!(built.messages, [""; 0]);
}

#[test]
fn data_and_needed_files_are_packed_and_owners_may_execute_what_they_could() {
    let tree = tree().file("data/bin/run.sh", "#!/bin/sh\n").file("entry_points.txt", "");
    make_executable(&tree, "data/bin/run.sh");
    let mut project = project(&tree);
    let files = files_below(&tree.path(), "data").unwrap().files;
    project.layout.external_data = Some(ExternalData { directory: "data".into(), files });
    project.layout.needed_files = vec!["entry_points.txt".into()];
    let built = build(&project);
    assert_eq!(built.extra_paths(), ["data/bin/run.sh", "entry_points.txt"]);
    let entries = built.entries();
    assert_eq!(entries.iter().find(|entry| entry.path == "data/bin/run.sh").unwrap().kind, "755");
}

fn make_executable(tree: &SourceTreeBuilder, path: &str) {
    use std::os::unix::fs::PermissionsExt;
    let permissions = <std::fs::Permissions as PermissionsExt>::from_mode(0o700);
    fs_err::set_permissions(tree.path().join(path), permissions).unwrap();
}

#[test]
fn patterns_take_along_and_leave_out() {
    let tree = tree()
        .file("docs/index.rst", "")
        .file("docs/.hidden", "")
        .file("docs/_build/out.html", "")
        .file("docs/__pycache__/conf.cpython-311.pyc", "")
        .file("docs/conf.pyc", "")
        .file("tests/a_test.py", "")
        .file("tests/b_test.py", "")
        .file(".editorconfig", "")
        .file(".github/ci.yml", "")
        .file("PKG-INFO", "of an unpacked sdist")
        .file(".git/config", "")
        .file("dist/app.js", "")
        .file("zu_große_datei.txt", "ä");
    let all = [
        ".editorconfig",
        ".github/ci.yml",
        "docs/.hidden",
        "docs/_build/out.html",
        "docs/index.rst",
        "notes.txt",
        "tests/a_test.py",
        "tests/b_test.py",
        "zu_große_datei.txt",
    ];
    for (include, exclude, expected) in [
        (&["docs"][..], &[][..], &all[2..5]),
        (&["docs/**"], &[], &all[2..5]),
        (&["docs", "missing", "docs/index.rst"], &["docs/_build"], &[all[2], all[4]]),
        (&["docs"], &["docs/_build/**", "**/.hidden"], &[all[4]]),
        (&["tests/*_test.py"], &["tests/b*"], &[all[6]]),
        (&["**.txt"], &[], &[all[5], all[8]]),
        (&[".g*"], &[], &[all[1]]),
        (&["."], &[], &all),
        (&[""], &[], &all),
        (&["**"], &[], &all),
        (&["."], &["docs", "tests", ".*"], &[all[5], all[8]]),
        (&[".", "dist/app.js"], &["docs", "tests", ".*"], &[all[5], all[8], "dist/app.js"]),
        (&["PKG-INFO"], &[], &[]),
        (&["docs/conf.pyc"], &[], &[]),
        (&["dist/app.js"], &[], &["dist/app.js"]),
        (&["dist"], &[], &["dist/app.js"]),
    ] {
        let built = build(&with_rules(project(&tree), include, exclude));
        let mut paths = built.extra_paths();
        paths.sort_unstable();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(paths, expected, "include {include:?} exclude {exclude:?}");
    }
}

#[test]
fn what_was_built_is_not_packed_into_the_next_sdist() {
    let tree = tree().file("out/demo-0.9.tar.gz", "").file("out/demo-0.9-py3-none-any.whl", "");
    let tree = tree.file("out/kept.txt", "").file("out/tmp/half-written", "");
    let project = with_rules(project(&tree), &["."], &[]);
    let output_dir = tree.path().join("out/tmp");
    let result = build_into(&TestHost::default(), &project, &output_dir, false);
    let built = Built { result, messages: Vec::new() };
    assert_eq!(built.extra_paths(), ["notes.txt", "out/kept.txt"]);
}

#[test]
fn long_and_foreign_names_come_back_whole() {
    let long = format!("docs/{}/{}.txt", "d".repeat(120), "f".repeat(150));
    let tree = tree().file(&long, "long").file("docs/größe 变量.txt", "foreign");
    let built = build(&with_rules(project(&tree), &["docs"], &[]));
    assert_eq!(built.content(&long), "long");
    assert_eq!(built.content("docs/größe 变量.txt"), "foreign");
}

#[test]
fn links_stay_links_if_what_they_lead_to_is_packed() {
    let tree = tree().file("docs/a.txt", "a").file("other/b.txt", "b");
    symlink("a.txt", tree.path().join("docs/to_a"));
    symlink("../other/b.txt", tree.path().join("docs/to_b"));
    symlink("nowhere", tree.path().join("docs/to_nothing"));
    symlink("../other", tree.path().join("docs/to_directory"));
    symlink("__init__.py", tree.path().join("src/demo/to_init.py"));
    let built = build(&with_rules(project(&tree), &["docs"], &[]));
    let entries = built.entries();
    let kind = |path| &*entries.iter().find(|entry| entry.path == path).unwrap().kind;
    assert_eq!(kind("docs/to_a"), "-> a.txt");
    assert_eq!(kind("docs/to_nothing"), "-> nowhere");
    assert_eq!(kind("src/demo/to_init.py"), "-> __init__.py");
    assert_eq!(kind("docs/to_b"), "644");
    assert_eq!(built.content("docs/to_b"), "b");
    assert!(!entries.iter().any(|entry| entry.path.starts_with("docs/to_directory")));
    assert_eq!(
        built.messages,
        ["warning: `docs/to_directory` is a link to a directory; what it holds is not packed"]
    );
}

#[test]
fn a_link_to_a_directory_is_walked_if_a_pattern_names_it() {
    let tree = tree().file("other/b.txt", "b");
    symlink("other", tree.path().join("named"));
    let built = build(&with_rules(project(&tree), &["named"], &[]));
    assert_eq!(built.extra_paths(), ["named/b.txt"]);
}

#[test]
fn files_of_the_module_may_be_excluded_but_not_unnoticed() {
    let tree = tree();
    let built = build(&with_rules(project(&tree), &[], &["src/demo/sub"]));
    assert!(!built.entries().iter().any(|entry| entry.path == "src/demo/sub/data.txt"));
    assert_eq!(
        built.messages,
        ["warning: a wheel built from the sdist will lack `src/demo/sub/data.txt` (the first is \
          excluded by the pattern `src/demo/sub`)"]
    );
}

#[test]
fn a_directory_without_init_is_a_module_too() {
    let tree = tree();
    fs_err::remove_file(tree.path().join("src/demo/__init__.py")).unwrap();
    assert_eq!(build(&project(&tree)).entries().len(), 5);
}

#[test]
fn a_large_file_is_read_in_pieces() {
    let content = numbered_lines(60_000);
    let tree = tree().file("docs/large.txt", &content).file("docs/empty.txt", "");
    let mut project = with_rules(project(&tree), &["docs"], &[]);
    project.metadata.set_text(Field::Description, content.clone());
    let output = TempDir::new().unwrap();
    let result = build_into(&TestHost::default(), &project, output.path(), false);
    let built = Built { result, messages: Vec::new() };
    assert!(built.content("docs/large.txt") == content);
    assert!(built.content("PKG-INFO").ends_with(&(content + "\n")));
}
