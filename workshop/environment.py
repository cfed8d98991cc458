"""Makes or refreshes the environment of `make`: what the lock files say, and amiable itself.

Usage: python3 workshop/environment.py .venv requirements.lock requirements-uv.lock
Runs before anything is installed, so it needs the standard library only.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

NO_ENSUREPIP = f"""\
{sys.executable} cannot make a virtual environment: its module 'ensurepip' is missing.
Debian and Ubuntu keep it in a package of its own:  apt-get install python3-venv
(or python{sys.version_info[0]}.{sys.version_info[1]}-venv).
Or name another Python:  make PYTHON=python3.12"""


def main(folder: Path, lock: Path, uv_lock: Path) -> None:
    """Leave `folder` holding the locked packages and amiable, editable."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not is_sound(python):
        make_environment(folder)
    print(f"Installing what {lock} names into {folder} ...", flush=True)
    if not (install_with_uv(python, lock, uv_lock) or install_with_pip(python, lock)):
        sys.exit(f"The packages of {lock} could not be installed; the reason is above.")


def is_sound(python: Path) -> bool:
    """Whether the environment's Python still runs, is new enough and has pip.

    A Python that was upgraded or moved away leaves an environment that does not start.
    """
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return python.exists() and quietly(str(python), "-c", probe)


def make_environment(folder: Path) -> None:
    """Make a fresh environment with pip in it, or exit saying what is missing."""
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit(NO_ENSUREPIP)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        venv.create(folder, with_pip=True)
    except subprocess.CalledProcessError as failure:
        sys.exit(f"{NO_ENSUREPIP}\n\n{failure}")


def install_with_uv(python: Path, lock: Path, uv_lock: Path) -> bool:
    """Install through uv, which also removes what the lock no longer names; False if it cannot."""
    uv = python.with_name("uv.exe" if os.name == "nt" else "uv")
    pip = (str(python), "-m", "pip", "--quiet", "--disable-pip-version-check")
    quietly(*pip, "install", "--require-hashes", "--only-binary=:all:", "-r", str(uv_lock))
    common = ("--quiet", "--python", str(python))
    editable = ("--no-deps", "--no-build-isolation", "--editable", ".")
    if (
        quietly(str(uv), "--version")
        and run(str(uv), "pip", "sync", *common, "--require-hashes", str(lock))
        and run(str(uv), "pip", "install", *common, *editable)
    ):
        return True
    print("uv cannot do it on this machine: pip does the work, more slowly.", flush=True)
    return False


def install_with_pip(python: Path, lock: Path) -> bool:
    """Install the same lock through pip alone."""
    pip = (str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", "install")
    return run(*pip, "--require-hashes", "-r", str(lock)) and run(
        *pip, "--no-deps", "--no-build-isolation", "--editable", "."
    )


def run(*command: str) -> bool:
    """Run a command with its output shown; whether it went well."""
    return subprocess.run(command, env=clean_environment(), check=False).returncode == 0


def quietly(*command: str) -> bool:
    """Run a command with its output thrown away; whether it went well."""
    try:
        done = subprocess.run(command, env=clean_environment(), check=False, capture_output=True)
    except OSError:
        return False
    return done.returncode == 0


def clean_environment() -> dict[str, str]:
    """The caller's environment without what would point to another Python."""
    misleading = {"VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__"}
    kept = {name: value for name, value in os.environ.items() if name not in misleading}
    return kept | {"UV_PYTHON_DOWNLOADS": "never"}


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
