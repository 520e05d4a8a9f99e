"""The load generator's callers: raw keep-alive HTTP/1.1 connections on uvloop, one request in flight on each."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable
from typing import cast

#: Called with (the request's number, status, body) when its answer is there.
Answered = Callable[[int, int, bytes], None]

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Poster(asyncio.Protocol):
    """One connection; answers must carry Content-Length."""

    def __init__(self, answered: Answered) -> None:
        self._answered = answered
        self._transport: asyncio.Transport | None = None
        self._number = 0
        self._body_from = self._until = 0
        self._got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's do not inherit from it

    def post(self, request: bytes, number: int) -> None:
        """Send *request*; `answered` hears of it under *number*. The one before must have been answered."""
        assert self._transport is not None
        self._number, self._until, self._got = number, 0, b""
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._got = data = self._got + data if self._got else data
        if not self._until:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                return
            length = _LENGTH.search(data, 0, end)
            self._body_from = end + 4
            self._until = end + 4 + (int(length[1]) if length is not None else 0)
        if len(data) >= self._until:
            self._answered(self._number, int(data[9:12]), data[self._body_from : self._until])

    def connection_lost(self, exc: Exception | None) -> None:
        if self._number >= 0 and len(self._got) < self._until:
            self._answered(self._number, 0, b"")

    def close(self) -> None:
        """Hang up."""
        self._number = -1
        if self._transport is not None:
            self._transport.close()


async def open_posters(host: str, port: int, count: int, answered: Callable[[Poster], Answered]) -> list[Poster]:
    """*count* connections; each is made with the callback that `answered` gives it."""
    loop = asyncio.get_running_loop()
    made: list[Poster] = []
    for _ in range(count):
        hears: list[Answered] = []
        poster = Poster(lambda number, status, body, hears=hears: hears[0](number, status, body))  # type: ignore[misc]
        hears.append(answered(poster))
        await loop.create_connection(lambda poster=poster: poster, host, port)  # type: ignore[misc]
        made.append(poster)
    return made


class Latencies:
    """Times in seconds, and answers that were not 200 by status."""

    def __init__(self) -> None:
        self.taken_s: list[float] = []
        self.failed: Counter[int] = Counter()

    def add(self, started: float) -> None:
        """Something that began at *started* (perf_counter) has just ended."""
        self.taken_s.append(time.perf_counter() - started)

    def percentile_ms(self, percent: float) -> float:
        """The *percent*-th percentile in milliseconds."""
        ordered = sorted(self.taken_s)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] * 1000
