"""Promises that hold for every order of things, drawn at random against the real store; domain/ has those of the rules alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from asyncpg import Connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clarine.adapters.clock import TurnedClock
from clarine.domain import limits
from clarine.domain.ids import MessageKey
from clarine.domain.limits import Tier
from clarine.domain.message import Status
from clarine.domain.policy import Reason
from clarine.flow.accept import Accepted, Refused, accept
from clarine.flow.house import House
from clarine.flow.receipt import Read, Received, read, receive
from clarine.flow.withdraw import expire
from tests.cast import Cast, Shop, Someone
from tests.flow.test_limits import second_number, unhurried

drawn = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

MESSAGES = 4
#: What may happen to messages: a device has one, the person read up to one, all that is left expires.
HAPPENS = st.tuples(st.sampled_from(["receive", "receive", "read", "expire"]), st.integers(1, MESSAGES))


async def happen(house: House, clock: TurnedClock, someone: Someone, shop: Shop, what: tuple[str, int]) -> None:
    kind, seq = what
    match kind:
        case "receive":
            await receive(house, [Received(someone.person_id, (seq,))])
        case "read":
            await read(house, [Read(someone.person_id, shop.business_id, seq)])
        case _:
            clock.turn(timedelta(days=31))
            await expire(house)


async def told(connection: Connection, shop: Shop) -> dict[str, list[dict[str, Any]]]:
    """The statuses of each message, in the order in which the business is told them."""
    query = "SELECT fact FROM notice WHERE business_id = $1 ORDER BY number"
    found: dict[str, list[dict[str, Any]]] = {}
    for (fact,) in await connection.fetch(query, shop.business_id):
        status = msgspec.json.decode(fact)
        if status["type"] == "status":
            found.setdefault(status["message_id"], []).append(status)
    return found


@drawn
@given(st.lists(HAPPENS, max_size=12))
async def test_statuses_only_move_forward_and_exactly_one_of_them_bills_a_message_that_arrived(
    house: House, cast: Cast, clock: TurnedClock, connection: Connection, story: list[tuple[str, int]]
) -> None:
    shop, someone = await cast.shop(), await cast.person()
    sent = await cast.send(*[shop.template(someone) for _ in range(MESSAGES)])
    for what in story:
        await happen(house, clock, someone, shop, what)
    statuses = await told(connection, shop)
    posted = Counter(
        house.seal.message_id(MessageKey(person_id, seq))
        for person_id, seq in await connection.fetch(
            "SELECT person_id, seq FROM journal WHERE business_id = $1 AND kind = 'post'", shop.business_id
        )
    )
    for message in sent:
        moves = statuses[message.message_id]
        order = [Status[move["status"].upper()] for move in moves]
        assert order == sorted(set(order)), "a status came twice or went back"
        assert not ({Status.FAILED} < set(order) and order[-2:-1] != [Status.SENT]), "what arrived failed afterwards"
        arrived = {Status.DELIVERED, Status.READ} & set(order)
        billed = [move["status"] for move in moves if move.get("price") and move["status"] != "sent"]
        assert len(billed) == (1 if arrived else 0), "pricing stands on exactly one of delivered and read"
        assert moves[0]["status"] == "sent"
        assert moves[0]["price"]
        assert posted[message.message_id] == len(billed)


@drawn
@given(st.integers(-1_500_000, 1_500_000))
async def test_the_window_closes_24_hours_after_the_person_wrote_and_not_a_microsecond_earlier(
    house: House, cast: Cast, clock: TurnedClock, off_us: int
) -> None:
    shop, someone = await cast.shop(), await cast.person()
    await cast.says(someone, shop)
    clock.turn(timedelta(hours=24, microseconds=off_us))
    (outcome,) = await cast.send(shop.text(someone))
    assert outcome.reason == (None if off_us <= 0 else Reason.WINDOW_CLOSED)


NUMBERS, PEOPLE, LIMIT = 3, 6, 3
#: (minutes that pass, which number, which person): days are crossed, and people are met again within and after 24 hours.
SEND = st.tuples(
    st.sampled_from([0, 1, 30, 11 * 60 + 59, 12 * 60, 24 * 60 - 1, 24 * 60, 24 * 60 + 1]),
    st.integers(0, NUMBERS - 1),
    st.integers(0, PEOPLE - 1),
)


def lately(reached: dict[int, datetime], now: datetime) -> set[int]:
    """Whom the portfolio reached in the last 24 hours, to the second, as the original counts."""
    return {who for who, at in reached.items() if int(now.timestamp()) - int(at.timestamp()) < 86_400}


@drawn
@given(st.lists(SEND, min_size=1, max_size=25))
async def test_people_are_counted_once_over_all_numbers_of_a_portfolio_and_across_midnight(
    house: House,
    cast: Cast,
    clock: TurnedClock,
    connection: Connection,
    monkeypatch: pytest.MonkeyPatch,
    sends: Sequence[tuple[int, int, int]],
) -> None:
    monkeypatch.setitem(limits._PEOPLE_MAX, Tier.TIER_250, LIMIT)
    house = unhurried(house)
    clock.turn(datetime(2026, 11, 16, 23, 59, 59, tzinfo=UTC) - clock.now())
    shop = await cast.shop()
    numbers = [shop, await second_number(connection, shop)]
    numbers.append(await second_number(connection, numbers[-1], of=2))
    people = [await cast.person() for _ in range(PEOPLE)]
    reached: dict[int, datetime] = {}
    for minutes, number, person in sends:
        clock.turn(timedelta(minutes=minutes))
        (outcome,) = await accept(house, [numbers[number].template(people[person])])
        assert not isinstance(outcome, Refused), outcome
        before = lately(reached, clock.now())
        expected = person in before or len(before) < LIMIT
        assert (outcome.reason is None) is expected, (outcome.reason, reached)
        if expected:
            reached[person] = clock.now()
            count = await connection.fetchval("SELECT reached FROM sending WHERE business_id = $1", shop.business_id)
            assert count == len(lately(reached, clock.now()))


#: Tenths of a second between sends of one number to one person, and to another.
@drawn
@given(st.lists(st.tuples(st.integers(0, 90), st.booleans()), min_size=1, max_size=20))
async def test_a_pair_gets_one_message_each_6_seconds_and_the_burst_is_paid_back(
    house: House, cast: Cast, clock: TurnedClock, sends: list[tuple[int, bool]]
) -> None:
    shop, people = await cast.shop(), (await cast.person(), await cast.person())
    for one in people:
        await cast.says(one, shop)
    burst = await accept(house, [shop.text(people[0]) for _ in range(45)])
    assert all(isinstance(outcome, Accepted) for outcome in burst)
    debt_s = 45 * 6.0  # what was taken at once is paid back, one each 6 seconds
    for tenths, other in sends:
        clock.turn(timedelta(milliseconds=100 * tenths))
        debt_s = max(0.0, round(debt_s - tenths / 10, 1))
        (outcome,) = await accept(house, [shop.text(people[other])])
        if other:
            assert isinstance(outcome, Accepted)
        else:
            assert isinstance(outcome, Accepted) is (debt_s <= 44 * 6.0), debt_s
            debt_s += 6.0 if isinstance(outcome, Accepted) else 0.0
