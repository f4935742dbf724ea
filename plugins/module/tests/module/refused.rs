//! Every error with its message, its place and its hints.

use flit_sdk::ErrorKind;
use flit_sdk::model::{CoreMetadata, Field};
use flit_sdk::testing::SourceTreeBuilder;

use crate::{Asked, shown};

const HINT_VERSION: &str =
    "write it as a plain string, `__version__ = \"1.0\"`, or into the configuration file";
const HINT_DOCSTRING: &str =
    "begin the file with a docstring, or write the description into the configuration file";
const HINT_ENCODING: &str =
    "save the file as UTF-8, or name its encoding in the first line: `# coding: latin-1`";

fn check(asked: &Asked, message: &str, hints: &[&str]) {
    let Err(error) = asked.ask() else { panic!("{message}") };
    assert_eq!(error.kind, ErrorKind::InvalidProject, "{error}");
    assert_eq!(error.hints, hints, "{error}");
    assert_eq!(shown(&error), message);
}

#[test]
fn refuses_modules_without_a_version() {
    for (content, message) in [
        ("", "`m.py` defines no `__version__`"),
        ("x.exec(my_vars())", "`m.py` defines no `__version__`"),
        ("__version__: str", "`m.py` defines no `__version__`"),
        ("x.__version__ = '1'", "`m.py` defines no `__version__`"),
        ("def f(): __version__ = '1'", "`m.py` defines no `__version__`"),
        ("__version__ = ''", "m.py:1:15: `__version__` of `m.py` is empty"),
        ("V = ''\n__version__ = V", "m.py:1:5: `__version__` of `m.py` is empty"),
        ("__version__ = 1.0", "m.py:1:15: `__version__` of `m.py` is a number, not a string"),
        ("__version__ = b'1'", "m.py:1:15: `__version__` of `m.py` is bytes, not a string"),
        ("__version__ = None", "m.py:1:15: `__version__` of `m.py` is `None`, not a string"),
        ("__version__ = True", "m.py:1:15: `__version__` of `m.py` is a boolean, not a string"),
        ("__version__ = ...", "m.py:1:15: `__version__` of `m.py` is `...`, not a string"),
        ("__version__ = (1, 0)", "m.py:1:15: `__version__` of `m.py` is a tuple, not a string"),
    ] {
        check(&Asked::file(content), message, &[HINT_VERSION]);
    }
    let module = Asked::package(&[("__init__.py", "from . import v as __version__"), ("v.py", "")]);
    check(&module, "`__version__` of `m/__init__.py` is a module, not a string", &[HINT_VERSION]);
}

#[test]
fn refuses_invalid_versions() {
    let asked = Asked::file("__version__ = '1.0.x'");
    let error = asked.ask().unwrap_err();
    assert_eq!(error.message, "`__version__` of `m.py` cannot be published");
    assert_eq!(error.causes[0], "`1.0.x` is not a valid version");
    assert_eq!(error.hints, ["versions look like `1.0`, `1.0rc1` or `1.0.post1` (PEP 440)"]);
    assert_eq!(error.location.map(|it| (it.line, it.column, it.length)), Some((1, 15, 7)));
}

#[test]
fn refuses_modules_without_a_docstring() {
    for (content, message) in [
        ("", "`m.py` has no docstring to take the summary from"),
        ("from x import *", "`m.py` has no docstring to take the summary from"),
        ("import x\n'One.'", "`m.py` has no docstring to take the summary from"),
        ("from __future__ import x\n'One.'", "`m.py` has no docstring to take the summary from"),
        ("b'One.'", "`m.py` has no docstring to take the summary from"),
        ("f'One.'", "`m.py` has no docstring to take the summary from"),
        ("'O' f'ne.'", "`m.py` has no docstring to take the summary from"),
        ("''", "m.py:1:1: the docstring of `m.py` is empty"),
        ("# x\n''' \n\t'''", "m.py:2:1: the docstring of `m.py` is empty"),
        ("__doc__ = ' '", "m.py:1:11: the docstring of `m.py` is empty"),
        ("__doc__ = 1", "m.py:1:11: `__doc__` of `m.py` is a number, not a string"),
    ] {
        let asked = Asked::file(content).wanting(&[Field::Summary]);
        check(&asked, message, &[HINT_DOCSTRING]);
    }
}

#[test]
fn refuses_what_is_not_python() {
    for (content, message) in [
        (
            "print 'x'",
            "m.py:1:7: `m.py` is not valid Python: simple statements must be separated by newlines",
        ),
        ("x = 1\n  y = 2", "m.py:2:1: `m.py` is not valid Python: unexpected indentation"),
        ("x = (1,", "m.py:1:8: `m.py` is not valid Python: unexpected EOF while parsing"),
        ("'''", "m.py:1:1: `m.py` is not valid Python: missing closing quote in string literal"),
        ("a\n!ls", "m.py:2:1: `m.py` is not valid Python: expected"),
        ("exec 'x'", "m.py:1:6: `m.py` is not valid Python:"),
        ("except X, e: pass", "m.py:1:1: `m.py` is not valid Python:"),
    ] {
        let asked = Asked::file(content);
        let error = shown(&asked.ask().unwrap_err());
        assert!(error.to_lowercase().starts_with(&message.to_lowercase()), "{error}");
    }
    // What is wrong in a file that is looked at counts, wherever it is.
    let files = [("__init__.py", "from .k import __version__"), ("k.py", "x = = 1")];
    let error = Asked::package(&files).version().unwrap_err();
    assert!(error.starts_with("m/k.py:1:5: `m/k.py` is not valid Python: "), "{error}");
}

#[test]
fn refuses_what_is_not_text() {
    let null = Asked::file("x = 1\n\0");
    check(&null, "m.py:2:0: `m.py` is not text: it holds a null byte", &[]);
    let unknown = Asked::file("# coding: rot13\n");
    check(
        &unknown,
        "m.py:1:0: `m.py` names an encoding that is not known: `rot13`",
        &[HINT_ENCODING],
    );
    let not_utf8 = Asked::file(b"x = 1\n'\xe4'");
    check(&not_utf8, "m.py:2:0: `m.py` is not valid UTF-8", &[HINT_ENCODING]);
}

#[test]
fn refuses_modules_that_have_no_code() {
    let static_hint = &["write the version and the description into the configuration file"];
    let stubs = SourceTreeBuilder::new().file("m-stubs/__init__.pyi", "__version__ = '1'");
    let error = Asked::new(stubs).ask_of("m-stubs").unwrap_err();
    assert_eq!(error.hints, static_hint);
    assert_eq!(error.message, "type stubs have no docstring and no `__version__`: `m-stubs`");
    let namespace = Asked::package(&[("a.py", ""), ("version.py", "__version__ = '1'")]);
    let message = "the package `m` has no `__init__.py` that could hold `__version__`";
    check(&namespace, message, static_hint);
    let message = "the package `m` has no `__init__.py` that could hold the docstring";
    check(&namespace.wanting(&[Field::Summary]), message, static_hint);
}

#[test]
fn hints_at_the_line_that_takes_running() {
    let error = Asked::file("# one\n__version__ = get()").ask().unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unsupported);
    assert_eq!(
        error.hints,
        [HINT_VERSION, "without `--no-import`, the module would be imported to find out"]
    );
    let location = error.location.unwrap();
    assert_eq!((location.line, location.column, location.length), (2, 15, 5));
    let error = Asked::file("__doc__ = get()").wanting(&[Field::Summary]).ask().unwrap_err();
    let message =
        "cannot read the docstring of `m.py` without running code: it is the result of a call";
    assert_eq!(error.message, message);
}

#[test]
fn a_source_that_vanished_or_became_a_fifo_is_refused() {
    let asked = Asked::file("__version__ = '1'");
    let layout = asked.layout("m");
    fs_err::remove_file(asked.tree.path().join("m.py")).unwrap();
    let request = flit_sdk::MetadataRequest {
        layout: &layout,
        is_layout_source: false,
        settled: &CoreMetadata::default(),
        wanted: &[Field::Version],
        python: None,
        may_run_project_code: true,
    };
    let plugin = flit_plugin_module::PLUGIN.metadata.unwrap();
    let error = plugin.metadata(&asked.host, &request).unwrap_err();
    assert_eq!(error.kind, ErrorKind::InvalidProject);
    assert_eq!(error.message, "`m.py` does not exist");
    #[cfg(unix)]
    {
        flit_sdk::testing::make_fifo(asked.tree.path().join("m.py"));
        let error = plugin.metadata(&asked.host, &request).unwrap_err();
        assert_eq!(error.message, "`m.py` is not a file");
    }
}

#[test]
fn a_huge_source_is_not_parsed() {
    let mut content = "__version__ = '1'\n".to_owned();
    content.push_str(&"#".repeat(17 << 20));
    let error = Asked::file(&content).version().unwrap_err();
    assert!(error.ends_with("without running code: it is larger than 16 MiB"), "{error}");
}
