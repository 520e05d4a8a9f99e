"""The virtual environment: what requirements.lock names, hashes checked, and Clarine itself from this checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

from progress import ROOT, VENV, SetupStoppedError, contents, is_stamped, run, stamp, step
from system import install

PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
VERSIONS = ((3, 11), (3, 12), (3, 13))


def prepare_packages() -> None:
    """Make or renew ``.venv``; does nothing when the lock, the project file and the Python are those of last time."""
    fingerprint = contents([LOCK, ROOT / "pyproject.toml"], str(ROOT), os.fspath(VENV / "bin"))
    if PYTHON.exists() and is_stamped("packages", fingerprint):
        return
    if not _works():
        interpreter = _interpreter()
        with step("virtual environment"):
            run([interpreter, "-m", "venv", "--clear", VENV])
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    with step("Python packages"):
        # Most modules are never imported; those that are get compiled then, once.
        run([*pip, "--no-compile", "--require-hashes", "--requirement", str(LOCK)])
    with step("Clarine"):
        run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
    stamp("packages", fingerprint)


def _works() -> bool:
    """Whether the environment has a Python that runs, is of a known version, and has pip."""
    if not PYTHON.exists():
        return False
    return _version(os.fspath(PYTHON), "import pip") in VERSIONS


def _interpreter() -> str:
    """A Python that may carry the environment, with the modules that making one needs."""
    names = [sys.executable, *(f"python{major}.{minor}" for major, minor in VERSIONS)]
    found = next((path for name in names if (path := shutil.which(name)) and _version(path) in VERSIONS), None)
    if found is None:
        raise SetupStoppedError("Clarine needs Python 3.11, 3.12 or 3.13, and none of them is on the PATH.")
    if _version(found, "import ensurepip, venv") is None:
        major, minor = _version(found) or VERSIONS[0]
        install([f"python{major}.{minor}-venv"], "This Python cannot make virtual environments.")
    return found


def _version(interpreter: str, statement: str = "pass") -> tuple[int, int] | None:
    """The version of *interpreter*, or None when it cannot run *statement*."""
    program = f"import json, sys; {statement}; print(json.dumps(sys.version_info[:2]))"
    done = subprocess.run([interpreter, "-c", program], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return None
    major, minor = json.loads(done.stdout)
    return int(major), int(minor)
