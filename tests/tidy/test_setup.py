"""The set-up installs system packages where it may, names them where it may not, and does nothing twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tidy.tree import ROOT

INSTALL = """
import os, sys
sys.path.insert(0, sys.argv[1])
os.geteuid = lambda: int(sys.argv[2])
import progress, system
try:
    system.install(["chromium", "fonts-noto-core"], "Two things are missing.")
except progress.SetupStoppedError as stopped:
    sys.exit(str(stopped))
"""


def install(user: int, programs: Path) -> subprocess.CompletedProcess[str]:
    """Ask the set-up for two packages as *user*, on a machine that has only *programs*."""
    return subprocess.run(
        [sys.executable, "-c", INSTALL, str(ROOT / "setup"), str(user)],
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with an apt-get that only writes down how it was called."""
    apt = tmp_path / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path / "calls"}\n')
    apt.chmod(0o755)
    return tmp_path


def test_root_gets_the_missing_packages_installed(programs: Path) -> None:
    assert install(0, programs).returncode == 0
    calls = (programs / "calls").read_text().splitlines()
    assert calls == ["update -qq", "install -y -qq --no-install-recommends chromium fonts-noto-core"]


def test_anyone_else_is_told_what_to_install_and_nothing_is_touched(programs: Path) -> None:
    done = install(1000, programs)
    assert done.returncode == 1
    assert done.stderr == "Two things are missing. Please install them: sudo apt-get install chromium fonts-noto-core\n"
    assert not (programs / "calls").exists()


def test_a_system_without_apt_get_is_told_what_to_install(tmp_path: Path) -> None:
    assert "Please install them" in install(0, tmp_path).stderr


def test_a_failed_installation_shows_what_the_installer_said(programs: Path) -> None:
    (programs / "apt-get").write_text("#!/bin/sh\necho no such package\nexit 100\n")
    done = install(0, programs)
    assert "no such package" in done.stdout
    assert "ended with 100" in done.stderr


def test_a_step_is_stamped_only_for_what_it_saw(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]); import progress; "
        "progress.STAMPS = Path(sys.argv[2]); progress.stamp('tools', 'a'); "
        "print(progress.is_stamped('tools', 'a'), progress.is_stamped('tools', 'b'), progress.is_stamped('pages', 'a'))"
    )
    command = [sys.executable, "-c", program, str(ROOT / "setup"), str(tmp_path)]
    assert subprocess.check_output(command, text=True, env=os.environ).split() == ["True", "False", "False"]
