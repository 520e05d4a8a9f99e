"""Rounds that follow each other: few statements, and never a lease, an order or a retry that `notify` would not keep."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clarine.adapters.clock import TurnedClock
from clarine.flow.house import House
from clarine.flow.notify import notify
from clarine.flow.rounds import ADDRESS_S, KEPT_S, Rounds
from tests.cast import Cast, Shop
from tests.flow.test_notify import HOOK, Receiver, render, subscribe


class Telling:
    """One process that tells businesses."""

    def __init__(self, house: House, receiver: Receiver, owner: str = "a") -> None:
        self.rounds = Rounds(house, receiver, render, owner=owner)

    async def told(self, *rung: Shop) -> int:
        """How many notices a step handles when these rang."""
        self.rounds.ring([shop.business_id for shop in rung])
        return await self.rounds.step()


async def test_a_round_that_follows_another_takes_two_statements(cast: Cast, house: House, asked: list[str]) -> None:
    shop, ann = await known(cast), await cast.person()
    receiver = Receiver()
    telling = Telling(house, receiver)
    await cast.send(shop.template(ann))
    assert await telling.told(shop) == 1
    await cast.send(shop.template(ann), shop.template(ann))
    asked.clear()
    assert await telling.told(shop) == 2
    assert len(asked) == 2
    assert receiver.came == [f"{ann.person_id}#{number}" for number in (1, 2, 3)]
    assert await telling.told() == 0
    rows = await cast.connection.fetch("SELECT attempt, first_number, last_number FROM notice_attempt ORDER BY attempt")
    assert list(map(tuple, rows)) == [(1, 1, 1), (2, 2, 2), (3, 3, 3)]


async def test_nobody_else_tells_a_business_between_rounds_until_the_lease_ends(
    cast: Cast, house: House, clock: TurnedClock
) -> None:
    shop, ann = await known(cast), await cast.person()
    receiver = Receiver()
    one, other = Telling(house, receiver), Telling(house, receiver, "b")
    await cast.send(shop.template(ann))
    assert await one.told(shop) == 1
    await cast.send(shop.template(ann))
    assert await other.told(shop) == 0
    clock.turn(timedelta(seconds=KEPT_S + 1))
    assert await other.told(shop) == 1
    await cast.send(shop.template(ann))
    clock.turn(timedelta(seconds=-ADDRESS_S))  # to the first its address still looks fresh
    assert await one.told(shop) == 0
    assert await other.told(shop) == 1
    assert len(receiver.came) == len(set(receiver.came)) == 3


async def test_a_process_that_ends_well_leaves_its_businesses_at_once(cast: Cast, house: House) -> None:
    shop, ann = await known(cast), await cast.person()
    one = Telling(house, Receiver())
    await cast.send(shop.template(ann))
    await one.told(shop)
    await one.rounds.close()
    await cast.send(shop.template(ann))
    assert await Telling(house, Receiver(), "b").told(shop) == 1


async def test_what_follows_a_failure_waits_for_it_here_too(cast: Cast, house: House, clock: TurnedClock) -> None:
    shop, ann = await known(cast), await cast.person()
    receiver = Receiver()
    telling = Telling(house, receiver)
    await cast.send(shop.template(ann))
    await telling.told(shop)
    receiver.status = 500
    await cast.send(shop.template(ann))
    await telling.told(shop)
    receiver.status = 200
    await cast.send(shop.template(ann))
    await telling.told(shop)  # behind the one that failed
    clock.turn(timedelta(days=1))
    while await telling.told(shop):
        pass
    numbers = [int(event.partition("#")[2]) for event in receiver.came]
    assert numbers == [1, 2, 2, 3]


async def test_a_changed_address_counts_a_moment_later(cast: Cast, house: House, clock: TurnedClock) -> None:
    shop, ann = await known(cast), await cast.person()
    telling = Telling(house, Receiver())
    await cast.send(shop.template(ann))
    await telling.told(shop)
    await cast.connection.execute("UPDATE subscription SET url = $1", HOOK + "/other")
    clock.turn(timedelta(seconds=ADDRESS_S))
    await cast.send(shop.template(ann))
    with pytest.raises(AssertionError):  # the receiver's: it knows one address
        await telling.told(shop)


async def test_a_first_address_counts_at_once(cast: Cast, house: House) -> None:
    shop, ann = await cast.shop(), await cast.person()
    receiver = Receiver()
    telling = Telling(house, receiver)
    await cast.send(shop.template(ann))
    await telling.told(shop)
    await subscribe(cast.connection, shop)
    await cast.send(shop.template(ann))
    await telling.told(shop)
    assert receiver.came == [f"{ann.person_id}#2"]


async def test_an_inbound_message_in_a_later_round_is_delivered_for_its_person(cast: Cast, house: House) -> None:
    shop, ann = await known(cast), await cast.person()
    telling = Telling(house, Receiver())
    await cast.send(shop.template(ann))
    await telling.told(shop)
    await cast.says(ann, shop)
    assert await telling.told(shop) == 1
    assert (await cast.connection.fetchval("SELECT max(status) FROM receipt WHERE person_id = $1", ann.person_id)) == 2
    await cast.send(shop.template(ann))
    assert await notify(house, Receiver(), render, owner="b") == 1  # that round gave the lease back


async def known(cast: Cast) -> Shop:
    """A shop that is told of its messages."""
    shop = await cast.shop()
    await subscribe(cast.connection, shop)
    return shop
