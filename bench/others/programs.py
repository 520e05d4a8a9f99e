"""Starting, awaiting and stopping other people's programs, all on the loopback address."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

START_S = 40.0
STOP_S = 10.0


@dataclass(frozen=True)
class Peer:
    """A running server: its name, its port, and the processes whose CPU is its own."""

    name: str
    port: int
    pids: tuple[int, ...]


def program(name: str, *, package: str) -> str:
    """The path of *name*. Raises LookupError naming the Debian *package* that has it."""
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if path is None:
        raise LookupError(f"{name} is not installed; apt-get install {package} brings it")
    return path


def free_port() -> int:
    """A port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def running(
    command: Sequence[str], port: int, *, folder: Path, environment: Mapping[str, str] | None = None, drop: bool = True
) -> AsyncIterator[int]:
    """The pid of *command*, run in *folder*, from when it takes connections on *port* until the block ends.

    With *drop* it gives up being root. Raises RuntimeError when it ends by itself, TimeoutError when it takes too long.
    """
    # uvloop's own subprocesses know no user; nothing here waits on their pipes.
    process = subprocess.Popen(  # noqa: ASYNC220 - it returns at once
        command,
        cwd=folder,
        env=None if environment is None else {**os.environ, **environment},
        user=unprivileged() if drop else None,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        await _listening(port, process)
        yield process.pid
    finally:
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def _listening(port: int, process: subprocess.Popen[bytes]) -> None:
    async with asyncio.timeout(START_S):
        while True:
            if process.poll() is not None:
                raise RuntimeError(f"it ended with {process.returncode} before it listened on {port}")
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return


def unprivileged() -> int | None:
    """The user to run programs as that refuse to be root: None when we are not root ourselves."""
    return 65534 if os.geteuid() == 0 else None


def owned(folder: Path) -> None:
    """Give *folder*, and what is in it, to the user that programs run as; the way to it may be walked by everybody."""
    if (user := unprivileged()) is None:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, user)
    folder.parent.chmod(0o711)
