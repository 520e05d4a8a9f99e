"""What a batch costs the database is counted in round trips, because each of them holds its locks longer."""

from __future__ import annotations

from dataclasses import replace

from clarine.adapters.bus import LocalBus
from clarine.flow.house import House
from clarine.flow.receipt import Received, receive
from tests.cast import Cast
from tests.wire.people_app import listening, people_app


async def test_a_batch_of_sends_takes_nine_round_trips_whatever_its_size(cast: Cast, asked: list[str]) -> None:
    shop, people = await cast.shop(), [await cast.person() for _ in range(20)]
    await cast.send(shop.template(people[0]))
    costs = []
    for batch in (people[:1], people):
        asked.clear()
        await cast.send(*[shop.template(person) for person in batch])
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 9
    assert (asked[0], asked[-1]) == ("BEGIN", "COMMIT")


async def test_a_batch_of_receipts_takes_six_round_trips(cast: Cast, house: House, asked: list[str]) -> None:
    shop, people = await cast.shop(), [await cast.person() for _ in range(20)]
    await cast.send(*[shop.template(person) for person in people])
    asked.clear()
    await receive(house, [Received(person.person_id, (1,)) for person in people])
    assert len(asked) <= 6


async def test_what_a_process_wrote_reaches_its_own_sockets_without_a_question(
    house: House, cast: Cast, asked: list[str]
) -> None:
    shop, someone = await cast.shop(), await cast.person()
    app = people_app(house)
    async with listening(app) as live, live.device(await app.token(someone)) as device:
        start = (await device.frame("events"))["last_seq"]
        await cast.send(shop.template(someone))  # the first one asks who the business is
        await device.events(start + 1)
        asked.clear()
        await cast.send(shop.template(someone), shop.template(someone))
        events = await device.events(start + 3)
    assert [event["seq"] for event in events] == [start + 2, start + 3]
    assert not [statement for statement in asked if "FROM message" in statement]


async def test_what_came_from_elsewhere_is_fetched_before_what_follows_it(house: House, cast: Cast) -> None:
    shop, someone = await cast.shop(), await cast.person()
    app = people_app(house)
    elsewhere = cast.house
    async with listening(app) as live, live.device(await app.token(someone)) as device:
        start = (await device.frame("events"))["last_seq"]
        await cast.send(shop.template(someone))
        await device.events(start + 1)
        cast.house = replace(elsewhere, bus=_SilentBus())
        await cast.send(shop.template(someone))  # no bell is heard here
        cast.house = elsewhere
        await cast.send(shop.template(someone))
        events = await device.events(start + 3)
    assert [event["seq"] for event in events] == [start + 2, start + 3]


class _SilentBus(LocalBus):
    def ring(self, **_: object) -> None:
        """Nobody hears it."""
