"""Programs of other houses: started as somebody without rights, killed with all their children, and ended at the end."""

from __future__ import annotations

import asyncio
import os
import pwd
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

ENDS_S = 15
LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class Started:
    """A program that runs; *log* is what it said."""

    process: asyncio.subprocess.Process
    log: Path

    def family(self) -> list[psutil.Process]:
        """The process and everything below it, the parents first."""
        with suppress(psutil.NoSuchProcess):
            parent = psutil.Process(self.process.pid)
            return [parent, *parent.children(recursive=True)]
        return []

    async def kill(self) -> None:
        """As if its machine had lost its power: everything at once, with no goodbye."""
        kill_all(self.family())
        await self.process.wait()


@asynccontextmanager
async def running(
    command: Sequence[str | Path], log: Path, *, user: str | None = None, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Started]:
    """*command* as *user* (who we are, when we may not change that), until the block ends."""
    who = (
        {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
        if user is not None and os.geteuid() == 0
        else {}
    )
    with log.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            *map(str, command),
            stdout=file,
            stderr=file,
            cwd=log.parent,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
            **who,  # type: ignore[arg-type]
        )
    started = Started(process, log)
    try:
        yield started
    finally:
        left = started.family()
        if process.returncode is None:
            process.terminate()
            with suppress(TimeoutError):
                async with asyncio.timeout(ENDS_S):
                    await process.wait()
        kill_all(left)
        await process.wait()


def kill_all(processes: Sequence[psutil.Process]) -> None:
    """Kill each that is still there."""
    for each in processes:
        with suppress(psutil.NoSuchProcess):
            each.kill()


async def until(question: Callable[[], Awaitable[bool]], *, within_s: float, what: str) -> None:
    """Ask again and again until the answer is yes. Raises TimeoutError, saying *what* did not come."""
    try:
        async with asyncio.timeout(within_s):
            while not await question():
                await passes(LOOK_S)
    except TimeoutError:
        raise TimeoutError(f"{what} within {within_s:.0f} s") from None


async def passes(seconds: float) -> None:
    """Let the load go on for a while."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.Event().wait()


def free_ports(count: int) -> list[int]:
    """Ports of the loopback that nobody listens on."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports
