"""The named peer of every durable figure: one row inserted and committed per message, on as many connections."""

from __future__ import annotations

import asyncio
import time

import asyncpg

from bench.posts import Latencies

ROW_BYTES = 500


async def plain_inserts(url: str, *, connections: int, seconds: float) -> tuple[float, Latencies]:
    """(rows a second, latencies) of INSERT and commit on *connections* connections."""
    pool = await asyncpg.create_pool(url, min_size=connections, max_size=connections)
    await pool.execute("CREATE TABLE IF NOT EXISTS bench_peer (id bigserial PRIMARY KEY, body text NOT NULL)")
    taken, body = Latencies(), "x" * ROW_BYTES
    began = time.perf_counter()

    async def work() -> None:
        async with pool.acquire() as connection:
            while (started := time.perf_counter()) - began < seconds:
                await connection.execute("INSERT INTO bench_peer (body) VALUES ($1)", body)
                taken.add(started)

    await asyncio.gather(*[work() for _ in range(connections)])
    took_s = time.perf_counter() - began
    await pool.execute("DROP TABLE bench_peer")
    await pool.close()
    return len(taken.taken_s) / took_s, taken
