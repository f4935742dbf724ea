//! What the README says is true: its commands are the ones that are run.

use std::path::Path;

use crate::support::Sandbox;

fn read(path: &str) -> String {
    fs_err::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The commands of the README: blocks of shell.
fn commands() -> Vec<String> {
    let readme = read("README.md");
    let blocks = readme.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.flat_map(str::lines).map(str::to_owned).collect()
}

#[test]
fn ci_runs_the_commands_that_the_readme_names() {
    let ci = read(".ci/run");
    for command in
        commands().iter().filter(|command| command.starts_with("cargo ") && !command.contains("&&"))
    {
        assert!(ci.lines().any(|line| line == command), "{command}");
    }
}

#[test]
fn the_main_command_of_the_readme_publishes_the_sample() {
    let command = commands().into_iter().find(|command| command.contains(" publish")).unwrap();
    let arguments = command.split(" -- -C ").nth(1).unwrap();
    let (sample, rest) = arguments.split_once(' ').unwrap();
    let sandbox = Sandbox::new();
    for name in ["foobar.py", "flit.ini"] {
        fs_err::write(sandbox.project().join(name), read(&format!("{sample}/{name}"))).unwrap();
    }
    let index = sandbox.project().join("index");
    let arguments = rest.replace("\"$PWD/target/index\"", index.to_str().unwrap());
    sandbox.succeeds(&arguments.split(' ').collect::<Vec<_>>());
    let page = index.join("foobar/index.html");
    let page = fs_err::read_to_string(page).unwrap();
    for file_name in ["foobar-0.1-py3-none-any.whl", "foobar-0.1.tar.gz"] {
        assert!(page.contains(file_name), "{page}");
    }
}

#[test]
fn the_index_that_the_readme_makes_is_the_one_it_installs_from() {
    let readme = read("README.md");
    assert!(readme.contains("`pip install --index-url \"file://$PWD/target/index\" foobar`"));
}

#[test]
fn the_readme_shows_every_command_and_exit_code() {
    let readme = read("README.md");
    for shown in [
        "`flit build`",
        "`flit wheel`",
        "`flit sdist`",
        "`flit publish`",
        "`flit register`",
        "`flit info`",
        "0 done",
        "70 a plugin",
        "130 you",
    ] {
        assert!(readme.contains(shown), "{shown}");
    }
}
