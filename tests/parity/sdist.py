"""Compares two sdists, and checks what must hold for ours alone."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
import stat
import tarfile

import core_metadata
from difference import Difference, of_bytes, of_lines, of_values

# What an sdist of an old configuration may carry beside the witness's members, so that it
# can be built by today's tools: our pyproject.toml, the original beside it; and flit 1 to 3
# may add a setup.py.
_MAY_DIFFER = {"pyproject.toml", "pyproject.toml.orig", "setup.py"}


@dataclass(frozen=True)
class Sdist:
    """An sdist, read whole. Member names are relative to its one top folder."""

    file_name: str
    members: dict  # name -> TarInfo
    contents: dict  # name -> bytes, of regular files
    top_folders: set
    gzip_header: bytes


def read(path):
    """Reads an sdist."""
    with tarfile.open(path) as archive:
        members, contents, top_folders = {}, {}, set()
        for info in archive:
            top, _, name = info.name.partition("/")
            top_folders.add(top)
            members[name] = info
            if info.isreg():
                contents[name] = archive.extractfile(info).read()
    with open(path, "rb") as raw:
        return Sdist(Path(path).name, members, contents, top_folders, raw.read(10))


def compare(expected, actual):
    """The differences of our sdist from the witness's, both made from `[project]`."""
    found = of_values("sdist/file-name", "sdist", expected.file_name, actual.file_name)
    found += of_lines(
        "sdist/members", "member names in order", list(expected.members), list(actual.members)
    )
    for name in expected.members:
        found += _compare_member(expected, actual, name)
    return found


def compare_loosely(expected, actual):
    """The same for `[tool.flit.metadata]`, where ours may generate a pyproject.toml."""
    names = [
        [name for name in side.members if name not in _MAY_DIFFER] for side in (expected, actual)
    ]
    found = of_values("sdist/file-name", "sdist", expected.file_name, actual.file_name)
    found += of_lines("sdist/members", "member names in order", *names)
    for name in names[0]:
        found += _compare_member(expected, actual, name)
    return found


def compare_with_tree(tree, actual):
    """The same for flit.ini, whose witness needs version control to make an sdist.

    Every member that the source tree also has must be that very file.
    """
    found = of_values("sdist/has-config", "flit.ini", True, "flit.ini" in actual.members)
    for name, info in actual.members.items():
        path = tree / PurePosixPath(name)
        if name in _MAY_DIFFER or name == "PKG-INFO":
            continue
        if not path.is_file():
            found.append(Difference("sdist/not-in-tree", name))
            continue
        found += of_bytes("sdist/content", name, path.read_bytes(), actual.contents[name])
        mode = 0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644
        found += of_values("sdist/mode", name, oct(mode), oct(info.mode))
    return found


def check(sdist, epoch):
    """What is wrong with an sdist by itself, built with this SOURCE_DATE_EPOCH."""
    top = sdist.file_name.removesuffix(".tar.gz")
    found = of_values("sdist/top-folder", sdist.file_name, {top}, sdist.top_folders)
    found += of_values("sdist/has-pkg-info", "PKG-INFO", True, "PKG-INFO" in sdist.contents)
    for name, info in sdist.members.items():
        owner = (info.uid, info.gid, info.uname, info.gname)
        found += of_values("sdist/owner", name, (0, 0, "", ""), owner)
        found += of_values("sdist/date-fixed", name, True, info.mtime in (0, epoch))
        found += of_values("sdist/is-file", name, True, info.isreg() or info.issym())
        if info.isreg():
            found += of_values("sdist/mode-normal", name, True, info.mode in (0o644, 0o755))
    magic = b"\x1f\x8b\x08"
    found += of_values("sdist/gzip-magic", sdist.file_name, magic, sdist.gzip_header[:3])
    written = int.from_bytes(sdist.gzip_header[4:8], "little")
    return found + of_values("sdist/gzip-date", sdist.file_name, epoch, written)


def _compare_member(expected, actual, name):
    theirs, ours = expected.members[name], actual.members.get(name)
    if ours is None:
        return []  # already told by the list of members
    found = of_values("sdist/type", name, theirs.type, ours.type)
    found += of_values("sdist/link-target", name, theirs.linkname, ours.linkname)
    found += of_values("sdist/mode", name, oct(theirs.mode), oct(ours.mode))
    if not theirs.isreg() or not ours.isreg():
        return found
    contents = expected.contents[name], actual.contents[name]
    if name == "PKG-INFO":
        return found + core_metadata.compare("sdist", *contents, order_matters=True)
    return found + of_bytes("sdist/content", name, *contents)
