"""Where source trees come from: sdists that pip downloads into the cache, unpacked.

pip reads an sdist's metadata before it keeps the file, which runs the project's own build
backend. So the download runs in an environment that holds the backend: first today's
flit_core, then the last one that knows `[tool.flit.metadata]` and `setup.py`.
"""

import os
from pathlib import Path
import re
import shutil
import subprocess
import tarfile
import venv

DOWNLOADERS = {
    "download-4": ["flit_core==4.2.0"],
    "download-3": ["flit==3.12.0", "flit_core==3.12.0", "setuptools<80", "wheel"],
}


class FetchError(Exception):
    """A project's sdist could not be had."""


def default_cache():
    """`$FLIT_PARITY_CACHE`, or a folder of its own in the user's cache directory."""
    named = os.environ.get("FLIT_PARITY_CACHE")
    return Path(named) if named else Path.home() / ".cache" / "flit-parity"


def environment(cache, name, requirements):
    """The Python of a virtual environment in the cache that holds `requirements`."""
    directory = cache / "venvs" / name
    python = directory / "bin" / "python"
    installed = directory / "installed.txt"
    wanted = "\n".join(requirements)
    if installed.is_file() and installed.read_text() == wanted:
        return python
    venv.create(directory, clear=True, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *requirements], check=True)
    installed.write_text(wanted)
    return python


def source_tree(cache, requirement):
    """The unpacked sdist of `NAME==VERSION`, from the cache or downloaded into it.

    Nobody writes into this tree; every build gets a copy.
    """
    tree = cache / "src" / requirement.replace("==", "-")
    if tree.is_dir():
        return tree
    sdist = _find_sdist(cache, requirement) or _download(cache, requirement)
    return _unpack(sdist, tree)


def unpack_beside(sdist, directory):
    """Unpacks an sdist into `directory` and returns its one top folder."""
    with tarfile.open(sdist) as archive:
        archive.extractall(directory, filter="data")
    folders = list(directory.iterdir())
    if len(folders) != 1:
        raise FetchError(f"{sdist.name} has {len(folders)} top-level folders")
    return folders[0]


def _unpack(sdist, tree):
    unfinished = tree.with_name(tree.name + ".unpacking")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    unpack_beside(sdist, unfinished).rename(tree)
    unfinished.rmdir()
    return tree


def _download(cache, requirement):
    directory = cache / "sdists"
    directory.mkdir(parents=True, exist_ok=True)
    said = ""
    for name, requirements in DOWNLOADERS.items():
        python = environment(cache, name, requirements)
        # The sdist is only read, so the Python that the project asks for does not matter.
        command = [python, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--ignore-requires-python", "--no-binary", ":all:", "--no-build-isolation"]
        command.append(requirement)
        run = subprocess.run(command, cwd=directory, capture_output=True, text=True)
        if run.returncode == 0:
            return _find_sdist(cache, requirement)
        said = run.stderr
    reason = said.strip().rpartition("\n")[2]
    raise FetchError(f"pip cannot download the sdist of {requirement}: {reason}")


def _find_sdist(cache, requirement):
    """The downloaded sdist of a requirement, however its name is spelled."""
    name, _, version = requirement.partition("==")
    for path in (cache / "sdists").glob("*.tar.gz"):
        found, _, found_version = path.name.removesuffix(".tar.gz").rpartition("-")
        if _normalized(found) == _normalized(name) and found_version == version:
            return path
    return None


def _normalized(name):
    return re.sub(r"[-_.]+", "-", name).lower()
