"""A process that holds open sockets for `bench.sockets`: descriptors are limited by process, and so is one generator's CPU.

``python -m bench.holders HOST PORT ADDRESS`` reads a line of session tokens, opens a device for each and says so; a second line is
how many messages they will get. It says when the last one came, and hangs up when its input ends.
"""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import time
from typing import Any, Final

import uvloop

from bench.devices import Device

#: Each loopback address has its own ports.
PER_ADDRESS: Final = 9_000
AT_ONCE: Final = 500
LINE_BYTES_MAX: Final = 1 << 24
LOOK_S: Final = 0.01


class Holder:
    """One such process, as the bench sees it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def say(self, line: str) -> None:
        """Send it a line."""
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        await self._process.stdin.drain()

    async def hear(self) -> dict[str, float]:
        """Its next answer."""
        assert self._process.stdout is not None
        answer: dict[str, float] = json.loads(await self._process.stdout.readline())
        return answer

    async def end(self) -> None:
        """It hangs up."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


async def start_holder(host: str, port: int, number: int) -> Holder:
    """Holder *number*, counted from 0, with addresses of its own."""
    command = [sys.executable, "-m", "bench.holders", host, str(port), str(2 + 4 * number)]
    pipe = subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=LINE_BYTES_MAX)
    return Holder(process)


async def open_all(host: str, port: int, address: int, tokens: list[str]) -> list[Device]:
    """A device for each token, AT_ONCE at a time, each with its first answer."""
    loop = asyncio.get_running_loop()
    devices: list[Device] = []
    for first in range(0, len(tokens), AT_ONCE):
        some = [Device(f"{host}:{port}", token) for token in tokens[first : first + AT_ONCE]]
        source = (f"127.0.0.{address + first // PER_ADDRESS}", 0)
        await asyncio.gather(
            *(loop.create_connection(lambda device=device: device, host, port, local_addr=source) for device in some)  # type: ignore[misc]
        )
        await asyncio.gather(*(device.ready for device in some))
        devices += some
    return devices


async def hold(host: str, port: int, address: int) -> None:
    """Obey standard input."""
    lines = asyncio.StreamReader(limit=LINE_BYTES_MAX)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    devices = await open_all(host, port, address, (await lines.readline()).decode().split())
    say(open=len(devices))
    if expected := await lines.readline():
        before = cpu_s()
        while sum(device.messages for device in devices) < int(expected):  # noqa: ASYNC110 - devices tell nobody
            await asyncio.sleep(LOOK_S)
        say(at=time.perf_counter(), cpu_s=cpu_s() - before, messages=sum(device.messages for device in devices))
    await lines.read()
    for device in devices:
        device.close()


def say(**answer: Any) -> None:
    """One line of JSON."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def cpu_s() -> float:
    """User and system seconds of this process, so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    uvloop.run(hold(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
