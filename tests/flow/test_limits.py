"""How much a business may send, each refusal beside its success, with a clock that turns."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asyncpg import Connection

from clarine.adapters.clock import TurnedClock
from clarine.config import Settings
from clarine.domain.errors import Invalid, TooMany
from clarine.domain.ids import Kind, object_id
from clarine.domain.limits import Tier
from clarine.domain.policy import Reason
from clarine.flow.accept import Accepted, Outcome, Refused, SendRequest, accept
from clarine.flow.house import House
from clarine.flow.limits import check_limits, tier_of
from tests.cast import Cast, Shop, Someone

BEFORE_MIDNIGHT = datetime(2026, 11, 16, 23, 59, 30, 600_000, tzinfo=UTC)


def told(outcomes: list[Outcome]) -> Counter[str]:
    """How often each answer was given: 'taken', a policy reason, or an error's code."""
    found: Counter[str] = Counter()
    for outcome in outcomes:
        match outcome:
            case Accepted(reason=None):
                found["taken"] += 1
            case Accepted(reason=reason) | Refused(reason=reason) if reason is not None:
                found[reason] += 1
            case Refused(error=error):
                assert error is not None
                found[error.code] += 1
    return found


async def second_number(connection: Connection, shop: Shop, *, of: int = 1) -> Shop:
    """The shop, writing from another number."""
    number = object_id(Kind.PHONE_NUMBER, of * 10**9 + shop.phone_number_id % 10**9)
    await connection.execute(
        "INSERT INTO phone_number SELECT business_id, $2, phone + 1000, verified_name, quality, created_at FROM phone_number"
        " WHERE phone_number_id = $1",
        shop.phone_number_id, number,
    )  # fmt: skip
    return replace(shop, phone_number_id=number)


def unhurried(house: House) -> House:
    """The house with throughput out of the way, for stories about other limits."""
    return replace(house, settings=replace(house.settings, throughput_per_s=100_000))


async def test_one_number_writes_45_times_at_once_to_a_person_and_then_every_6_seconds(
    cast: Cast, house: House, clock: TurnedClock
) -> None:
    shop, person, other = await cast.shop(), await cast.person(), await cast.person()
    assert told(await accept(house, [shop.template(person)] * 47)) == {"taken": 45, "pair_rate": 2}
    assert told(await accept(house, [shop.template(other)])) == {"taken": 1}
    clock.turn(timedelta(seconds=5))
    (outcome,) = await accept(house, [shop.template(person)])
    assert isinstance(outcome, Refused)
    assert isinstance(outcome.error, TooMany)
    assert outcome.error.retry_after_s == 1
    clock.turn(timedelta(seconds=1))
    assert told(await accept(house, [shop.template(person)] * 2)) == {"taken": 1, "pair_rate": 1}


async def test_the_pair_is_the_number_not_the_business(cast: Cast, house: House, connection: Connection) -> None:
    shop, person = await cast.shop(), await cast.person()
    other = await second_number(connection, shop)
    await accept(house, [shop.template(person)] * 45)
    assert told(await accept(house, [shop.template(person), other.template(person)])) == {"taken": 1, "pair_rate": 1}


async def test_a_pair_is_counted_exactly_when_many_processes_send(cast: Cast, house: House) -> None:
    shop, person = await cast.shop(), await cast.person()
    outcomes = await asyncio.gather(*[accept(house, [shop.template(person)] * 10) for _ in range(8)])
    assert told([outcome for batch in outcomes for outcome in batch]) == {"taken": 45, "pair_rate": 35}


async def test_what_was_refused_costs_no_token_and_says_nothing_of_a_block(cast: Cast, house: House) -> None:
    shop, person = await cast.shop(), await cast.person()
    house = unhurried(house)
    assert told(await accept(house, [shop.text(person)] * 60)) == {Reason.WINDOW_CLOSED: 60}
    assert told(await accept(house, [shop.template(person)] * 45)) == {"taken": 45}
    await cast.connection.execute(
        "INSERT INTO conversation (person_id, business_id, blocked) VALUES ($1, $2, true)"
        " ON CONFLICT (person_id, business_id) DO UPDATE SET blocked = true",
        person.person_id, shop.business_id,
    )  # fmt: skip
    assert told(await accept(house, [shop.template(person)])) == {Reason.BLOCKED: 1}


async def test_one_number_sends_80_a_second_over_all_processes(cast: Cast, house: House, clock: TurnedClock) -> None:
    shop = await cast.shop()
    people = [await cast.person() for _ in range(30)]
    batches = [[shop.template(person) for person in people] for _ in range(4)]
    outcomes = await asyncio.gather(*[accept(house, batch) for batch in batches])
    assert told([outcome for batch in outcomes for outcome in batch]) == {"taken": 80, "throughput": 40}
    clock.turn(timedelta(milliseconds=125))
    assert told(await accept(house, batches[0])) == {"taken": 10, "throughput": 20}


async def test_each_number_has_its_own_throughput(cast: Cast, house: House, connection: Connection) -> None:
    few = replace(house, settings=replace(house.settings, throughput_per_s=3))
    shop, person = await cast.shop(), await cast.person()
    other = await second_number(connection, shop)
    sends = [shop.template(person)] * 4 + [other.template(person)] * 3
    assert told(await accept(few, sends)) == {"taken": 6, "throughput": 1}


async def tier(house: House, shop: Shop) -> Tier:
    async with house.store.transaction() as tx:
        return await tier_of(house, tx, shop.business_id)


async def crowd(cast: Cast, count: int) -> list[Someone]:
    return [await cast.person() for _ in range(count)]


async def test_a_business_reaches_250_people_in_a_rolling_day_over_all_its_numbers_and_across_midnight(
    cast: Cast, house: House, clock: TurnedClock, connection: Connection
) -> None:
    clock.turn(BEFORE_MIDNIGHT - clock.now())
    house = unhurried(house)
    shop, people = await cast.shop(), await crowd(cast, 252)
    other = await second_number(connection, shop)
    first = [shop.template(person) for person in people[:150]]
    later = [other.template(person) for person in people[150:251]]
    assert told(await accept(house, first)) == {"taken": 150}
    clock.turn(timedelta(seconds=60))  # another day by the calendar
    assert told(await accept(house, later)) == {"taken": 100, Reason.MESSAGING_LIMIT: 1}
    assert told(await accept(house, [other.template(people[0]), shop.template(people[160])])) == {"taken": 2}
    clock.turn(timedelta(hours=24) - timedelta(seconds=61))
    assert told(await accept(house, [shop.template(people[251])])) == {Reason.MESSAGING_LIMIT: 1}
    clock.turn(timedelta(seconds=1))
    # The first 150 count no more, but for the one who was reached once more a minute later: 149 others may be reached.
    assert told(await accept(house, [shop.template(person) for person in people[1:149]])) == {"taken": 148}
    assert told(await accept(house, [shop.template(people[251])])) == {"taken": 1}
    assert told(await accept(house, [shop.template(people[250])])) == {Reason.MESSAGING_LIMIT: 1}


async def test_the_count_of_people_stays_what_the_rows_say(cast: Cast, house: House, clock: TurnedClock) -> None:
    house = unhurried(house)
    shop, people = await cast.shop(), await crowd(cast, 12)
    for step in range(40):
        clock.turn(timedelta(hours=5, minutes=step, milliseconds=370 * step))
        await accept(house, [shop.template(person) for person in people[step % 5 :: 1 + step % 3]])
        row = await cast.connection.fetchrow("SELECT reached, counted_s FROM sending")
        rows = await cast.connection.fetchval(
            "SELECT count(*) FROM pair WHERE reached_s > $1", row["counted_s"] - 86_400
        )
        sums = await cast.connection.fetchval(
            "SELECT sum(people) FROM reached WHERE second > $1", row["counted_s"] - 86_400
        )
        assert row["reached"] == rows == sums


async def test_whoever_wrote_first_is_not_counted(cast: Cast, house: House) -> None:
    shop, people = await cast.shop(), await crowd(cast, 251)
    house = unhurried(house)
    await cast.says(people[250], shop)
    await cast.says(people[249], shop)
    assert told(await accept(house, [shop.template(person) for person in people])) == {"taken": 251}
    assert await cast.connection.fetchval("SELECT reached FROM sending") == 249


async def test_many_processes_together_reach_no_more_people_than_the_limit(cast: Cast, house: House) -> None:
    shop, people = await cast.shop(), await crowd(cast, 280)
    house = unhurried(house)
    batches = [[shop.template(person) for person in people[index::7]] for index in range(7)]
    outcomes = await asyncio.gather(*[accept(house, batch) for batch in batches])
    counts = told([outcome for batch in outcomes for outcome in batch])
    assert counts == {"taken": 250, Reason.MESSAGING_LIMIT: 30}


async def test_a_verified_business_begins_with_2000_and_a_setting_can_begin_higher(cast: Cast, house: House) -> None:
    shop = await cast.shop()
    assert await tier(house, shop) is Tier.TIER_250
    await cast.connection.execute("UPDATE business SET verified = true")
    assert await tier(house, shop) is Tier.TIER_2K
    higher = replace(house, settings=replace(house.settings, starting_tier="TIER_100K"))
    assert await tier(higher, shop) is Tier.TIER_100K


def offer(shop: Shop, person: Someone) -> SendRequest:
    return shop.template(person, "offer")


async def test_a_person_gets_two_offers_a_day_from_anyone_until_they_reply(
    cast: Cast, house: House, clock: TurnedClock
) -> None:
    shops, person = [await cast.shop() for _ in range(3)], await cast.person()
    for shop in shops:
        await cast.consent(person, shop)
    one, two, three = (offer(shop, person) for shop in shops)
    assert told(await accept(house, [one, two, three])) == {"taken": 2, Reason.MARKETING_CAP: 1}
    assert told(await accept(house, [shops[2].template(person)])) == {"taken": 1}
    await cast.says(person, shops[2])
    assert told(await accept(house, [three, three, three])) == {"taken": 3}
    assert told(await accept(house, [one])) == {Reason.MARKETING_CAP: 1}
    clock.turn(timedelta(hours=24, seconds=1))
    assert told(await accept(house, [one, one, three])) == {"taken": 1, Reason.MARKETING_CAP: 2}


async def test_a_person_gets_two_offers_a_week_from_one_business(cast: Cast, house: House, clock: TurnedClock) -> None:
    shop, person = await cast.shop(), await cast.person()
    await cast.consent(person, shop)
    assert told(await accept(house, [offer(shop, person)])) == {"taken": 1}
    clock.turn(timedelta(days=3))
    assert told(await accept(house, [offer(shop, person)] * 2)) == {"taken": 1, Reason.MARKETING_CAP: 1}
    clock.turn(timedelta(days=4) - timedelta(seconds=1))
    assert told(await accept(house, [offer(shop, person)])) == {Reason.MARKETING_CAP: 1}
    clock.turn(timedelta(seconds=1))
    assert told(await accept(house, [offer(shop, person)])) == {"taken": 1}


async def test_a_limit_may_be_asked_for_at_once_and_costs_nothing(cast: Cast, house: House) -> None:
    shop, person = await cast.shop(), await cast.person()
    await cast.consent(person, shop)
    now = replace(offer(shop, person), refuse_now=True)
    outcomes = await accept(house, [now, now, now])
    assert outcomes[2] == Refused(reason=Reason.MARKETING_CAP)
    assert await cast.connection.fetchval("SELECT count(*) FROM message") == 2


@pytest.mark.parametrize(
    "change", [{"starting_tier": "TIER_1K"}, {"throughput_per_s": 0}, {"pair_burst": 0}, {"pair_interval_s": -1.0}]
)
def test_a_limit_that_cannot_be_is_refused_by_name(change: dict[str, Any]) -> None:
    check_limits(Settings())
    with pytest.raises(Invalid, match=next(iter(change.values())) if "starting_tier" in change else next(iter(change))):
        check_limits(replace(Settings(), **change))
