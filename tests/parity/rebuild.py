"""Whether the same source gives the same bytes: after touching it, and through the sdist."""

import os
from pathlib import Path
import random
import shutil

from difference import Difference
import sdist
import source
import wheel
from witness import BuildFailed

# 1971 to 2030: also dates that a zip file cannot store.
_MTIMES = (31_536_000, 1_893_456_000)


def compare(builder, tree, workspace, environment):
    """The differences between builds of one tree that must not differ."""
    try:
        return _compare_builds(builder, tree, workspace, environment)
    except BuildFailed as error:  # what the first build showed is still worth telling
        return [Difference("rebuild/failed", tree.name, diff=str(error))]


def _compare_builds(builder, tree, workspace, environment):
    first_tree, second_tree = workspace / "first", workspace / "second"
    for copy in (first_tree, second_tree):
        shutil.copytree(tree, copy, symlinks=True)
    touch_all(second_tree)
    first = builder.build(first_tree, workspace / "out-first", {**environment, "TZ": "UTC"})
    second = builder.build(
        second_tree, workspace / "out-second", {**environment, "TZ": "Asia/Kathmandu"}, 0o077
    )
    found = _same_file("rebuild/wheel", first.wheel, second.wheel, _tell_wheels)
    found += _same_file("rebuild/sdist", first.sdist, second.sdist, _tell_sdists)

    unpacked = source.unpack_beside(first.sdist, _empty(workspace / "from-sdist"))
    touch_all(unpacked)
    through = builder.build(unpacked, workspace / "out-from-sdist", environment)
    return found + _same_file("rebuild/through-sdist", first.wheel, through.wheel, _tell_wheels)


def touch_all(tree):
    """Gives every file and folder a date of its own."""
    dates = random.Random(tree.name)
    for path in sorted(tree.rglob("*")):
        date = dates.randint(*_MTIMES)
        os.utime(path, (date, date), follow_symlinks=False)


def _same_file(rule, first, second, tell):
    if first.name == second.name and first.read_bytes() == second.read_bytes():
        return []
    return tell(first, second) or [Difference(rule, f"{first.name}: only compressed bytes differ")]


def _tell_wheels(first, second):
    return wheel.compare(wheel.read(first), wheel.read(second), old_metadata=False)


def _tell_sdists(first, second):
    return sdist.compare(sdist.read(first), sdist.read(second))


def _empty(directory: Path):
    directory.mkdir(parents=True)
    return directory
