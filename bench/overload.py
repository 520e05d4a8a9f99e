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
from bench.way import Way, invite, listen_at, send_request, sending_devices

PAIRS: Final = 500
#: Callers that wait for their answer at once; who finds none free is a call that was not even made.
CALLERS: Final = 3000
KNEE_S: Final = 4.0
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
        async with asyncio.timeout(LAST_S):
            while self._began or self._owed:
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
                assert b"130429" in body, body
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
    """The knee with a patient crowd, then TIMES as much from one that does not wait."""
    cast = await invite(folder, businesses=1, people=PAIRS)
    async with Receiver() as receiver:
        await listen_at(folder, cast, receiver.url)
        async with serve(folder, environment={"CLARINE_WEBHOOK_EVENTS_MAX": "100"}) as served:
            requests = [send_request("127.0.0.1", *cast.businesses[0], phone) for phone, _ in cast.people]
            async with sending_devices(served, cast, pairs=PAIRS):
                knee_per_s = await _knee(served, receiver, requests)
                return [await _flooded(served, receiver, requests, knee_per_s=knee_per_s, seconds=seconds)]


async def _knee(served: Served, receiver: Receiver, requests: list[bytes]) -> float:
    way = Way(requests)
    receiver.heard = way.told
    posters = await open_posters(served.host, served.port, PAIRS, way.answer)
    await way.run(posters, in_flight=PAIRS, seconds=KNEE_S)
    for poster in posters:
        poster.close()
    return len(way.whole.taken_s) / way.took_s


async def _flooded(
    served: Served, receiver: Receiver, requests: list[bytes], *, knee_per_s: float, seconds: float
) -> Row:
    flood = Flood(requests)
    receiver.heard = flood.told
    posters = await open_posters(served.host, served.port, CALLERS, flood.answer)
    before_mib = served.memory_mib()
    await flood.run(posters, per_s=TIMES * knee_per_s, seconds=seconds)
    after_mib = served.memory_mib()
    for poster in posters:
        poster.close()
    return {
        "knee_per_s": knee_per_s,
        "offered_per_s": TIMES * knee_per_s,
        "accepted_per_s": len(flood.accepted.taken_s) / seconds,
        "refused_per_s": len(flood.refused.taken_s) / seconds,
        "accepted_p99_ms": flood.accepted.percentile_ms(99),
        "refused_p50_ms": flood.refused.percentile_ms(50) if flood.refused.taken_s else None,
        "refused_p99_ms": flood.refused.percentile_ms(99) if flood.refused.taken_s else None,
        "unmade": float(flood.unmade),
        "broken": float(flood.broken),
        "before_mib": before_mib,
        "after_mib": after_mib,
        "lasted_s": seconds,
    }


def run(seconds: float) -> list[Row]:
    """Measure in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return uvloop.run(measure(Path(folder), seconds))


BENCH: Final = Bench(
    name="overload",
    title="More than it can take",
    about=(
        f"The knee is measured with {PAIRS} messages under way; then {TIMES} times as many are sent at a steady rate by up to\n"
        f"{CALLERS} callers, whether answers come or not. What is refused is answered 130429 with `Retry-After`; all that was\n"
        "accepted arrived and was told as *delivered*, or the run fails. Memory is the server's before and after."
    ),
    columns={
        "lasted_s": "seconds",
        "knee_per_s": "knee/s",
        "offered_per_s": "offered/s",
        "accepted_per_s": "accepted/s",
        "accepted_p99_ms": "p99 ms",
        "refused_per_s": "refused/s",
        "refused_p50_ms": "p50 ms",
        "refused_p99_ms": "p99 ms",
        "unmade": "no caller free",
        "broken": "other answers",
        "before_mib": "MiB before",
        "after_mib": "MiB after",
    },
    run=run,
)
