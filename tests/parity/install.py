"""Whether pip, twine and installer take our files, and what was installed can be imported."""

import configparser
import os
from pathlib import Path
import subprocess
import venv

import core_metadata
from difference import Difference
import source
import wheel
from witness import PROJECT, TOOL_FLIT, configuration_kind, witness_for

_TOOLS = ["twine==7.0.0", "installer==1.1.0"]

_IMPORT = """\
import importlib, importlib.metadata, sys
for name in sys.argv[2:]:
    importlib.import_module(name)
distribution = importlib.metadata.distribution(sys.argv[1])
for entry_point in distribution.entry_points:
    if entry_point.group in ("console_scripts", "gui_scripts"):
        entry_point.load()
"""


def check(cache, built, expected_wheel, workspace):
    """What goes wrong when a wheel and an sdist are checked and installed.

    `expected_wheel` is the witness's: what the tools say about that is no fault of ours.
    """
    ours = wheel.read(built.wheel)
    found = _check_with_twine(cache, built, expected_wheel)
    found += _install_wheel_with_installer(cache, built.wheel, workspace / "installer")
    found += _install_wheel(cache, built.wheel, ours, workspace / "wheel")
    return found + _install_sdist(cache, built.sdist, ours, workspace / "sdist")


def _install_wheel(cache, path, contents, directory):
    """pip installs the wheel into a fresh environment."""
    venv.create(directory, with_pip=False)
    python = directory / "bin" / "python"
    pip = [_tools(cache), "-m", "pip", "--python", python]
    found = _run("install/wheel", path, [*pip, "install", "--quiet", "--no-deps", path])
    if found:
        return found
    for script in _scripts(contents):
        if not (directory / "bin" / script).is_file():
            found.append(Difference("install/script-missing", script))
    return found + _import("install/wheel-import", contents, [python, "-I", "-c", _IMPORT])


def _install_sdist(cache, path, contents, directory):
    """pip builds and installs the sdist, with the backend that its pyproject.toml names."""
    unpacked = source.unpack_beside(path, _empty(directory / "unpacked"))
    kind = configuration_kind(unpacked)
    backend = witness_for(cache, kind).python
    if kind == TOOL_FLIT:  # `flit.buildapi` is in flit, not in flit_core
        backend = source.environment(cache, "download-3", source.DOWNLOADERS["download-3"])
    elif kind != PROJECT:
        return [Difference("install/sdist", f"{path.name} has no pyproject.toml")]
    target = directory / "target"
    command = [backend, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    found = _run("install/sdist", path, [*command, "--target", target, path])
    if found:
        return found
    program = f"import sys; sys.path.insert(0, {str(target)!r})\n{_IMPORT}"
    return _import("install/sdist-import", contents, [backend, "-I", "-c", program])


def _install_wheel_with_installer(cache, path, directory):
    """installer checks every row of RECORD while it installs."""
    command = [_tools(cache), "-m", "installer", "--validate-record", "all"]
    command += ["--no-compile-bytecode", "--destdir", directory, path]
    return _run("install/installer", path, command)


def _check_with_twine(cache, built, expected_wheel):
    """What twine says about our files; what it says of the witness's wheel too is told apart."""
    known = _complaints(cache, expected_wheel)
    found = []
    for path in (built.wheel, built.sdist):
        for complaint in sorted(_complaints(cache, path)):
            rule = "install/twine-as-for-witness" if complaint in known else "install/twine"
            found.append(Difference(rule, path.name, diff=complaint))
    return found


def _complaints(cache, path):
    """The warnings and errors for which twine refuses a file."""
    command = [_tools(cache), "-m", "twine", "--no-color", "check", "--strict", path]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "COLUMNS": "500"}
    )
    if done.returncode == 0:
        return set()
    lines = (line.strip() for line in (done.stdout + done.stderr).splitlines())
    return {line for line in lines if line and not line.startswith("Checking ")}


def _import(rule, contents, command):
    """Imports the top-level modules and loads the scripts of a project without dependencies."""
    metadata = contents.special("METADATA")
    requirements = core_metadata.header_values(metadata, "Requires-Dist")
    if any(";" not in requirement for requirement in requirements):
        return []
    name = core_metadata.header_values(metadata, "Name")[0]
    return _run(rule, Path(contents.file_name), [*command, name, *_modules(contents)])


def _modules(contents):
    """The importable names at the top of a wheel."""
    tops = {Path(member).parts[0] for member in contents.contents}
    names = {top.removesuffix(".py") for top in tops}
    return sorted(name for name in names if name.isidentifier())


def _scripts(contents):
    """The names of the console scripts."""
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    parser.optionxform = str
    parser.read_string(contents.special("entry_points.txt").decode("utf-8"))
    return list(parser["console_scripts"]) if parser.has_section("console_scripts") else []


def _tools(cache):
    return source.environment(cache, "tools", _TOOLS)


def _run(rule, path, command):
    """No difference, or the one that tells what a tool said before it failed."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == 0:
        return []
    return [Difference(rule, path.name, diff=(done.stdout + done.stderr).strip())]


def _empty(directory: Path):
    directory.mkdir(parents=True)
    return directory
