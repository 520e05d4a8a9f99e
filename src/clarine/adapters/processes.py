"""Processes that live as long as their parent: one that ends is started again; all stop when the parent does, however it dies."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from clarine.domain.errors import Conflict

log = logging.getLogger(__name__)

START_S: Final = 60
STOP_S: Final = 20
AGAIN_S: Final = 0.2
AGAIN_S_MAX: Final = 10.0
_PR_SET_PDEATHSIG: Final = 1


@dataclass(frozen=True, slots=True)
class Program:
    """What to run. One with a *lifeline* is told its descriptor as the last argument, says there when it is ready, and stops
    when the other end is gone; one without is ready when it runs."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] | None = field(default=None, repr=False)
    inherits: tuple[int, ...] = ()
    lifeline: bool = False


class Kept:
    """One program, started again whenever its process ends; `replace` changes the process without a gap."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._process: asyncio.subprocess.Process | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._changing = asyncio.Lock()
        self._lines: set[asyncio.Task[int]] = set()
        self._stopping = False

    @property
    def pid(self) -> int:
        """Of the process that runs now, or ran last."""
        assert self._process is not None, "it was started"
        return self._process.pid

    async def start(self) -> None:
        """Run it and keep it running. Raises Conflict (``process``) when the first process ends before it is ready."""
        self._process = await self._run()
        self._keeping = asyncio.create_task(self._keep())

    async def replace(self) -> None:
        """Start a new process, and stop the old one when the new one is ready. Raises Conflict, and then keeps the old one."""
        async with self._changing:
            old, self._process = self._process, await self._run()
        if old is not None:
            await _stop(old)

    async def stop(self) -> None:
        """Stop it for good: SIGTERM, and SIGKILL after STOP_S."""
        self._stopping = True
        if self._process is not None:
            await _stop(self._process)
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)

    async def _keep(self) -> None:
        delay_s = AGAIN_S
        while not self._stopping:
            process = self._process
            assert process is not None
            status = await process.wait()
            fields = {"action": "process", "program": self.program.name, "pid": process.pid, "status": status}
            async with self._changing:
                if self._stopping or process is not self._process:
                    continue  # stopped, or replaced
                log.warning("a process ended and is started again", extra=fields)
                try:
                    self._process = await self._run()
                    delay_s = AGAIN_S
                except (Conflict, OSError):
                    log.exception("a process does not start and is tried again", extra=fields)
                    await asyncio.sleep(delay_s)
                    delay_s = min(AGAIN_S_MAX, delay_s * 2)

    async def _run(self) -> asyncio.subprocess.Process:
        ours, theirs = socket.socketpair()
        command, inherits = self.program.command, self.program.inherits
        if self.program.lifeline:
            command, inherits = (*command, str(theirs.fileno())), (*inherits, theirs.fileno())
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *command,
                env=self.program.environment,
                pass_fds=inherits,
                stdin=asyncio.subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the parent, who stops everything in order
                preexec_fn=None if self.program.lifeline else _die_with_parent,
            )
        if not self.program.lifeline:
            ours.close()
            return process
        try:
            await self._ready(process, ours)
        except BaseException:
            ours.close()
            await _stop(process)
            raise
        # The line stays open as long as the process runs and this one lives.
        running = asyncio.create_task(process.wait())
        self._lines.add(running)
        running.add_done_callback(self._lines.discard)
        running.add_done_callback(lambda _: ours.close())
        return process

    async def _ready(self, process: asyncio.subprocess.Process, line: socket.socket) -> None:
        line.setblocking(False)
        try:
            async with asyncio.timeout(START_S):
                said = await asyncio.get_running_loop().sock_recv(line, 1)
        except (TimeoutError, ConnectionError):
            said = b""
        if not said:
            raise Conflict(f"the process {self.program.name} (pid {process.pid}) did not start", code="process")


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(STOP_S):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _die_with_parent() -> None:
    """Linux ends this process when its parent is gone; elsewhere it stays, and the next start uses another port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@contextlib.asynccontextmanager
async def lifeline(descriptor: int, gone: Callable[[], None]) -> AsyncIterator[None]:
    """The child's end: tell the parent that this process is ready; call *gone* once when the parent is no more."""
    line = socket.socket(fileno=descriptor)
    line.setblocking(False)
    os.set_inheritable(descriptor, False)
    loop = asyncio.get_running_loop()

    async def watch() -> None:
        with contextlib.suppress(ConnectionError):
            while await loop.sock_recv(line, 1):
                pass
        gone()

    with contextlib.suppress(ConnectionError):  # the parent died meanwhile, which the watch sees
        await loop.sock_sendall(line, b"1")
    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        line.close()
