"""A business sends: judged, priced, held for and stored, or refused with nothing half done."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from clarine.adapters.clock import TurnedClock
from clarine.domain.consent import Act
from clarine.domain.errors import Conflict
from clarine.domain.ids import MessageKey
from clarine.domain.policy import Reason
from clarine.flow.accept import Accepted, Refused, accept
from clarine.flow.house import House
from clarine.flow.relate import Decision, relate
from clarine.flow.verbs import Verbs
from tests.cast import Cast

UTILITY_INDIA_MICROS = 1400


async def test_a_utility_template_is_stored_and_its_price_is_held(cast: Cast) -> None:
    shop, person = await cast.shop(balance_micros=10_000), await cast.person()
    (accepted,) = await cast.send(shop.template(person))
    assert accepted.held_micros == UTILITY_INDIA_MICROS
    assert await cast.wallet(shop) == (10_000 - UTILITY_INDIA_MICROS, UTILITY_INDIA_MICROS, 0)
    assert await cast.facts(shop) == ["status:sent"]


async def test_a_batch_spends_no_more_than_the_wallet_has(cast: Cast) -> None:
    shop, person = await cast.shop(balance_micros=3 * UTILITY_INDIA_MICROS + 1), await cast.person()
    outcomes = await cast.send(*[shop.template(person) for _ in range(5)])
    assert [outcome.reason for outcome in outcomes] == [None, None, None, Reason.NO_MONEY, Reason.NO_MONEY]
    assert await cast.wallet(shop) == (1, 3 * UTILITY_INDIA_MICROS, 0)


async def test_free_form_needs_the_window_and_the_window_lasts_24_hours(cast: Cast, clock: TurnedClock) -> None:
    shop, person = await cast.shop(), await cast.person()
    (before,) = await cast.send(shop.text(person))
    assert before.reason is Reason.WINDOW_CLOSED
    await cast.says(person, shop)
    (inside,) = await cast.send(shop.text(person))
    assert inside.reason is None
    clock.turn(timedelta(hours=24))
    (at_the_edge,) = await cast.send(shop.text(person))
    assert at_the_edge.reason is None
    clock.turn(timedelta(seconds=1))
    (after,) = await cast.send(shop.text(person))
    assert after.reason is Reason.WINDOW_CLOSED


async def test_marketing_without_recorded_consent_is_refused_and_costs_nothing(cast: Cast) -> None:
    shop, person = await cast.shop(), await cast.person()
    (refused,) = await cast.send(shop.template(person, "offer"))
    assert refused.reason is Reason.NO_CONSENT
    assert await cast.wallet(shop) == (10_000_000, 0, 0)
    assert await cast.facts(shop) == ["status:failed:no_consent"]
    await cast.consent(person, shop)
    (accepted,) = await cast.send(shop.template(person, "offer"))
    assert accepted.reason is None
    await cast.consent(person, shop, Act.WITHDRAWN)
    (withdrawn,) = await cast.send(shop.template(person, "offer"))
    assert withdrawn.reason is Reason.NO_CONSENT


async def test_an_unknown_number_ends_as_failed_and_has_a_message_id(cast: Cast) -> None:
    shop, person = await cast.shop(), await cast.person()
    stranger = type(person)(0, 14155550123)
    (refused,) = await cast.send(shop.template(stranger))
    assert refused.reason is Reason.NOT_A_PERSON
    assert refused.message_id.startswith("wamid.")


async def test_the_same_idempotency_key_is_one_message_even_inside_one_batch(cast: Cast) -> None:
    shop, person = await cast.shop(), await cast.person()
    await cast.says(person, shop)
    one, two = await cast.send(shop.text(person, key="k"), shop.text(person, key="k"))
    (three,) = await cast.send(shop.text(person, key="k"))
    assert one.message_id == two.message_id == three.message_id
    assert await cast.connection.fetchval("SELECT count(*) FROM message WHERE direction = 1") == 1


async def test_an_idempotency_key_with_another_body_is_a_conflict(cast: Cast, house: House) -> None:
    shop, person = await cast.shop(), await cast.person()
    await cast.says(person, shop)
    await cast.send(shop.text(person, key="k"))
    (outcome,) = await accept(house, [replace(shop.text(person, key="k"), body_hash=b"another")])
    assert isinstance(outcome, Refused)
    assert isinstance(outcome.error, Conflict)


async def test_a_refusal_can_be_asked_for_at_once(cast: Cast, house: House) -> None:
    shop, person = await cast.shop(), await cast.person()
    (outcome,) = await accept(house, [replace(shop.text(person), refuse_now=True)])
    assert outcome == Refused(reason=Reason.WINDOW_CLOSED)
    assert await cast.facts(shop) == []


async def test_one_bad_request_leaves_the_others_of_its_batch_alone(cast: Cast, house: House) -> None:
    shop, person = await cast.shop(), await cast.person()
    outcomes = await accept(house, [shop.template(person), shop.template(person, "no_such"), shop.template(person)])
    assert [type(outcome) for outcome in outcomes] == [Accepted, Refused, Accepted]


async def test_concurrent_sends_gather_and_every_caller_gets_its_own_answer(cast: Cast, house: House) -> None:
    shop = await cast.shop()
    people = [await cast.person() for _ in range(20)]
    verbs = Verbs(house)
    outcomes = await asyncio.gather(*[verbs.accept(shop.template(person)) for person in people])
    assert [o.person.person_id for o in outcomes if isinstance(o, Accepted) and o.person] == [
        p.person_id for p in people
    ]
    commits = await cast.connection.fetchval("SELECT count(DISTINCT at) FROM message")
    assert commits == 1  # the clock stands still, so this only says that nothing else was written
    assert (await cast.wallet(shop))[1] == 20 * UTILITY_INDIA_MICROS


async def test_two_houses_on_one_database_never_give_one_seq_twice(cast: Cast, house: House) -> None:
    shop, person = await cast.shop(), await cast.person()
    await asyncio.gather(*[accept(house, [shop.template(person)] * 5) for _ in range(6)])
    seqs = [seq for (seq,) in await cast.connection.fetch("SELECT seq FROM message ORDER BY seq")]
    assert seqs == list(range(1, 31))
    assert await cast.wallet(shop) == (10_000_000 - 30 * UTILITY_INDIA_MICROS, 30 * UTILITY_INDIA_MICROS, 0)


@pytest.mark.parametrize("country", ["IN", "FR", "PK"])
async def test_the_price_is_that_of_the_persons_country(cast: Cast, country: str) -> None:
    shop, person = await cast.shop(), await cast.person(country=country)
    (accepted,) = await cast.send(shop.template(person))
    assert accepted.held_micros == {"IN": 1400, "FR": 30_000, "PK": 10_000}[country]


async def test_a_reply_must_answer_a_message_between_the_same_two(cast: Cast, house: House) -> None:
    shop, other, person = await cast.shop(), await cast.shop(), await cast.person()
    own, foreign = await cast.says(person, shop), await cast.says(person, other)
    outcomes = await accept(
        house,
        [replace(shop.text(person), reply_to=MessageKey(person.person_id, seq)) for seq in (own, foreign, 99)],
    )
    assert [outcome.error.code if isinstance(outcome, Refused) and outcome.error else "" for outcome in outcomes] == [
        "",
        "message_missing",
        "message_missing",
    ]


async def test_who_blocked_a_business_looks_to_it_like_a_number_that_nobody_has(cast: Cast, house: House) -> None:
    shop, person = await cast.shop(), await cast.person()
    await relate(house, [Decision(person.person_id, shop.business_id, blocked=True)])
    await cast.send(shop.template(person), shop.template(type(person)(0, 14155550123)))
    query = "SELECT fact::jsonb->'person' FROM notice WHERE business_id = $1 ORDER BY number"
    blocked, nobody = [json.loads(found) for (found,) in await cast.connection.fetch(query, shop.business_id)]
    assert {**blocked, "wa_id": ""} == {**nobody, "wa_id": ""}
