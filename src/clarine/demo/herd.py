"""Clarine Herd as a process of its own, on the public API like any other business's program."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import psutil

from clarine.demo.cast import Office, Player

STOP_S: Final = 10.0
SETTLE_S: Final = 90.0
_RUN: Final = "from clarine_herd.cli import main; main()"
LOG_FILE: Final = "clarine-herd.log"
_PID_FILE: Final = "clarine-herd.pid"


@dataclass(frozen=True, slots=True)
class Farm:
    """What Herd is told: whose herd it is, where its readings come from, and where its memory is."""

    name: str
    office: Office
    farmer: Player
    api_base: str
    callback_url: str
    port: int
    database_url: str = field(repr=False)
    herd_data: Path | None = None
    animals: int = 40
    seed: int = 1
    speed: float = 1.0

    @property
    def url(self) -> str:
        """Where Herd itself listens."""
        return f"http://127.0.0.1:{self.port}"

    def command(self, *more: str) -> list[str]:
        """The command line; secrets are in the environment."""
        readings = ["--simulate"] if self.herd_data is None else ["--herd-data", str(self.herd_data)]
        return [
            *(sys.executable, "-c", _RUN, "run", "--api-base", self.api_base, "--farm", self.name),
            *("--phone-number-id", str(self.office.phone_number_id), "--waba-id", str(self.office.waba_id)),
            *("--farmer", self.farmer.phone, "--listen", f"127.0.0.1:{self.port}", "--public-url", self.callback_url),
            *("--animals", str(self.animals), "--seed", str(self.seed), "--speed", str(self.speed), *readings, *more),
        ]

    def environment(self) -> dict[str, str]:
        """The environment of the process."""
        return os.environ | {
            "HERD_TOKEN": self.office.access_token,
            "HERD_APP_SECRET": self.office.app_secret,
            "HERD_DATABASE_URL": self.database_url,
        }


@dataclass(frozen=True, slots=True)
class Told:
    """What ``run --once --json`` said in the end; *summary* is empty when it said nothing that can be read."""

    status: int
    summary: dict[str, Any]


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def judge_once(farm: Farm) -> Told:
    """Have everything judged and sent, and wait for its end; its log goes to our standard error."""
    more = ("--once", "--json", "--settle-s", str(SETTLE_S))
    async with _running(farm, more, stdout=asyncio.subprocess.PIPE, stderr=None) as process:
        assert process.stdout is not None
        said = await process.stdout.read()
        status = await process.wait()
    try:
        summary = json.loads(said)
    except ValueError:
        summary = {}
    return Told(status, summary)


@contextlib.asynccontextmanager
async def herding(farm: Farm, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run Herd while entered; its log is a file in *folder*. One that a killed demo left there is ended first."""
    pid_file = folder / _PID_FILE
    await asyncio.to_thread(_end_left_over, pid_file)
    with (folder / LOG_FILE).open("ab") as log:
        async with _running(farm, (), stdout=log, stderr=log) as process:
            pid_file.write_text(f"{process.pid} {psutil.Process(process.pid).create_time()}")
            yield process
    pid_file.unlink(missing_ok=True)


@contextlib.asynccontextmanager
async def _running(
    farm: Farm, more: tuple[str, ...], *, stdout: int | IO[bytes], stderr: IO[bytes] | None
) -> AsyncIterator[asyncio.subprocess.Process]:
    # A session of its own: Ctrl-C reaches only the demo, which then ends its guests in order.
    process = await asyncio.create_subprocess_exec(
        *farm.command(*more), env=farm.environment(), stdout=stdout, stderr=stderr, start_new_session=True
    )
    try:
        yield process
    finally:
        await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_S):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _end_left_over(pid_file: Path) -> None:
    if not pid_file.exists():
        return
    pid, _, created = pid_file.read_text().partition(" ")
    with contextlib.suppress(psutil.NoSuchProcess, ValueError):
        process = psutil.Process(int(pid))
        if process.create_time() == float(created):
            process.terminate()
            try:
                process.wait(STOP_S)
            except psutil.TimeoutExpired:
                process.kill()
    pid_file.unlink()
