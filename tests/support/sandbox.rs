//! A directory for one test, a hermetic environment, and what the program answered in it.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use super::Program;

/// A directory for one test with a home of its own; removed when dropped.
#[derive(Debug)]
pub(crate) struct Sandbox {
    directory: TempDir,
    program: Program,
    variables: Vec<(String, String)>,
}

/// What one run answered.
#[derive(Debug)]
#[must_use = "show it in a snapshot or assert something about it"]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self::with(Program::Linked)
    }

    /// A sandbox that runs the given form of the program.
    pub(crate) fn with(program: Program) -> Self {
        let directory = TempDir::new().unwrap();
        fs_err::create_dir(directory.path().join("home")).unwrap();
        fs_err::create_dir(directory.path().join("project")).unwrap();
        Self { directory, program, variables: Vec::new() }
    }

    /// The source tree, in which the program is started.
    pub(crate) fn project(&self) -> PathBuf {
        self.directory.path().canonicalize().unwrap().join("project")
    }

    /// The home of the user.
    pub(crate) fn home(&self) -> PathBuf {
        self.directory.path().canonicalize().unwrap().join("home")
    }

    /// Writes a file into the source tree.
    pub(crate) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.project().join(path);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, content).unwrap();
        self
    }

    /// Sets an environment variable for every run.
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Runs the program to its end.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: &[A]) -> Outcome {
        self.outcome(self.command(args).output().unwrap())
    }

    /// Runs the program and asserts that it succeeds.
    pub(crate) fn succeeds<A: AsRef<OsStr>>(&self, args: &[A]) {
        drop(self.run(args).success());
    }

    /// The program with its arguments, ready to be started.
    pub(crate) fn command<A: AsRef<OsStr>>(&self, args: &[A]) -> Command {
        let mut command = self.program.command();
        self.make_hermetic(&mut command);
        command.args(args);
        command
    }

    /// Gives a command the sandbox as its world: nothing of the developer's own settings gets in.
    pub(crate) fn make_hermetic(&self, command: &mut Command) {
        command
            .current_dir(self.project())
            .env_clear()
            .env("PATH", env!("PATH"))
            .env("HOME", self.directory.path().join("home"))
            .env("NO_COLOR", "1")
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
    }

    /// What a finished run answered, with the paths of this sandbox taken out.
    pub(crate) fn outcome(&self, output: Output) -> Outcome {
        let own = self.directory.path().canonicalize().unwrap();
        let text = |bytes: Vec<u8>| {
            String::from_utf8(bytes).unwrap().replace(own.to_str().unwrap(), "[DIR]")
        };
        Outcome {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// The names in a directory of the source tree, sorted; empty if it does not exist.
    pub(crate) fn listing(&self, directory: &str) -> Vec<String> {
        let Ok(entries) = fs_err::read_dir(self.project().join(directory)) else { return vec![] };
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// The content of a file in the source tree.
    pub(crate) fn read(&self, path: impl AsRef<Path>) -> Vec<u8> {
        fs_err::read(self.project().join(path)).unwrap()
    }
}

impl Outcome {
    /// Everything that was answered, for a snapshot.
    pub(crate) fn shown(&self) -> String {
        let mut shown =
            format!("exit code: {}\n", self.code.map_or("none".into(), |code| code.to_string()));
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                write!(shown, "----- {name}\n{text}").unwrap();
            }
        }
        shown
    }

    /// Asserts success and returns stdout.
    #[track_caller]
    pub(crate) fn success(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.shown());
        self.stdout
    }
}

/// A sandbox with the project of the founding README: a module and a flit.ini.
pub(crate) fn demo(program: Program) -> Sandbox {
    Sandbox::with(program)
        .file("foobar.py", "\"\"\"An amazing sample package!\"\"\"\n\n__version__ = '0.1'\n\ndef main():\n    print('hi')\n")
        .file(
            "flit.ini",
            "[metadata]\nmodule=foobar\nauthor=Sir Robin\nauthor-email=robin@camelot.uk\n\
             home-page=http://github.com/sirrobin/foobar\n\n[scripts]\nfoobar=foobar:main\n",
        )
}
