//! Values that flit would import the module for, and that are read here.

use flit_sdk::model::Field;
use flit_sdk::testing::SourceTreeBuilder;

use crate::{Asked, shown};

#[test]
fn follows_simple_expressions() {
    for content in [
        "VERSION = '1.2.3'\n__version__ = VERSION",
        "V = '1.2.3'\nW = V\n__version__ = X = W",
        "__version__ = '1.' + '2' + '.3'",
        "__version__ = '1.2.3'.strip()",
        "__version__ = ' 1.2.3\\n'.rstrip().lstrip()",
        "MAJOR = 1\n__version__ = f'{MAJOR}.2.{3}'",
        "__version__ = f'1.2.3'",
        "__version__ = '1' f'.{2!s}' '.3'",
        "__version__ = '%d.%s.%i' % (1, 2, 3)",
        "__version__ = '1.2.%d' % 3",
        "I = (1, 2, 3)\n__version__ = '%s.%s.%s' % I",
        "I = (1, 2, 3)\n__version__ = '.'.join(map(str, I))",
        "I = (1, 2, 3, 'final', 0)\n__version__ = '.'.join(map(str, I[:3]))",
        "I = (1, 2, 3, 'x')\n__version__ = '.'.join(str(x) for x in I[:-1])",
        "I = (1, 2, 3)\n__version__ = '.'.join([str(x) for x in I])",
        "I = ('1', '2', '3')\n__version__ = '.'.join(I)",
        "__version__ = '.'.join(['1', '2', '3'])",
        "__version__ = '.'.join(x for x in ('1', '2', '3'))",
        "I = (1, 2, 3)\n__version__ = '{}.{}.{}'.format(*I)",
        "__version__ = '{0}.{1}.3'.format(1, '2')",
        "I = ('a', '1.2.3')\n__version__ = I[1]",
        "__version__ = str('1.2.3')",
    ] {
        assert_eq!(Asked::file(content).version().as_deref(), Ok("1.2.3"), "{content}");
    }
}

#[test]
fn follows_imports_within_the_module() {
    let kernel = ("kernel.py", "__version__ = '1.0'\nx = 1");
    for files in [
        vec![("__init__.py", "from .kernel import __version__"), kernel],
        vec![("__init__.py", "from m.kernel import __version__"), kernel],
        vec![("__init__.py", "from m.kernel import (x,\n  __version__ as __version__)"), kernel],
        vec![("__init__.py", "from .kernel import __version__ as V\n__version__ = V"), kernel],
        vec![("__init__.py", "from . import kernel\n__version__ = kernel.__version__"), kernel],
        vec![("__init__.py", "from . import kernel as k\n__version__ = k.__version__"), kernel],
        vec![("__init__.py", "from m import kernel\n__version__ = kernel.__version__"), kernel],
        vec![("__init__.py", "import m.kernel\n__version__ = m.kernel.__version__"), kernel],
        vec![("__init__.py", "import m.kernel as k\n__version__ = k.__version__"), kernel],
        vec![("__init__.py", "from .kernel import v as __version__"), ("kernel.py", "v = '1.0'")],
        // A package wins over a file of its name, as for Python.
        vec![
            ("__init__.py", "from .a import __version__"),
            ("a/__init__.py", "from .b import v as __version__"),
            ("a/b.py", "from ..c.d import v"),
            ("a.py", "__version__ = '2.0'"),
            ("c/d.py", "from m.e import V\nv = V"),
            ("e.py", "V: str = '1.0'"),
        ],
        // The last binding of a module that is not the package's own counts, as for Python.
        vec![
            ("__init__.py", "from .k import __version__"),
            ("k.py", "__version__ = '2'\n__version__ = '1.0'"),
        ],
        vec![("__init__.py", "from .k import v as __version__"), ("k.py", "v = '1'\nv = v + '.0'")],
        vec![("__init__.py", "__version__ = None\nfrom .kernel import __version__"), kernel],
        vec![
            ("__init__.py", "from .k import *\nfrom .kernel import __version__"),
            kernel,
            ("k.py", ""),
        ],
        // A star brings along only what its module binds.
        vec![
            ("__init__.py", "V = '1.0'\nfrom .k import *\n__version__ = V"),
            ("k.py", "W = '2.0'\nclass X: V = '2.0'"),
        ],
        vec![
            ("__init__.py", "from . import k\nfrom .k import *\n__version__ = k.__doc__"),
            ("k.py", "'1.0'\nimport sys"),
        ],
    ] {
        let asked = Asked::package(&files);
        assert_eq!(asked.version().as_deref(), Ok("1.0"), "{files:?}");
    }
}

#[test]
fn follows_imports_in_namespaces() {
    for init in [
        "from .v import __version__",
        "from a.m.v import __version__",
        "import a.m.v\n__version__ = a.m.v.__version__",
        "from a.m import v\n__version__ = v.__version__",
        "from a import m\n__version__ = m.v.__version__",
        "from .. import m\n__version__ = m.v.__version__",
    ] {
        let tree = SourceTreeBuilder::new()
            .file("src/a/m/__init__.py", init)
            .file("src/a/m/v.py", "__version__ = '1.0'");
        let fragment = Asked::new(tree).ask_of("a.m").map_err(|error| shown(&error));
        let fragment = fragment.unwrap_or_else(|error| panic!("{init}: {error}"));
        assert_eq!(fragment.metadata.text(Field::Version), Some("1.0"), "{init}");
    }
}

/// Each with the place and the reason, which both the error and the warning before an import tell.
const UNDECIDED: &[(&str, &str)] = &[
    ("__version__ = get()", "m.py:1:15: ... it is the result of a call"),
    ("__version__ = open('v').read().strip()", "m.py:1:15: ... it is the result of a call"),
    ("__version__ = '.'.join(x())", "m.py:1:24: ... it is the result of a call"),
    ("__version__ = '.'.join(map(int, '1'))", "m.py:1:24: ... it takes a loop"),
    ("__version__ = '.'.join(x for x in (1,) if x)", "m.py:1:24: ... it takes a loop"),
    ("__version__ = '1' if x else '2'", "m.py:1:15: ... it depends on a condition"),
    ("__version__ = x or '2'", "m.py:1:15: ... it depends on a condition"),
    ("__version__ = 1 + 2", "m.py:1:15: ... it takes arithmetic"),
    ("__version__ = f'{1:02}'", "m.py:1:17: ... it is formatted"),
    ("__version__ = f'{None}'", "m.py:1:18: ... it is made from `None`"),
    ("V = ['1']\n__version__ = '.'.join(V)", "m.py:1:5: ... it is a list, which may change"),
    ("__version__ = (await x)", "m.py:1:16: ... it takes running a function"),
    ("__version__ = {}", "m.py:1:15: ... it is no simple expression"),
    ("__version__ = ('1',)[2]", "m.py:1:15: ... there is no such element"),
    ("__version__ = ('1',)['a']", "m.py:1:22: ... it is no number"),
    ("__version__ = x[0]", "m.py:1:15: ... `x` has no plain value at this point"),
    ("__version__ = V\nV = '1'", "m.py:1:15: ... `V` has no plain value at this point"),
    ("__version__ = 'a'[0]", "m.py:1:15: ... it is an element of something"),
    ("__version__ = 'a'.b", "m.py:1:15: ... it is an attribute of a string"),
    ("str = x\n__version__ = str('1')", "m.py:1:7: ... `x` has no plain value at this point"),
    (
        "if x:\n  __version__ = '1'\nelse:\n  __version__ = '1'",
        "m.py:2:3: ... an `if` decides on it",
    ),
    ("try: from a import __version__\nexcept E: pass", "m.py:1:6: ... a `try` decides on it"),
    ("with x: __version__ = '1'", "m.py:1:9: ... it is bound inside a `with`"),
    ("__version__, x = '1', '2'", "m.py:1:1: ... it is bound by unpacking or inside an expression"),
    ("(__version__ := '1')", "m.py:1:2: ... it is bound inside a statement that takes running"),
    ("def f():\n  global __version__\n  __version__ = '1'", "m.py:2:3: ... a function may bind it"),
    ("from x import *", "m.py:1:1: ... it may come from `import *`"),
    ("globals()['__version__'] = '1'", "... no statement binds it, but a call may"),
    ("exec(open('v').read())", "... no statement binds it, but a call may"),
    ("sys.modules[__name__] = X()", "... no statement binds it, but a call may"),
    (
        "from importlib.metadata import version\n__version__ = version('m')",
        "m.py:2:15: ... it is the result of a call",
    ),
    ("from x import __version__", "m.py:1:1: ... it comes from `x`, outside the module"),
    ("from . import __version__", "m.py:1:1: ... it comes from `.`, outside the module"),
    ("import x\n__version__ = x.v", "m.py:1:1: ... it comes from `x`, outside the module"),
    ("from m import __version__", "m.py:1:1: ... it leads back to itself"),
];

#[test]
fn says_what_defeats_reading() {
    for (content, expected) in UNDECIDED {
        let error = Asked::file(content).version().unwrap_err();
        let middle = "cannot read `__version__` of `m.py` without running code:";
        assert_eq!(error, expected.replace("...", middle), "{content}");
    }
}

#[test]
fn a_star_brings_along_what_cannot_be_ruled_out() {
    for (content, files) in [
        ("", vec![("k.py", "V = '2.0'")]),
        ("", vec![("k.py", "__all__ = ['V']")]),
        ("", vec![("k.py", "from .l import *"), ("l.py", "")]),
        ("", vec![("k.py", "if x:\n  import V")]),
        ("", vec![("k.py", "def __getattr__(name): return name")]),
        ("", vec![("k.py", "globals()['V'] = '2.0'")]),
        ("", vec![("k/__init__.py", ""), ("k/V.py", "")]),
        ("", vec![("k.py", "no Python")]),
        ("", vec![("l.py", "")]),
        ("try: from .l import *\nexcept E: pass\n", vec![("k.py", ""), ("l.py", "")]),
    ] {
        let init = format!("V = '1.0'\n{content}from .k import *\n__version__ = V");
        let asked = Asked::package(&[files, vec![("__init__.py", init.as_str())]].concat());
        let error = asked.version().unwrap_err();
        assert!(error.ends_with("it may come from `import *`"), "{init}: {error}");
    }
    // Nor does a name with an underscore come without `__all__`.
    let files = [("__init__.py", "from .k import *"), ("k.py", "__version__ = '1.0'")];
    let error = Asked::package(&files).version().unwrap_err();
    assert_eq!(error, "`m/__init__.py` defines no `__version__`");
}

#[test]
fn stays_inside_the_module() {
    for (files, expected) in [
        (
            vec![("__init__.py", "from .. import m2 as __version__")],
            "m/__init__.py:1:1: it comes from `..`, outside the module",
        ),
        (
            vec![("__init__.py", "from m2.v import __version__")],
            "m/__init__.py:1:1: it comes from `m2.v`, outside the module",
        ),
        (
            vec![("__init__.py", "from ._v import __version__")],
            "m/__init__.py:1:1: `m._v` is not among the module's files",
        ),
        (
            vec![("__init__.py", "from .v import __version__"), ("v.py", "x = 1")],
            "m/__init__.py:1:1: `m.v` does not visibly define `__version__`",
        ),
        (
            vec![
                ("__init__.py", "from .a import __version__"),
                ("a.py", "from .b import __version__"),
                ("b.py", "from .a import __version__"),
            ],
            "m/a.py:1:1: it leads back to itself",
        ),
        (
            vec![
                ("__init__.py", "from .v import __version__"),
                ("v.py", "if x: __version__ = '1'"),
            ],
            "m/v.py:1:7: an `if` decides on it",
        ),
        (
            vec![
                ("__init__.py", "from . import v as __version__\n__version__ = __version__.x"),
                ("v/a.py", ""),
            ],
            "m/__init__.py:2:15: `m.v` does not visibly define `x`",
        ),
    ] {
        let error = Asked::package(&files).version().unwrap_err();
        let middle = " cannot read `__version__` of `m/__init__.py` without running code:";
        assert_eq!(error.replace(middle, ""), expected, "{files:?}");
    }
}

#[test]
fn gives_up_in_time() {
    let chain =
        (0..100).fold("v0 = '1'\n".to_owned(), |text, n| text + &format!("v{} = v{n}\n", n + 1));
    let doubled = (0..100).fold("v0 = ''\n".to_owned(), |text, n| {
        text + &format!("v{} = f'{{v{n}}}{{v{n}}}'\n", n + 1)
    });
    for content in [
        chain + "__version__ = v100",
        doubled + "__version__ = v30",
        format!("__version__ = {}'1'", "'1' + ".repeat(60)),
        format!("__version__ = {}'1'", "'1' + ".repeat(100_000)),
        format!("__version__ = {}1{}", "(".repeat(10_000), ")".repeat(10_000)),
        format!("__version__ = [{}]", "1,".repeat(10_000)),
        format!("v = '{}'\n__version__ = v + '1'", "1".repeat(70_000)),
        format!("x = {}1\n__version__ = '1'", "- ".repeat(100_000)),
        format!("__version__ = '1'\nx = {}1{}", "[".repeat(100_000), "]".repeat(100_000)),
    ] {
        let error = Asked::file(&content).version().unwrap_err();
        assert!(error.contains("without running code"), "{error}");
    }
}

#[test]
fn reads_deep_sources_on_any_thread() {
    let deep =
        format!("__version__ = '1'\nx = {}1\ny = 1{}", "-".repeat(3_900), "+1".repeat(3_900));
    let thread = std::thread::Builder::new().stack_size(128 << 10);
    let asked = thread.spawn(move || Asked::file(&deep).version()).unwrap();
    assert_eq!(asked.join().unwrap().as_deref(), Ok("1"));
}
