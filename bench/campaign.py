"""Campaigns into people's streams: with a kill in the middle, with single sends beside, and from a small list to a large one."""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncpg
import uvloop

from bench.crowd import PHONE, agree, invite_crowd, settle
from bench.frame import Bench, Row
from bench.posts import Latencies, Poster, open_posters
from bench.serving import SPENT, Served, serve
from bench.way import Cast, invite, send_request
from clarine.build import open_house
from clarine.config import Settings
from clarine.domain.campaign import Act
from clarine.domain.pacing import TRUSTED
from clarine.flow import campaign
from clarine.flow.templates import create_template

#: (how it is called, recipients, is the server killed, do single sends go on beside it)
CASES: Final = (
    ("20,000", 20_000, False, False),
    ("200,000", 200_000, False, False),
    ("200,000, killed in the middle", 200_000, True, False),
    ("200,000, single sends beside", 200_000, False, True),
)
LARGEST: Final = ("1,000,000", 1_000_000, False, False)
#: From so many seconds a figure on, the largest list is measured too: it takes minutes.
LARGEST_S: Final = 10.0
NOT_AGREED: Final = 50
SENDERS: Final = 4
SENDER_REST_S: Final = 0.02
LASTS_S: Final = 280.0

_BODY: Final = {
    "type": "BODY",
    "text": "Dear {{1}}, your order {{2}} is ready. Reply STOP to hear no more from us.",
    "example": {"body_text": [["Ana", "A-1"]]},
}
_ASKED: Final = [
    {"type": "body", "parameters": [{"type": "text", "text": "{{name}}"}, {"type": "text", "text": "{{order}}"}]}
]
_LIST: Final = """INSERT INTO campaign_recipient
    SELECT $1, $2, person_id, country, name || E'\\x1f' || 'A-' || phone FROM person
    WHERE phone > $3 AND phone <= $4 ORDER BY person_id"""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A campaign whose list is full and that was not started."""

    cast: Cast
    business_id: int
    campaign_id: int


async def prepare(folder: Path, cast: Cast, recipients: int) -> Prepared:
    """Recipients who agreed, but for one in NOT_AGREED, and a draft with all of them on its list."""
    business_id = cast.business_ids[0]
    async with open_house(Settings(data=folder, log_level="warning")) as house:
        template = await create_template(
            house, business_id, name="ready", language="en", category="MARKETING", components=[_BODY], approved=True
        )
        row = await campaign.create(
            house,
            business_id,
            name="bench",
            phone_number_id=cast.businesses[0][1],
            template="ready",
            language="en",
            components=_ASKED,
            columns=["name", "order"],
            key="bench",
        )
        async with house.store.transaction() as tx:
            await tx.put_trust({(business_id, template.template_id): TRUSTED}, house.clock.now())
            await tx.count_recipients(business_id, row.campaign_id, recipients=recipients, countries={"IN": recipients})
    return Prepared(cast, business_id, row.campaign_id)


async def fill(connection: asyncpg.Connection, prepared: Prepared, recipients: int) -> None:
    """The people and the list itself: what it costs to add them is not measured here."""
    await invite_crowd(connection, recipients)
    await agree(connection, prepared.business_id, but_every=NOT_AGREED)
    await connection.execute(_LIST, prepared.business_id, prepared.campaign_id, PHONE, PHONE + recipients)
    await settle(connection)


async def start(folder: Path, prepared: Prepared) -> None:
    """Start it, beside the server."""
    settings = Settings(data=folder, log_level="warning", starting_tier="TIER_UNLIMITED")
    async with open_house(settings) as house:
        await campaign.act(house, prepared.business_id, prepared.campaign_id, Act.START)


async def measure(folder: Path, case: tuple[str, int, bool, bool]) -> Row:
    """One campaign in a house of its own."""
    name, recipients, killed, beside = case
    cast = await invite(folder, businesses=1, people=SENDERS)
    prepared = await prepare(folder, cast, recipients)
    took_s, singles = 0.0, Latencies()
    async with serve(folder) as served:
        await fill(served.connection, prepared, recipients)
        before = await served.spent()
        async with sending(served, cast, singles) if beside else contextlib.nullcontext():
            began = time.perf_counter()
            await start(folder, prepared)
            await until(served.connection, lambda done: done >= (recipients // 2 if killed else recipients))
            took_s += time.perf_counter() - began
        spent = await served.spent()
        figures = spent.per(await outcomes(served.connection), before)
        memory_mib = served.memory_mib()
        if killed:
            served.process.kill()
    if killed:
        async with serve(folder) as served:
            again = time.perf_counter()
            await until(served.connection, lambda done: done >= recipients)
            took_s += time.perf_counter() - again
            found = await counted(served.connection, recipients)
    else:
        async with serve(folder) as served:
            found = await counted(served.connection, recipients)
    return {
        "case": name,
        "per_s": recipients / took_s,
        **found,
        "single_p50_ms": singles.percentile_ms(50) if beside else None,
        "single_p99_ms": singles.percentile_ms(99) if beside else None,
        "singles_per_s": len(singles.taken_s) / took_s if beside else None,
        **figures,
        "memory_mib": memory_mib,
    }


@contextlib.asynccontextmanager
async def sending(served: Served, cast: Cast, singles: Latencies) -> AsyncIterator[None]:
    """Single sends from the campaign's own number while the block runs, a few a second on each of SENDERS connections."""
    host = f"{served.host}:{served.port}"
    answers: list[asyncio.Future[None]] = []
    loop = asyncio.get_running_loop()

    def heard(poster: Poster) -> Callable[[int, int, bytes], None]:
        def answered(number: int, status: int, body: bytes) -> None:
            if status != 200:
                singles.failed[status] += 1
            answers[number].set_result(None)

        return answered

    async def work(poster: Poster, phone: int) -> None:
        request = send_request(host, *cast.businesses[0], phone)
        while True:
            answers.append(loop.create_future())
            began = time.perf_counter()
            answer = answers[-1]
            poster.post(request, len(answers) - 1)
            await answer
            singles.add(began)
            await asyncio.sleep(SENDER_REST_S)

    posters = await open_posters(served.host, served.port, SENDERS, heard)
    tasks = [asyncio.create_task(work(poster, phone)) for poster, (phone, _) in zip(posters, cast.people, strict=True)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for poster in posters:
            poster.close()
        assert not singles.failed, f"the server refused: {singles.failed}"


async def outcomes(connection: asyncpg.Connection) -> int:
    """How many recipients have an outcome, as the lanes count."""
    lanes = await connection.fetch("SELECT counts FROM campaign_lane")
    return sum(sum(json.loads(counts).values()) for (counts,) in lanes)


async def until(connection: asyncpg.Connection, enough: Callable[[int], bool]) -> None:
    """Look now and then. Raises TimeoutError after LASTS_S."""
    async with asyncio.timeout(LASTS_S):
        while not enough(await outcomes(connection)):  # noqa: ASYNC110 - the server does not know that it is watched
            await asyncio.sleep(0.02)


async def counted(connection: asyncpg.Connection, recipients: int) -> dict[str, float]:
    """What stands in the tables in the end: everyone has one outcome, and one message exactly if it says so."""
    query = """
        SELECT count(*) FILTER (WHERE o.recipient IS NULL OR (o.seq > 0 AND m.messages IS NULL)) AS missing,
               count(*) FILTER (WHERE m.messages > 1 OR (m.messages > 0 AND o.seq = 0)
                                   OR i.last_seq <> coalesce(m.messages, 0)) AS doubled,
               count(*) FILTER (WHERE o.reason IS NOT NULL) AS refused, count(*) AS recipients
        FROM campaign_recipient r
        JOIN inbox i ON i.person_id = r.recipient
        LEFT JOIN campaign_outcome o ON o.campaign_id = r.campaign_id AND o.recipient = r.recipient
        LEFT JOIN (SELECT person_id, count(*) AS messages FROM message GROUP BY person_id) m ON m.person_id = r.recipient"""
    found = await connection.fetchrow(query)
    assert found["recipients"] == recipients
    assert found["refused"] == recipients // NOT_AGREED, "who did not agree is left out, and nobody else"
    return {"missing": found["missing"], "doubled": found["doubled"], "refused": found["refused"]}


def run(seconds: float) -> list[Row]:
    """Every case in a folder that is gone afterwards."""
    rows = []
    for case in (*CASES, LARGEST) if seconds >= LARGEST_S else CASES:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            rows.append(uvloop.run(measure(Path(folder), case)))
    return rows


BENCH: Final = Bench(
    name="campaign",
    title="Campaigns",
    about=(
        "A marketing template that people know already (pacing is behind it), with two words of each person's own, goes to a\n"
        "list of people, of whom one in fifty did not agree.\n"
        "Everybody is judged, capped, priced and held for; rate: recipients with an outcome until the last one's commit.\n"
        "*killed*: `kill -9` of the server at about half, and a second one that goes on. *beside*: sends from the same number.\n"
        "Missing: no outcome, or an outcome without its message; doubled: more than one message, counted in tables and streams."
    ),
    columns={
        "case": "recipients",
        "per_s": "recipients/s",
        "missing": "missing",
        "doubled": "doubled",
        "refused": "left out",
        "singles_per_s": "single sends/s",
        "single_p50_ms": "answered p50 ms",
        "single_p99_ms": "p99 ms",
        **SPENT,
    },
    run=run,
)
