//! Which plugins are built in, and that loading them all gives the same program.

use crate::support::{Program, Sandbox, demo};

#[test]
fn every_built_in_is_asked_without_being_loaded() {
    let outcome = demo(Program::Linked).run(&["-v", "build"]);
    for plugin in ["flit-ini", "module", "pyproject", "sdist", "wheel"] {
        assert!(outcome.stderr.contains(&format!(": {plugin} ")), "{plugin}\n{}", outcome.shown());
    }
}

#[test]
fn without_plugins_the_program_says_what_it_lacks() {
    let sandbox = Sandbox::new().file("flit.ini", "");
    let mut command = Program::Loaded.command();
    // The same binary, but without the arguments that load the plugins.
    command = std::process::Command::new(command.get_program());
    sandbox.make_hermetic(&mut command);
    let outcome = sandbox.outcome(command.arg("info").output().unwrap());
    insta::assert_snapshot!(outcome.shown(), @"
    exit code: 1
    ----- stderr
    error: cannot read the project in [DIR]/project
      cause: no plugin finds a configuration file of its own here
      hint: this flit has no plugin that discovers projects: load one with `--plugin`
    ");
}
