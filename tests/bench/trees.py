"""The source trees that are built: real ones with a uniform pyproject.toml, and generated ones.

Every tool gets the same module, readme and license; only `[build-system]` and the tool's own
table differ, so there is one copy of each tree for flit and one for uv.
"""

from dataclasses import dataclass
import os
from pathlib import Path
import shutil
import subprocess
import tempfile

import source

FLIT_BACKEND = """\
[build-system]
requires = ["flit_core >=4,<5"]
build-backend = "flit_core.buildapi"
"""

UV_BACKEND = """\
[build-system]
requires = ["uv_build >=0.13,<0.14"]
build-backend = "uv_build"

[tool.uv.build-backend]
module-root = "{root}"
module-name = "{module}"
"""

PROJECT = """\
[project]
name = "{module}"
version = "{version}"
description = "A source tree to measure builders with."
readme = "README.md"
requires-python = ">=3.9"
license-files = ["LICENSE"]

"""

_LINES = "\n".join(f"def function_{i}(argument):\n    return argument + {i}\n" for i in range(8))


@dataclass(frozen=True)
class Tree:
    """One project, once for flit and once for uv."""

    name: str
    module: str
    flit: Path
    uv: Path
    files: int

    def module_directory(self):
        """What the limit packs: the module alone."""
        below_source = self.flit / "src" / self.module
        return below_source if below_source.is_dir() else self.flit / self.module


@dataclass(frozen=True)
class Origin:
    """Where a real tree comes from. `root` is the folder that holds the module."""

    requirement: str
    module: str
    root: str = ""


ORIGINS = (
    Origin("packaging==25.0", "packaging", "src"),
    Origin("rich==14.1.0", "rich"),
    Origin("Django==5.2.6", "django"),
    Origin("sympy==1.14.0", "sympy"),
)


def real(cache, origin):
    """One of the real trees, from the cache or made now."""
    directory = cache / "trees" / origin.requirement.replace("==", "-")
    if not directory.is_dir():
        _make_real(cache, origin, directory)
    return _tree(origin.requirement.partition("==")[0], origin.module, directory, origin.root)


def generated(cache, files):
    """A package of this many small files, a hundred to a folder; for flit only."""
    module = f"many{files}"
    directory = cache / "trees" / module
    if not directory.is_dir():
        with _unfinished(directory) as unfinished:
            package = unfinished / "flit" / module
            for index in range(files):
                folder = package / f"part_{index // 100:04}"
                folder.mkdir(parents=True, exist_ok=True)
                (folder / f"module_{index % 100:02}.py").write_text(f"N = {index}\n{_LINES}")
            (package / "__init__.py").write_text('"""Many small files."""\n')
            _write_project(unfinished / "flit", module, "1.0", FLIT_BACKEND)
            (unfinished / "uv").mkdir()
    return _tree(module, module, directory, "")


def _make_real(cache, origin, directory):
    version = origin.requirement.partition("==")[2]
    with tempfile.TemporaryDirectory(dir=cache) as temporary:
        tree = source.unpack_beside(_sdist(cache, origin), Path(temporary))
        with _unfinished(directory) as unfinished:
            for tool, backend in (("flit", FLIT_BACKEND), ("uv", UV_BACKEND)):
                below = Path(origin.root) / origin.module
                shutil.copytree(tree / below, unfinished / tool / below)
                text = backend.format(root=origin.root, module=origin.module)
                _write_project(unfinished / tool, origin.module, version, text)


def _write_project(directory, module, version, backend):
    text = PROJECT.format(module=module, version=version) + backend
    (directory / "pyproject.toml").write_text(text)
    (directory / "README.md").write_text("A source tree to measure builders with.\n")
    (directory / "LICENSE").write_text("See the project's own license.\n")


def _sdist(cache, origin):
    """The sdist of a requirement; pip fetches the backends it wants, as wheels."""
    directory = cache / "sdists"
    directory.mkdir(parents=True, exist_ok=True)
    name, _, version = origin.requirement.partition("==")
    pattern = f"{name.lower()}-{version}.tar.gz"
    if not list(directory.glob(pattern)):
        python = source.environment(cache, "download", [])
        command = [python, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", name]
        subprocess.run([*command, origin.requirement], cwd=directory, check=True)
    return next(directory.glob(pattern))


class _unfinished:
    """A folder that gets its final name only when all is in it."""

    def __init__(self, directory):
        self.directory = directory
        self.path = directory.with_name(directory.name + ".making")

    def __enter__(self):
        shutil.rmtree(self.path, ignore_errors=True)
        self.path.mkdir(parents=True)
        return self.path

    def __exit__(self, kind, *_):
        if kind is None:
            self.path.rename(self.directory)


def _tree(name, module, directory, root):
    below = directory / "flit" / root / module
    files = sum(len(names) for _, _, names in os.walk(below))
    return Tree(name, module, directory / "flit", directory / "uv", files)
