#!/usr/bin/env python3
"""Times our flit, uv and Python's flit side by side on the same source trees.

Interleaved rounds in one run, so that a busy machine slows all alike. Prints tables in
markdown; with --check it ends with 1 when a target is missed. README.md says what is measured.
"""

import argparse
import os
from pathlib import Path
import statistics
import sys
import tempfile
import zipfile

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent

sys.dont_write_bytecode = True  # no __pycache__ in the repository
sys.path.append(str(HERE.parent / "parity"))  # `source` is shared with the comparison

import targets  # noqa: E402
import tools  # noqa: E402
import trees  # noqa: E402

_START_ROUNDS = 40
_LINEARITY_SIZES = (1_000, 10_000, 100_000)


def main():
    options = parse_arguments()
    if not options.flit.is_file():
        sys.exit(f"no such file: {options.flit} (cargo build --release, or --flit)")
    options.cache.mkdir(parents=True, exist_ok=True)
    box = tools.toolbox(options.cache, options.flit)
    outcomes = []
    # In the cache directory, because /tmp may be memory and the peers' output is not.
    with tempfile.TemporaryDirectory(dir=options.cache, prefix="run-") as temporary:
        workspace = Path(temporary)
        (workspace / "home").mkdir()
        if "builds" in options.parts:
            outcomes += bench_builds(box, options, workspace)
        if "start" in options.parts:
            outcomes += bench_start(box, workspace)
        if "linearity" in options.parts:
            outcomes += bench_linearity(box, options, workspace)
    print_outcomes(outcomes)
    missed = [outcome for outcome in outcomes if not outcome.kept]
    print(f"{len(outcomes) - len(missed)} targets kept, {len(missed)} missed")
    sys.exit(1 if options.check and missed else 0)


def parse_arguments():
    parts = ("builds", "start", "linearity")
    names = [origin.requirement.partition("==")[0] for origin in trees.ORIGINS]
    named_cache = os.environ.get("FLIT_BENCH_CACHE")
    cache = Path(named_cache) if named_cache else Path.home() / ".cache" / "flit-bench"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--flit",
        type=Path,
        default=REPOSITORY / "target" / "release" / "flit",
        help="our binary (default: target/release/flit)",
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=cache,
        help="trees and peers (default: $FLIT_BENCH_CACHE or ~/.cache/flit-bench)",
    )
    parser.add_argument("--tree", action="append", choices=names, help="only this tree")
    parser.add_argument("--rounds", type=int, default=7, help="default: 7; small trees take twice")
    parser.add_argument(
        "--part", action="append", choices=parts, dest="parts", help="only this part"
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 if a target is missed")
    options = parser.parse_args()
    options.flit, options.cache = options.flit.resolve(), options.cache.resolve()
    options.parts = options.parts or parts
    options.tree = options.tree or names
    return options


def bench_builds(box, options, workspace):
    """Times all builders on the real trees and prints the table."""
    chosen = [
        trees.real(options.cache, origin)
        for origin in trees.ORIGINS
        if origin.requirement.partition("==")[0] in options.tree
    ]
    samples = {(job, tree.name): [] for job in tools.BUILDS for tree in chosen}
    sizes = warm_up(box, chosen, workspace)
    for tree in chosen:
        rounds = options.rounds * 2 if tree.files < 1000 else options.rounds
        for number in range(rounds):
            progress(f"{tree.name}: round {number + 1} of {rounds}")
            for job in tools.BUILDS:
                samples[job, tree.name].append(tools.run(box, job, tree, workspace))
    print_builds(chosen, samples, sizes)
    return targets.of_builds(chosen, samples, sizes)


def warm_up(box, chosen, workspace):
    """Runs every job once untimed; returns the wheels' sizes by (job, tree)."""
    sizes = {}
    for tree in chosen:
        contents = {}
        for job in tools.BUILDS:
            progress(f"{tree.name}: {job.name}, untimed")
            tools.run(box, job, tree, workspace)
            if job is not tools.LIMIT:
                wheel = tools.wheel_in(job, tree, workspace)
                sizes[job, tree.name] = wheel.stat().st_size
                contents[job.name] = module_members(wheel)
        first = contents[tools.FLIT_CLI.name]
        for name, members in contents.items():
            if members != first:
                sys.exit(f"{name} packs other files of {tree.name} than flit: unfair")
    return sizes


def module_members(wheel):
    """Name and checksum of a wheel's files outside its dist-info folder."""
    with zipfile.ZipFile(wheel) as archive:
        return {
            (info.filename, info.CRC)
            for info in archive.infolist()
            if not info.is_dir() and ".dist-info/" not in info.filename
        }


def bench_start(box, workspace):
    """Times how long we and uv take to say our version."""
    samples = {job: [] for job in tools.STARTS}
    for number in range(_START_ROUNDS + 1):
        for job in tools.STARTS:
            sample = tools.run(box, job, None, workspace)
            if number:  # the first round is untimed
                samples[job].append(sample)
    print_rows(["start, ms", ""], [[job.name, times(samples[job])] for job in tools.STARTS])
    return targets.of_start(samples)


def bench_linearity(box, options, workspace):
    """Times us alone on generated trees of growing size."""
    samples, chosen, rows = {}, [], []
    for files in _LINEARITY_SIZES:
        progress(f"{files} files")
        tree = trees.generated(options.cache, files)
        chosen.append(tree)
        runs = [tools.run(box, tools.OURS_WHEEL, tree, workspace) for _ in range(4)]
        samples[tree.name] = runs[1:]  # the first is untimed
        each = targets.fastest(samples[tree.name]) / tree.files
        peak = f"{targets.largest(samples[tree.name]) / 1024:.1f}"
        rows.append([f"{tree.files:,}", times(samples[tree.name]), f"{each * 1000:.1f}", peak])
    print_rows(["files", "a wheel, ms", "a file, µs", "peak, MB"], rows)
    return targets.of_linearity(chosen, samples)


def print_builds(chosen, samples, sizes):
    columns = [f"{tree.name}, {tree.files:,} files" for tree in chosen]
    rows = [
        [job.name, *(times(samples[job, tree.name]) for tree in chosen)] for job in tools.BUILDS
    ]
    inside = [min(float(s.said) for s in samples[tools.LIMIT, tree.name]) for tree in chosen]
    rows.append(["the limit, without its start", *(f"{value:.1f}" for value in inside)])
    print_rows(["ms, minimum / median", *columns], rows)
    peaks = [
        [job.name, *(f"{targets.largest(samples[job, tree.name]) / 1024:.1f}" for tree in chosen)]
        for job in tools.BUILDS
        if job is not tools.LIMIT
    ]
    print_rows(["peak memory, MB", *columns], peaks)
    jobs = (tools.OURS_WHEEL, tools.UV_WHEEL, tools.FLIT_CLI)
    wheel_sizes = [[job.name, *(f"{sizes[job, tree.name]:,}" for tree in chosen)] for job in jobs]
    print_rows(["size of the wheel, bytes", *columns], wheel_sizes)


def print_outcomes(outcomes):
    rows = [
        [
            outcome.target,
            outcome.tree,
            f"{outcome.measured:.3f}",
            f"{outcome.at_most:.3f}",
            "kept" if outcome.kept else "**missed**",
        ]
        for outcome in outcomes
    ]
    print_rows(["target", "tree", "measured", "at most", ""], rows)


def print_rows(header, rows):
    """Prints a markdown table."""
    for row in (header, ["---"] * len(header), *rows):
        print(f"| {' | '.join(row)} |")
    print(flush=True)


def times(samples):
    values = [sample.milliseconds for sample in samples]
    return f"{min(values):.1f} / {statistics.median(values):.1f}"


def progress(text):
    """Says on a terminal what is going on."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
