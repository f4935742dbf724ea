"""The witness: the Python flit that a project's configuration file was written for."""

from dataclasses import dataclass
import os
from pathlib import Path
import shutil
import subprocess
import tomllib

import source

FLIT_INI = "flit.ini"
TOOL_FLIT = "[tool.flit.metadata]"
PROJECT = "[project]"

WITNESSES = {
    FLIT_INI: "flit==0.13",
    TOOL_FLIT: "flit_core==3.12.0",
    PROJECT: "flit_core==4.2.0",
}

# Run isolated (-I), so that a project which is flit_core itself is not its own witness.
_BUILD = """\
import os, sys
from flit_core import buildapi
out = os.environ["OUT"]
for part in sys.argv[1:]:
    getattr(buildapi, "build_" + part)(out)
"""


class UnsupportedProject(Exception):
    """No flit was ever meant to build this project."""


class BuildFailed(Exception):
    """A builder ended with an error; the text is what it said."""


@dataclass(frozen=True)
class Built:
    """The files that one build left behind; None where it cannot make that format."""

    wheel: Path
    sdist: Path | None


@dataclass(frozen=True)
class Witness:
    """A flit in an environment of its own."""

    kind: str
    python: Path

    @property
    def name(self):
        return WITNESSES[self.kind].replace("==", " ")

    def build(self, tree, out_dir, environment, umask=0o022):
        """Builds a wheel and, where that needs no version control, an sdist."""
        out_dir.mkdir(parents=True)
        # Without the list of classifiers flit 0.13 would fetch it from the network.
        environment = {**environment, "FLIT_NO_NETWORK": "1", "OUT": str(out_dir)}
        if self.kind == FLIT_INI:
            command = [self.python, "-I", "-m", "flit", "build", "--format", "wheel"]
            run(command, tree, environment, umask)
            for built in (tree / "dist").iterdir():
                shutil.move(built, out_dir)
        else:
            run([self.python, "-I", "-c", _BUILD, "wheel", "sdist"], tree, environment, umask)
        return collect(out_dir)


def configuration_kind(tree):
    """Which of flit's three configuration forms a source tree uses."""
    pyproject = tree / "pyproject.toml"
    if pyproject.is_file():
        tables = tomllib.loads(pyproject.read_text(encoding="utf-8"))
        backend = tables.get("build-system", {}).get("build-backend", "none")
        if backend not in ("flit_core.buildapi", "flit.buildapi"):
            raise UnsupportedProject(f"its build backend is {backend}, not flit's")
        if "metadata" in tables.get("tool", {}).get("flit", {}):
            return TOOL_FLIT
        if "project" in tables:
            return PROJECT
        raise UnsupportedProject("pyproject.toml has neither [project] nor [tool.flit.metadata]")
    if (tree / "flit.ini").is_file():
        return FLIT_INI
    raise UnsupportedProject("it has neither pyproject.toml nor flit.ini")


def witness_for(cache, kind):
    """The witness for a kind of configuration, installed in the cache if need be."""
    requirement = WITNESSES[kind]
    python = source.environment(cache, requirement.replace("==", "-"), [requirement])
    return Witness(kind, python)


def run(command, directory, environment, umask):
    """Runs a builder and returns its stdout; raises `BuildFailed` with what it said."""
    done = subprocess.run(
        [os.fspath(word) for word in command],
        cwd=directory,
        env=environment,
        umask=umask,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        # The last lines tell what it was; a traceback of Python's has dozens before them.
        said = "\n".join(done.stderr.strip().splitlines()[-6:])
        raise BuildFailed(f"exit {done.returncode} of {Path(command[0]).name}:\n{said}")
    return done.stdout


def collect(out_dir):
    """The wheel and the sdist in a directory that holds nothing else."""
    wheels, sdists = list(out_dir.glob("*.whl")), list(out_dir.glob("*.tar.gz"))
    stray = set(out_dir.iterdir()) - {*wheels, *sdists}
    if stray or len(wheels) != 1 or len(sdists) > 1:
        names = sorted(path.name for path in out_dir.iterdir())
        raise BuildFailed(f"expected a wheel and an sdist in {out_dir}, found {names}")
    return Built(wheels[0], sdists[0] if sdists else None)
