"""Single sends once more, on a network that is full: 10 million messages and a million people are stored."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import asyncpg
import uvloop

from bench.frame import Bench, Row
from bench.receiver import Receiver
from bench.serving import SPENT, Served, serve
from bench.way import Cast, invite, listen_at, measure_way

PAIRS: Final = 500
IN_FLIGHT: Final = 64
PEOPLE: Final = 1_000_000
MESSAGES: Final = 10_000_000
#: Rows of one INSERT while the network is filled.
CHUNK_PEOPLE: Final = 50_000

#: $1 … $2 numbers the people; every one has MESSAGES / PEOPLE delivered and paid messages from business $3.
_FILL: Final = (
    """INSERT INTO person SELECT 160000000000000 + n, 910000000000 + n, 'IN', 'Someone', 'en', now() - interval '40 days'
       FROM generate_series($1::bigint, $2::bigint) n WHERE $3::bigint > 0 AND $4::bigint > 0""",
    """INSERT INTO phone_directory SELECT 910000000000 + n, 160000000000000 + n
       FROM generate_series($1::bigint, $2::bigint) n WHERE $3::bigint > 0 AND $4::bigint > 0""",
    """INSERT INTO inbox SELECT 160000000000000 + n, $4 FROM generate_series($1::bigint, $2::bigint) n WHERE $3::bigint > 0""",
    """INSERT INTO message (person_id, seq, business_id, phone_number_id, direction, content, category, billable, pricing_type,
                            price_micros, rate_version, at, expires_at)
       SELECT 160000000000000 + n, s, $3, $3, 1, repeat('x', 300), 'utility', true, 'regular', 1400, 'rates',
              now() - interval '40 days', now() - interval '10 days'
       FROM generate_series($1::bigint, $2::bigint) n, generate_series(1, $4::bigint) s""",
    """INSERT INTO receipt SELECT 160000000000000 + n, s, 2, NULL, now() - interval '39 days'
       FROM generate_series($1::bigint, $2::bigint) n, generate_series(1, $4::bigint) s WHERE $3::bigint > 0""",
)


async def fill(connection: asyncpg.Connection, business_id: int) -> None:
    """Store the people and their messages through the real tables and indexes. These rows are loaded, not acknowledged to
    anybody, so they need not be flushed one by one."""
    await connection.execute("SET synchronous_commit = off")
    for first in range(1, PEOPLE + 1, CHUNK_PEOPLE):
        last = min(first + CHUNK_PEOPLE - 1, PEOPLE)
        for statement in _FILL:
            await connection.execute(statement, first, last, business_id, MESSAGES // PEOPLE)
    await connection.execute("SET synchronous_commit = on")
    await connection.execute("ANALYZE")
    await connection.execute("CHECKPOINT")


async def measure(folder: Path, seconds: float) -> list[Row]:
    """Empty, then full; both on a server that has just begun."""
    cast = await invite(folder, businesses=1, people=PAIRS)
    async with Receiver() as receiver:
        await listen_at(folder, cast, receiver.url)
        empty = await _figures(folder, cast, receiver, seconds)
        async with serve(folder) as served:
            before = await _size(served)
            await fill(served.connection, cast.business_ids[0])
            bytes_per_message = (await _size(served) - before) / MESSAGES
            stored = f"{MESSAGES / 1e6:.0f} million messages, {PEOPLE / 1e6:.0f} million people"
        full = await _figures(folder, cast, receiver, seconds)
    share = full["per_s"] / empty["per_s"] * 100
    return [
        {"stored": "nothing", **empty, "share": None, "bytes_per_message": None},
        {"stored": stored, **full, "share": share, "bytes_per_message": bytes_per_message},
    ]


async def _figures(folder: Path, cast: Cast, receiver: Receiver, seconds: float) -> dict[str, float]:
    async with serve(folder, environment={"CLARINE_WEBHOOK_EVENTS_MAX": "100"}) as served:
        return await measure_way(served, cast, receiver, pairs=PAIRS, in_flight=IN_FLIGHT, seconds=seconds)


async def _size(served: Served) -> int:
    return int(await served.connection.fetchval("SELECT pg_database_size(current_database())"))


def run(seconds: float) -> Sequence[Row]:
    """Measure in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return uvloop.run(measure(Path(folder), seconds))


BENCH: Final = Bench(
    name="growth",
    title="A network that is full",
    about=(
        f"The send figure ({PAIRS} pairs, {IN_FLIGHT} under way, up to 100 events in a POST) on an empty network, and on the same\n"
        "one after ten delivered messages for each of a million people were stored through the real tables and indexes."
    ),
    columns={
        "stored": "stored before",
        "per_s": "messages/s",
        "share": "% of empty",
        "bytes_per_message": "bytes stored a message",
        "answered_p50_ms": "answered p50 ms",
        "answered_p99_ms": "p99 ms",
        "whole_p50_ms": "whole way p50 ms",
        "whole_p99_ms": "p99 ms",
        **SPENT,
    },
    run=run,
    runs=1,
)
