"""A new template reaches a hundred people first; what they make of it lets the others hear it, or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest_asyncio

from clarine.adapters.clock import TurnedClock
from clarine.domain.campaign import Act, State
from clarine.domain.ids import MessageKey, RefusalKey
from clarine.domain.message import Text
from clarine.flow import campaign
from clarine.flow.accept import Accepted
from clarine.flow.audit import audit
from clarine.flow.campaign import Row
from clarine.flow.campaign_send import send_chunk
from clarine.flow.house import House
from clarine.flow.inbound import Written, write
from clarine.flow.pacing import release
from clarine.flow.quality import review
from clarine.flow.receipt import Received, receive
from clarine.flow.relate import Decision, relate
from clarine.ports.campaign_rows import CampaignRow
from tests.cast import Cast, Shop, Someone

MINUTE = timedelta(minutes=1)


@pytest_asyncio.fixture
async def shop(cast: Cast, house: House) -> Shop:
    cast.house = replace(house, settings=replace(house.settings, throughput_per_s=1_000))
    shop = await cast.shop(balance_micros=100_000_000)
    await cast.connection.execute("UPDATE business SET verified = true")
    return shop


async def crowd(cast: Cast, shop: Shop, count: int) -> list[Someone]:
    """People whom *shop* may advertise to."""
    people = [await cast.person() for _ in range(count)]
    query = "INSERT INTO conversation (person_id, business_id, marketing_consent) SELECT unnest($1::bigint[]), $2, true"
    await cast.connection.execute(query, [each.person_id for each in people], shop.business_id)
    return people


async def offer(cast: Cast, shop: Shop, people: list[Someone], name: str = "offer") -> list[Accepted]:
    return await cast.send(*[shop.template(person, name) for person in people])


async def deliver(house: House, sent: list[Accepted]) -> None:
    keys = [house.seal.message_key(each.message_id) for each in sent if not each.waits]
    await receive(house, [Received(key.person_id, (key.seq,)) for key in keys if isinstance(key, MessageKey)])


async def settle(house: House, clock: TurnedClock, after: timedelta) -> int:
    """Time passes, and everything that is due is done; how many left or were dropped."""
    clock.turn(after)
    while await review(house):
        pass
    done = 0
    while released := await release(house):
        done += released
    return done


async def told(cast: Cast, message_id: str) -> list[str]:
    query = """
        SELECT concat_ws(':', fact::jsonb->>'status', fact::jsonb->>'reason') FROM notice
        WHERE fact::jsonb->>'message_id' = $1 ORDER BY number
    """
    return [each for (each,) in await cast.connection.fetch(query, message_id)]


async def sound(house: House) -> bool:
    return not (await audit(house)).findings


async def test_the_hundred_and_first_waits_with_its_money_held_and_leaves_when_nobody_complained(
    cast: Cast, house: House, clock: TurnedClock, shop: Shop
) -> None:
    people = await crowd(cast, shop, 103)
    first, rest = await offer(cast, shop, people[:60]), await offer(cast, shop, people[60:])
    sent = first + rest
    assert [each.waits for each in sent] == [False] * 100 + [True] * 3
    price = sent[0].held_micros
    assert await cast.wallet(shop) == (100_000_000 - 103 * price, 103 * price, 0)
    assert await told(cast, sent[100].message_id) == []
    assert await sound(house)

    await deliver(house, sent)
    assert await settle(house, clock, 9 * MINUTE) == 0  # people are given time
    assert await settle(house, clock, 2 * MINUTE) == 3
    assert await told(cast, sent[100].message_id) == ["sent"]
    assert await cast.wallet(shop) == (100_000_000 - 103 * price, 3 * price, 100 * price)
    assert await sound(house)

    query = "SELECT person_id, seq FROM message WHERE held_number IS NOT NULL ORDER BY held_number"
    released = await cast.connection.fetch(query)
    assert [person_id for person_id, _ in released] == [each.person_id for each in people[100:]]
    await receive(house, [Received(person_id, (seq,)) for person_id, seq in released])
    assert await told(cast, sent[100].message_id) == ["sent", "delivered"]
    assert (await cast.wallet(shop))[1:] == (0, 103 * price)
    assert await sound(house)


async def test_a_person_answers_what_waited_under_the_id_that_its_business_knows(
    cast: Cast, house: House, clock: TurnedClock, shop: Shop
) -> None:
    people = await crowd(cast, shop, 101)
    sent = await offer(cast, shop, people)
    await settle(house, clock, 61 * MINUTE)
    key = house.seal.message_key(sent[100].message_id)
    assert isinstance(key, RefusalKey)
    async with house.store.transaction() as tx:
        place = (await tx.held_places([(key.business_id, key.number)]))[key.business_id, key.number]
    assert place.seq is not None
    await write(house, [Written(people[100].person_id, shop.business_id, "key-0001", Text("Yes"), place.seq)])
    query = "SELECT fact::jsonb->>'reply_to' FROM notice WHERE fact::jsonb->>'type' = 'inbound'"
    assert await cast.connection.fetchval(query) == sent[100].message_id


async def test_what_nobody_fetches_holds_the_rest_for_an_hour_and_no_longer(
    cast: Cast, house: House, clock: TurnedClock, shop: Shop
) -> None:
    sent = await offer(cast, shop, await crowd(cast, shop, 101))
    assert await settle(house, clock, 59 * MINUTE) == 0
    assert await settle(house, clock, 2 * MINUTE) == 1
    assert await told(cast, sent[100].message_id) == ["sent"]


async def test_complaints_drop_the_rest_give_its_money_back_and_pause_the_template(
    cast: Cast, house: House, clock: TurnedClock, shop: Shop
) -> None:
    people = await crowd(cast, shop, 102)
    sent = await offer(cast, shop, people)
    await deliver(house, sent)
    for person in people[:3]:
        await relate(house, [Decision(person.person_id, shop.business_id, blocked=True)])
    assert await settle(house, clock, 11 * MINUTE) == 2
    assert [await told(cast, each.message_id) for each in sent[100:]] == [["failed:template_stopped"]] * 2
    assert (await cast.wallet(shop))[1] == 0
    status = await cast.connection.fetchval("SELECT status FROM template WHERE name = 'offer'")
    assert status == "PAUSED"
    assert await sound(house)


async def test_the_gate_itself_stops_a_template_that_no_review_has_looked_at(
    cast: Cast, house: House, clock: TurnedClock, shop: Shop
) -> None:
    people = await crowd(cast, shop, 101)
    sent = await offer(cast, shop, people)
    for person in people[:3]:
        await relate(house, [Decision(person.person_id, shop.business_id, blocked=True)])
    clock.turn(61 * MINUTE)
    assert await release(house) == 1
    assert await told(cast, sent[100].message_id) == ["failed:template_stopped"]
    events = (
        "SELECT fact::jsonb->'value'->'other_info'->>'title' FROM notice WHERE field = 'message_template_status_update'"
    )
    assert await cast.connection.fetchval(events) == "FIRST_PAUSE"


async def test_a_person_who_stopped_meanwhile_does_not_hear_what_waited(
    cast: Cast, house: House, clock: TurnedClock, shop: Shop
) -> None:
    people = await crowd(cast, shop, 103)
    sent = await offer(cast, shop, people)
    await cast.says(people[100], shop, "STOP")
    await relate(house, [Decision(people[101].person_id, shop.business_id, blocked=True)])
    assert await settle(house, clock, 61 * MINUTE) == 3
    ends = [await told(cast, each.message_id) for each in sent[100:]]
    assert ends == [["failed:stopped"], ["failed:blocked"], ["sent"]]
    assert await sound(house)


async def test_a_template_that_was_good_is_not_kept_back_any_more_until_it_is_doubted(
    cast: Cast, house: House, clock: TurnedClock, shop: Shop
) -> None:
    await cast.connection.execute(
        "INSERT INTO pacing SELECT business_id, template_id, 3, 2000, NULL, $1 FROM template", clock.now()
    )
    sent = await offer(cast, shop, await crowd(cast, shop, 120))
    assert not [each for each in sent if each.waits]
    async with house.store.transaction() as tx:
        key = await cast.connection.fetchval("SELECT template_id FROM template WHERE name = 'offer'")
        await tx.pace_again([(shop.business_id, key)], clock.now())
    sent = await offer(cast, shop, await crowd(cast, shop, 101))
    assert [each.waits for each in sent].count(True) == 1


async def test_what_people_wait_for_is_never_kept_back(cast: Cast, shop: Shop) -> None:
    sent = await offer(cast, shop, await crowd(cast, shop, 101), name="alert")
    assert not [each for each in sent if each.waits]


async def listed(house: House, shop: Shop, people: list[Someone]) -> CampaignRow:
    """A campaign with the template that has reached nobody, to all these people, started."""
    row = await campaign.create(
        house,
        shop.business_id,
        name="Spring",
        phone_number_id=shop.phone_number_id,
        template="offer",
        language="en",
        components=[],
        columns=[],
        key="first",
    )
    await campaign.add_recipients(house, shop.business_id, row.campaign_id, [Row(str(p.phone), ()) for p in people])
    return await campaign.act(house, shop.business_id, row.campaign_id, Act.START)


async def worked(house: House, row: CampaignRow) -> CampaignRow:
    """The campaign after its workers found nothing that is due."""
    while await send_chunk(house):
        pass
    return await campaign.get(house, row.business_id, row.campaign_id)


async def test_a_campaign_with_a_new_template_reaches_a_hundred_and_goes_on_when_nobody_complained(
    cast: Cast, house: House, clock: TurnedClock, shop: Shop
) -> None:
    people = await crowd(cast, shop, 120)
    row = await worked(cast.house, await listed(cast.house, shop, people))
    assert (row.state, dict(row.counts)) == (State.RUNNING, {"sent": 100})
    clock.turn(MINUTE)
    assert (await worked(cast.house, row)).counts["sent"] == 100
    reached = await cast.connection.fetch("SELECT person_id, max(seq) FROM message GROUP BY person_id")
    await receive(house, [Received(person_id, (seq,)) for person_id, seq in reached])
    await settle(house, clock, 11 * MINUTE)
    row = await worked(cast.house, row)
    assert (row.state, dict(row.counts)) == (State.DONE, {"sent": 120})
    assert await sound(house)


async def test_a_campaign_whose_first_hundred_complain_pauses_with_its_template(
    cast: Cast, house: House, clock: TurnedClock, shop: Shop
) -> None:
    people = await crowd(cast, shop, 120)
    row = await worked(cast.house, await listed(cast.house, shop, people))
    for person in people[:3]:
        await relate(house, [Decision(person.person_id, shop.business_id, blocked=True)])
    clock.turn(61 * MINUTE)
    await release(house)
    row = await worked(cast.house, row)
    assert (row.state, dict(row.counts)) == (State.PAUSED, {"sent": 100})
    assert row.reason == "template_paused"
