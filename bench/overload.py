"""Twice as much as it can take, for as long as asked: what is refused is refused at once, and what is accepted arrives."""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import uvloop

from bench.frame import Bench, Row
from bench.posts import Latencies, Poster, open_posters
from bench.receiver import Receiver
from bench.serving import Served, serve
from bench.way import invite, listen_at, send_request, sending_devices

PAIRS: Final = 500
#: Callers that wait for their answer at once; who finds none free is a call that was not even made.
CALLERS: Final = 8_000
#: What is offered first while the capacity is found; refusing costs too, so TIMES of what was taken is offered next, until that
#: is no longer STEADY times as much as before.
PROBE_PER_S: Final = 4_000.0
PROBE_S: Final = 2.5
PROBES_MAX: Final = 4
STEADY: Final = 1.2
WARM_PER_S: Final = 200.0
WARM_S: Final = 2.0
LOOK_S: Final = 0.5
TIMES: Final = 2
TICK_S: Final = 0.01
LAST_S: Final = 60.0
TOO_MANY: Final = 429
_ID = re.compile(rb'"id":"(wamid\.[^"]+)"')
_DELIVERED = re.compile(rb'"id":"(wamid\.[^"]+)","status":"delivered"')


class Flood:
    """Calls at a steady rate, whether answers come or not."""

    def __init__(self, requests: list[bytes]) -> None:
        self._requests = requests
        self._free: list[Poster] = []
        self._began: dict[int, float] = {}
        self._arrived: set[bytes] = set()
        self._owed: set[bytes] = set()
        self._news = asyncio.Event()
        self.answered_s = 0.0  # from the first call to the last answer
        self.accepted, self.refused = Latencies(), Latencies()
        self.unmade = self.broken = 0

    async def run(self, posters: list[Poster], *, per_s: float, seconds: float) -> None:
        """Call *per_s* times a second for *seconds*, and wait until all that was accepted arrived.

        Raises TimeoutError when it does not.
        """
        self._free = list(posters)
        began, made = time.perf_counter(), 0
        while (passed_s := time.perf_counter() - began) < seconds:
            due = int(passed_s * per_s)
            for number in range(made, due):
                self._call(number)
            made = due
            await asyncio.sleep(TICK_S)
        async with asyncio.timeout(seconds + LAST_S):
            while self._began:
                self._news.clear()
                await self._news.wait()
            self.answered_s = time.perf_counter() - began
            while self._owed:
                self._news.clear()
                await self._news.wait()

    def _call(self, number: int) -> None:
        if not self._free:
            self.unmade += 1
            return
        self._began[number] = time.perf_counter()
        self._free.pop().post(self._requests[number % len(self._requests)], number)

    def answer(self, poster: Poster) -> Callable[[int, int, bytes], None]:
        """What hears the answers of *poster*."""

        def heard(number: int, status: int, body: bytes) -> None:
            self._free.append(poster)
            began = self._began.pop(number)
            if status == TOO_MANY:
                assert b"130429" in body, body  # bench.posts gives no headers; tests/wire sees Retry-After
                self.refused.add(began)
            elif (found := _ID.search(body)) is not None:
                self.accepted.add(began)
                if found[1] in self._arrived:
                    self._arrived.discard(found[1])
                else:
                    self._owed.add(found[1])
            else:
                self.broken += 1
            self._news.set()

        return heard

    def told(self, body: bytes) -> None:
        """A webhook came."""
        for message_id in _DELIVERED.findall(body):
            if message_id in self._owed:
                self._owed.discard(message_id)
            else:
                self._arrived.add(message_id)
        self._news.set()


async def measure(folder: Path, seconds: float) -> list[Row]:
    """What is taken of a flood that is certainly too much, then TIMES as much as that."""
    cast = await invite(folder, businesses=1, people=PAIRS)
    async with Receiver() as receiver:
        await listen_at(folder, cast, receiver.url)
        async with serve(folder, environment={"CLARINE_WEBHOOK_EVENTS_MAX": "100"}) as served:
            requests = [send_request("127.0.0.1", *cast.businesses[0], phone) for phone, _ in cast.people]
            async with sending_devices(served, cast, pairs=PAIRS):
                await _flood(served, receiver, requests, per_s=WARM_PER_S, seconds=WARM_S)
                capacity_per_s = await _capacity_per_s(served, receiver, requests)
                return [await _flooded(served, receiver, requests, capacity_per_s=capacity_per_s, seconds=seconds)]


async def _flood(served: Served, receiver: Receiver, requests: list[bytes], *, per_s: float, seconds: float) -> Flood:
    flood = Flood(requests)
    receiver.heard = flood.told
    posters = await open_posters(served.host, served.port, CALLERS, flood.answer)
    try:
        await flood.run(posters, per_s=per_s, seconds=seconds)
    finally:
        for poster in posters:
            poster.close()
    return flood


async def _capacity_per_s(served: Served, receiver: Receiver, requests: list[bytes]) -> float:
    offered_per_s, taken_per_s = PROBE_PER_S, 0.0
    for _ in range(PROBES_MAX):
        before_per_s = taken_per_s
        flood = await _flood(served, receiver, requests, per_s=offered_per_s, seconds=PROBE_S)
        taken_per_s = len(flood.accepted.taken_s) / flood.answered_s
        if taken_per_s < before_per_s * STEADY:
            return max(before_per_s, taken_per_s)
        offered_per_s = TIMES * taken_per_s
    return taken_per_s


async def _flooded(
    served: Served, receiver: Receiver, requests: list[bytes], *, capacity_per_s: float, seconds: float
) -> Row:
    before, before_mib, seen_mib = await served.spent(), served.memory_mib(), [0.0]
    watching, began = asyncio.create_task(_watch(served, seen_mib)), time.perf_counter()
    flood = await _flood(served, receiver, requests, per_s=TIMES * capacity_per_s, seconds=seconds)
    watching.cancel()
    spent = await served.spent()
    accepted, refused = flood.accepted, flood.refused
    return {
        "capacity_per_s": capacity_per_s,
        "offered_per_s": TIMES * capacity_per_s,
        "accepted_per_s": len(accepted.taken_s) / flood.answered_s,
        "refused_per_s": len(refused.taken_s) / seconds,
        "accepted_p99_ms": accepted.percentile_ms(99),
        "refused_p50_ms": refused.percentile_ms(50) if refused.taken_s else None,
        "refused_p99_ms": refused.percentile_ms(99) if refused.taken_s else None,
        "unmade": float(flood.unmade),
        "broken": float(flood.broken),
        "before_mib": before_mib,
        "highest_mib": max(seen_mib),
        "after_mib": served.memory_mib(),
        "generator_percent": (spent.generator_s - before.generator_s) / (time.perf_counter() - began) * 100,
        "lasted_s": seconds,
    }


async def _watch(served: Served, seen_mib: list[float]) -> None:
    while True:
        seen_mib.append(served.memory_mib())
        await asyncio.sleep(LOOK_S)


def run(seconds: float) -> list[Row]:
    """Measure in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return uvloop.run(measure(Path(folder), seconds))


BENCH: Final = Bench(
    name="overload",
    title="More than it can take",
    about=(
        f"Capacity: how many calls a second were taken of more than could be. Then {TIMES} times as many are sent, steadily,\n"
        f"by up to {CALLERS:,} callers, whether answers come or not. What is refused is answered 130429 and `Retry-After`; all\n"
        "that was accepted arrived and was told as *delivered*, or the run fails. Memory is the server's."
    ),
    columns={
        "lasted_s": "seconds",
        "capacity_per_s": "capacity/s",
        "offered_per_s": "offered/s",
        "accepted_per_s": "accepted/s",
        "accepted_p99_ms": "p99 ms",
        "refused_per_s": "refused/s",
        "refused_p50_ms": "p50 ms",
        "refused_p99_ms": "p99 ms",
        "unmade": "no caller free",
        "broken": "other answers",
        "before_mib": "MiB before",
        "highest_mib": "at most",
        "after_mib": "after",
        "generator_percent": "generator CPU %",
    },
    run=run,
)
