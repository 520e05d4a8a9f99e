"""People were away while messages came; then all of them connect at once and are given everything, once."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Final

import uvloop

from bench.crowd import PHONE, invite_crowd, settle, sign_in
from bench.devices import connect
from bench.frame import Bench, Row
from bench.serving import SPENT, serve
from bench.way import Cast, invite
from clarine.build import open_house
from clarine.config import Settings
from clarine.flow.accept import Accepted, SendRequest, accept
from clarine.flow.drafts import TemplateDraft

PEOPLE: Final = 2_000
EACH: Final = 50
BATCH: Final = 500
LASTS_S: Final = 120.0


async def send_all(folder: Path, cast: Cast) -> None:
    """EACH messages to each of PEOPLE, accepted as the API would, in batches."""
    settings = Settings(
        data=folder,
        log_level="warning",
        throughput_per_s=1_000_000,
        pair_burst=1_000_000,
        starting_tier="TIER_UNLIMITED",
    )
    (business_id,), ((_, number_id),) = cast.business_ids, cast.businesses
    hello = TemplateDraft("hello_world", "en_US", [])
    async with open_house(settings) as house:
        for _ in range(EACH):
            for first in range(1, PEOPLE + 1, BATCH):
                requests = [
                    SendRequest(business_id, number_id, hello, phone=PHONE + number)
                    for number in range(first, first + BATCH)
                ]
                outcomes = await accept(house, requests)
                assert all(isinstance(outcome, Accepted) and outcome.reason is None for outcome in outcomes)


async def measure(folder: Path) -> Row:
    """Send while nobody is there, then open every door at once."""
    cast = await invite(folder, businesses=1, people=0)
    async with serve(folder) as served:
        await invite_crowd(served.connection, PEOPLE)
        tokens = await sign_in(served.connection, range(1, PEOPLE + 1))
        await send_all(folder, cast)
        await settle(served.connection)
        before, began = await served.spent(), time.perf_counter()
        devices = await connect(served.host, served.port, tokens)
        async with asyncio.timeout(LASTS_S):
            while sum(device.messages for device in devices) < PEOPLE * EACH:  # noqa: ASYNC110 - devices tell nobody
                await asyncio.sleep(0.01)
        took_s, spent = time.perf_counter() - began, await served.spent()
        received = "SELECT count(*) FROM receipt WHERE status = 2"
        async with asyncio.timeout(LASTS_S):
            while await served.connection.fetchval(received) < PEOPLE * EACH:  # noqa: ASYNC110 - nor does the database
                await asyncio.sleep(0.05)
        receipts_s, memory_mib = time.perf_counter() - began, served.memory_mib()
        lost = sum(device.last_seq != EACH for device in devices)
        twice = sum(device.messages != EACH for device in devices)
        for device in devices:
            device.close()
    return {
        "case": f"{PEOPLE:,} people, {EACH} messages each",
        "per_s": PEOPLE * EACH / took_s,
        "receipts_per_s": PEOPLE * EACH / receipts_s,
        "lost": lost,
        "twice": twice,
        **spent.per(PEOPLE * EACH, before),
        "memory_mib": memory_mib,
    }


def run(seconds: float) -> list[Row]:
    """The work is fixed, so *seconds* changes nothing."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return [uvloop.run(measure(Path(folder)))]


BENCH: Final = Bench(
    name="offline",
    title="People who were away",
    about=(
        "Messages are accepted while nobody is connected; then every device opens its WebSocket, is given what it missed and\n"
        "sends a receipt for each message. Rate: from the first connection to the last message, sign-in included, and to the last\n"
        "receipt in the database. Lost and twice count people whose last number or whose count of messages is not what was sent."
    ),
    columns={
        "case": "waiting",
        "per_s": "drained/s",
        "receipts_per_s": "receipts stored/s",
        "lost": "lost",
        "twice": "twice",
        **SPENT,
    },
    run=run,
)
