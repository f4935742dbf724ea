//! Names of projects that PyPI gives to nobody.

use flit_sdk::model::ProjectName;

use super::{Problem, Weight};

/// The modules of Python's standard library that can be imported by everybody, those of old and new together.
const STANDARD_LIBRARY: &str = "\
    abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii \
    bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall \
    compression concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime \
    dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput \
    fnmatch formatter fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib \
    heapq hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 \
    linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder msilib msvcrt \
    multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev parser \
    pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd \
    py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched \
    secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 \
    sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sunau symbol symtable \
    sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this threading time timeit tkinter token \
    tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uu uuid \
    venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo";

/// Names that are typed by accident.
const ACCIDENTS: [&str; 5] =
    ["requirements-txt", "requirement-txt", "rrequirements-txt", "requirements", "unknown"];

/// What is wrong with a name that is new. Projects that have had it for long may keep it, so that this is a warning.
pub(super) fn problems(name: &ProjectName) -> Option<Problem> {
    let normalized = name.normalized();
    let is_it = |module: &str| module.to_ascii_lowercase().replace('_', "-") == normalized;
    let message = if STANDARD_LIBRARY.split(' ').any(is_it) {
        format!(
            "`{name}` is the name of a module of Python itself: PyPI takes no new project of this name"
        )
    } else if ACCIDENTS.contains(&normalized.as_str()) {
        format!("PyPI takes no new project that is called `{name}`")
    } else {
        return None;
    };
    Some(Problem::new(Weight::Doubtful, "project.name", message).hint("choose another name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_names_that_are_taken_by_python() {
        let is_problem = |name: &str| problems(&ProjectName::parse(name).unwrap()).is_some();
        for name in ["json", "JSON", "py-compile", "cprofile", "requirements.txt"] {
            assert!(is_problem(name), "{name}");
        }
        for name in ["flit", "json5", "j-son"] {
            assert!(!is_problem(name), "{name}");
        }
    }
}
