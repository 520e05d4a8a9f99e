"""A statement's every line shows what was left after it, and its last line is the wallet."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asyncpg import Connection

from clarine.adapters.clock import TurnedClock
from clarine.domain.errors import Invalid, NotFound
from clarine.flow.house import House
from clarine.flow.wallet import Line, statement, top_up, wallet
from tests.flow.shop import BUSINESS, OTHER_BUSINESS, TOP_UP_MICROS, deliver, open_shop, send


async def test_a_top_up_is_available_at_once_and_stands_in_the_statement(house: House, connection: Connection) -> None:
    await open_shop(connection, house)
    after = await top_up(house, OTHER_BUSINESS, 2_500_000, note="cash")
    assert (after.available_micros, after.held_micros, after.spent_micros) == (2_500_000, 0, 0)
    (line,) = (await statement(house, OTHER_BUSINESS)).lines
    assert (line.entry.kind, line.entry.note, line.change) == ("top_up", "cash", (2_500_000, 0, 0))


@pytest.mark.parametrize("amount", [0, -1, 10**12 + 1])
async def test_a_top_up_that_cannot_be_is_refused(house: House, connection: Connection, amount: int) -> None:
    await open_shop(connection, house)
    with pytest.raises(Invalid):
        await top_up(house, BUSINESS, amount)


async def test_a_top_up_of_nobody_is_refused(house: House) -> None:
    with pytest.raises(NotFound):
        await top_up(house, 13_9999999999999, 1)


async def test_lines_run_from_zero_to_what_the_wallet_shows(
    house: House, connection: Connection, clock: TurnedClock
) -> None:
    await open_shop(connection, house)
    for _ in range(3):
        clock.turn(timedelta(days=4))  # a person gets two offers of one business in a week
        sent = await send(house)
        clock.turn(timedelta(minutes=1))
        await deliver(house, sent)
    clock.turn(timedelta(days=4))
    waiting = await send(house)

    found = await statement(house, BUSINESS, limit=200)
    price = waiting.price_micros
    now = await wallet(house, BUSINESS)
    assert [line.entry.kind for line in found.lines] == [
        "hold",
        "post",
        "hold",
        "post",
        "hold",
        "post",
        "hold",
        "top_up",
    ]
    assert found.lines[0].after == found.closing == (now.available_micros, now.held_micros, now.spent_micros)
    assert found.closing == (TOP_UP_MICROS - 4 * price, price, 3 * price)
    running = (0, 0, 0)
    for line in reversed(found.lines):
        running = (running[0] + line.change[0], running[1] + line.change[1], running[2] + line.change[2])
        assert line.after == running


async def test_pages_join_without_a_gap_and_carry_the_same_totals(
    house: House, connection: Connection, clock: TurnedClock
) -> None:
    await open_shop(connection, house)
    for _ in range(4):
        await deliver(house, await send(house))  # all at one moment: the order within it must hold too
    clock.turn(timedelta(seconds=1))
    whole = await statement(house, BUSINESS, limit=200)
    paged: list[Line] = []
    before = None
    while True:
        page = await statement(house, BUSINESS, before=before, limit=2)
        paged += page.lines
        if (before := page.more) is None:
            break
    assert tuple(paged) == whole.lines


async def test_a_period_begins_and_ends_where_it_says(house: House, connection: Connection, clock: TurnedClock) -> None:
    await open_shop(connection, house)
    clock.turn(timedelta(days=1))
    start = clock.now()
    sent = await send(house)
    clock.turn(timedelta(days=1))
    end = clock.now()
    await deliver(house, sent)
    found = await statement(house, BUSINESS, since=start, until=end)
    assert [line.entry.kind for line in found.lines] == ["hold"]
    assert found.closing == (TOP_UP_MICROS - sent.price_micros, sent.price_micros, 0)
