//! The messages about flit.ini itself, in full.

use crate::support::{REQUIRED, failure};

/// Checks the message about [`REQUIRED`] with `rest` behind it, which starts on line 6.
fn check(rest: &str, message: &str) {
    assert_eq!(failure(format!("{REQUIRED}{rest}")), message, "{rest}");
}

/// Checks the message about [`REQUIRED`] with the line of a key replaced.
fn check_line(key: &str, line: &str, message: &str) {
    let lines =
        REQUIRED.lines().map(|old| if old.starts_with(&format!("{key}=")) { line } else { old });
    let flit_ini: Vec<_> = lines.collect();
    assert_eq!(failure(flit_ini.join("\n")), message, "{line}");
}

#[test]
fn encoding() {
    assert_eq!(
        failure(b"[metadata]\nauthor=\xe4\xf6\n"),
        "flit.ini:2:8+1: `flit.ini` is not UTF-8\
         \n  hint: the byte 0xe4 is where UTF-8 ends; save the file as UTF-8"
    );
    assert_eq!(
        failure(format!("\u{feff}{REQUIRED}")),
        "flit.ini:1:1+0: the file starts with a byte order mark\
         \n  hint: save the file as UTF-8 without a byte order mark"
    );
}

#[test]
fn lines() {
    assert_eq!(
        failure("module=demo\nauthor=me\n[metadata]\n"),
        "flit.ini:1:1+11: this line stands before the first section header\
         \n  hint: start the file with a line `[metadata]`"
    );
    check(
        "keywords\n",
        "flit.ini:6:1+8: this line has neither `=` nor `:`\
         \n  hint: write `key = value`; indent the line if it continues the value above",
    );
    check("= value\n", "flit.ini:6:1+7: there is no key before the delimiter");
    check(
        "Author=again\n",
        "flit.ini:6:1+6: `author` is given twice in [metadata], in lines 3 and 6",
    );
    check(
        "[x-a]\n[metadata]\nmaintainer=x\n",
        "flit.ini:7:2+8: section [metadata] is given twice, in lines 1 and 7",
    );
}

#[test]
fn references() {
    check(
        "license = 50% of it\n",
        "flit.ini:6:11+9: the references in `license` cannot be resolved\
         \n  cause: a `%` must be followed by `%` or `(`, found `% of it`\
         \n  hint: write `%%` for a percent sign",
    );
    check(
        "license = %(nothing)s\n",
        "flit.ini:6:11+11: the references in `license` cannot be resolved\
         \n  cause: it refers to `nothing`, which is neither in its section nor in [DEFAULT]",
    );
    check(
        "license = %(license)s\n",
        "flit.ini:6:11+11: the references in `license` cannot be resolved\
         \n  cause: references are nested more than 10 deep; do they lead back to themselves?",
    );
}

#[test]
fn sections() {
    assert_eq!(failure(""), "flit.ini:1:1+0: there is no section [metadata]");
    check(
        "[script]\na=demo:a\n",
        "flit.ini:6:2+6: [script] is not a section of a flit configuration\
         \n  hint: did you mean [scripts]?",
    );
    check(
        "[tool]\n",
        "flit.ini:6:2+4: [tool] is not a section of a flit configuration\
         \n  hint: sections are [metadata], [scripts] and those that start with `x-`",
    );
    assert_eq!(
        failure(REQUIRED.replace("[metadata]", "[Metadata]")),
        "flit.ini:1:1+0: flit.ini has 2 problems\
         \n  cause: line 1: there is no section [metadata]\
         \n  cause: line 1: [Metadata] is not a section of a flit configuration (did you mean [metadata]?)"
    );
    check(
        "[ scripts ]\n",
        "flit.ini:6:2+9: [ scripts ] is not a section of a flit configuration\
         \n  hint: did you mean [scripts]?",
    );
}

#[test]
fn keys() {
    check(
        "licence = MIT\n",
        "flit.ini:6:1+7: `licence` is not a key of [metadata]\n  hint: did you mean `license`?",
    );
    check("zzz = 1\n", "flit.ini:6:1+3: `zzz` is not a key of [metadata]");
    check_line("author", "", "flit.ini:1:2+8: [metadata] lacks `author`");
    assert_eq!(
        failure("# nothing here\n[metadata]\n"),
        "flit.ini:2:2+8: [metadata] lacks `module`, `author`, `author-email` and `home-page`"
    );
    check(
        "  keywords = a\n",
        "flit.ini:5:11+28: `home-page` takes a single line\
         \n  hint: a line that is indented continues the value above it",
    );
}

#[test]
fn values() {
    check_line(
        "module",
        "module=demo.py",
        "flit.ini:2:8+7: `demo.py` is not the name of a module that can be imported\
         \n  hint: name a module, not a file: `foobar`",
    );
    check_line(
        "module",
        "module=_größe",
        "flit.ini:2:8+6: `module` cannot be the name of the project\
         \n  cause: `_größe` is not a valid name: use ASCII letters, digits, `.`, `-` and `_`, with a letter or digit at both ends\
         \n  hint: give the project a name of its own with `dist-name`",
    );
    check(
        "dist-name = a b\n",
        "flit.ini:6:13+3: `dist-name` cannot be the name of the project\
         \n  cause: `a b` is not a valid name: use ASCII letters, digits, `.`, `-` and `_`, with a letter or digit at both ends",
    );
    check_line(
        "home-page",
        "home-page = ftp://x",
        "flit.ini:5:13+7: `home-page` is not a web address: `ftp://x`\n  hint: start it with `https://`",
    );
    check(
        "requires-python =\n",
        "flit.ini:6:1+15: `requires-python` is empty\
         \n  hint: name versions such as `>=3.9`, or remove the key",
    );
}

#[test]
fn requirements_and_python() {
    for (rest, start) in [
        (
            "requires-python = 3\n",
            "flit.ini:6:19+1: `requires-python` cannot be read\n  cause: `3` is not a valid set of Python versions\n  cause: ",
        ),
        (
            "requires-python = >=3.5.*\n",
            "flit.ini:6:19+7: `requires-python` cannot be read\n  cause: `>=3.5.*` is not a valid set of Python versions\n  cause: ",
        ),
        (
            "requires =\n  a\n  b c\n",
            "flit.ini:8:3+3: `requires` holds a requirement that cannot be read\n  cause: `b c` is not a valid requirement\n  cause: ",
        ),
        (
            "dev-requires = a;\n",
            "flit.ini:6:16+2: `dev-requires` holds a requirement that cannot be read\n  cause: `a;` is not a valid requirement\n  cause: ",
        ),
    ] {
        let shown = failure(format!("{REQUIRED}{rest}"));
        assert!(shown.starts_with(start), "{shown}");
    }
}

#[test]
fn scripts() {
    for value in [
        "demo",
        "demo:",
        ":main",
        "demo:a:b",
        "demo.py:a-b",
        "demo : main",
        "demo:main [x]",
        "a..b:c",
    ] {
        check(
            &format!("[scripts]\nx = {value}\n"),
            &format!(
                "flit.ini:7:5+{}: script `x` is not `module:function`: `{value}`\
                 \n  hint: write `name = package.module:function`",
                value.len()
            ),
        );
    }
    check(
        "[scripts]\n[x = demo:main\n",
        "flit.ini:7:6+9: entry point `[x` of group `console_scripts` cannot be used\
         \n  cause: `[x` cannot be the name of an entry point",
    );
    check(
        "[scripts]\nx = demo:main\n[DEFAULT]\nlicense = MIT\n",
        "flit.ini:9:11+3: `license` of [scripts] comes from [DEFAULT] and is not `module:function`: `MIT`\
         \n  hint: every section inherits [DEFAULT]: move the key to [metadata]",
    );
}

#[test]
fn everything_is_told_at_once() {
    assert_eq!(
        failure("[metadata]\nmodule=a-b\nauthor=x\nlicence=MIT\nhome-page=x\n[script]\nx=y\n"),
        "flit.ini:1:2+8: flit.ini has 5 problems\
         \n  cause: line 1: [metadata] lacks `author-email`\
         \n  cause: line 2: `a-b` is not the name of a module that can be imported (name a module, not a file: `foobar`)\
         \n  cause: line 4: `licence` is not a key of [metadata] (did you mean `license`?)\
         \n  cause: line 5: `home-page` is not a web address: `x` (start it with `https://`)\
         \n  cause: line 6: [script] is not a section of a flit configuration (did you mean [scripts]?)"
    );
    let many = failure(format!("{REQUIRED}{}", "no\n".repeat(1_000)));
    assert!(many.starts_with("flit.ini:6:1+2: flit.ini has at least 20 problems\n"), "{many}");
}
