"""What a batch of sends costs depends on the day, on what was sent before, and on how the person came."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from clarine.adapters.clock import TurnedClock
from clarine.domain.campaign import Act
from clarine.domain.ids import MessageKey
from clarine.domain.message import Text
from clarine.domain.pricing import PriceBook, parse_price_list
from clarine.edge.graph.webhooks import render
from clarine.flow import campaign
from clarine.flow.accept import Accepted
from clarine.flow.audit import audit
from clarine.flow.campaign import Row
from clarine.flow.campaign_send import send_chunk
from clarine.flow.house import House
from clarine.flow.inbound import Written, write
from clarine.flow.receipt import Received, receive
from tests.cast import Cast, Shop, Someone

HOUR = timedelta(hours=1)
LINES = ["market,marketing,utility,authentication,service", "Other,0.01,0.002,0.003,0.004"]


def book(*, steps: bool = False) -> PriceBook:
    tiers = ["market,category,after,price", "Other,utility,2,0.001"] if steps else []
    return PriceBook(
        "USD", (parse_price_list(LINES, version="usd_2023-06-01", starts=date(2023, 6, 1), tiers=tiers),), {}
    )


async def deliver(house: House, *sent: Accepted) -> None:
    for each in sent:
        key = house.seal.message_key(each.message_id)
        assert isinstance(key, MessageKey)
        await receive(house, [Received(key.person_id, (key.seq,))])


async def statuses(cast: Cast, house: House, shop: Shop) -> list[dict[str, Any]]:
    """The statuses of all webhooks so far, as they are posted."""
    async with house.store.transaction() as tx:
        business = (await tx.businesses([shop.business_id]))[shop.business_id]
        due = await tx.due_notices(shop.business_id, now=house.clock.now(), limit=500)
    values = [json.loads(render(business, None, [each.notice]).body)["entry"][0]["changes"][0]["value"] for each in due]
    return [value["statuses"][0] for value in values if "statuses" in value]


async def comes(cast: Cast, someone: Someone, shop: Shop, **more: Any) -> None:
    said = Written(someone.person_id, shop.business_id, f"key-{more}", Text("Hello"), **more)
    (answer,) = await write(cast.house, [said])
    assert not isinstance(answer, Exception), answer


async def test_before_july_2025_a_conversation_is_billed_once_in_a_day_and_shown_with_its_end(
    cast: Cast, house: House, clock: TurnedClock
) -> None:
    cast.house = house = replace(house, prices=book(), clock=TurnedClock(datetime(2025, 3, 1, tzinfo=UTC)))
    shop, person = await cast.shop(), await cast.person()
    first, second = (await cast.send(shop.template(person)))[0], (await cast.send(shop.template(person)))[0]
    assert (first.held_micros, second.held_micros) == (2_000, 0)
    await deliver(house, first, second)
    assert isinstance(house.clock, TurnedClock)
    house.clock.turn(24 * HOUR)
    assert (await cast.send(shop.template(person)))[0].held_micros == 2_000
    told = await statuses(cast, house, shop)
    sent = [each for each in told if each["status"] == "sent"]
    assert sent[0]["pricing"] == {"billable": True, "pricing_model": "CBP", "category": "utility"}
    assert sent[0]["conversation"]["id"] == sent[1]["conversation"]["id"] != sent[2]["conversation"]["id"]
    assert sent[0]["conversation"]["origin"] == {"type": "utility"}
    ends = datetime(2025, 3, 2, tzinfo=UTC)
    assert sent[0]["conversation"]["expiration_timestamp"] == str(int(ends.timestamp()))
    assert [("conversation" in each, "expiration_timestamp" in each["conversation"]) for each in told[2:4]] == [
        (True, False)
    ] * 2
    assert not (await audit(house)).findings


async def test_before_july_2025_an_answer_belongs_to_whatever_conversation_is_open(cast: Cast, house: House) -> None:
    cast.house = house = replace(house, prices=book(), clock=TurnedClock(datetime(2024, 3, 1, tzinfo=UTC)))
    shop, person = await cast.shop(), await cast.person()
    await cast.connection.execute(
        "INSERT INTO service_allowance VALUES ($1, $2, $3, 999)",
        shop.business_id,
        shop.phone_number_id,
        date(2024, 3, 1),
    )
    await cast.says(person, shop)
    free, same = await cast.send(shop.text(person), shop.text(person))
    assert (free.held_micros, same.held_micros) == (0, 0)
    other = await cast.person()
    await cast.says(other, shop)
    assert [each.held_micros for each in await cast.send(shop.text(other), shop.text(other))] == [4_000, 0]
    assert (await cast.send(shop.template(other)))[0].held_micros == 2_000  # another category is another conversation


async def test_who_came_through_an_advertisement_and_is_answered_in_a_day_costs_nothing_for_three(
    cast: Cast, house: House, clock: TurnedClock
) -> None:
    shop, person = await cast.shop(), await cast.person()
    await cast.consent(person, shop)
    referral = {"source_url": "https://ad.test/", "source_id": "1", "source_type": "ad"}
    await comes(cast, person, shop, referral=referral)
    clock.turn(24 * HOUR)
    answered = await cast.send(shop.text(person), shop.template(person, "offer"))
    assert [each.held_micros for each in answered] == [0, 0]
    await deliver(house, *answered)
    clock.turn(72 * HOUR)
    assert (await cast.send(shop.template(person)))[0].held_micros == 0
    clock.turn(timedelta(seconds=1))
    assert (await cast.send(shop.template(person)))[0].held_micros > 0
    told = await statuses(cast, house, shop)
    free = {"billable": False, "pricing_model": "PMP", "type": "free_entry_point", "category": "referral_conversion"}
    assert [each["pricing"] for each in told[:4]] == [free] * 4
    assert told[0]["conversation"]["origin"] == {"type": "referral_conversion"}
    assert len({each["conversation"]["id"] for each in told[:4]}) == 1
    assert "conversation" not in told[-1]
    spent = await cast.connection.fetchval("SELECT count(*) FROM service_allowance")
    assert spent == 0


async def test_who_is_answered_a_second_too_late_came_for_nothing(cast: Cast, house: House, clock: TurnedClock) -> None:
    shop, person = await cast.shop(), await cast.person()
    await comes(cast, person, shop, referral={"source_type": "ad"})
    clock.turn(24 * HOUR + timedelta(seconds=1))
    assert (await cast.send(shop.template(person)))[0].held_micros > 0


async def test_the_third_message_of_a_month_is_cheaper_and_the_business_is_told_after_the_second(
    cast: Cast, house: House, clock: TurnedClock
) -> None:
    cast.house = house = replace(house, prices=book(steps=True))
    shop, people = await cast.shop(), [await cast.person() for _ in range(4)]
    sent = await cast.send(*[shop.template(person) for person in people[:3]])
    assert [each.held_micros for each in sent] == [2_000, 2_000, 1_000]
    assert (await cast.send(shop.template(people[3])))[0].held_micros == 1_000
    query = "SELECT fact::jsonb->'value' FROM notice WHERE field = 'account_update'"
    (told,) = [json.loads(value) for (value,) in await cast.connection.fetch(query)]
    assert told["event"] == "VOLUME_BASED_PRICING_TIER_UPDATE"
    assert told["volume_tier_info"] | {"tier_update_time": 0} == {
        "tier_update_time": 0,
        "pricing_category": "UTILITY",
        "tier": "3:",
        "effective_month": "2026-11",
        "region": "Other",
    }
    clock.turn(timedelta(days=20))
    assert (await cast.send(shop.template(people[0])))[0].held_micros == 2_000  # a new month begins at the first step


async def test_a_campaigns_messages_count_for_the_steps_and_cost_what_they_say(cast: Cast, house: House) -> None:
    cast.house = house = replace(house, prices=book(steps=True))
    shop, people = await cast.shop(), [await cast.person() for _ in range(4)]
    row = await campaign.create(
        house,
        shop.business_id,
        name="Ready",
        phone_number_id=shop.phone_number_id,
        template="alert",
        language="en",
        components=[],
        columns=[],
        key="first",
    )
    await campaign.add_recipients(house, shop.business_id, row.campaign_id, [Row(str(p.phone), ()) for p in people[:3]])
    await campaign.act(house, shop.business_id, row.campaign_id, Act.START)
    while await send_chunk(house):
        pass
    assert sorted([price for (price,) in await cast.connection.fetch("SELECT price_micros FROM message")]) == [
        1_000,
        2_000,
        2_000,
    ]
    assert (await cast.send(shop.template(people[3])))[0].held_micros == 1_000
    told = await cast.connection.fetch("SELECT number, fact::jsonb->'value'->>'event' FROM notice ORDER BY number")
    assert [number for number, _ in told] == [1, 2, 3, 4, 5]
    assert [event for _, event in told if event] == ["VOLUME_BASED_PRICING_TIER_UPDATE"]
    assert not (await audit(house)).findings
