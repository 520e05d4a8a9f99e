"""A campaign goes to everyone on its list once, under the same rules as a single send, and stops where it must."""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from asyncpg import Connection

from clarine.adapters.clock import TurnedClock
from clarine.domain.campaign import Act, State
from clarine.domain.consent import Act as ConsentAct
from clarine.domain.errors import Conflict, Invalid, NotFound
from clarine.domain.events import StatusNotice
from clarine.domain.ids import MessageKey
from clarine.domain.policy import Facts, Reason
from clarine.flow import campaign
from clarine.flow.accept import Accepted, accept
from clarine.flow.audit import audit
from clarine.flow.campaign import Row
from clarine.flow.campaign_plan import facts_of
from clarine.flow.campaign_send import send_chunk
from clarine.flow.house import House
from clarine.flow.notify import Post, notify
from clarine.flow.relate import Decision, relate
from clarine.flow.sync import Missed, sync
from clarine.ports.bus import Ring
from clarine.ports.campaign_rows import CampaignRow
from clarine.ports.http import Answer
from clarine.ports.records import Business, NoticeRow, PhoneNumberRow
from tests.cast import Cast, Shop, Someone

_HELLO = [{"type": "body", "parameters": [{"type": "text", "text": "{{name}}"}]}]


@pytest.fixture
def house(house: House) -> House:
    """Throughput and tiers out of the way, for stories about other things."""
    return replace(house, settings=replace(house.settings, throughput_per_s=100_000, starting_tier="TIER_UNLIMITED"))


async def personal_template(connection: Connection, shop: Shop, name: str = "offer") -> None:
    body = json.dumps([{"type": "BODY", "text": "Hello {{1}}, something is new."}])
    await connection.execute(
        "UPDATE template SET components = $3 WHERE business_id = $1 AND name = $2", shop.business_id, name, body
    )


async def drafted(house: House, shop: Shop, *, template: str = "alert", **given: Any) -> CampaignRow:
    asked: dict[str, Any] = {"components": [], "columns": [], "key": "first", **given}
    return await campaign.create(
        house,
        shop.business_id,
        name="Spring",
        phone_number_id=shop.phone_number_id,
        template=template,
        language="en",
        **asked,
    )


async def started(house: House, shop: Shop, people: list[Someone], *, template: str = "alert") -> CampaignRow:
    row = await drafted(house, shop, template=template)
    await campaign.add_recipients(house, shop.business_id, row.campaign_id, [Row(str(p.phone), ()) for p in people])
    return await campaign.act(house, shop.business_id, row.campaign_id, Act.START)


async def worked(house: House, row: CampaignRow, *, chunk: int = 500) -> CampaignRow:
    """The campaign after its workers found nothing more to do."""
    for _ in range(200):
        if not await send_chunk(house, chunk=chunk):
            return await campaign.get(house, row.business_id, row.campaign_id)
    raise AssertionError("it never ends")


async def texts(connection: Connection) -> dict[int, list[str]]:
    """From person to the bodies in their stream."""
    found: dict[int, list[str]] = {}
    for person_id, content in await connection.fetch("SELECT person_id, content FROM message ORDER BY person_id, seq"):
        found.setdefault(person_id, []).append(json.loads(content)["body"])
    return found


async def test_everyone_on_the_list_gets_words_of_their_own_once(
    cast: Cast, house: House, connection: Connection
) -> None:
    shop, people = await cast.shop(), [await cast.person() for _ in range(7)]
    await personal_template(connection, shop, "alert")
    row = await drafted(house, shop, components=_HELLO, columns=["name"])
    names = ["Zoë", 'the "boss"', "back\\slash", "tab-less", "अनिल", "{{name}}", "O'Hara"]
    rows = [Row(f"+{p.phone}", (name,)) for p, name in zip(people, names, strict=True)]
    added = await campaign.add_recipients(house, shop.business_id, row.campaign_id, rows + rows[:2])
    assert (added.added, added.repeated, added.recipients, added.wrong) == (7, 2, 7, ())
    await campaign.act(house, shop.business_id, row.campaign_id, Act.START)
    done = await worked(house, row, chunk=3)
    assert (done.state, dict(done.counts)) == (State.DONE, {"sent": 7})
    expected = {p.person_id: [f"Hello {name}, something is new."] for p, name in zip(people, names, strict=True)}
    assert await texts(connection) == expected
    assert await cast.facts(shop) == ["sent"] * 7
    assert (await audit(house)).clean


async def test_a_campaign_decides_prices_and_writes_as_single_sends_do(
    cast: Cast, house: House, connection: Connection, clock: TurnedClock
) -> None:
    """Twins in every situation: one gets a single send, the other the campaign; all their rows are alike."""
    shop, other = await cast.shop(balance_micros=10**9), await cast.shop()
    twins: dict[str, list[Someone]] = {}
    for country in ("IN", "FR"):
        for stands in (
            "new",
            "agreed",
            "stopped",
            "blocked",
            "withdrawn",
            "window",
            "capped",
            "of_one",
            "met",
            "ahead",
        ):
            pair = twins[f"{country} {stands}"] = [await cast.person(country=country) for _ in range(2)]
            for someone in pair:
                await _place(cast, house, shop, other, someone, stands)
    clock.turn(timedelta(seconds=1))
    for template in ("alert", "offer"):
        row = await drafted(house, shop, template=template, key=template)
        singles, listed = [one for one, _ in twins.values()], [other for _, other in twins.values()]
        rows = [Row(str(someone.phone), ()) for someone in listed]
        await campaign.add_recipients(house, shop.business_id, row.campaign_id, rows)
        await campaign.act(house, shop.business_id, row.campaign_id, Act.START)
        await worked(house, row)
        outcomes = await accept(house, [shop.template(someone, template) for someone in singles])
        by_single = [outcome.reason if isinstance(outcome, Accepted) else outcome for outcome in outcomes]
        query = "SELECT recipient, reason FROM campaign_outcome WHERE campaign_id = $1"
        by_campaign = dict(map(tuple, await connection.fetch(query, row.campaign_id)))
        assert [by_campaign[someone.person_id] for someone in listed] == by_single
        assert len(set(by_single)) == {"alert": 4, "offer": 5}[template]
    for one, twin in twins.values():
        assert await _rows(connection, one) == await _rows(connection, twin)
    assert (await audit(house)).clean


async def _place(cast: Cast, house: House, shop: Shop, other: Shop, someone: Someone, stands: str) -> None:
    """Bring *someone* into a situation."""
    if stands != "new":
        await cast.consent(someone, shop)
        await cast.consent(someone, other)
    match stands:
        case "stopped":
            await cast.consent(someone, shop, ConsentAct.STOPPED)
        case "blocked":
            await relate(house, [Decision(someone.person_id, shop.business_id, blocked=True)])
        case "withdrawn":
            await cast.consent(someone, shop, ConsentAct.WITHDRAWN)
        case "window":
            await cast.says(someone, shop)
        case "capped":
            await accept(house, [other.template(someone, "offer")] * 2)
        case "of_one":
            await accept(house, [shop.template(someone, "offer")] * 2)
        case "met" | "ahead":
            await accept(house, [shop.template(someone)])


async def _rows(connection: Connection, someone: Someone) -> list[list[tuple[Any, ...]]]:
    """All that was written about someone, without what must differ between two people."""
    queries = (
        "SELECT seq, business_id, phone_number_id, direction, content, category, billable, pricing_type, price_micros,"
        " rate_version, opaque, at, expires_at FROM message WHERE person_id = $1 ORDER BY seq",
        "SELECT last_seq FROM inbox WHERE person_id = $1",
        "SELECT business_id, phone_number_id, paid_until, reached_s FROM pair WHERE person_id = $1 ORDER BY 1, 2",
        "SELECT business_id, seq, step, kind, debit, credit, amount_micros, rate_version, at FROM journal WHERE person_id = $1"
        " ORDER BY 1, 2, 3",
        "SELECT field, phone_number_id, at, fact::jsonb->'price' FROM notice WHERE person_id = $1 AND fact NOT LIKE '%failed%'"
        " ORDER BY number",
    )
    return [[tuple(record) for record in await connection.fetch(query, someone.person_id)] for query in queries]


async def test_numbers_that_nobody_has_and_people_who_did_not_agree_show_in_the_counts(
    cast: Cast, house: House, connection: Connection
) -> None:
    shop, agreed, stranger = await cast.shop(), await cast.person(), await cast.person()
    await cast.consent(agreed, shop)
    row = await drafted(house, shop, template="offer")
    rows = [Row(phone, ()) for phone in (str(agreed.phone), str(stranger.phone), "+33 6 12 34 56 99", "not a number")]
    added = await campaign.add_recipients(house, shop.business_id, row.campaign_id, rows)
    assert (added.added, [place for place, _ in added.wrong]) == (3, [3])
    await campaign.act(house, shop.business_id, row.campaign_id, Act.START)
    done = await worked(house, row)
    assert dict(done.counts) == {"sent": 1, Reason.NO_CONSENT: 1, Reason.NOT_A_PERSON: 1}
    assert list(await texts(connection)) == [agreed.person_id]
    assert (await cast.wallet(shop))[1] > 0


async def test_when_the_money_runs_out_it_pauses_whole_and_goes_on_after_a_top_up(
    cast: Cast, house: House, connection: Connection
) -> None:
    people = [await cast.person() for _ in range(10)]
    shop = await cast.shop(balance_micros=0)
    row = await started(house, shop, people)
    estimate = await campaign.estimate(house, shop.business_id, row.campaign_id)
    price = estimate.micros // 10
    await _give(connection, shop, price * 4 + 1)
    paused = await worked(house, row, chunk=3)
    assert (paused.state, paused.reason, dict(paused.counts)) == (State.PAUSED, Reason.NO_MONEY, {"sent": 4})
    assert await cast.wallet(shop) == (1, price * 4, 0)
    await _give(connection, shop, price * 6)
    await campaign.act(house, shop.business_id, row.campaign_id, Act.RESUME)
    done = await worked(house, row, chunk=3)
    assert (done.state, done.reason, dict(done.counts)) == (State.DONE, None, {"sent": 10})
    assert {len(bodies) for bodies in (await texts(connection)).values()} == {1}


async def _give(connection: Connection, shop: Shop, micros: int) -> None:
    await connection.execute(
        "UPDATE wallet SET available_micros = available_micros + $2 WHERE business_id = $1", shop.business_id, micros
    )


async def test_a_business_that_reached_its_limit_pauses_and_passes_nobody_over(cast: Cast, house: House) -> None:
    house = replace(house, settings=replace(house.settings, starting_tier="TIER_250"))
    shop, people = await cast.shop(balance_micros=10**9), [await cast.person() for _ in range(253)]
    for someone in people[-2:]:
        await cast.says(someone, shop)  # their windows are open, so they do not count
    paused = await worked(house, await started(house, shop, list(reversed(people))), chunk=100)
    assert (paused.state, paused.reason, dict(paused.counts)) == (State.PAUSED, Reason.MESSAGING_LIMIT, {"sent": 250})


async def test_a_frozen_business_pauses_before_anyone_is_refused(
    cast: Cast, house: House, connection: Connection
) -> None:
    shop, someone = await cast.shop(), await cast.person()
    await cast.consent(someone, shop)
    await connection.execute(
        "INSERT INTO sending (business_id, tier, reached, counted_s, frozen_at, review_at) VALUES ($1, 'TIER_2K', 0, 0, $2, $2)",
        shop.business_id,
        house.clock.now(),
    )
    paused = await worked(house, await started(house, shop, [someone], template="offer"))
    assert (paused.state, paused.reason, dict(paused.counts)) == (State.PAUSED, Reason.MARKETING_FROZEN, {})


async def test_a_template_that_is_paused_pauses_the_campaign(cast: Cast, house: House, connection: Connection) -> None:
    shop, someone = await cast.shop(), await cast.person()
    row = await started(house, shop, [someone])
    await connection.execute("UPDATE template SET status = 'PAUSED' WHERE business_id = $1", shop.business_id)
    paused = await worked(house, row)
    assert (paused.state, paused.reason) == (State.PAUSED, "template_paused")
    with pytest.raises(Conflict):
        await campaign.act(house, shop.business_id, row.campaign_id, Act.RESUME)


async def test_throughput_is_shared_with_single_sends_half_and_half(
    cast: Cast, house: House, clock: TurnedClock
) -> None:
    house = replace(house, settings=replace(house.settings, throughput_per_s=20))
    shop, people = await cast.shop(), [await cast.person() for _ in range(40)]
    row = await started(house, shop, people)
    assert dict((await worked(house, row)).counts) == {"sent": 10}
    outcomes = await accept(house, [shop.template(someone) for someone in people[:11]])
    assert sum(isinstance(outcome, Accepted) for outcome in outcomes) == 10
    clock.turn(timedelta(seconds=1))
    assert dict((await worked(house, row)).counts) == {"sent": 20}


async def test_somebody_who_just_got_too_many_waits_and_is_not_passed_over(
    cast: Cast, house: House, clock: TurnedClock
) -> None:
    shop, busy, other = await cast.shop(), await cast.person(), await cast.person()
    await accept(house, [shop.template(busy)] * 45)
    row = await started(house, shop, [busy, other])
    assert dict((await worked(house, row)).counts) == {}
    clock.turn(timedelta(seconds=6))
    assert dict((await worked(house, row)).counts) == {"sent": 2}
    (single,) = await accept(house, [shop.template(busy)])
    assert not isinstance(single, Accepted)


async def test_paused_and_cancelled_campaigns_write_to_nobody(cast: Cast, house: House, connection: Connection) -> None:
    shop, people = await cast.shop(), [await cast.person() for _ in range(6)]
    row = await started(house, shop, people)
    await send_chunk(house, chunk=2)
    await campaign.act(house, shop.business_id, row.campaign_id, Act.PAUSE)
    assert dict((await worked(house, row)).counts) == {"sent": 2}
    await campaign.act(house, shop.business_id, row.campaign_id, Act.RESUME)
    await send_chunk(house, chunk=2)
    cancelled = await campaign.act(house, shop.business_id, row.campaign_id, Act.CANCEL)
    assert cancelled.state is State.CANCELLED
    assert dict((await worked(house, row)).counts) == {"sent": 4}
    assert len(await texts(connection)) == 4
    with pytest.raises(Conflict):
        await campaign.act(house, shop.business_id, row.campaign_id, Act.START)


async def test_creating_adding_and_starting_twice_is_doing_it_once(
    cast: Cast, house: House, connection: Connection
) -> None:
    shop, someone = await cast.shop(), await cast.person()
    row = await started(house, shop, [someone])
    assert (await drafted(house, shop)).campaign_id == row.campaign_id
    with pytest.raises(Conflict):
        await campaign.add_recipients(house, shop.business_id, row.campaign_id, [Row(str(someone.phone), ())])
    await worked(house, row)
    again = await campaign.act(house, shop.business_id, row.campaign_id, Act.START)
    assert again.state is State.DONE
    assert dict((await worked(house, row)).counts) == {"sent": 1}
    assert len(await texts(connection)) == 1


async def test_workers_beside_each_other_write_to_everyone_once(
    cast: Cast, house: House, connection: Connection
) -> None:
    shop, people = await cast.shop(), [await cast.person() for _ in range(60)]
    row = await started(house, shop, people)
    # Recipients of all lanes, so that workers truly meet.
    for lane, (after, until) in enumerate([(-(1 << 62), people[20].person_id), (people[20].person_id, 1 << 62)]):
        await connection.execute("UPDATE campaign_lane SET after = $2, until = $3 WHERE lane = $1", lane, after, until)

    async def work() -> None:
        for _ in range(40):
            await send_chunk(house, chunk=4)

    await asyncio.gather(*[work() for _ in range(4)], accept(house, [shop.template(people[0])]))
    done = await worked(house, row)
    assert (done.state, dict(done.counts)) == (State.DONE, {"sent": 60})
    bodies = await texts(connection)
    assert [len(bodies[someone.person_id]) for someone in people] == [2] + [1] * 59
    assert (await audit(house)).clean


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"template": "missing"}, "template_missing"),
        ({"components": _HELLO}, "campaign_column"),
        ({"components": _HELLO, "columns": ["name"]}, "template_param_count"),
        ({"columns": ["a", "a"]}, "invalid"),
        ({"key": ""}, "invalid"),
    ],
)
async def test_what_cannot_be_sent_is_refused_before_anything_is_kept(
    cast: Cast, house: House, connection: Connection, given: dict[str, Any], code: str
) -> None:
    shop = await cast.shop()
    with pytest.raises((Invalid, NotFound)) as told:
        await drafted(house, shop, **given)
    assert told.value.code == code
    assert await connection.fetchval("SELECT count(*) FROM campaign") == 0


async def test_a_campaign_of_authentication_codes_is_refused(cast: Cast, house: House, connection: Connection) -> None:
    shop = await cast.shop()
    await connection.execute("UPDATE template SET category = 'AUTHENTICATION'")
    with pytest.raises(Invalid, match="authentication") as told:
        await drafted(house, shop)
    assert told.value.code == "campaign_authentication"


async def test_a_value_that_does_not_fit_the_template_is_named_by_its_row(
    cast: Cast, house: House, connection: Connection
) -> None:
    shop, someone, other = await cast.shop(), await cast.person(), await cast.person()
    await personal_template(connection, shop, "alert")
    row = await drafted(house, shop, components=_HELLO, columns=["name"])
    rows = [Row(str(someone.phone), ("two\nlines",)), Row(str(other.phone), ("Ana",)), Row(str(someone.phone), ())]
    added = await campaign.add_recipients(house, shop.business_id, row.campaign_id, rows)
    assert [place for place, _ in added.wrong] == [0, 2]
    (shown,) = await campaign.preview(house, shop.business_id, row.campaign_id)
    assert getattr(shown, "body", "") == "Hello Ana, something is new."


async def test_a_campaign_belongs_to_its_business(cast: Cast, house: House) -> None:
    shop, other = await cast.shop(), await cast.shop()
    row = await drafted(house, shop)
    for ask in (campaign.get, campaign.preview, campaign.estimate):
        with pytest.raises(NotFound):
            await ask(house, other.business_id, row.campaign_id)


def test_the_campaign_asks_policy_about_every_fact_there_is() -> None:
    """A rule that learns a new fact must learn it here too; a default would let a campaign pass it by."""
    (known,) = [
        {keyword.arg for keyword in call.keywords}
        for call in ast.walk(ast.parse(inspect.getsource(facts_of)))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Facts"
    ]
    assert known == {each.name for each in fields(Facts)}


async def test_the_webhook_of_a_campaigns_message_is_that_of_a_single_send(
    cast: Cast, house: House, connection: Connection
) -> None:
    shop, one, twin = await cast.shop(), await cast.person(), await cast.person()
    await worked(house, await started(house, shop, [twin]))
    await accept(house, [shop.template(one)])
    told: list[NoticeRow] = []

    def render(business: Business, number: PhoneNumberRow | None, notices: Sequence[NoticeRow]) -> Post:
        told.extend(notices)
        return Post(b"", {})

    await connection.execute(
        "INSERT INTO subscription VALUES ($1, 'app', $2, 'http://receiver', '', '{messages}', $3)",
        shop.business_id, shop.app_id, house.clock.now(),
    )  # fmt: skip
    await notify(house, Answering(), render, owner="test")
    by_campaign, single = (notice.fact for notice in told)
    assert isinstance(by_campaign, StatusNotice)
    assert isinstance(single, StatusNotice)
    assert house.seal.message_key(by_campaign.message_id) == MessageKey(twin.person_id, 1)
    assert (by_campaign.person.wa_id, single.person.wa_id) == (str(twin.phone), str(one.phone))
    assert replace(by_campaign, message_id="", person=single.person) == replace(single, message_id="")


class Answering:
    """A receiver that acknowledges everything."""

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        return Answer(200, None, 1)

    async def get(self, url: str, query: dict[str, str]) -> tuple[int | None, bytes]:
        raise AssertionError("nothing is asked")


async def test_a_bell_brings_devices_of_this_process_what_they_would_fetch(
    cast: Cast, house: House, connection: Connection
) -> None:
    shop, people = await cast.shop(), [await cast.person() for _ in range(3)]
    await cast.consent(people[1], shop)
    rings: list[Ring] = []
    stop = house.bus.listen(rings.append)
    row = await started(house, shop, people)
    await worked(house, row)
    stop()
    (ring,) = [ring for ring in rings if ring.written]
    fetched = await sync(house, [Missed(person.person_id, 0) for person in people])
    assert [list(ring.written[person.person_id]) for person in people] == [page[-1:] for page in fetched]
    assert ring.people == set(ring.written) == {person.person_id for person in people}
