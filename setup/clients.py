"""Published clients of the Cloud API, each in a place of its own, and openssl for the certificates of the fronts that some need."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from packages import PYTHON
from pages import node_tool
from progress import ROOT, VENV, contents, is_stamped, run, stamp, step
from system import install

#: Ignored by git; `make clean` removes it.
CACHE = ROOT / ".clients"
LISTS = ROOT / "tests" / "clients"


def prepare_clients() -> None:
    """Install each client by name, exact version and hash; does nothing when its list and the Python are those of last time."""
    if shutil.which("openssl") is None:
        install(["openssl"], "Some clients speak only HTTPS, and openssl makes the certificates.")
    for listed in sorted((LISTS / "python").glob("*/requirements.lock")):
        _prepare_python(listed.parent.name, listed)
    _prepare_node()


def _prepare_python(name: str, lock: Path) -> None:
    home = CACHE / name
    python = home / "bin" / "python"
    fingerprint = contents([lock], str(ROOT), sys.version, str(VENV))
    if python.exists() and is_stamped(f"client-{name}", fingerprint):
        return
    with step(f"client {name}"):
        run([PYTHON, "-m", "venv", "--clear", home])
        pip: list[str | Path] = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-compile",
        ]
        run([*pip, "--require-hashes", "--requirement", lock])
    stamp(f"client-{name}", fingerprint)


def _prepare_node() -> None:
    """npm installs beside the list, so the list is copied to where the packages may stand."""
    home = CACHE / "node"
    lists = [LISTS / "node" / name for name in ("package.json", "package-lock.json", ".npmrc")]
    fingerprint = contents(lists, str(ROOT))
    if (home / "node_modules").is_dir() and is_stamped("client-node", fingerprint):
        return
    with step("clients for Node"):
        home.mkdir(parents=True, exist_ok=True)
        for path in lists:
            shutil.copy(path, home)
        node = node_tool()
        run([*node.npm, "ci", "--no-audit", "--no-fund"], cwd=home, environment=node.environment())
    stamp("client-node", fingerprint)
