"""The review: complaints pause templates, lower tiers and freeze marketing; time and good work lift them again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from clarine.adapters.clock import TurnedClock
from clarine.domain.consent import ReportReason
from clarine.domain.errors import Conflict
from clarine.domain.ids import MessageKey
from clarine.domain.limits import Tier
from clarine.domain.policy import Reason
from clarine.flow.accept import Accepted, Refused, accept
from clarine.flow.house import House
from clarine.flow.limits import tier_of
from clarine.flow.quality import review, unfreeze
from clarine.flow.receipt import Read, Received, read, receive
from clarine.flow.relate import Decision, relate
from tests.cast import Cast, Shop, Someone

HOUR = timedelta(hours=1)


async def settle(house: House, clock: TurnedClock) -> None:
    """Let the review see everything that was written so far, and do all that is due."""
    clock.turn(timedelta(minutes=3))
    while await review(house):
        pass


async def reached(cast: Cast, house: House, shop: Shop, count: int, *, name: str = "alert") -> list[Someone]:
    """*count* new people who agreed, and whose phones have the template."""
    people = [await cast.person() for _ in range(count)]
    for person in people:
        await cast.consent(person, shop)
    for accepted in await cast.send(*[shop.template(person, name) for person in people]):
        key = house.seal.message_key(accepted.message_id)
        assert isinstance(key, MessageKey), accepted
        await receive(house, [Received(key.person_id, (key.seq,))])
    return people


async def report(house: House, shop: Shop, people: list[Someone], *, seq: int | None = 2) -> None:
    """They report message *seq*: what `reached` sent came second, after the consent."""
    for person in people:
        decision = Decision(person.person_id, shop.business_id, report=ReportReason.TOO_OFTEN, report_seq=seq)
        await relate(house, [decision])


async def block(house: House, shop: Shop, people: list[Someone]) -> None:
    for person in people:
        await relate(house, [Decision(person.person_id, shop.business_id, blocked=True)])


async def tier(house: House, shop: Shop) -> Tier:
    async with house.store.transaction() as tx:
        return await tier_of(house, tx, shop.business_id)


async def notices(cast: Cast, field: str) -> list[dict[str, Any]]:
    """The values of the webhooks of *field*, oldest first."""
    rows = await cast.connection.fetch("SELECT fact FROM notice WHERE field = $1 ORDER BY number", field)
    return [json.loads(fact)["value"] for (fact,) in rows]


async def template(cast: Cast, name: str = "alert") -> tuple[str, str]:
    """(status, quality)"""
    return tuple(await cast.connection.fetchrow("SELECT status, quality FROM template WHERE name = $1", name))


async def test_blocks_and_reports_make_a_template_rest_three_hours_then_six_then_for_good(
    cast: Cast, house: House, clock: TurnedClock
) -> None:
    shop, late = await cast.shop(), await cast.person()
    for status, code, rest in (
        ("PAUSED", "template_paused", timedelta(hours=3)),
        ("PAUSED", "template_paused", timedelta(hours=6)),
        ("DISABLED", "template_disabled", None),
    ):
        people = await reached(cast, house, shop, 10)
        await block(house, shop, people[:2])
        await report(house, shop, people[2:3])
        await settle(house, clock)
        assert await template(cast) == (status, "RED")
        (refused,) = await accept(house, [shop.template(late)])
        assert isinstance(refused, Refused)
        assert refused.error is not None
        assert refused.error.code == code
        assert (await cast.send(shop.template(late, "offer")))[0].reason is Reason.NO_CONSENT
        if rest is not None:
            clock.turn(rest - timedelta(minutes=4))
            await settle(house, clock)
            assert (await template(cast))[0] == "PAUSED"
            clock.turn(timedelta(minutes=4))
            await settle(house, clock)
            assert await template(cast) == ("APPROVED", "UNKNOWN")
            assert [outcome.reason for outcome in await cast.send(shop.template(late))] == [None]
    told = await notices(cast, "message_template_status_update")
    assert [(value["event"], value["other_info"]["title"]) for value in told] == [
        ("PAUSED", "FIRST_PAUSE"),
        ("APPROVED", "UNPAUSE"),
        ("PAUSED", "SECOND_PAUSE"),
        ("APPROVED", "UNPAUSE"),
        ("DISABLED", "DISABLED"),
    ]
    scores = [value["new_quality_score"] for value in await notices(cast, "message_template_quality_update")]
    assert scores == ["RED", "UNKNOWN", "RED", "UNKNOWN", "RED"]


async def test_two_complaints_leave_a_template_alone(cast: Cast, house: House, clock: TurnedClock) -> None:
    shop = await cast.shop()
    people = await reached(cast, house, shop, 10)
    await block(house, shop, people[:2])
    await report(house, shop, people[:2])  # the same two people again
    await settle(house, clock)
    assert await template(cast) == ("APPROVED", "UNKNOWN")
    assert await notices(cast, "message_template_status_update") == []


async def test_what_arrives_and_is_read_makes_a_template_green(cast: Cast, house: House, clock: TurnedClock) -> None:
    shop = await cast.shop()
    quick = Cast(replace(house, settings=replace(house.settings, throughput_per_s=1_000)), cast.connection)
    people = await reached(quick, house, shop, 100)
    for person in people[:50]:
        await read(house, [Read(person.person_id, shop.business_id, 10)])
    clock.turn(HOUR)
    await settle(house, clock)
    assert await template(cast) == ("APPROVED", "GREEN")
    counts = await cast.connection.fetchrow("SELECT sum(delivered), sum(read) FROM heard")
    assert tuple(counts) == (100, 50)
    await settle(house, clock)
    assert tuple(await cast.connection.fetchrow("SELECT sum(delivered), sum(read) FROM heard")) == (100, 50)


async def test_a_red_number_is_flagged_and_a_day_of_it_costs_a_tier(
    cast: Cast, house: House, clock: TurnedClock
) -> None:
    shop = await cast.shop()
    await cast.connection.execute("UPDATE business SET verified = true")
    people = await reached(cast, house, shop, 10)
    await block(house, shop, people[:3])
    await settle(house, clock)
    assert await cast.connection.fetchval("SELECT quality FROM phone_number") == "RED"
    assert [value["event"] for value in await notices(cast, "phone_number_quality_update")] == ["FLAGGED"]
    assert await tier(house, shop) is Tier.TIER_2K
    clock.turn(timedelta(hours=25))
    await settle(house, clock)
    assert await tier(house, shop) is Tier.TIER_250
    assert (await notices(cast, "phone_number_quality_update"))[-1] == {
        "display_phone_number": str(await cast.connection.fetchval("SELECT phone FROM phone_number")),
        "event": "DOWNGRADE",
        "current_limit": "TIER_250",
        "old_limit": "TIER_2K",
        "max_daily_conversations_per_business": "TIER_250",
    }
    assert await notices(cast, "business_capability_update") == [{"max_daily_conversations_per_business": "TIER_250"}]


async def test_after_seven_days_a_number_is_green_again_and_a_verified_business_rises(
    cast: Cast, house: House, clock: TurnedClock
) -> None:
    shop = await cast.shop()
    await cast.connection.execute("UPDATE business SET verified = true")
    await block(house, shop, (await reached(cast, house, shop, 10))[:3])
    await settle(house, clock)
    clock.turn(timedelta(hours=25))
    await settle(house, clock)
    clock.turn(timedelta(days=7))
    await settle(house, clock)
    assert await cast.connection.fetchval("SELECT quality FROM phone_number") == "GREEN"
    assert await tier(house, shop) is Tier.TIER_2K
    events = [value["event"] for value in await notices(cast, "phone_number_quality_update")]
    assert events == ["FLAGGED", "DOWNGRADE", "UNFLAGGED", "UPGRADE"]


async def test_half_of_a_limit_used_in_a_week_earns_the_next_within_six_hours(
    cast: Cast, house: House, clock: TurnedClock
) -> None:
    shop = await cast.shop()
    await cast.connection.execute("UPDATE business SET verified = true")
    await reached(cast, house, shop, 1)
    second = int(clock.now().timestamp()) - 3 * 86_400
    await cast.connection.execute("INSERT INTO reached VALUES ($1, $2, 998)", shop.business_id, second)
    clock.turn(HOUR)
    await settle(house, clock)
    assert await tier(house, shop) is Tier.TIER_2K
    await reached(cast, house, shop, 1)
    clock.turn(6 * HOUR - timedelta(minutes=3))
    await settle(house, clock)
    assert await tier(house, shop) is Tier.TIER_10K
    assert await notices(cast, "business_capability_update") == [{"max_daily_conversations_per_business": "TIER_10K"}]


async def test_five_reports_in_ten_days_freeze_marketing_until_an_operator_lifts_it(
    cast: Cast, house: House, clock: TurnedClock
) -> None:
    shop = await cast.shop()
    people = await reached(cast, house, shop, 6, name="offer")
    fresh = await cast.person()
    await cast.consent(fresh, shop)
    await report(house, shop, people[:4], seq=None)
    await settle(house, clock)
    assert await cast.connection.fetchval("SELECT frozen_at FROM sending") is None
    await report(house, shop, people[4:5], seq=None)
    await settle(house, clock)
    await cast.connection.execute("UPDATE template SET status = 'APPROVED'")  # which is another story
    offered, alerted = await cast.send(shop.template(fresh, "offer"), shop.template(fresh))
    assert (offered.reason, alerted.reason) == (Reason.MARKETING_FROZEN, None)
    clock.turn(timedelta(days=30))
    await settle(house, clock)
    assert await cast.connection.fetchval("SELECT frozen_at FROM sending") is not None
    await unfreeze(house, shop.business_id)
    with pytest.raises(Conflict):
        await unfreeze(house, shop.business_id)
    await settle(house, clock)
    (outcome,) = await cast.send(shop.template(fresh, "offer"))
    assert isinstance(outcome, Accepted)
    assert outcome.reason is None
    told = await notices(cast, "account_update")
    assert told[0]["violation_info"] == {"violation_type": "SPAM"}
    assert [value["restriction_info"] for value in told[1:]] == [
        [{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING"}],
        [],
    ]


async def test_reports_older_than_ten_days_freeze_nothing(cast: Cast, house: House, clock: TurnedClock) -> None:
    shop = await cast.shop()
    people = await reached(cast, house, shop, 5)
    await report(house, shop, people[:4])
    clock.turn(timedelta(days=10))
    await report(house, shop, people[4:])
    await settle(house, clock)
    assert await cast.connection.fetchval("SELECT frozen_at FROM sending") is None


async def test_what_no_rule_looks_back_to_is_forgotten_and_the_count_goes_on(
    cast: Cast, house: House, clock: TurnedClock
) -> None:
    shop = await cast.shop()
    people = await reached(cast, house, shop, 5)
    clock.turn(timedelta(days=20))
    await settle(house, clock)
    assert await cast.connection.fetchval("SELECT sum(people) FROM reached") == 5
    clock.turn(timedelta(days=12))
    await settle(house, clock)
    assert await cast.connection.fetchval("SELECT count(*) FROM heard") == 0
    await cast.send(shop.template(people[0]))
    assert await cast.connection.fetchval("SELECT reached FROM sending") == 1
    clock.turn(HOUR)
    await settle(house, clock)
    assert await cast.connection.fetchval("SELECT sum(people) FROM reached") == 1
    await cast.send(*[shop.template(person) for person in people])
    assert await cast.connection.fetchval("SELECT reached FROM sending") == 5


async def test_reviews_in_two_processes_at_once_count_each_receipt_once(
    cast: Cast, house: House, clock: TurnedClock
) -> None:
    shop = await cast.shop()
    await reached(cast, house, shop, 5)
    clock.turn(timedelta(minutes=3))
    for _ in range(3):
        await review(house)
    assert await cast.connection.fetchval("SELECT sum(delivered) FROM heard") == 5
