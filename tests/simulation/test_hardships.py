"""What the machine below and the world outside can do to a running house: nothing accepted is lost, nothing counts twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
import psutil
import pytest
from aiohttp import web

from clarine.adapters.postgres.embedded import EmbeddedPostgres
from clarine.build import open_house, serving
from clarine.flow.audit import audit
from clarine.flow.business import create_business
from clarine.flow.house import House
from clarine.ports.records import Subscription
from tests.simulation.network import Receiver, Story, open_receiver, story, unhurried

SENDS = 400
HARD_AFTER = 120
BALANCE_MICROS = 10**9
CONNECTIONS = 16


@asynccontextmanager
async def a_house_of_its_own(data: Path) -> AsyncIterator[tuple[House, Story, str]]:
    """A house on a database of its own in *data*, which serves while the block runs."""
    settings = replace(unhurried(data), poll_s=0.2, webhook_timeout_s=2.0)
    async with (
        open_house(settings) as house,
        story(house, balance_micros=BALANCE_MICROS) as told,
        serving(settings) as served,
    ):
        yield house, told, served.url


async def everything_arrived(house: House, told: Story) -> None:
    """Each of the SENDS messages came once, was told as delivered, and was paid for."""
    assert len(told.accepted) == SENDS
    await told.phone.until(lambda: len(told.phone.messages) >= SENDS)
    await told.receiver.until(lambda: told.receiver.delivered() >= set(told.accepted.values()))
    assert len(told.phone.messages) == SENDS
    assert told.receiver.delivered() == set(told.accepted.values())
    assert (await audit(house)).findings == ()


@asynccontextmanager
async def listening(told: Story, url: str) -> AsyncIterator[None]:
    task = asyncio.create_task(told.phone.live(url))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def postmaster(data: Path) -> psutil.Process:
    return psutil.Process(int((data / "postgres" / "postmaster.pid").read_text().splitlines()[0]))


@pytest.mark.timeout(120)
async def test_a_database_that_falls_and_stands_up_again_in_the_middle_of_sends_loses_and_doubles_nothing(
    data_folder: Path,
) -> None:
    async with a_house_of_its_own(data_folder) as (house, told, url), listening(told, url):
        sending = asyncio.create_task(told.send(url, [str(number) for number in range(SENDS)], again=True))
        await told.progress.until(lambda: told.has_accepted(HARD_AFTER))
        # Any server process that dies hard makes the postmaster throw all others out and recover from its log.
        next(child for child in postmaster(data_folder).children() if "walwriter" in " ".join(child.cmdline())).kill()
        await sending
        await everything_arrived(house, told)


@pytest.mark.timeout(120)
async def test_a_database_that_has_no_connection_left_is_waited_for(data_folder: Path) -> None:
    await allow_few_connections(data_folder / "postgres")
    async with (
        a_house_of_its_own(data_folder) as (house, told, url),
        listening(told, url),
        AsyncExitStack() as greedy,
    ):
        sending = asyncio.create_task(told.send(url, [str(number) for number in range(SENDS)], again=True))
        await told.progress.until(lambda: told.has_accepted(HARD_AFTER))
        database = EmbeddedPostgres(data_folder / "postgres")
        await take_every_connection(database.url, greedy)
        await told.progress.until(lambda: told.unanswered > 0)  # it said that it cannot now
        await greedy.aclose()
        await sending
        await everything_arrived(house, told)
        database.leave()


async def allow_few_connections(folder: Path) -> None:
    """Make the database in *folder*, with room for one house and hardly more."""
    database = EmbeddedPostgres(folder)
    connection = await asyncpg.connect(database.url)
    await connection.execute(f"ALTER SYSTEM SET max_connections = {CONNECTIONS}")
    await connection.close()
    database.leave()


async def take_every_connection(url: str, greedy: AsyncExitStack) -> None:
    """Throw everybody out, and take each place before they are back."""
    first = await asyncpg.connect(url)
    greedy.push_async_callback(first.close)
    while True:
        await first.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'clarine'")
        try:
            another = await asyncpg.connect(url)
        except asyncpg.TooManyConnectionsError:
            return
        greedy.push_async_callback(another.close)


@pytest.mark.timeout(60)
async def test_a_receiver_that_hangs_holds_up_nobody_else_and_hears_everything_at_last(data_folder: Path) -> None:
    async with (
        a_house_of_its_own(data_folder) as (house, told, url),
        listening(told, url),
        hanging_receiver() as (hanging, wakes),
    ):
        other = await another_shop(house, told, hanging)
        await asyncio.gather(told.send(url, ["one"]), other.send(url, ["two"]))
        await told.receiver.until(lambda: told.receiver.delivered() == set(told.accepted.values()))
        assert other.receiver.statuses == {}
        wakes.set()
        await other.receiver.until(lambda: other.receiver.delivered() == set(other.accepted.values()))


@asynccontextmanager
async def hanging_receiver() -> AsyncIterator[tuple[Receiver, asyncio.Event]]:
    """A receiver that answers nobody before the event is set."""
    wakes = asyncio.Event()

    @web.middleware
    async def sleeps(request: web.Request, handler: object) -> web.StreamResponse:
        await wakes.wait()
        return await handler(request)  # type: ignore[operator,no-any-return]

    async with open_receiver(sleeps) as receiver:
        yield receiver, wakes


async def another_shop(house: House, told: Story, receiver: Receiver) -> Story:
    """A second business that writes to the same person and is told at *receiver*."""
    keys = await create_business(house, name="Other", phone="+15550783882", balance_micros=BALANCE_MICROS)
    row = Subscription(keys.business.business_id, "app", keys.business.app_id, receiver.url, "", ("messages",))
    async with house.store.transaction() as tx:
        await tx.put_subscriptions([row], house.clock.now())
    return Story(keys, told.to, told.phone, receiver)
