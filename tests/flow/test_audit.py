"""The audit finds each fault that is planted, names where it is, and finds nothing in books that are right."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asyncpg import Connection

from clarine.adapters.clock import TurnedClock
from clarine.flow.audit import CHECKS, AuditResult, audit
from clarine.flow.house import House
from clarine.flow.withdraw import expire
from tests.flow.shop import BUSINESS, PHONE, Sent, deliver, open_shop, send


async def checks(house: House) -> set[str]:
    """The names of the checks that found something."""
    return {finding.check for finding in (await audit(house)).findings}


async def test_books_with_every_kind_of_ending_are_clean(
    house: House, connection: Connection, clock: TurnedClock
) -> None:
    await open_shop(connection, house)
    await deliver(house, await send(house))
    await send(house)
    await send(house, phone=PHONE + 1)  # nobody has that number
    clock.turn(timedelta(seconds=house.settings.message_ttl_s + 1))
    assert await expire(house) == 1
    await send(house)
    result = await audit(house)
    assert result.findings == ()
    assert result.clean
    assert (result.scope.businesses, result.scope.messages, result.scope.entries) == (2, 3, 6)


async def test_an_empty_house_is_clean(house: House) -> None:
    assert (await audit(house)).clean


_AT = "business_id = $1 AND person_id = $2 AND seq = $3"
_JOURNAL = "INSERT INTO journal (business_id, person_id, seq, step, kind, debit, credit, amount_micros, at)"


def where(sent: Sent) -> tuple[object, ...]:
    return BUSINESS, sent.key.person_id, sent.key.seq


DELIVERED_FAULTS: dict[str, tuple[str, bool]] = {
    # check: (the statement that breaks the books of a delivered message, whether the finding names the message)
    "wallet_differs": ("UPDATE wallet SET available_micros = available_micros + 1 WHERE business_id = $1", False),
    "entry_crooked": (f"UPDATE journal SET debit = 'available' WHERE {_AT} AND kind = 'post'", True),
    "sum_not_zero": (f"UPDATE journal SET credit = 'elsewhere' WHERE {_AT} AND kind = 'post'", False),
    "post_unfounded": ("DELETE FROM receipt WHERE $1::bigint > 0 AND person_id = $2 AND seq = $3", True),
    "delivery_unposted": (f"DELETE FROM journal WHERE {_AT} AND kind = 'post'", True),
    "hold_unfounded": (f"DELETE FROM message WHERE {_AT}", True),
    "message_unheld": (f"DELETE FROM journal WHERE {_AT} AND kind = 'hold'", True),
    "statement_differs": (
        f"UPDATE journal SET kind = 'void' WHERE {_AT} AND kind = 'post'",
        False,
    ),
    "void_unfounded": (f"UPDATE journal SET kind = 'void', credit = 'available' WHERE {_AT} AND kind = 'post'", True),
    "failure_unvoided": ("INSERT INTO receipt SELECT person_id, seq, 9, 'expired', at FROM message WHERE " + _AT, True),
    "held_differs": ("UPDATE wallet SET held_micros = held_micros + 7 WHERE business_id = $1", False),
}


@pytest.mark.parametrize("check", sorted(CHECKS))
async def test_a_planted_fault_is_found_and_named(house: House, connection: Connection, check: str) -> None:
    await open_shop(connection, house)
    await deliver(house, await send(house))
    sent = await send(house)
    await deliver(house, sent)
    assert await checks(house) == set()

    statement, names_the_message = DELIVERED_FAULTS[check]
    arguments = where(sent) if "$2" in statement else (BUSINESS,)
    await connection.execute(statement, *arguments)

    found = [finding for finding in (await audit(house)).findings if finding.check == check]
    assert found, await checks(house)
    assert {finding.business_id for finding in found} == {BUSINESS}
    assert {finding.business_name for finding in found} == {"Fromagerie Dubois"}
    assert {finding.message_id for finding in found} == ({sent.message_id} if names_the_message else {None})


async def test_a_post_at_another_price_is_found_with_both_prices(house: House, connection: Connection) -> None:
    await open_shop(connection, house)
    sent = await send(house)
    await deliver(house, sent)
    await connection.execute(
        f"UPDATE journal SET amount_micros = amount_micros + 1 WHERE {_AT} AND kind = 'post'", *where(sent)
    )
    result = await audit(house)
    assert _amounts(result, "post_unfounded") == [(sent.price_micros, sent.price_micros + 1)]


async def test_a_charge_for_a_message_nobody_sent_is_found(house: House, connection: Connection) -> None:
    await open_shop(connection, house)
    sent = await send(house)
    await connection.execute(f"{_JOURNAL} VALUES ($1, $2, 99, 2, 'post', 'held', 'spent', 5, now())", *where(sent)[:2])
    (finding,) = [f for f in (await audit(house)).findings if f.check == "post_unfounded"]
    assert finding.what == "no message"


async def test_money_returned_for_a_message_that_waits_is_found(house: House, connection: Connection) -> None:
    await open_shop(connection, house)
    sent = await send(house)
    await connection.execute(
        f"{_JOURNAL} VALUES ($1, $2, $3, 2, 'void', 'held', 'available', {sent.price_micros}, now())", *where(sent)
    )
    assert {"void_unfounded", "wallet_differs"} <= await checks(house)


def _amounts(result: AuditResult, check: str) -> list[tuple[int, int]]:
    return [(f.expected_micros, f.found_micros) for f in result.findings if f.check == check]
