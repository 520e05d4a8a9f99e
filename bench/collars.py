"""Collars over MQTT into history and alert inputs: publish → JetStream → decoded → once → two-hour readings, nothing lost."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil

from bench.frame import Bench, Row
from bench.machine import cpu_s, cpu_s_of_database
from clarine_herd.broker import Broker, Listen, free_port
from clarine_herd.feed import prepare
from clarine_herd.store.embedded import Embedded

#: 10 million collars that send fifteen minutes at a time.
AIM = 11_111
FRAMES_EACH = 8
UPLINKS_A_DAY = 96
PARTITIONS = 4
PASSWORD = "bench"
BOUND_S = 100.0


@dataclass(frozen=True, slots=True)
class Way:
    """One way in: how many uplinks a publish carries, whether the broker flushes each publish, the most that is sent."""

    name: str
    per_publish: int
    sync: bool
    share: float


WAYS = (
    Way("ChirpStack JSON, one uplink a publish, each publish flushed", 1, sync=True, share=0.15),
    Way("ChirpStack JSON, one uplink a publish, flushed by the system", 1, sync=False, share=1.0),
    Way("gateway frames, 25 uplinks a publish, each publish flushed", 25, sync=True, share=1.0),
)


def run(seconds: float) -> Sequence[Row]:
    """Each way once."""
    return [asyncio.run(_measured(way, round(AIM * way.share * seconds))) for way in WAYS]


async def _measured(way: Way, uplinks: int) -> Row:
    animals = max(uplinks // FRAMES_EACH, 1)
    with tempfile.TemporaryDirectory(dir=".venv", prefix="bench-") as name:
        port = free_port()
        listen = Listen("127.0.0.1", port, PASSWORD, sync=way.sync, partitions=PARTITIONS)
        broker = Broker(Path(name), listen, prepare=partial(prepare, partitions=PARTITIONS))
        async with AsyncExitStack() as stack:
            database = await stack.enter_async_context(Embedded(Path(name)))
            url = await stack.enter_async_context(broker)
            await stack.enter_async_context(asyncio.timeout(BOUND_S))
            herd = await _started(stack, "bench.collars_herd", database, url, str(PARTITIONS), str(animals))
            load = await _started(stack, "bench.collars_load", str(port), PASSWORD, str(animals), str(way.per_publish))
            process = psutil.Process(herd.pid)
            before = (*_cpu(broker.pid, herd.pid, name), process.memory_info().rss)
            began = time.perf_counter()
            _tell(load)
            sent, done = await _answer(load), await _answer(herd)
            took = time.perf_counter() - began
            after = (*_cpu(broker.pid, herd.pid, name), process.memory_info().rss)
    total = animals * FRAMES_EACH
    each = [(b - a) * 1e6 / total for a, b in zip(before[:3], after[:3], strict=True)]
    return {
        "way": way.name,
        "uplinks_per_s": total / took,
        "rows_per_s": total * 15 / took,
        "acknowledged_per_s": sent["sent"] / sent["seconds"],
        "broker_us": each[0],
        "herd_us": each[1],
        "postgres_us": each[2],
        "lost": total - done["frames"],
        "readings_wrong": animals - done["readings"],
        "known": done["known"],
        "herd_mib": after[3] / 2**20,
        "known_mib": _known_mib(),
        "hot_mib": done["bytes"] / total * UPLINKS_A_DAY * 10_000 / 2**20,
    }


def _known_mib() -> float:
    """What a process remembers of ten thousand animals between batches: which numbers its devices have."""
    tracemalloc.start()
    try:
        remembered = {(f"farm-{n // 100}", f"{n:016x}"): (n // 100 + 70_000, n + 70_000) for n in range(10_000)}
        return tracemalloc.get_traced_memory()[0] / 2**20 if remembered else 0.0
    finally:
        tracemalloc.stop()


def _cpu(broker: int, herd: int, folder: str) -> tuple[float, float, float]:
    return cpu_s(psutil.Process(broker)), cpu_s(psutil.Process(herd)), cpu_s_of_database(folder)


async def _started(stack: AsyncExitStack, module: str, *arguments: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdin=pipe, stdout=pipe, env=os.environ | {"PYTHONPATH": "."}
    )
    stack.push_async_callback(_ended, process)
    assert (await _answer(process))["ready"]
    return process


async def _ended(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()


async def _answer(process: asyncio.subprocess.Process) -> dict[str, float]:
    assert process.stdout is not None
    found: dict[str, float] = json.loads(await process.stdout.readline())
    return found


def _tell(process: asyncio.subprocess.Process) -> None:
    assert process.stdin is not None
    process.stdin.write(b"\n")


BENCH = Bench(
    name="collars",
    title="Collars into history and alert inputs",
    about=(
        "Uplinks of fifteen packed minutes, published over MQTT with QoS 1 to the NATS server, taken from JetStream, decoded, "
        "kept once in PostgreSQL and gathered into two-hour readings, from the first publish to the last reading; 1 % are sent "
        "twice and 5 % out of order. Load, broker, Herd and PostgreSQL share the machine. 10 million collars that send a quarter "
        f"of an hour at a time are {AIM:,} uplinks/s and 166,667 minutes/s."
    ),
    columns={
        "way": "way in",
        "uplinks_per_s": "uplinks/s",
        "rows_per_s": "minute rows/s",
        "acknowledged_per_s": "acknowledged/s",
        "broker_us": "broker µs each",
        "herd_us": "Herd µs each",
        "postgres_us": "PostgreSQL µs each",
        "lost": "lost",
        "readings_wrong": "readings missing",
        "known": "doubles left out",
        "herd_mib": "Herd MiB at the end",
        "known_mib": "of it MiB for 10,000 animals",
        "hot_mib": "PostgreSQL MiB for 10,000 animals and a day",
    },
    run=run,
)
