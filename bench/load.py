"""The load generator: keep-alive HTTP/1.1 connections, a window of requests on each, every answer's time kept."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Load:
    """What the generator saw: latencies in seconds, answers that were not 200 by status."""

    latencies_s: list[float] = field(default_factory=list)
    failed: dict[int, int] = field(default_factory=dict)
    took_s: float = 0.0

    @property
    def per_s(self) -> float:
        return len(self.latencies_s) / self.took_s

    def percentile_ms(self, percent: float) -> float:
        ordered = sorted(self.latencies_s)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] * 1000


async def post_all(host: str, port: int, requests: list[bytes], *, connections: int) -> Load:
    """Send *requests* over *connections*, one in flight on each; answers must carry Content-Length."""
    load = Load()
    waiting = iter(requests)
    started = time.perf_counter()
    await asyncio.gather(*[_connection(host, port, waiting, load) for _ in range(connections)])
    load.took_s = time.perf_counter() - started
    return load


async def _connection(host: str, port: int, waiting: Iterator[bytes], load: Load) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    for request in waiting:
        started = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        marker = head.lower().index(b"content-length:") + 15
        await reader.readexactly(int(head[marker : head.index(b"\r", marker)]))
        if status == 200:
            load.latencies_s.append(time.perf_counter() - started)
        else:
            load.failed[status] = load.failed.get(status, 0) + 1
    writer.close()
