"""Idle WebSockets, signed in, with their heartbeat: what each one costs the server in memory."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Final

import uvloop

from bench.crowd import invite_crowd, settle, sign_in
from bench.devices import Device
from bench.frame import Bench, Row
from bench.serving import Served, serve
from bench.way import invite

SOCKETS: Final = 18_000
#: Each loopback address has its own ports.
PER_ADDRESS: Final = 9_000
AT_ONCE: Final = 100
IDLE_S: Final = 5.0
HEARTBEAT_S: Final = 25.0


async def open_all(served: Served, tokens: list[str]) -> list[Device]:
    """A device for each token, AT_ONCE at a time, each with its first answer."""
    loop = asyncio.get_running_loop()
    devices: list[Device] = []
    for first in range(0, len(tokens), AT_ONCE):
        some = [Device(f"{served.host}:{served.port}", token) for token in tokens[first : first + AT_ONCE]]
        for device in some:
            source = (f"127.0.0.{2 + len(devices) // PER_ADDRESS}", 0)
            await loop.create_connection(
                lambda device=device: device,  # type: ignore[misc]
                served.host,
                served.port,
                local_addr=source,
            )
            devices.append(device)
        await asyncio.gather(*(device.ready for device in some))
    return devices


async def measure(folder: Path) -> Row:
    """Open them all, let them be, and weigh the server."""
    await invite(folder, businesses=1, people=0)
    async with serve(folder, environment={"CLARINE_HEARTBEAT_S": str(HEARTBEAT_S)}) as served:
        await invite_crowd(served.connection, SOCKETS)
        tokens = await sign_in(served.connection, range(1, SOCKETS + 1))
        await settle(served.connection)
        (warm,) = await open_all(served, tokens[:1])
        empty_mib, began = served.memory_mib(), time.perf_counter()
        devices = await open_all(served, tokens[1:])
        took_s = time.perf_counter() - began
        before, idle_from = await served.spent(), time.perf_counter()
        await asyncio.sleep(IDLE_S)
        after, idle_s = await served.spent(), time.perf_counter() - idle_from
        full_mib = served.memory_mib()
        for device in (warm, *devices):
            device.close()
    return {
        "case": f"{SOCKETS:,} in one process",
        "kib_each": (full_mib - empty_mib) * 1024 / len(devices),
        "connects_per_s": len(devices) / took_s,
        "idle_cpu_percent": (after.server_s - before.server_s) / idle_s * 100,
        "memory_mib": full_mib,
    }


def run(seconds: float) -> list[Row]:
    """The work is fixed, so *seconds* changes nothing."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return [uvloop.run(measure(Path(folder)))]


BENCH: Final = Bench(
    name="sockets",
    title="Idle sockets",
    about=(
        "People's WebSockets, each signed in with a session of its own, said hello, and with the heartbeat on. Memory: what the\n"
        "server's resident memory grew by, over their number; kernel buffers are not in it. CPU of the server while they idle."
    ),
    columns={
        "case": "sockets",
        "kib_each": "KiB each",
        "connects_per_s": "signed in/s",
        "idle_cpu_percent": "idle CPU %",
        "memory_mib": "server MiB",
    },
    run=run,
)
