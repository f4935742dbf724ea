//! The command line itself: help, versions, mistakes in what was typed.

use crate::support::{Program, Sandbox, demo};

#[test]
fn help_and_version_are_for_stdout() {
    let sandbox = Sandbox::new();
    for args in
        [&["--help"][..], &["-h"], &["build", "--help"], &["info", "-h"], &["--version"], &["-V"]]
    {
        let outcome = sandbox.run(args);
        assert!(outcome.stderr.is_empty() && !outcome.stdout.is_empty(), "{}", outcome.shown());
        assert_eq!(outcome.code, Some(0));
    }
    assert_eq!(sandbox.run(&["--version"]).stdout, "flit 1.0.0\n");
}

#[test]
fn every_command_shows_an_example_in_its_help() {
    for command in ["build", "wheel", "sdist", "info"] {
        let help = Sandbox::new().run(&[command, "--help"]).success();
        assert!(help.contains("Example"), "{help}");
    }
}

#[test]
fn no_command_shows_the_help_and_is_not_a_success() {
    let outcome = Sandbox::new().run::<&str>(&[]);
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.stdout.contains("Usage: flit"), "{}", outcome.shown());
}

#[test]
fn mistakes_in_what_was_typed_exit_with_2() {
    let sandbox = demo(Program::Linked);
    insta::assert_snapshot!(sandbox.run(&["biuld"]).shown(), @"
    exit code: 2
    ----- stderr
    error: unrecognized subcommand 'biuld'

      tip: a similar subcommand exists: 'build'

    Usage: flit [OPTIONS] [COMMAND]

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(sandbox.run(&["build", "--use-vcs", "--no-use-vcs"]).shown(), @"
    exit code: 2
    ----- stderr
    error: the argument '--use-vcs' cannot be used with '--no-use-vcs'

    Usage: flit build --use-vcs

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(sandbox.run(&["build", "--fromat", "wheel"]).shown(), @"
    exit code: 2
    ----- stderr
    error: unexpected argument '--fromat' found

      tip: a similar argument exists: '--format'

    Usage: flit build --format <FORMAT>

    For more information, try '--help'.
    ");
}

#[test]
fn options_of_older_versions_are_taken_where_they_were() {
    let sandbox = demo(Program::Linked);
    for args in [
        &["-f", "flit.ini", "build", "--no-setup-py"][..],
        &["--ini-file=flit.ini", "wheel"],
        &["--ini", "flit.ini", "sdist", "--no-use-vcs"],
        &["build", "-f", "flit.ini", "--format=wheel", "--format=sdist"],
        &["--debug", "build"],
        &["--logo"],
    ] {
        sandbox.succeeds(args);
    }
}

#[test]
fn a_directory_that_is_not_there_is_named() {
    insta::assert_snapshot!(Sandbox::new().run(&["-C", "nowhere", "build"]).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot work in nowhere
      cause: No such file or directory (os error 2)
    ");
    insta::assert_snapshot!(Sandbox::new().run(&["-f", "nowhere/flit.ini", "build"]).shown(), @"
    exit code: 1
    ----- stderr
    error: configuration file nowhere/flit.ini does not exist
      hint: `-f` takes the path of a flit.ini or pyproject.toml
    ");
}

#[test]
fn what_is_no_configuration_file_is_not_said_to_be_missing() {
    let sandbox = demo(Program::Linked).file("sub/notes.txt", "");
    insta::assert_snapshot!(sandbox.run(&["-f", "sub", "build"]).shown(), @"
    exit code: 1
    ----- stderr
    error: sub is not a file
      hint: `-C` takes the directory of a project, `-f` its configuration file
    ");
    insta::assert_snapshot!(sandbox.run(&["-f", "foobar.py/flit.ini", "build"]).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot read configuration file foobar.py/flit.ini
      cause: Not a directory (os error 20)
    ");
    insta::assert_snapshot!(sandbox.run(&["-f", "sub/notes.txt", "build"]).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot read the project in [DIR]/project/sub
      cause: no plugin can read notes.txt
      hint: `flit-ini` reads flit.ini
      hint: `pyproject` reads pyproject.toml, with [project] or [tool.flit.metadata]
    ");
}

#[test]
fn the_line_that_is_shown_is_that_of_the_project_wherever_flit_was_started() {
    let sandbox = Sandbox::new()
        .file("flit.ini", "another project\n")
        .file("sub/flit.ini", "[metadata]\nmodul = x\n");
    for args in [&["-C", "sub", "info"][..], &["-f", "sub/flit.ini", "info"]] {
        insta::allow_duplicates! { insta::assert_snapshot!(sandbox.run(args).shown(), @"
        exit code: 1
        ----- stderr
        error: cannot read the project in [DIR]/project/sub
          cause: flit.ini has 2 problems
          cause: line 1: [metadata] lacks `module`, `author`, `author-email` and `home-page`
          cause: line 2: `modul` is not a key of [metadata] (did you mean `module`?)
         --> sub/flit.ini:1:2
          |
        1 | [metadata]
          |  ^^^^^^^^
        "); }
    }
    let outcome = sandbox.run(&["-C", "sub", "--message-format", "json", "info"]);
    let error: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(error["location"]["path"], "sub/flit.ini");
}

#[cfg(target_os = "linux")]
#[test]
fn stdout_that_is_full_is_an_error_and_a_reader_that_left_is_not() {
    let sandbox = demo(Program::Linked);
    let full = fs_err::OpenOptions::new().write(true).open("/dev/full").unwrap().into_parts().0;
    let output = sandbox.command(&["info", "--json"]).stdout(full).output().unwrap();
    insta::assert_snapshot!(sandbox.outcome(output).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot write to stdout
      cause: No space left on device (os error 28)
    ");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = sandbox.command(&["info"]).stdout(writer).output().unwrap();
    assert_eq!(sandbox.outcome(output).shown(), "exit code: 0\n");
}

#[cfg(target_os = "linux")]
#[test]
fn a_directory_whose_name_is_not_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let sandbox = demo(Program::Linked);
    let directory = OsStr::from_bytes(b"p\xff");
    fs_err::create_dir(sandbox.project().join(directory)).unwrap();
    for name in ["flit.ini", "foobar.py"] {
        let copy = sandbox.project().join(directory).join(name);
        fs_err::write(copy, sandbox.read(name)).unwrap();
    }
    let mut sdist = sandbox.command(&[OsStr::new("-C"), directory, OsStr::new("sdist")]);
    let output = sdist.output().unwrap();
    assert_eq!(output.stdout, b"p\xff/dist/foobar-0.1.tar.gz\n");
    for rest in [["info", "--json"], ["sdist", "--message-format=json"]] {
        let [command, option] = rest.map(OsStr::new);
        let stdout = sandbox.run(&[OsStr::new("-C"), directory, command, option]).success();
        assert!(stdout.contains("p\u{fffd}"), "{stdout}");
    }
}

#[test]
fn what_means_nothing_any_more_is_said() {
    let outcome = demo(Program::Linked).run(&["-q", "sdist", "--setup-py"]);
    assert_eq!(outcome.stderr, "");
    let outcome = demo(Program::Linked).run(&["sdist", "--setup-py"]);
    insta::assert_snapshot!(outcome.shown(), @"
    exit code: 0
    ----- stdout
    dist/foobar-0.1.tar.gz
    ----- stderr
    warning: `--setup-py` does nothing: every sdist carries a pyproject.toml that pip builds it with
    ");
}
