//! Files that no author wrote: they are refused in a few words, whatever the stack.

use flit_sdk::testing::TestHost;

use crate::support::{MINIMAL, discover, project, shown, tree};

#[test]
fn endless_nesting_is_refused_on_a_small_stack() {
    const DEPTH: usize = 10_000;
    let keys = vec!["a"; DEPTH].join(".");
    let lines = [
        format!("x = {}{}", "[".repeat(DEPTH), "]".repeat(DEPTH)),
        format!("x = {}", "[\n".repeat(DEPTH)),
        format!("x = {}1{}", "{a = ".repeat(DEPTH), "}".repeat(DEPTH)),
        format!("x = {}1{}", "{a.b.c = ".repeat(DEPTH), "}".repeat(DEPTH)),
        format!("{keys} = 1"),
        format!("[{keys}]"),
        format!("[[{keys}]]"),
    ];
    // The smallest stack that threads have by default.
    let small = std::thread::Builder::new().stack_size(2 << 20);
    let thread = small.spawn(move || {
        for line in lines {
            let tree = project(&line);
            let error = discover(&TestHost::default(), &tree, None).unwrap_err();
            assert_eq!(error.message, "nested more than 64 tables and lists deep");
            assert!(error.location.unwrap().line >= 5);
        }
    });
    thread.unwrap().join().unwrap();
}

#[test]
fn nesting_is_fine_as_far_as_it_is_accepted() {
    let small = std::thread::Builder::new().stack_size(2 << 20);
    let thread = small.spawn(|| {
        let value = format!("{}1{}", "[{a.b = ".repeat(15), "}]".repeat(15));
        let tree = project(&format!("[tool.other]\nx = {value}"));
        assert!(discover(&TestHost::default(), &tree, None).unwrap().is_some());
    });
    thread.unwrap().join().unwrap();
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let bad = [MINIMAL.as_bytes(), b"# \xc3\xa4 \xe4\n"].concat();
    let control = [MINIMAL.as_bytes(), b"# \0\n"].concat();
    for (content, expected) in [
        (
            bad,
            "pyproject.toml:5:5+1: `pyproject.toml` is not UTF-8\n\
             hint: the byte 0xe4 is where UTF-8 ends; save the file as UTF-8\n",
        ),
        (
            [b"\xef\xbb\xbf", MINIMAL.as_bytes()].concat(),
            "pyproject.toml:1:1+1: the file starts with a byte order mark, which TOML does not allow\n\
             hint: save the file as UTF-8 without a byte order mark\n",
        ),
        (
            control,
            "pyproject.toml:5:3+0: not valid TOML: invalid comment character, expected printable \
             characters\n",
        ),
    ] {
        let tree = tree(content);
        let error = discover(&TestHost::default(), &tree, None).unwrap_err();
        assert_eq!(shown(&error, &tree.path()), expected);
    }
}

#[test]
fn a_readme_that_is_no_text_is_refused_with_its_own_place() {
    let tree = project("readme = \"README.md\"").file("README.md", b"a\nb\xff\n");
    let error = crate::support::read(&TestHost::default(), &tree).unwrap_err();
    assert_eq!(
        shown(&error, &tree.path()),
        "README.md:2:2+1: `README.md` is not UTF-8\n\
         hint: the byte 0xff is where UTF-8 ends; save the file as UTF-8\n"
    );
}

#[test]
fn names_with_nul_reach_no_file_system() {
    for more in [
        "readme = \"a\\u0000\"",
        "license = {file = \"a\\u0000\"}",
        "license-files = [\"a\\u0000\"]",
        "[tool.flit.module]\nname = \"a\\u0000\"",
        "[tool.flit.external-data]\ndirectory = \"a\\u0000\"",
        "[tool.flit.sdist]\ninclude = [\"a\\u0000\"]",
    ] {
        let tree = project(more);
        let error = crate::support::read(&TestHost::default(), &tree).unwrap_err();
        assert!(error.location.is_some(), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn nobody_waits_for_what_a_fifo_will_say() {
    use flit_sdk::testing::{SourceTreeBuilder, make_fifo};
    let tree = SourceTreeBuilder::new();
    make_fifo(tree.path().join("pyproject.toml"));
    for config_name in [None, Some("pyproject.toml")] {
        let error = discover(&TestHost::default(), &tree, config_name).unwrap_err();
        assert_eq!(shown(&error, &tree.path()), "`pyproject.toml` is not a file\n");
    }
    for (more, key, place) in [
        ("readme = \"pipe\"", "project.readme", "5:10+6"),
        ("license = {file = \"pipe\"}", "project.license.file", "5:19+6"),
    ] {
        let tree = project(more);
        make_fifo(tree.path().join("pipe"));
        let error = crate::support::read(&TestHost::default(), &tree).unwrap_err();
        assert_eq!(
            shown(&error, &tree.path()),
            format!("pyproject.toml:{place}: `{key}` cannot be used: `pipe` is not a file\n")
        );
    }
    // A license file is a file.
    let tree = project("license-files = [\"LICENSE*\"]").file("LICENSE", "");
    make_fifo(tree.path().join("LICENSE.pipe"));
    make_fifo(tree.path().join("demo.pipe"));
    assert!(crate::support::read(&TestHost::default(), &tree).is_ok());
}
