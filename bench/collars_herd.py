"""Herd's process in the bench: takes partitions in until so many frames are there, then gathers their readings."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime

from bench.collars_load import FRAMES_EACH
from clarine_herd.feed import Feed
from clarine_herd.store.intake import Taken, open_intake
from clarine_herd.store.minutes import gather
from clarine_herd.worker import Counts


async def _main(database: str, url: str, partitions: int, animals: int) -> None:
    pool, intake = await open_intake(database)
    counts, all_there = Counts(), asyncio.Event()

    def took(taken: Taken) -> None:
        counts.add(taken)
        if counts.new >= animals * FRAMES_EACH:
            all_there.set()

    task = asyncio.create_task(Feed(url, partitions, intake, took).run(range(partitions)))
    print(json.dumps({"ready": True}), flush=True)
    await all_there.wait()
    while await gather(pool, now=datetime.now(UTC)):
        pass
    frames = await pool.fetchval("SELECT count(*) FROM clarine_herd.frames")
    readings = await pool.fetchval("SELECT count(*) FROM clarine_herd.readings WHERE heard_min = 120")
    days = await pool.fetch(
        "SELECT pg_total_relation_size(inhrelid) AS size FROM pg_inherits WHERE inhparent = 'clarine_herd.frames'::regclass"
    )
    found = {"frames": frames, "readings": readings, "known": counts.known, "bytes": sum(row["size"] for row in days)}
    print(json.dumps(found), flush=True)
    # Until it is killed, so that its memory can be looked at.
    await asyncio.to_thread(sys.stdin.readline)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await pool.close()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
