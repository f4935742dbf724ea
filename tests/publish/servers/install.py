"""Installs what the tests of `flit publish` speak to: servers and installers from PyPI, nginx from Debian.

All of it is kept in the user's cache and installed once. Prints one `name=path` a line: the directory of the programs
from PyPI, and nginx.
"""

import fcntl
import os
from pathlib import Path
import shutil
import subprocess
import sys
import venv

REQUIREMENTS = """\
pip==26.3
pypiserver[passlib]==2.4.2
devpi-server==6.20.3
twine==7.0.0
uv==0.13.9
"""

# nginx lies in a directory that is not on everybody's path.
NGINX_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
INSTALL_NGINX = ["apt-get", "install", "-y", "--no-install-recommends", "nginx-light"]


def cache_dir():
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "flit-publish"


def programs_from_pypi(directory):
    """Makes the virtual environment unless it is there and has what is wanted."""
    environment = directory / "venv"
    # Written last, so that an installation that was cut short is begun anew.
    stamp = environment / "installed.txt"
    wanted = f"{sys.version}\n{REQUIREMENTS}"
    if not stamp.exists() or stamp.read_text() != wanted:
        venv.create(environment, clear=True, with_pip=True)
        requirements = directory / "requirements.txt"
        requirements.write_text(REQUIREMENTS)
        python = environment / "bin" / "python"
        run([python, "-m", "pip", "install", "--quiet", "--requirement", requirements])
        stamp.write_text(wanted)
    return environment / "bin"


def nginx():
    """Finds nginx, and installs it where that can be done without asking anybody."""
    found = shutil.which("nginx", path=NGINX_PATH)
    if found is None and shutil.which("apt-get") and os.geteuid() == 0:
        # The run level keeps Debian from starting the server that it installs.
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        run(["apt-get", "update", "--quiet"], env=environment)
        run(INSTALL_NGINX, env=environment)
        found = shutil.which("nginx", path=NGINX_PATH)
    if found is None:
        sys.exit(f"nginx is needed by the tests: sudo {' '.join(INSTALL_NGINX)}")
    return found


def run(command, **options):
    """Runs a command whose output is of interest only if it fails, and never belongs to stdout."""
    subprocess.run(command, check=True, stdout=sys.stderr, **options)


def main():
    directory = cache_dir()
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        print(f"programs={programs_from_pypi(directory)}")
        print(f"nginx={nginx()}")


if __name__ == "__main__":
    main()
