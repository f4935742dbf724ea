//! The last resort: importing the module with an interpreter, in a process of its own.

use flit_sdk::ErrorKind;
use flit_sdk::model::Field;
use flit_sdk::testing::SourceTreeBuilder;

use crate::Asked;

const COMPUTED: &str = "'''Do''' 'c.'\n__version__ = '.'.join(reversed(['0', '1']))\n";

fn imported(content: &str) -> Result<String, String> {
    Asked::file(content).importing().version()
}

#[test]
fn imports_what_cannot_be_read_and_says_so() {
    let asked = Asked::file(COMPUTED).importing().wanting(&[Field::Version, Field::Summary]);
    let fragment = asked.ask().unwrap();
    assert_eq!(fragment.metadata.text(Field::Version), Some("1.0"));
    assert_eq!(fragment.metadata.text(Field::Summary), Some("Doc."));
    assert!(fragment.found_in_source);
    assert_eq!(
        asked.host.messages(),
        [
            "warning: cannot read `__version__` of `m.py` without running code: it is the result of a call (m.py:2); importing it with `python3`",
        ]
    );
    assert!(!asked.tree.path().join("__pycache__").exists());
}

#[test]
fn imports_nothing_that_can_be_read() {
    let asked = Asked::file("__version__ = '1.0'\nraise SystemExit").importing();
    assert_eq!(asked.version().as_deref(), Ok("1.0"));
    assert_eq!(asked.host.messages(), [""; 0]);
    // What is missing for sure is missing when it is imported, too.
    let asked = Asked::file("raise SystemExit").importing();
    assert_eq!(asked.version().unwrap_err(), "`m.py` defines no `__version__`");
    assert_eq!(asked.host.messages(), [""; 0]);
}

#[test]
fn imports_packages_with_their_relative_imports() {
    let files = [
        (
            "__init__.py",
            "from . import a\nfrom m.a import V as W\nassert W == a.V\n__version__ = a.get()",
        ),
        ("a.py", "from .b.c import V\ndef get(): return V"),
        ("b/c.py", "V = '1.0'"),
    ];
    let asked = Asked::package(&files).importing();
    assert_eq!(asked.version().as_deref(), Ok("1.0"));
    let tree = SourceTreeBuilder::new()
        .file("src/ns/m/__init__.py", "from ns.m.v import get\n__version__ = get()")
        .file("src/ns/m/v.py", "def get(): return '1.0'");
    let fragment = Asked::new(tree).importing().ask_of("ns.m").unwrap();
    assert_eq!(fragment.metadata.text(Field::Version), Some("1.0"));
}

#[test]
fn what_the_module_prints_and_does_is_its_own_affair() {
    for prelude in [
        "print('{\"version\": 1}')",
        "import sys; sys.stdout.close()",
        "import sys; assert sys.argv[1:] == [], sys.argv",
        "import sys; assert sys.stdin.read() == ''",
        "import os; assert os.path.exists('m.py')",
        "import os; os.chdir('/')",
        "import os; assert 'FLIT_PASSWORD' not in os.environ",
        "assert __name__ != '__main__' and __file__.endswith('m.py')",
    ] {
        let content = format!("{prelude}\n__version__ = '.'.join(reversed('01'))");
        assert_eq!(imported(&content).as_deref(), Ok("1.0"), "{prelude}");
    }
}

#[test]
fn reads_all_kinds_of_text() {
    let asked = Asked::file("__doc__ = '\\ud800' + 'ä🐍'.strip('x')").importing();
    let summary = asked.wanting(&[Field::Summary]).summary();
    assert_eq!(summary.as_deref(), Ok("?ä🐍"));
}

#[test]
fn says_why_the_import_failed() {
    let cannot = "cannot import `m.py` for `__version__`:";
    for (statement, reason) in [
        ("import nowhere_at_all", "ModuleNotFoundError: No module named 'nowhere_at_all'"),
        ("raise ValueError('a\\nb')", "ValueError: a"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("__version__ = 1 / 0", "ZeroDivisionError: division by zero"),
        ("import os; os._exit(3)", "the interpreter ended without an answer (exit status: 3)"),
    ] {
        let error = imported(&format!("{statement}\n__version__ = get()")).unwrap_err();
        assert!(error.starts_with(&format!("{cannot} {reason}")), "{error}");
    }
    let python = "name an interpreter that has what the module imports with `--python`";
    let string =
        "write it as a plain string, `__version__ = \"1.0\"`, or into the configuration file";
    for (statement, hints) in [
        ("import nowhere", &[python, string][..]),
        ("from os import nowhere", &[python, string]),
        ("raise type('E', (ImportError,), {})", &[python, string]),
        ("raise ValueError('ImportError')", &[string]),
        ("raise KeyboardInterrupt", &[string]),
    ] {
        let asked = Asked::file(format!("{statement}\n__version__ = get()")).importing();
        let error = asked.ask().unwrap_err();
        assert_eq!(error.kind, ErrorKind::InvalidProject);
        assert_eq!(error.hints, hints, "{statement}");
    }
}

#[test]
fn says_what_the_import_did_not_give() {
    for (content, message) in [
        ("globals()", "`m.py` defines no `__version__`"),
        ("__version__ = str()", "`__version__` of `m.py` is empty"),
        ("__version__ = int(1)", "`__version__` of `m.py` is something else, not a string"),
        (
            "__version__ = str(x := 'x')",
            "`__version__` of `m.py` cannot be published: `x` is not a valid version",
        ),
    ] {
        let error = imported(content).unwrap_err();
        assert!(error.starts_with(message), "{error}");
    }
    let asked = Asked::file("globals()").importing().wanting(&[Field::Summary]);
    assert_eq!(asked.summary().unwrap_err(), "`m.py` has no docstring to take the summary from");
    let asked = Asked::file("__doc__ = ' '.center(3)").importing().wanting(&[Field::Summary]);
    assert_eq!(asked.summary().unwrap_err(), "the docstring of `m.py` is empty");
}

#[test]
fn says_that_there_is_no_interpreter() {
    let mut asked = Asked::file(COMPUTED).importing();
    asked.python = Some("no-such-python");
    let error = asked.ask().unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unsupported);
    assert_eq!(
        error.to_string(),
        "cannot import `m.py` for `__version__`: there is no Python interpreter `no-such-python`"
    );
    assert_eq!(error.hints[0], "name an interpreter with `--python`");
    asked.python = Some("/");
    let error = asked.ask().unwrap_err();
    assert_eq!(error.kind, ErrorKind::Io);
    assert!(error.to_string().contains("cannot run `/`: "), "{error}");
}

#[test]
fn stops_when_the_user_asks_for_it() {
    let asked = Asked::file("while True: pass\n__version__ = get()").importing();
    asked.host.cancel();
    let error = asked.ask().unwrap_err();
    assert_eq!(error.kind, ErrorKind::Cancelled);
    assert_eq!(error.to_string(), "cannot import `m.py` for `__version__`: the user asked to stop");
}
