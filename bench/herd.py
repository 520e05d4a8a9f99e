"""Collars over MQTT into history and alert inputs: publish → JetStream → decoded → once → two-hour readings, nothing lost."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
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
        folder, port = Path(name), free_port()
        broker = Broker(
            folder,
            Listen("127.0.0.1", port, PASSWORD, sync=way.sync, partitions=PARTITIONS),
            prepare=partial(prepare, partitions=PARTITIONS),
        )
        async with Embedded(folder) as database, broker as url, asyncio.timeout(BOUND_S):
            herd = await _started("bench.herding", database, url, str(PARTITIONS), str(animals))
            load = await _started("bench.herd_load", str(port), PASSWORD, str(animals), str(way.per_publish))
            postgres, process = name, psutil.Process(herd.pid)
            before = (
                cpu_s(psutil.Process(broker.pid)),
                cpu_s(process),
                cpu_s_of_database(postgres),
                process.memory_info().rss,
            )
            began = time.perf_counter()
            _tell(load)
            sent = await _answer(load)
            done = await _answer(herd)
            took = time.perf_counter() - began
            after = (
                cpu_s(psutil.Process(broker.pid)),
                cpu_s(process),
                cpu_s_of_database(postgres),
                process.memory_info().rss,
            )
            for ended in (herd, load):
                _tell(ended)
                await ended.wait()
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
        "mib_per_10000": (after[3] - before[3]) / 2**20 / animals * 10_000,
    }


async def _started(module: str, *arguments: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdin=pipe, stdout=pipe, env=os.environ | {"PYTHONPATH": "."}
    )
    assert (await _answer(process))["ready"]
    return process


async def _answer(process: asyncio.subprocess.Process) -> dict[str, float]:
    assert process.stdout is not None
    found: dict[str, float] = json.loads(await process.stdout.readline())
    return found


def _tell(process: asyncio.subprocess.Process) -> None:
    assert process.stdin is not None
    process.stdin.write(b"\n")


BENCH = Bench(
    name="herd",
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
        "mib_per_10000": "Herd MiB/10,000 animals",
    },
    run=run,
)
