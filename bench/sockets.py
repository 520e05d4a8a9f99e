"""WebSockets, signed in, with their heartbeat: what an idle one weighs in the server, and how fast a campaign reaches them all."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvloop

from bench.campaign import NOT_AGREED, fill, prepare, start
from bench.crowd import sign_in
from bench.frame import Bench, Row
from bench.holders import Holder, start_holder
from bench.serving import Served, serve
from bench.way import invite

#: (sockets, server processes, generator processes); a process has 20,000 descriptors here.
CASES: Final = ((18_000, 1, 1), (60_000, 4, 4))
WARM: Final = 20
IDLE_S: Final = 5.0
HEARTBEAT_S: Final = 25.0
LASTS_S: Final = 240.0


@dataclass(frozen=True, slots=True)
class Crowd:
    """The processes that hold sockets, and how many messages the people behind each will get."""

    holders: list[Holder]
    expected: list[int]


async def measure(folder: Path, sockets: int, processes: int, generators: int) -> Row:
    """Open them all, let them be, weigh the server; then a campaign goes to everybody."""
    cast = await invite(folder, businesses=1, people=0)
    prepared = await prepare(folder, cast, sockets)
    environment = {"CLARINE_HEARTBEAT_S": str(HEARTBEAT_S)}
    arguments = ("--workers", str(processes)) if processes > 1 else ()
    async with serve(folder, environment=environment, arguments=arguments) as served:
        await fill(served.connection, prepared, sockets)
        tokens = await sign_in(served.connection, range(1, sockets + 1))
        async with crowd(served, tokens[:WARM], 1, last=True):
            empty_mib = served.memory_mib()
            began = time.perf_counter()
            async with crowd(served, tokens[WARM:], generators) as held:
                took_s = time.perf_counter() - began
                before, idle_from = await served.spent(), time.perf_counter()
                await asyncio.sleep(IDLE_S)
                after, idle_s = await served.spent(), time.perf_counter() - idle_from
                full_mib = served.memory_mib()
                await start(folder, prepared)
                reached = await reach(held)
                spent = await served.spent()
    opened = sockets - WARM
    return {
        "case": f"{sockets:,} in {processes} process{'es' if processes > 1 else ''}",
        "sockets": sockets / processes,
        "kb_each": (full_mib - empty_mib) * 1024 / opened,
        "connects_per_s": opened / took_s,
        "idle_cpu_percent": (after.server_s - before.server_s) / idle_s * 100,
        "memory_mib": full_mib,
        "fanned_per_s": reached.messages / reached.took_s,
        "fanned_server_us": (spent.server_s - after.server_s) * 1e6 / reached.messages,
        "fanned_database_us": (spent.database_s - after.database_s) * 1e6 / reached.messages,
        "fanned_generator_us": reached.cpu_s * 1e6 / reached.messages,
    }


@asynccontextmanager
async def crowd(served: Served, tokens: list[str], generators: int, *, last: bool = False) -> AsyncIterator[Crowd]:
    """A device for each of *tokens*, which are of people in order, held by *generators* processes."""
    holders = [
        await start_holder(served.host, served.port, generators + 40 if last else number)
        for number in range(generators)
    ]
    try:
        shares = [tokens[number::generators] for number in range(generators)]
        first = 1 if last else 1 + WARM
        for holder, share in zip(holders, shares, strict=True):
            await holder.say(" ".join(share))
        async with asyncio.timeout(LASTS_S):
            for holder, share in zip(holders, shares, strict=True):
                assert (await holder.hear())["open"] == len(share)
        expected = [
            sum((first + place) % NOT_AGREED != 0 for place in range(number, len(tokens), generators))
            for number in range(generators)
        ]
        yield Crowd(holders, expected)
    finally:
        for holder in holders:
            await holder.end()


@dataclass(frozen=True, slots=True)
class Reached:
    """How many messages came, in what time, and what the generators spent on them."""

    messages: int
    took_s: float
    cpu_s: float


async def reach(held: Crowd) -> Reached:
    """Wait until everybody's message is there. Raises TimeoutError after LASTS_S."""
    began = time.perf_counter()
    for holder, messages in zip(held.holders, held.expected, strict=True):
        await holder.say(str(messages))
    async with asyncio.timeout(LASTS_S):
        answers = [await holder.hear() for holder in held.holders]
    assert [answer["messages"] for answer in answers] == held.expected, "somebody got a message twice"
    last_at = max(answer["at"] for answer in answers)  # clocks of one machine agree
    return Reached(sum(held.expected), last_at - began, sum(answer["cpu_s"] for answer in answers))


def run(seconds: float) -> list[Row]:
    """The work is fixed, so *seconds* changes nothing."""
    rows = []
    for case in CASES:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            rows.append(uvloop.run(measure(Path(folder), *case)))
    return rows


BENCH: Final = Bench(
    name="sockets",
    title="Idle sockets, and a message to all of them",
    about=(
        "People's WebSockets, each signed in with a session of its own, said hello, and with the heartbeat on. Memory: what the\n"
        "server's resident memory grew by, over their number; kernel buffers are not in it. CPU of the server while they idle.\n"
        "Then a campaign with words for each goes to everybody, and each device sends its receipt: messages on devices a second."
    ),
    columns={
        "case": "sockets",
        "kb_each": "KiB each",
        "sockets": "in one process",
        "connects_per_s": "signed in/s",
        "idle_cpu_percent": "idle CPU %",
        "memory_mib": "server MiB",
        "fanned_per_s": "messages/s to all",
        "fanned_server_us": "server µs",
        "fanned_database_us": "database µs",
        "fanned_generator_us": "generator µs",
    },
    run=run,
    runs=1,
)
