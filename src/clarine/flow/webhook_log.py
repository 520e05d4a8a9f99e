"""The webhook log of a business: every notice with each POST that carried it, searched, looked at, and sent again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import msgspec

from clarine.domain.errors import Invalid, NotFound
from clarine.domain.ids import MessageKey, RefusalKey
from clarine.flow.house import House
from clarine.flow.notify import Render, whole
from clarine.ports.console_rows import AttemptShown, NoticeQuery, NoticeState
from clarine.ports.store import Transaction

PAGE_MAX: Final = 200
RESEND_MAX: Final = 1_000
STATES: Final = ("queued", "waiting", "acknowledged", "given_up", "unsubscribed", "done")
#: No notice has a number beyond this.
_NUMBER_MAX: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody looks for in the log: numbers from *first* to *last*, written from *since* and before *until*.

    *search* is a message id or any run of a phone number's digits; *field* and *event* as the log shows them; *state* one
    of STATES. What is None or "" does not narrow.
    """

    search: str = ""
    field: str = ""
    event: str = ""
    state: str = ""
    first: int | None = None
    last: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ToldNotice:
    """A notice of the webhook log with every POST that carried it, oldest first."""

    notice: NoticeState
    attempts: tuple[AttemptShown, ...]

    @property
    def state(self) -> str:
        """queued · waiting (for its next try) · acknowledged · given_up · unsubscribed (nobody wanted it)."""
        if not self.notice.done:
            return "queued"
        if self.notice.due_at is not None:
            return "waiting"
        if not self.attempts:
            return "unsubscribed"
        status = self.attempts[-1].http_status
        return "acknowledged" if status is not None and 200 <= status < 300 else "given_up"


@dataclass(frozen=True, slots=True)
class NoticePage:
    notices: tuple[ToldNotice, ...]
    more: int | None


async def notices(
    house: House, business_id: int, sought: Sought, *, before: int | None = None, limit: int = 50
) -> NoticePage:
    """The log, newest first, from below number *before*. Raises Invalid."""
    limit = min(max(1, limit), PAGE_MAX)
    query = _query(house, business_id, sought, limit=limit + 1)
    if before is not None:
        query = replace(query, last=min(before - 1, query.last if query.last is not None else before))
    async with house.store.transaction() as tx:
        found = await tx.listed_notices(query)
        told = await told_notices(tx, business_id, found[:limit])
    return NoticePage(told, told[-1].notice.number if len(found) > limit else None)


async def notice(house: House, render: Render, business_id: int, number: int) -> tuple[ToldNotice, bytes]:
    """One notice, and the body that was posted or will be, rendered anew. Raises NotFound."""
    async with house.store.transaction() as tx:
        found = await tx.listed_notices(NoticeQuery(business_id, 1, first=number, last=number))
        row = await tx.notice(business_id, number)
        if not found or row is None:
            raise NotFound("there is no such notice")
        (told,) = await told_notices(tx, business_id, found)
        (row,) = await whole(house, tx, [row])
        business = (await tx.businesses([business_id]))[business_id]
        numbers = (await tx.phone_numbers([business_id])).get(business_id, [])
    sender = next((each for each in numbers if each.phone_number_id == row.phone_number_id), None)
    return told, render(business, sender, [row]).body


async def resend(house: House, business_id: int, number: int) -> None:
    """Post one notice again, now. Raises NotFound when there is none; one that is on its way already is left alone."""
    await resend_found(house, business_id, Sought(first=number, last=number))


async def resend_found(house: House, business_id: int, sought: Sought) -> int:
    """Post every notice that *sought* finds again, now; how many.

    Raises Invalid without a range of numbers or a time, and for more than RESEND_MAX; NotFound when there is none.
    """
    if sought.since is None and (sought.first is None or sought.last is None):
        raise Invalid("say first and last, or since", field="first")
    query = _query(house, business_id, sought, limit=RESEND_MAX + 1)
    async with house.store.transaction() as tx:
        found = await tx.listed_notices(query)
        if len(found) > RESEND_MAX:
            raise Invalid(f"more than {RESEND_MAX} webhooks; choose a smaller range", field="last", code="too_large")
        numbers = [each.number for each in found if each.done]
        if not numbers:
            raise NotFound("there is no such notice, or all are about to be posted for the first time")
        count = await tx.resend(business_id, numbers, house.clock.now())
    house.bus.ring(businesses=[business_id])
    return count


async def told_notices(tx: Transaction, business_id: int, found: Sequence[NoticeState]) -> tuple[ToldNotice, ...]:
    """*found* with the POSTs of each."""
    if not found:
        return ()
    attempts = await tx.attempts_of(business_id, [each.number for each in found])
    return tuple(
        ToldNotice(each, tuple(a for a in attempts if a.first_number <= each.number <= a.last_number)) for each in found
    )


def fact_of(house: House, notice: NoticeState) -> dict[str, Any]:
    """What *notice* tells, with the id that a campaign's message gets only when somebody asks."""
    fact: dict[str, Any] = msgspec.json.decode(notice.fact_json)
    if fact["type"] == "sent":
        assert notice.person_id is not None, "a message has its person"
        fact["status"] = "sent"
        fact["message_id"] = house.seal.message_id(MessageKey(notice.person_id, fact["seq"]))
    return fact


def event_of(fact: dict[str, Any]) -> str:
    """In a word what a notice's fact tells: a status, what became of a template, or what kind of news it is."""
    value = fact.get("value")
    inner = value if isinstance(value, dict) else {"event": value}
    return str(fact.get("status") or fact.get("event") or inner.get("event") or inner.get("decision") or fact["type"])


def searched(search: str) -> tuple[str | None, str | None]:
    """(run of a phone number's digits, message id): what *search* asks for. What has no digits finds nothing."""
    search = search.strip()
    if search.startswith("wamid."):
        return None, search
    digits = "".join(character for character in search if character.isdecimal())
    return (digits or "none") if search else None, None


def row_key(house: House, business_id: int, message_id: str) -> tuple[int, int] | None:
    """(person, seq) of a message, (0, number) of a refusal of this business; None for an id that is neither."""
    match house.seal.message_key(message_id):
        case MessageKey(person_id, seq):
            return person_id, seq
        case RefusalKey(owner, number) if owner == business_id:
            return 0, number
        case _:
            return None


def _query(house: House, business_id: int, sought: Sought, *, limit: int) -> NoticeQuery:
    if sought.state and sought.state not in STATES:
        raise Invalid(f"state is one of {', '.join(STATES)}", field="state")
    for name in ("first", "last"):
        if not 0 <= (getattr(sought, name) or 0) < _NUMBER_MAX:
            raise Invalid(f"{name} is the number of a webhook", field=name)
    if sought.first is not None and sought.last is not None and sought.first > sought.last:
        raise Invalid("last comes after first", field="last")
    phone_part, message_id = searched(sought.search)
    return NoticeQuery(
        business_id,
        limit,
        first=sought.first,
        last=sought.last,
        since=sought.since,
        until=sought.until,
        field=sought.field or None,
        event=sought.event or None,
        phone_part=phone_part,
        message_id=message_id,
        key=row_key(house, business_id, message_id) if message_id is not None else None,
        state=sought.state or None,
    )
