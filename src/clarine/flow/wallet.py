"""A business's money: topping up, and the statement, whose every line shows what was left after it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from clarine.domain.errors import Invalid, NotFound
from clarine.domain.ledger import Entry, Transfer
from clarine.flow.house import House, settled
from clarine.ports.console_rows import EntryRow, Place, WalletRow

TOP_UP_MICROS_MAX = 10**12  # a million of the currency
PAGE_MAX = 200
EXPORT_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Line:
    """One entry, how it changed each account, and what stood there after it; all in micros."""

    entry: EntryRow
    change: tuple[int, int, int]  # available, held, spent
    after: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Statement:
    """Lines newest first; *more* says where the next page begins. *closing* is what stands after the first line."""

    currency: str
    closing: tuple[int, int, int]
    lines: tuple[Line, ...]
    more: Place | None


async def top_up(house: House, business_id: int, amount_micros: int, *, note: str | None = None) -> WalletRow:
    """Put money into a wallet; the wallet after. Raises Invalid for an amount of zero or less or beyond the ceiling,
    NotFound for a business that does not exist."""
    if not 0 < amount_micros <= TOP_UP_MICROS_MAX:
        raise Invalid("a top-up is more than zero and at most a million", field="amount_micros")
    async with house.store.transaction() as tx:
        account = (await tx.lock_accounts([business_id])).get(business_id)
        if account is None:
            raise NotFound(f"there is no business {business_id}")
        transfer = Transfer(
            business_id, 0, account.last_transfer + 1, Entry.TOP_UP, amount_micros=amount_micros, note=note
        )
        await tx.append_transfers([transfer], house.clock.now())
        found = await tx.wallet(business_id)
    assert found is not None, "it was locked a moment ago"
    return found


async def wallet(house: House, business_id: int) -> WalletRow:
    """The wallet now. Raises NotFound."""
    async with house.store.transaction() as tx:
        found = await tx.wallet(business_id)
    if found is None:
        raise NotFound(f"there is no business {business_id}")
    return found


async def statement(
    house: House,
    business_id: int,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    before: Place | None = None,
    limit: int = 50,
    limit_max: int = PAGE_MAX,
) -> Statement:
    """A page of the lines in [since, until), newest first, from *before* on. Raises NotFound."""
    limit = max(1, min(limit, limit_max))
    lagging = settled(house, before.at if before is not None else until) or limit > PAGE_MAX
    async with house.store.transaction(lagging=lagging) as tx:
        found = await tx.wallet(business_id)
        if found is None:
            raise NotFound(f"there is no business {business_id}")
        closing = await tx.statement_closing(business_id, until=until, before=before)
        entries = await tx.entries(business_id, since=since, until=until, before=before, limit=limit + 1)
    page = entries[:limit]
    more = page[-1].place if len(entries) > limit else None
    return Statement(found.currency, closing, tuple(lines_of(page, closing)), more)


def lines_of(entries: Iterable[EntryRow], closing: tuple[int, int, int]) -> Iterable[Line]:
    """*entries* newest first with what stood after each, counted back from *closing*."""
    after = closing
    for entry in entries:
        change = change_of(entry.kind, entry.amount_micros)
        yield Line(entry, change, after)
        after = (after[0] - change[0], after[1] - change[1], after[2] - change[2])


def change_of(kind: str, amount_micros: int) -> tuple[int, int, int]:
    """How one entry changes (available, held, spent)."""
    match Entry(kind):
        case Entry.TOP_UP:
            return amount_micros, 0, 0
        case Entry.HOLD:
            return -amount_micros, amount_micros, 0
        case Entry.POST:
            return 0, -amount_micros, amount_micros
        case Entry.VOID:
            return amount_micros, -amount_micros, 0
        case Entry.REVERSAL:
            return -amount_micros, 0, 0
