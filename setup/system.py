"""Packages of the operating system: installed where we may (root, apt-get), else named, and the set-up stops."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from progress import SetupStoppedError, run, step

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def install(packages: Sequence[str], reason: str) -> None:
    """Install Debian *packages*, or stop with the command that a person with the right to do so can run.

    Raises SetupStoppedError naming the packages when we are not root or apt-get is missing.
    """
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise SetupStoppedError(f"{reason} Please install them: sudo apt-get install {' '.join(packages)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with step(f"system packages: {' '.join(packages)}"):
        run(["apt-get", "update", "-qq"], environment=quiet)
        run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], environment=quiet)


def prepare_browser() -> None:
    """Chromium, and fonts that can write Hindi and Urdu, for the browser tests and the charts."""
    missing = []
    if not any(shutil.which(name) for name in CHROMIUM_NAMES):
        missing.append("chromium")
    if not _has_font("Devanagari") or not (_has_font("Naskh") or _has_font("Nastaliq")):
        missing.append("fonts-noto-core")
    if missing:
        install(missing, "The browser tests need Chromium and fonts for Hindi and Urdu.")


def prepare_failover() -> None:
    """PostgreSQL, Patroni, etcd and pgbouncer, which `make test-failover` kills; Debian starts none of them by itself here."""
    programs = {"patroni": "patroni", "etcd": "etcd-server", "pgbouncer": "pgbouncer", "psql": "postgresql-client"}
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
    missing = [package for program, package in programs.items() if shutil.which(program, path=path) is None]
    if not any(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        missing.append("postgresql")
    if missing:
        install(missing, "Three PostgreSQL under Patroni and etcd, and a pgbouncer, are what this test kills.")


def _has_font(script: str) -> bool:
    return any(next(folder.rglob(f"*{script}*"), None) for folder in FONT_FOLDERS if folder.is_dir())
