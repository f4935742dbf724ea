//! A project that is published to a server that does what it is told.

use std::path::PathBuf;
use std::process::Command;

use super::files::Wheel;
use super::scripted::ScriptedServer;
use super::servers::{PASSWORD, USER};
use crate::support::{Outcome, Program, Sandbox};

/// The distributions of the project.
pub(crate) const WHEEL: &str = "foobar-0.1-py3-none-any.whl";
pub(crate) const SDIST: &str = "foobar-0.1.tar.gz";

/// A project in a sandbox, and a server.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) sandbox: Sandbox,
    pub(crate) server: ScriptedServer,
}

impl Scene {
    /// The project, a server without a script, and credentials in the environment.
    pub(crate) fn new() -> Self {
        Self::with(Program::Linked)
    }

    pub(crate) fn with(program: Program) -> Self {
        Self::of_project(project(program))
    }

    /// Wheels instead of a project, in `dist/`.
    pub(crate) fn with_wheels(wheels: &[Wheel]) -> Self {
        let scene = Self::of_project(Sandbox::new());
        for wheel in wheels {
            wheel.write(&scene.dist());
        }
        scene
    }

    /// A project of the test's own.
    pub(crate) fn of_project(sandbox: Sandbox) -> Self {
        Self::of(publisher(sandbox))
    }

    /// Nobody has said who we are.
    pub(crate) fn without_credentials(sandbox: Sandbox) -> Self {
        Self::of(impatient(sandbox))
    }

    fn of(sandbox: Sandbox) -> Self {
        Self { sandbox, server: ScriptedServer::start() }
    }

    /// Sets an environment variable for every run.
    pub(crate) fn variable(self, name: &str, value: &str) -> Self {
        Self { sandbox: self.sandbox.variable(name, value), ..self }
    }

    /// Where the distributions are.
    pub(crate) fn dist(&self) -> PathBuf {
        self.sandbox.project().join("dist")
    }

    /// Publishes to the server, whose index is told.
    pub(crate) fn publish(&self, args: &[&str]) -> Outcome {
        let output = self.command(args).output().unwrap();
        self.hide(self.sandbox.outcome(output))
    }

    /// The same, ready to be started.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let (url, index_url) = (self.server.url(), self.server.index_url());
        let known = ["publish", "--repository", &url, "--index-url", &index_url];
        self.sandbox.command(&[&known, args].concat())
    }

    /// Runs any command against the server.
    pub(crate) fn run(&self, args: &[&str]) -> Outcome {
        self.hide(self.sandbox.run(args))
    }

    /// What a run answered, without what differs from run to run.
    pub(crate) fn hide(&self, mut outcome: Outcome) -> Outcome {
        for text in [&mut outcome.stdout, &mut outcome.stderr] {
            *text = steady(&self.server.hide(text));
        }
        outcome
    }
}

/// A sandbox with a project of one module.
pub(crate) fn project(program: Program) -> Sandbox {
    Sandbox::with(program)
        .file("foobar.py", "\"\"\"An amazing sample package!\"\"\"\n\n__version__ = '0.1'\n")
        .file(
            "flit.ini",
            "[metadata]\nmodule=foobar\nauthor=Sir Robin\nauthor-email=robin@camelot.uk\n\
             home-page=http://github.com/sirrobin/foobar\nrequires-python=>=3.9\n",
        )
}

/// Gives a sandbox credentials and little patience.
pub(crate) fn publisher(sandbox: Sandbox) -> Sandbox {
    impatient(sandbox).variable("FLIT_USERNAME", USER).variable("FLIT_PASSWORD", PASSWORD)
}

/// Lets flit wait for less than it would in the world.
fn impatient(sandbox: Sandbox) -> Sandbox {
    sandbox.variable("FLIT_RETRY_DELAY", "0.01").variable("FLIT_TIMEOUT", "3")
}

/// The text without waits, which are never twice the same, and without the sizes of files, which are for other tests.
pub(crate) fn steady(text: &str) -> String {
    text.split_inclusive('\n').map(steady_line).collect()
}

fn steady_line(line: &str) -> String {
    match (line.rsplit_once(" in "), line.rsplit_once(" (")) {
        (Some((before, wait)), _) if wait.ends_with(" s\n") => format!("{before} in [TIME]\n"),
        (_, Some((before, _))) if before.starts_with("info: sending ") => {
            format!("{before} ([SIZE])\n")
        }
        _ => line.to_owned(),
    }
}
