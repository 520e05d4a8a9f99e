"""What became of a campaign: how many messages arrived and were read, and one line for each recipient."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from clarine.domain.ids import MessageKey
from clarine.domain.message import Status
from clarine.flow.campaign import get
from clarine.flow.house import House
from clarine.ports.campaign_rows import OutcomeRow

COUNT_PAGE: Final = 10_000
LINE_PAGE: Final = 1_000
LINES_MAX: Final = 100_000


@dataclass(frozen=True, slots=True)
class Line:
    """One recipient; *status* is the furthest, FAILED with a *reason* when nothing was sent."""

    phone: int
    status: Status
    reason: str | None
    message_id: str | None
    at: datetime | None  # of the furthest receipt


async def furthest(house: House, business_id: int, campaign_id: int) -> dict[Status, int]:
    """How many of a campaign's messages stand at each furthest status. Raises NotFound.

    A page a transaction: a campaign has up to a million, and the answer is about no one moment anyway.
    """
    await get(house, business_id, campaign_id)
    found: Counter[Status] = Counter()
    after = 0
    while True:
        async with house.store.transaction() as tx:
            page = await tx.sent_page(business_id, campaign_id, after=after, limit=COUNT_PAGE)
            counts = await tx.count_furthest(page)
        found.update({Status(status): count for status, count in counts.items()})
        if len(page) < COUNT_PAGE:
            return dict(found)
        after = page[-1][0]


async def lines(house: House, business_id: int, campaign_id: int) -> AsyncIterator[list[Line]]:
    """Pages of lines, in the order of recipients, LINES_MAX at most. Raises NotFound."""
    await get(house, business_id, campaign_id)
    after = -(1 << 62)
    for _ in range(LINES_MAX // LINE_PAGE):
        async with house.store.transaction() as tx:
            page = await tx.outcomes(business_id, campaign_id, after=after, limit=LINE_PAGE)
            people = await tx.people_by_id({row.recipient for row in page if row.recipient > 0})
            reached = await tx.furthest([(row.recipient, row.seq) for row in page if row.seq])
        yield [
            Line(
                phone=people[row.recipient].phone if row.recipient in people else -row.recipient,
                status=_status(row, far.status if (far := reached.get((row.recipient, row.seq))) else Status.SENT),
                reason=row.reason or (far.reason if far else None),
                message_id=house.seal.message_id(MessageKey(row.recipient, row.seq)) if row.seq else None,
                at=far.at if far else None,
            )
            for row in page
        ]
        if len(page) < LINE_PAGE:
            return
        after = page[-1].recipient


def _status(row: OutcomeRow, furthest: int) -> Status:
    return Status(furthest) if row.seq else Status.FAILED
