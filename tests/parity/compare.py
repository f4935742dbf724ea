#!/usr/bin/env python3
"""Builds real projects with our flit and with Python's, and tells every difference.

For each NAME==VERSION: downloads the sdist, builds it with the flit that its configuration
file was written for and with ours, compares wheels and sdists, builds again, and installs.
Needs Python 3.11 and a pip that reaches an index. README.md says what is compared.
"""

import argparse
from concurrent.futures import ThreadPoolExecutor
import os
from pathlib import Path
import shutil
import sys
import tempfile
import traceback

sys.dont_write_bytecode = True  # no __pycache__ in the repository

import accepted
import install
from native import Native
import rebuild
import sdist
import self_test
import source
import wheel
from witness import (
    FLIT_INI,
    PROJECT,
    BuildFailed,
    UnsupportedProject,
    configuration_kind,
    witness_for,
)

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent

# 2020-02-03 04:05:06 UTC: no two parts alike, so that a mixed-up field shows.
EPOCH = 1580702706


def main():
    options = parse_arguments()
    projects = options.projects or read_projects(HERE / "projects.txt")
    if not options.self_test and not options.flit.is_file():
        sys.exit(f"no such file: {options.flit} (cargo build --release, or --flit)")
    options.cache.mkdir(parents=True, exist_ok=True)
    agreed = 0
    for project in projects:
        agreed += report(project, options)
    print(f"{agreed} agree, {len(projects) - agreed} differ")
    sys.exit(0 if agreed == len(projects) else 1)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "projects", nargs="*", metavar="NAME==VERSION", help="default: those in projects.txt"
    )
    parser.add_argument(
        "--flit",
        type=Path,
        default=REPOSITORY / "target" / "release" / "flit",
        help="our binary (default: target/release/flit)",
    )
    parser.add_argument(
        "--plugin",
        action="append",
        default=[],
        type=Path,
        help="a plugin that our binary loads; may be given more than once",
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=source.default_cache(),
        help="downloads and witnesses (default: $FLIT_PARITY_CACHE or ~/.cache/flit-parity)",
    )
    parser.add_argument("--quick", action="store_true", help="skip the install checks")
    parser.add_argument("--keep", type=Path, help="keep what was built in this new directory")
    parser.add_argument(
        "--self-test",
        action="store_true",
        help="compare the witness with itself, and see that tampering is noticed",
    )
    options = parser.parse_args()
    options.flit = options.flit.resolve()
    options.cache = options.cache.resolve()
    return options


def read_projects(path):
    """The lines of a list of projects, without comments."""
    lines = (line.partition("#")[0].strip() for line in path.read_text().splitlines())
    return [line for line in lines if line]


def report(project, options):
    """Compares one project and prints the outcome; whether all agreed."""
    with tempfile.TemporaryDirectory(prefix="flit-parity-") as temporary:
        workspace = Path(temporary)
        if options.keep:
            workspace = options.keep.resolve() / project.replace("==", "-")
            workspace.mkdir(parents=True)
        try:
            witness_name, counted, forgiven = compare(project, options, workspace)
        except (source.FetchError, UnsupportedProject, BuildFailed) as error:
            print(f"{project}: FAILED: {error}", flush=True)
            return False
        except Exception:  # one broken file must not hide the other projects
            print(f"{project}: FAILED:\n{traceback.format_exc()}", flush=True)
            return False
    outcome = f"{len(counted)} differ" if counted else "ok"
    aside = f", {len(forgiven)} accepted" if forgiven else ""
    print(f"{project}: {outcome} ({witness_name}{aside})", flush=True)
    for difference in forgiven:
        print(f"    accepted {difference}")
    for difference in counted:
        print(f"    {difference}")
        if difference.diff:
            print("\n".join(f"      | {line}" for line in difference.diff.splitlines()))
    return not counted


def compare(project, options, workspace):
    """The witness's name, the differences that count, and those that are accepted."""
    tree = source.source_tree(options.cache, project)
    kind = configuration_kind(tree)
    witness = witness_for(options.cache, kind)
    if options.self_test:
        builder = witness
    else:
        plugins = [word for path in options.plugin for word in ("--plugin", path.resolve())]
        builder = Native(options.flit, tuple(plugins))
    expected, actual = build_both(witness, builder, tree, workspace)
    found = compare_built(kind, tree, expected, actual)
    if options.self_test:
        check_comparison(expected, workspace)
    else:
        environment = build_environment(workspace)
        found += rebuild.compare(builder, tree, workspace / "rebuild", environment)
        if not options.quick:
            found += install.check(options.cache, actual, expected.wheel, workspace / "install")
    return witness.name, *accepted.sift(kind, found)


def build_both(witness, builder, tree, workspace):
    """Builds separate copies of one tree with the witness and with ours, at the same time."""
    environment = {**build_environment(workspace), "SOURCE_DATE_EPOCH": str(EPOCH)}

    def build(label, by):
        copy = workspace / label / tree.name
        shutil.copytree(tree, copy, symlinks=True)
        return by.build(copy, workspace / f"{label}-out", environment)

    with ThreadPoolExecutor() as pool:
        jobs = [pool.submit(build, "witness", witness), pool.submit(build, "ours", builder)]
        return [job.result() for job in jobs]


def build_environment(workspace):
    """An environment without the user's settings."""
    home = workspace / "home"
    home.mkdir(exist_ok=True)
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}


def compare_built(kind, tree, expected, actual):
    """All differences between the files of two builds, and the faults of ours alone."""
    ours = wheel.read(actual.wheel)
    found = wheel.compare(wheel.read(expected.wheel), ours, old_metadata=kind == FLIT_INI)
    found += wheel.check(ours)
    if actual.sdist is None:
        return found
    our_sdist = sdist.read(actual.sdist)
    found += sdist.check(our_sdist, EPOCH)
    if kind == PROJECT:
        found += sdist.compare(sdist.read(expected.sdist), our_sdist)
    elif kind == FLIT_INI:
        found += sdist.compare_with_tree(tree, our_sdist)
    else:
        found += sdist.compare_loosely(sdist.read(expected.sdist), our_sdist)
    return found


def check_comparison(built, workspace):
    """Raises if the comparison misses a tampering, or sees one where there is none."""
    if not self_test.untampered_copy(built, workspace / "untampered"):
        raise AssertionError("a faithful copy of the wheel compares as different")
    missed = self_test.unnoticed(built, workspace / "tampered", EPOCH)
    if missed:
        raise AssertionError(f"not noticed: {', '.join(missed)}")


if __name__ == "__main__":
    main()
