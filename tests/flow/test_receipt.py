"""Receipts: forward only, billed exactly once, told exactly once, whatever comes twice or late."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from clarine.adapters.clock import TurnedClock
from clarine.domain.consent import Act
from clarine.flow.house import House
from clarine.flow.receipt import Read, Received, read, receive
from clarine.flow.withdraw import expire
from tests.cast import Cast

PRICE = 1400


async def test_delivery_posts_the_hold_once_however_often_it_is_told(cast: Cast, house: House) -> None:
    shop, person = await cast.shop(balance_micros=10_000), await cast.person()
    await cast.send(shop.template(person))
    for _ in range(3):
        await receive(house, [Received(person.person_id, (1,)), Received(person.person_id, (1, 1))])
    assert await cast.wallet(shop) == (10_000 - PRICE, 0, PRICE)
    assert await cast.facts(shop) == ["status:sent", "status:delivered"]


async def test_concurrent_receipts_of_one_message_post_once(cast: Cast, house: House) -> None:
    shop, person = await cast.shop(), await cast.person()
    await cast.send(shop.template(person))
    await asyncio.gather(*[receive(house, [Received(person.person_id, (1,))]) for _ in range(8)])
    assert (await cast.wallet(shop))[2] == PRICE
    assert (await cast.facts(shop)).count("status:delivered") == 1


async def test_read_may_come_first_and_then_it_bills(cast: Cast, house: House) -> None:
    shop, person = await cast.shop(), await cast.person()
    await cast.send(shop.template(person))
    assert await read(house, [Read(person.person_id, shop.business_id, 1)]) == [1]
    await receive(house, [Received(person.person_id, (1,))])
    assert (await cast.wallet(shop))[1:] == (0, PRICE)
    assert await cast.facts(shop) == ["status:sent", "status:read"]


async def test_reading_up_to_a_message_reads_all_before_it(cast: Cast, house: House) -> None:
    shop, person = await cast.shop(), await cast.person()
    await cast.send(*[shop.template(person)] * 3)
    await receive(house, [Received(person.person_id, (1, 2, 3))])
    assert await read(house, [Read(person.person_id, shop.business_id, 2)]) == [2]
    assert (await cast.facts(shop)).count("status:read") == 2
    assert await read(house, [Read(person.person_id, shop.business_id, 1)]) == [2]


async def test_a_person_cannot_receive_for_another(cast: Cast, house: House) -> None:
    shop, person, other = await cast.shop(), await cast.person(), await cast.person()
    await cast.send(shop.template(person))
    await receive(house, [Received(other.person_id, (1,))])
    assert await cast.facts(shop) == ["status:sent"]


async def test_an_expired_message_fails_its_hold_returns_and_the_device_is_told(
    cast: Cast, house: House, clock: TurnedClock
) -> None:
    shop, person = await cast.shop(balance_micros=10_000), await cast.person()
    await cast.send(shop.template(person), shop.template(person))
    await receive(house, [Received(person.person_id, (1,))])
    clock.turn(timedelta(seconds=house.settings.message_ttl_s))
    assert await expire(house) == 1
    assert await expire(house) == 0
    assert await cast.wallet(shop) == (10_000 - PRICE, 0, PRICE)
    assert (await cast.facts(shop))[-1] == "status:failed:expired"
    await receive(house, [Received(person.person_id, (2,))])
    assert await cast.wallet(shop) == (10_000 - PRICE, 0, PRICE)


async def test_a_template_that_says_how_long_it_may_wait_is_given_up_then(
    cast: Cast, house: House, clock: TurnedClock
) -> None:
    shop, person = await cast.shop(), await cast.person()
    options = '{"message_send_ttl_seconds": 600}'
    await cast.connection.execute("UPDATE template SET options = $1 WHERE name = 'alert'", options)
    await cast.send(shop.template(person))
    clock.turn(timedelta(seconds=599))
    assert await expire(house) == 0
    clock.turn(timedelta(seconds=1))
    assert await expire(house) == 1
    assert (await cast.facts(shop))[-1] == "status:failed:expired"


async def test_stop_takes_back_what_no_device_has(cast: Cast, house: House) -> None:
    shop, person = await cast.shop(balance_micros=10_000), await cast.person()
    await cast.send(shop.template(person))
    await cast.says(person, shop, "STOP")
    assert await cast.wallet(shop) == (10_000, 0, 0)
    assert (await cast.facts(shop))[1:] == ["inbound", "status:failed:stopped", "preference:stop"]
    (again,) = await cast.send(shop.template(person))
    assert again.reason == "stopped"
    await cast.says(person, shop, "START")
    (resumed,) = await cast.send(shop.template(person))
    assert resumed.reason is None
    await cast.consent(person, shop, Act.STOPPED)
