"""The builders that are timed: what each runs, and how one run is measured."""

from dataclasses import dataclass
import os
from pathlib import Path
import shutil
import subprocess

import source

REQUIREMENTS = {
    "uv": ["uv==0.13.9"],
    "flit": ["flit==4.2.0", "flit_core==4.2.0"],
}

# Prints the milliseconds of the call alone, without the start of Python and the imports.
_IN_PROCESS = """\
import sys, time
from flit_core import buildapi
start = time.perf_counter()
buildapi.build_wheel(sys.argv[1])
print((time.perf_counter() - start) * 1000)
"""


@dataclass(frozen=True)
class Toolbox:
    """Where the programs are."""

    ours: Path
    uv: Path
    flit: Path
    python: Path
    limit: Path
    measure: Path


@dataclass(frozen=True)
class Sample:
    """One run: the wall time, and the peak memory of the largest process."""

    milliseconds: float
    peak_kib: int
    said: str


@dataclass(frozen=True)
class Job:
    """A column of the tables: `command(toolbox, tree, out_dir)` is what is timed."""

    name: str
    command: object
    directory: object = None
    reports_itself: bool = False  # the last line of stdout is the time
    out_dir: object = None


def _in_flit_tree(tree, _out_dir):
    return tree.flit


def _flit_dist(tree):
    return tree.flit / "dist"


OURS_WHEEL = Job(
    "ours, wheel",
    lambda box, tree, out: [
        box.ours, "-C", tree.flit, "build", "--format", "wheel", "--outdir", out
    ],
)  # fmt: skip
OURS_BOTH = Job(
    "ours, both", lambda box, tree, out: [box.ours, "-C", tree.flit, "build", "--outdir", out]
)
UV_WHEEL = Job(
    "uv build --wheel",
    lambda box, tree, out: [box.uv, "build", "--quiet", "--wheel", "--out-dir", out, tree.uv],
)
UV_BOTH = Job(
    "uv build", lambda box, tree, out: [box.uv, "build", "--quiet", "--out-dir", out, tree.uv]
)
FLIT_CLI = Job(
    "flit build --format wheel",
    lambda box, tree, out: [box.flit, "build", "--format", "wheel"],
    directory=_in_flit_tree,
    out_dir=_flit_dist,
)
FLIT_IN_PROCESS = Job(
    "flit_core, in process",
    lambda box, tree, out: [box.python, "-I", "-c", _IN_PROCESS, out],
    directory=_in_flit_tree,
    reports_itself=True,
)
LIMIT = Job(
    "the limit", lambda box, tree, out: [box.limit, tree.module_directory(), out / "limit.bin"]
)
OURS_START = Job("ours --version", lambda box, tree, out: [box.ours, "--version"])
UV_START = Job("uv --version", lambda box, tree, out: [box.uv, "--version"])

BUILDS = (OURS_WHEEL, UV_WHEEL, FLIT_CLI, FLIT_IN_PROCESS, LIMIT, OURS_BOTH, UV_BOTH)
STARTS = (OURS_START, UV_START)


class RunFailed(Exception):
    """A builder ended with an error."""


def toolbox(cache, ours):
    """Installs the peers and builds the two small Rust programs, all in the cache."""
    uv = source.environment(cache, "uv", REQUIREMENTS["uv"])
    python = source.environment(cache, "flit", REQUIREMENTS["flit"])
    manifest = Path(__file__).resolve().parent / "limit" / "Cargo.toml"
    target = cache / "target"
    subprocess.run(
        ["cargo", "build", "--release", "--quiet", "--locked", "--manifest-path", manifest],
        env={**os.environ, "CARGO_TARGET_DIR": str(target)},
        check=True,
    )
    release = target / "release"
    return Toolbox(
        ours, uv.with_name("uv"), python.with_name("flit"), python,
        release / "limit", release / "measure",
    )  # fmt: skip


def run(box, job, tree, workspace):
    """Runs a job once, in an output directory that is empty before and after."""
    out_dir = job.out_dir(tree) if job.out_dir else workspace / "out"
    shutil.rmtree(out_dir, ignore_errors=True)
    out_dir.mkdir()
    directory = job.directory(tree, out_dir) if job.directory else workspace
    command = [box.measure, *job.command(box, tree, out_dir)]
    environment = _environment(workspace)
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True)
    said, _, numbers = done.stdout.rstrip("\n").rpartition("\n")
    if done.returncode != 0 or numbers.split()[0] != "0":
        raise RunFailed(f"{job.name} on {tree and tree.name}:\n{done.stdout}{done.stderr}")
    _, milliseconds, peak_kib = numbers.split()
    if job.reports_itself:
        milliseconds = said.rpartition("\n")[2]
    return Sample(float(milliseconds), int(peak_kib), said)


def wheel_in(job, tree, workspace):
    """The wheel that the last run of a job left behind."""
    out_dir = job.out_dir(tree) if job.out_dir else workspace / "out"
    return next(out_dir.glob("*.whl"))


def _environment(workspace):
    """An environment without the user's settings; uv keeps its cache between the runs."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(workspace / "home"),
        "LANG": "C.UTF-8",
        "UV_CACHE_DIR": str(workspace / "home" / "uv-cache"),
    }
