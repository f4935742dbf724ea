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
      cause: failed to query resolved metadata `[DIR]/project/nowhere`: No such file or directory (os error 2)
    ");
    insta::assert_snapshot!(Sandbox::new().run(&["-f", "nowhere/flit.ini", "build"]).shown(), @"
    exit code: 1
    ----- stderr
    error: configuration file nowhere/flit.ini does not exist
      hint: `-f` takes the path of a flit.ini or pyproject.toml
    ");
}
