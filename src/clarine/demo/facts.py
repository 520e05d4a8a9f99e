"""What the house says of a run when asked afterwards: messages, money and webhooks since it began."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from clarine.domain.ledger import Entry
from clarine.domain.message import Status
from clarine.flow.audit import audit
from clarine.flow.console import EXPORT_MAX, message_id_of, messages
from clarine.flow.house import House
from clarine.flow.wallet import statement
from clarine.flow.webhook_log import Sought, ToldNotice, notices

PAGE = 200


@dataclass(frozen=True, slots=True)
class MessageFact:
    """One business message that the API took; *held*, *posted* and *voided* are what the journal says of it, in micros."""

    message_id: str
    business_id: int
    phone: int
    at: datetime
    category: str
    billable: bool
    status: Status
    refused: bool
    held: int = 0
    posted: int = 0
    voided: int = 0

    @property
    def ended(self) -> bool:
        """Whether nothing more can happen to it that costs money."""
        return self.status in (Status.DELIVERED, Status.READ, Status.FAILED)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything since the run began. *findings* is what the audit of the whole house found."""

    messages: tuple[MessageFact, ...]
    notices: int
    posted: int
    acknowledged: int
    findings: tuple[str, ...] = field(default=())

    @property
    def taken(self) -> list[MessageFact]:
        """Messages that stood in a person's stream."""
        return [message for message in self.messages if not message.refused]


async def facts_since(house: House, business_ids: list[int], since: datetime) -> Facts:
    """The facts about these businesses from *since* on; the run must have at most EXPORT_MAX messages a business."""
    told: list[ToldNotice] = []
    found: list[MessageFact] = []
    for business_id in business_ids:
        found += await _messages(house, business_id, since)
        told += await _notices(house, business_id, since)
    result = await audit(house)
    return Facts(
        messages=tuple(found),
        notices=len(told),
        posted=sum(bool(each.attempts) for each in told),
        acknowledged=sum(_acknowledged(each) for each in told),
        findings=tuple(f"{finding.business_name}: {finding.check} {finding.what}" for finding in result.findings),
    )


async def _messages(house: House, business_id: int, since: datetime) -> list[MessageFact]:
    money = await _money(house, business_id, since)
    page = await messages(house, business_id, limit=EXPORT_MAX)
    assert page.more is None or page.more.at < since, f"a demo sends at most {EXPORT_MAX} messages"
    return [
        MessageFact(
            message_id=message_id_of(house, business_id, row),
            business_id=business_id,
            phone=row.phone,
            at=row.at,
            category=row.category or "",
            billable=row.billable,
            status=Status(row.status),
            refused=not row.person_id,
            held=money[row.person_id, row.seq, Entry.HOLD],
            posted=money[row.person_id, row.seq, Entry.POST],
            voided=money[row.person_id, row.seq, Entry.VOID],
        )
        for row in page.messages
        if row.at >= since
    ]


async def _money(house: House, business_id: int, since: datetime) -> dict[tuple[int, int, Entry], int]:
    sums: dict[tuple[int, int, Entry], int] = defaultdict(int)
    found = await statement(house, business_id, since=since, limit=3 * EXPORT_MAX, limit_max=3 * EXPORT_MAX)
    for line in found.lines:
        if line.entry.place.person_id:
            sums[line.entry.place.person_id, line.entry.place.seq, Entry(line.entry.kind)] += line.entry.amount_micros
    return sums


async def _notices(house: House, business_id: int, since: datetime) -> list[ToldNotice]:
    found: list[ToldNotice] = []
    before: int | None = None
    while True:
        page = await notices(house, business_id, Sought(since=since), before=before, limit=PAGE)
        found += page.notices
        if page.more is None:
            return found
        before = page.more


def _acknowledged(told: ToldNotice) -> bool:
    return any(attempt.http_status is not None and 200 <= attempt.http_status < 300 for attempt in told.attempts)
