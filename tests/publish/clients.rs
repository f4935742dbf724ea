//! The programs of others: twine publishes what flit does, pip and uv install it.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use super::servers::{PASSWORD, USER, program};

/// Gives a command a world without anybody's settings.
fn hermetic(mut command: Command, home: &Path) -> Command {
    command.env_clear().env("PATH", env!("PATH")).env("HOME", home).current_dir(home);
    command
}

/// Uploads files with twine.
pub(crate) fn twine(url: &str, files: &[impl AsRef<Path>], variables: &[(&str, &str)]) -> Output {
    let home = TempDir::new().unwrap();
    let mut command = hermetic(program("twine"), home.path());
    command.args([
        "upload",
        "--non-interactive",
        "--disable-progress-bar",
        "--repository-url",
        url,
    ]);
    command.args(["--username", USER, "--password", PASSWORD]);
    command.args(files.iter().map(AsRef::as_ref)).envs(variables.iter().copied());
    command.output().unwrap()
}

/// An installer of Python packages.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Installer {
    Pip,
    Uv,
}

impl Installer {
    pub(crate) const ALL: [Self; 2] = [Self::Pip, Self::Uv];

    /// Installs `name` at `version` from an index into a fresh environment, which it will only do if what it downloads has
    /// this SHA-256; then runs a line of Python there and returns what it prints.
    pub(crate) fn installs(
        self,
        index_url: &str,
        (name, version): (&str, &str),
        sha256: &str,
        python: &str,
    ) -> String {
        let home = TempDir::new().unwrap();
        let environment = home.path().join("environment");
        let requirements = home.path().join("requirements.txt");
        fs_err::write(&requirements, format!("{name}=={version} --hash=sha256:{sha256}\n"))
            .unwrap();
        succeeds(
            hermetic(program("uv"), home.path())
                .args(["venv", "--quiet", "--python"])
                .arg(program("python").get_program())
                .arg(&environment),
        );
        let interpreter = environment.join("bin/python");
        let mut install = match self {
            Self::Pip => {
                let mut pip = hermetic(program("pip"), home.path());
                pip.arg("--python").arg(&interpreter);
                pip.args(["install", "--no-cache-dir", "--disable-pip-version-check", "--no-deps"]);
                pip
            }
            Self::Uv => {
                let mut uv = hermetic(program("uv"), home.path());
                uv.args(["pip", "install", "--no-cache", "--no-deps", "--python"])
                    .arg(&interpreter);
                uv
            }
        };
        install.args(["--require-hashes", "--index-url", index_url, "--requirement"]);
        succeeds(install.arg(&requirements));
        succeeds(hermetic(Command::new(&interpreter), home.path()).args(["-c", python]))
    }
}

/// Runs a command and returns what it prints.
#[track_caller]
fn succeeds(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}\n{}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// Everything that a program printed.
pub(crate) fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat()
}
