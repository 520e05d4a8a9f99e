"""A disk that fills up under a running house: it says so, and goes on when there is room. Only where a disk may be mounted."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.simulation.test_hardships import HARD_AFTER, SENDS, a_house_of_its_own, everything_arrived, listening

MIB = 2**20
#: Room for an empty database and its log, and little more.
DISK_MIB = 256
CAP_SYS_ADMIN = 21


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of DISK_MIB, which only root can make."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", str(folder)]
    subprocess.run(command, check=True)
    for above in folder.parents:
        with suppress(OSError):  # the database runs as another user, who must find the way
            above.chmod(above.stat().st_mode | 0o011)
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def may_mount() -> bool:
    """Whether this process may make a small disk (CAP_SYS_ADMIN, which root on a machine of its own has)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = next(line for line in status.splitlines() if line.startswith("CapEff:"))
    return bool(int(found.split()[1], 16) >> CAP_SYS_ADMIN & 1)


if may_mount():  # elsewhere there is no such test, rather than one that looks away

    @pytest.mark.timeout(120)
    async def test_a_disk_that_is_full_costs_time_and_no_message(small_disk: Path) -> None:
        data, ballast = small_disk / "data", small_disk / "ballast"
        async with a_house_of_its_own(data) as (house, told, url), listening(told, url):
            await told.send(url, [str(number) for number in range(HARD_AFTER)])
            fill(ballast)
            sending = asyncio.create_task(
                told.send(url, [str(number) for number in range(HARD_AFTER, SENDS)], again=True)
            )
            await told.progress.until(lambda: told.unanswered > 0)  # it said that it cannot now
            ballast.unlink()
            await sending
            await everything_arrived(house, told)


def fill(ballast: Path) -> None:
    """Leave no room on the disk."""
    with ballast.open("wb") as file, suppress(OSError):
        while True:
            file.write(b"\0" * MIB)
            file.flush()
