//! What flit reads without running anything, this reads alike.

use flit_sdk::model::Field;

use crate::Asked;

#[test]
fn reads_plain_versions() {
    for (content, version) in [
        ("__version__ = '1.0'", "1.0"),
        ("__version__ = \"\"\"1.0\"\"\"", "1.0"),
        ("__version__ = u'1.0'", "1.0"),
        ("__version__ = r'1.0'", "1.0"),
        ("__version__ = ('1.0')", "1.0"),
        ("__version__ = '1.' '0'", "1.0"),
        ("__version__ = ('1.'\n  '0')", "1.0"),
        ("__version__ = '\\x31.0'", "1.0"),
        ("__version__: str = '1.0'", "1.0"),
        ("__version__: Final = '1.0'", "1.0"),
        ("VERSION = __version__ = '1.0'", "1.0"),
        ("__version__ = VERSION = '1.0'", "1.0"),
        ("x = 1; __version__ = '1.0'; y = 2", "1.0"),
        // The first plain string counts, whatever happens to it later.
        ("__version__ = '1.0'\n__version__ = '2.0'", "1.0"),
        ("__version__ = '1.0'\n__version__ += '.dev1'", "1.0"),
        ("__version__ = '1.0'\ndel __version__", "1.0"),
        ("__version__ = '1.0'\nif x: __version__ = '2.0'", "1.0"),
        ("if x: __version__ = '2.0'\n__version__ = '1.0'", "1.0"),
        ("__version__ = f()\n__version__ = '1.0'", "1.0"),
        ("from ._v import __version__\n__version__ = '1.0'", "1.0"),
        ("__version__: str\n__version__ = '1.0'", "1.0"),
        ("x.__version__ = '2.0'\n__version__ = '1.0'", "1.0"),
    ] {
        assert_eq!(Asked::file(content).version().as_deref(), Ok(version), "{content}");
    }
}

#[test]
fn reads_whatever_the_source_looks_like() {
    let sources: [&[u8]; 6] = [
        b"\xef\xbb\xbf__version__ = '1.0'\r\n",
        b"__version__ = '1.0'\r",
        b"# coding: latin-1\n'''\xe4'''\n__version__ = '1.0'",
        b"type X[T] = list[T]\nmatch x:\n  case [1, *_]: pass\n__version__ = '1.0'\n",
        b"\x0c\n\t\n__version__ = '1.0' # \xc3\xa4",
        b"x = f'{f'{1}'}'\ndef f[T: int = str](a, /, *, b): yield (y := 1)\n__version__ = '1.0'",
    ];
    for content in sources {
        assert_eq!(Asked::file(content).version().as_deref(), Ok("1.0"));
    }
}

#[test]
fn prefers_version_files_as_flit_does() {
    let init = ("__init__.py", "__version__ = '1'");
    let version = ("version.py", "__version__ = '2'");
    let private = ("_version.py", "__version__ = '3'");
    let dunder = ("__version__.py", "__version__ = '4'");
    let bare = ("__init__.py", "");
    for (files, expected) in [
        (vec![init, version, private, dunder], "1"),
        (vec![bare, version, private, dunder], "2"),
        (vec![bare, private, dunder], "3"),
        (vec![bare, dunder], "4"),
        (vec![("__init__.py", "from ._version import __version__"), version, private], "2"),
    ] {
        assert_eq!(Asked::package(&files).version().as_deref(), Ok(expected));
    }
    // Only of a package, and only beside its own file.
    let error = Asked::file("").version().unwrap_err();
    assert_eq!(error, "`m.py` defines no `__version__`");
    let deep = Asked::package(&[bare, ("sub/version.py", "__version__ = '1'")]);
    assert_eq!(deep.version().unwrap_err(), "`m/__init__.py` defines no `__version__`");
}

#[test]
fn normalizes_and_says_so() {
    let asked = Asked::file("__version__ = 'v1.0-Alpha_2'");
    assert_eq!(asked.version().as_deref(), Ok("1.0a2"));
    assert_eq!(
        asked.host.messages(),
        ["warning: the version `v1.0-alpha_2` is written as `1.0a2`"]
    );
    let asked = Asked::file("__version__ = '1.0a2'");
    assert_eq!(asked.version().as_deref(), Ok("1.0a2"));
    assert_eq!(asked.host.messages(), [""; 0]);
}

#[test]
fn takes_the_summary_from_the_docstring() {
    for (content, summary) in [
        ("'''One.'''", "One."),
        ("'''\n\n    One.\n\n    Two.\n'''", "One."),
        ("\"One\" ' and' \"\"\" half.\nTwo\"\"\"", "One and half."),
        ("r'''a\\b'''", "a\\b"),
        ("# comment\n\n('One.')", "One."),
        ("'''One.  \r\nTwo.'''", "One.  "),
        ("__doc__ = 'One.'", "One."),
        ("from __future__ import x\n__doc__ = '''\n One.'''", "One."),
        ("''\n__doc__ = 'One.'", "One."),
        ("'One'; __version__ = 1", "One"),
    ] {
        let asked = Asked::file(content).wanting(&[Field::Summary]);
        assert_eq!(asked.summary().as_deref(), Ok(summary), "{content}");
    }
    let package = Asked::package(&[("__init__.py", "'One.'"), ("version.py", "'Two.'")]);
    assert_eq!(package.wanting(&[Field::Summary]).summary().as_deref(), Ok("One."));
}

#[test]
fn supplies_what_is_wanted_and_nothing_else() {
    let content = "'''One.'''\n__version__ = '1.0'";
    let asked = Asked::file(content).wanting(&[Field::Summary, Field::Author, Field::Version]);
    let fragment = asked.ask().unwrap();
    assert!(fragment.found_in_source);
    let fields: Vec<_> = fragment.metadata.fields().map(|(field, _)| field).collect();
    assert_eq!(fields, [Field::Version, Field::Summary]);
    let fragment = Asked::file(content).wanting(&[Field::Summary]).ask().unwrap();
    assert!(!fragment.metadata.contains(Field::Version));
}

#[test]
fn does_not_open_the_module_if_nothing_is_wanted() {
    let asked = Asked::file("not Python at all (").wanting(&[Field::Author]);
    let fragment = asked.ask().unwrap();
    assert_eq!(fragment, flit_sdk::Fragment::default());
}

#[test]
fn finds_the_module_wherever_it_lies() {
    let source = "'''One.'''\n__version__ = '1.0'";
    for (path, name) in [
        ("m.py", "m"),
        ("src/m.py", "m"),
        ("src/m/__init__.py", "m"),
        ("a/b/m.py", "a.b.m"),
        ("src/a/m/__init__.py", "a.m"),
    ] {
        let asked = Asked::new(flit_sdk::testing::SourceTreeBuilder::new().file(path, source));
        let fragment = asked.ask_of(name).unwrap();
        assert_eq!(fragment.metadata.text(Field::Version), Some("1.0"), "{path}");
    }
}
