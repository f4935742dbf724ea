//! Bad input through the real interface: one clear error, exit code 1, and `dist/` as it was before.
//!
//! The plugins' own tests show every message of theirs; here is one of each kind as a user sees it.

use crate::support::{Outcome, Program, Sandbox, demo};

/// Builds, and asserts that nothing was touched.
fn refused(sandbox: Sandbox) -> Outcome {
    let sandbox = sandbox.file("dist/before", "");
    let outcome = sandbox.run(&["build"]);
    assert_eq!(outcome.code, Some(1), "{}", outcome.shown());
    assert_eq!(outcome.stdout, "");
    assert_eq!(sandbox.listing("dist"), ["before"]);
    outcome
}

fn project(pyproject: &str) -> Sandbox {
    Sandbox::new()
        .file("demo.py", "\"\"\"Demo.\"\"\"\n__version__ = \"1\"\n")
        .file("pyproject.toml", pyproject)
}

const MINIMAL: &str = "[project]\nname = \"demo\"\ndynamic = [\"version\", \"description\"]\n";

#[test]
fn no_project() {
    insta::assert_snapshot!(refused(Sandbox::new()).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot read the project in [DIR]/project
      cause: no plugin finds a configuration file of its own here
      hint: `flit-ini` reads flit.ini
      hint: `pyproject` reads pyproject.toml, with [project] or [tool.flit.metadata]
      hint: change to the project's directory, or name it with `-C DIR`
    ");
}

#[test]
fn a_misspelt_key() {
    insta::assert_snapshot!(refused(project(&format!("{MINIMAL}licence = \"MIT\"\n"))).shown(), @r#"
    exit code: 1
    ----- stderr
    error: cannot read the metadata of `demo`
      cause: `project.licence` is not a key of [project]
     --> pyproject.toml:4:1
      |
    4 | licence = "MIT"
      | ^^^^^^^
      hint: did you mean `license`?
    "#);
    let sandbox = Sandbox::new()
        .file("demo.py", "")
        .file("flit.ini", "[metadata]\nmodule = demo\nauthr = me\n");
    insta::assert_snapshot!(refused(sandbox).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot read the project in [DIR]/project
      cause: flit.ini has 2 problems
      cause: line 1: [metadata] lacks `author`, `author-email` and `home-page`
      cause: line 3: `authr` is not a key of [metadata] (did you mean `author`?)
     --> flit.ini:1:2
      |
    1 | [metadata]
      |  ^^^^^^^^
    ");
}

#[test]
fn a_syntax_error() {
    insta::assert_snapshot!(refused(project("[project\nname = 1\n")).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot read the project in [DIR]/project
      cause: not valid TOML: unclosed table, expected `]`
     --> pyproject.toml:1:9
      |
    1 | [project
      |         ^
    ");
}

#[test]
fn a_missing_or_ambiguous_module() {
    let missing = Sandbox::new().file("pyproject.toml", MINIMAL);
    insta::assert_snapshot!(refused(missing).shown(), @r#"
    exit code: 1
    ----- stderr
    error: cannot read the project in [DIR]/project
      cause: no file or folder found for module `demo`
     --> pyproject.toml:2:8
      |
    2 | name = "demo"
      |        ^^^^^^
      hint: looked for demo/, demo.py, src/demo/, src/demo.py in [DIR]/project
      hint: if the module has another name than the project, set `name` in [tool.flit.module]
    "#);
    let ambiguous = project(MINIMAL).file("src/demo/__init__.py", "");
    insta::assert_snapshot!(refused(ambiguous).shown(), @r#"
    exit code: 1
    ----- stderr
    error: cannot read the project in [DIR]/project
      cause: several files or folders could be module `demo`: demo.py, src/demo/
     --> pyproject.toml:2:8
      |
    2 | name = "demo"
      |        ^^^^^^
      hint: rename or remove all but one of them
    "#);
}

#[test]
fn no_docstring_and_no_version() {
    let sandbox =
        Sandbox::new().file("pyproject.toml", MINIMAL).file("demo.py", "__version__ = \"1\"\n");
    insta::assert_snapshot!(refused(sandbox).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot read the metadata of `demo`
      cause: `demo.py` has no docstring to take the summary from
      hint: begin the file with a docstring, or write the description into the configuration file
    ");
    let sandbox =
        Sandbox::new().file("pyproject.toml", MINIMAL).file("demo.py", "\"\"\"Demo.\"\"\"\n");
    insta::assert_snapshot!(refused(sandbox).shown(), @r#"
    exit code: 1
    ----- stderr
    error: cannot read the metadata of `demo`
      cause: `demo.py` defines no `__version__`
      hint: write it as a plain string, `__version__ = "1.0"`, or into the configuration file
    "#);
}

#[test]
fn invalid_utf8() {
    let sandbox =
        Sandbox::new().file("demo.py", "").file("pyproject.toml", b"[project]\nname = \"d\xff\"\n");
    insta::assert_snapshot!(refused(sandbox).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot read the project in [DIR]/project
      cause: `pyproject.toml` is not UTF-8
      at: pyproject.toml:2:10
      hint: the byte 0xff is where UTF-8 ends; save the file as UTF-8
    ");
    let sandbox =
        Sandbox::new().file("demo.py", "").file("flit.ini", b"[metadata]\nmodule = d\xff\n");
    insta::assert_snapshot!(refused(sandbox).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot read the project in [DIR]/project
      cause: `flit.ini` is not UTF-8
      at: flit.ini:2:11
      hint: the byte 0xff is where UTF-8 ends; save the file as UTF-8
    ");
}

#[test]
fn tables_nested_ten_thousand_deep() {
    let nested =
        format!("{MINIMAL}\n[tool.x]\na = {}1{}\n", "[".repeat(10_000), "]".repeat(10_000));
    let outcome = refused(project(&nested));
    assert!(
        outcome.stderr.starts_with("error: cannot read the project in [DIR]/project\n"),
        "{}",
        outcome.shown()
    );
}

#[test]
fn a_path_that_leaves_the_project() {
    let sandbox = project(&format!("{MINIMAL}readme = \"../README.md\"\n"));
    insta::assert_snapshot!(refused(sandbox).shown(), @r#"
    exit code: 1
    ----- stderr
    error: cannot read the project in [DIR]/project
      cause: `project.readme` cannot be used
      cause: `../README.md` is outside the source tree
     --> pyproject.toml:4:10
      |
    4 | readme = "../README.md"
      |          ^^^^^^^^^^^^^^
      hint: name a path relative to the directory of the configuration file, and inside it
    "#);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_packed() {
    use flit_sdk::testing::symlink;
    let package = || {
        Sandbox::new()
            .file("pyproject.toml", MINIMAL)
            .file("demo/__init__.py", "\"\"\"Demo.\"\"\"\n__version__ = \"1\"\n")
    };
    let sandbox = package();
    symlink("/etc/passwd", sandbox.project().join("demo/passwd"));
    insta::assert_snapshot!(refused(sandbox).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot read the project in [DIR]/project
      cause: `demo/passwd` is a link that leads out of the source tree, to /etc/passwd
      hint: copy the file into the source tree instead of linking to it
    ");
    let sandbox = package();
    symlink("nowhere", sandbox.project().join("demo/link"));
    insta::assert_snapshot!(refused(sandbox).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot read the project in [DIR]/project
      cause: `demo/link` is a link to something that does not exist
      hint: remove the link, or restore what it links to
    ");
    let sandbox = package();
    let fifo = sandbox.project().join("demo/fifo");
    assert!(std::process::Command::new("mkfifo").arg(fifo).status().unwrap().success());
    insta::assert_snapshot!(refused(sandbox).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot read the project in [DIR]/project
      cause: `demo/fifo` is a FIFO, which cannot be packed
      hint: remove it from the directory that is packed
    ");
    let sandbox = package();
    let _listener =
        std::os::unix::net::UnixListener::bind(sandbox.project().join("demo/socket")).unwrap();
    insta::assert_snapshot!(refused(sandbox).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot read the project in [DIR]/project
      cause: `demo/socket` is a socket, which cannot be packed
      hint: remove it from the directory that is packed
    ");
}

#[test]
fn an_output_directory_that_cannot_be_made() {
    let sandbox = demo(Program::Linked).file("dist", "a file is in the way");
    insta::assert_snapshot!(sandbox.run(&["build"]).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot build `foobar` 0.1
      cause: cannot make the output directory [DIR]/project/dist
      cause: failed to create directory `[DIR]/project/dist`: File exists (os error 17)
      hint: name another directory with `--outdir`
    ");
    let sandbox = demo(Program::Linked).file("dist/foobar-0.1.tar.gz/in_the_way", "");
    insta::assert_snapshot!(sandbox.run(&["build", "--format", "sdist"]).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot build `foobar` 0.1
      cause: cannot put [DIR]/project/dist/foobar-0.1.tar.gz into its place
      cause: is a directory
      hint: a directory of that name is in the way: remove it
    ");
}

#[test]
fn an_output_directory_that_the_next_build_would_pack() {
    let package = || {
        Sandbox::new()
            .file("pyproject.toml", MINIMAL)
            .file("demo/__init__.py", "\"\"\"Demo.\"\"\"\n__version__ = \"1\"\n")
    };
    let sandbox = package();
    insta::assert_snapshot!(sandbox.run(&["build", "--outdir", "demo/out"]).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot build `demo` 1
      cause: the output directory [DIR]/project/demo/out is inside `demo`, which is packed
      hint: name another directory with `--outdir`
    ");
    assert_eq!(sandbox.listing("demo"), ["__init__.py"]);
    let data = format!("{MINIMAL}\n[tool.flit.external-data]\ndirectory = \"dist\"\n");
    insta::assert_snapshot!(refused(package().file("pyproject.toml", data)).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot build `demo` 1
      cause: the output directory [DIR]/project/dist is inside `dist`, which is packed
      hint: name another directory with `--outdir`
    ");
}

#[test]
fn an_unknown_format() {
    insta::assert_snapshot!(demo(Program::Linked).run(&["build", "--format", "weel"]).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot build `[DIR]/project`
      cause: no plugin builds the format `weel`
      hint: did you mean `wheel`?
      hint: the formats are sdist, wheel
    ");
}

#[test]
fn a_source_date_epoch_that_is_no_number() {
    let sandbox = demo(Program::Linked).variable("SOURCE_DATE_EPOCH", "yesterday");
    insta::assert_snapshot!(sandbox.run(&["build"]).shown(), @"
    exit code: 1
    ----- stderr
    error: SOURCE_DATE_EPOCH is `yesterday`, which is not a number of seconds
      hint: set it to whole seconds since 1970-01-01 UTC, or unset it
    ");
}

#[test]
fn two_configuration_files() {
    let sandbox = demo(Program::Linked).file("other.toml", MINIMAL);
    insta::assert_snapshot!(sandbox.run(&["-f", "other.toml", "build"]).shown(), @r#"
    exit code: 1
    ----- stderr
    error: cannot read the project in [DIR]/project
      cause: no file or folder found for module `demo`
     --> other.toml:2:8
      |
    2 | name = "demo"
      |        ^^^^^^
      hint: looked for demo/, demo.py, src/demo/, src/demo.py in [DIR]/project
      hint: if the module has another name than the project, set `name` in [tool.flit.module]
    "#);
}

#[test]
fn a_plugin_that_is_not_there() {
    let sandbox = demo(Program::Linked);
    insta::assert_snapshot!(sandbox.run(&["--plugin", "git-version", "build"]).shown(), @"
    exit code: 1
    ----- stderr
    error: no plugin `git-version` found
      hint: looked for [DIR]/home/.local/share/flit/plugins/libflit_plugin_git_version.so, /usr/local/lib/flit/plugins/libflit_plugin_git_version.so, /usr/lib/flit/plugins/libflit_plugin_git_version.so
      hint: `--plugin` also takes a path: `./library`
    ");
    insta::assert_snapshot!(sandbox.run(&["--plugin", "./no.so", "build"]).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot load plugin [DIR]/project/no.so
      cause: there is no such file
      hint: build the plugin first, or correct the path
    ");
}

#[test]
fn errors_are_also_json() {
    let outcome = Sandbox::new().run(&["build", "--message-format", "json"]);
    let message: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(message["reason"], "error");
    assert!(message["hints"].is_array() && message["causes"].is_array());
}
