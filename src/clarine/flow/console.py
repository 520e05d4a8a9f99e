"""What the consoles list and look up, a page at a time; what a business asks for is always its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import msgspec

from clarine.domain.consent import ConsentRecord, ReportReason
from clarine.domain.errors import Conflict, Invalid, NotFound
from clarine.domain.events import AccountNotice
from clarine.domain.ids import MessageKey, RefusalKey
from clarine.domain.message import Category, Status
from clarine.domain.phone import parse_phone
from clarine.flow.announce import announce
from clarine.flow.business import new_token, token_hash
from clarine.flow.house import House, settled
from clarine.flow.relate import Decision, relate
from clarine.flow.webhook_log import ToldNotice, row_key, searched, told_notices
from clarine.ports.console_rows import (
    BusinessCounts,
    ConsentShown,
    HealthNumbers,
    JournalLine,
    ListedMessage,
    MessageQuery,
    Place,
    ReportShown,
    TemplateReview,
    TokenRow,
)
from clarine.ports.records import Business, PhoneNumberRow, ReceiptRow, Subscription, TemplateRow

PAGE_MAX = 200
EXPORT_MAX = 10_000
TOKENS_MAX = 50
REVIEWS_MAX = 200
COUNTED_DAYS = 30
_NAME_CHARACTERS_MAX = 80
_WORDING_CHARACTERS_MAX = 2_000


@dataclass(frozen=True, slots=True)
class MessagePage:
    messages: tuple[ListedMessage, ...]
    more: Place | None


@dataclass(frozen=True, slots=True)
class MessageDetail:
    """All there is to know about one business message."""

    message_id: str
    message: ListedMessage
    receipts: tuple[ReceiptRow, ...]
    journal: tuple[JournalLine, ...]
    notices: tuple[ToldNotice, ...]


@dataclass(frozen=True, slots=True)
class Connection:
    """What a business's own programs need to know."""

    business: Business
    numbers: tuple[PhoneNumberRow, ...]
    tokens: tuple[TokenRow, ...]
    subscriptions: tuple[Subscription, ...]


async def messages(
    house: House,
    business_id: int,
    *,
    search: str = "",
    status: str | None = None,
    category: str | None = None,
    before: Place | None = None,
    limit: int = 50,
) -> MessagePage:
    """Business messages and refusals, newest first. *search* is a message id or any run of a phone number's digits.

    Raises Invalid for a status or category that there is not.
    """
    query = MessageQuery(business_id, min(max(1, limit), EXPORT_MAX) + 1, before=before)
    query = replace(query, status=_status(status), category=_category(category))
    phone_part, message_id = searched(search)
    if message_id is not None:
        query = replace(query, key=row_key(house, business_id, message_id) or (-1, -1))
    query = replace(query, phone_part=phone_part)
    lagging = settled(house, before.at if before is not None else None) or limit > PAGE_MAX
    async with house.store.transaction(lagging=lagging) as tx:
        found = await tx.listed_messages(query)
    page = found[: query.limit - 1]
    return MessagePage(tuple(page), page[-1].place if len(found) == query.limit else None)


async def message(house: House, business_id: int, message_id: str) -> MessageDetail:
    """One business message with its receipts, transfers and webhooks. Raises NotFound."""
    key = row_key(house, business_id, message_id)
    async with house.store.transaction() as tx:
        found = await tx.listed_messages(MessageQuery(business_id, 1, key=key)) if key is not None else []
        if not found:
            raise NotFound("there is no such message")
        row = found[0]
        sent_to = (await tx.people_by_phone([row.phone])).get(row.phone)
        person_id = row.person_id or (sent_to.person_id if sent_to is not None else None)
        message_id = message_id_of(house, business_id, row)
        notices = await tx.notices_of(business_id, message_id, person_id=person_id, seq=row.seq, since=row.at)
        return MessageDetail(
            message_id,
            row,
            tuple(await tx.receipts_of(row.person_id, row.seq)) if row.person_id else (),
            tuple(await tx.journal_of(business_id, row.person_id, row.seq)) if row.person_id else (),
            await told_notices(tx, business_id, notices),
        )


async def connection(house: House, business_id: int) -> Connection:
    """The ids, tokens and subscriptions of a business. Raises NotFound."""
    async with house.store.transaction() as tx:
        business = (await tx.businesses([business_id])).get(business_id)
        if business is None:
            raise NotFound(f"there is no business {business_id}")
        numbers = (await tx.phone_numbers([business_id])).get(business_id, [])
        return Connection(
            business, tuple(numbers), tuple(await tx.tokens(business_id)), tuple(await tx.subscriptions(business_id))
        )


async def create_token(house: House, business_id: int, name: str) -> tuple[str, TokenRow]:
    """A new access token, shown this once. Raises Invalid without a name, Conflict when TOKENS_MAX live already."""
    name = name.strip()
    if not 0 < len(name) <= _NAME_CHARACTERS_MAX:
        raise Invalid("say what the token is for", field="name")
    token = new_token(house)
    row = TokenRow(token_hash(token), name, house.clock.now(), None)
    async with house.store.transaction() as tx:
        living = [known for known in await tx.tokens(business_id) if known.ended_at is None]
        if len(living) >= TOKENS_MAX:
            raise Conflict(f"there are {TOKENS_MAX} tokens already; end one first")
        await tx.add_console_token(business_id, row)
    return token, row


async def end_token(house: House, business_id: int, hashed: bytes) -> None:
    """The token stops working now. Raises NotFound for one that is not theirs or has ended."""
    async with house.store.transaction() as tx:
        if not await tx.end_console_token(business_id, hashed, house.clock.now()):
            raise NotFound("there is no such token, or it has ended already")


async def add_consent(house: House, business_id: int, phone: str, record: ConsentRecord) -> list[ConsentShown]:
    """Write down what a person agreed to elsewhere; all evidence between the two after it.

    Raises Invalid for a phone number that cannot be, a missing wording or a time to come; NotFound when nobody here
    has the number.
    """
    now = house.clock.now()
    if record.given_at > now + timedelta(minutes=5):
        raise Invalid("consent cannot be given in the future", field="given_at")
    for name in ("wording", "wording_version", "source"):
        if not 0 < len(getattr(record, name)) <= _WORDING_CHARACTERS_MAX:
            raise Invalid(f"{name} is needed: it is the evidence", field=name)
    person_id = await _person_id(house, phone)
    await relate(house, [Decision(person_id, business_id, records=(record,))])
    return await consents(house, business_id, phone)


async def consents(house: House, business_id: int, phone: str) -> list[ConsentShown]:
    """The evidence between a business and the person with *phone*, newest first. Raises Invalid and NotFound."""
    person_id = await _person_id(house, phone)
    async with house.store.transaction() as tx:
        return await tx.consents_of(person_id, business_id)


async def own_templates(house: House, business_id: int) -> list[TemplateRow]:
    """A business's templates, the last changed first."""
    async with house.store.transaction() as tx:
        return await tx.own_templates(business_id)


async def businesses(house: House, search: str = "") -> list[BusinessCounts]:
    """Businesses (at most PAGE_MAX, the newest first) with what happened to their messages in COUNTED_DAYS."""
    since = house.clock.now() - timedelta(days=COUNTED_DAYS)
    async with house.store.transaction(lagging=True) as tx:
        return await tx.business_counts(search=search.strip(), since=since, limit=PAGE_MAX)


async def verify(house: House, business_id: int, *, verified: bool) -> None:
    """Say that the operator knows who a business is, or take it back. Raises NotFound."""
    async with house.store.transaction() as tx:
        if not await tx.set_verified(business_id, verified=verified):
            raise NotFound(f"there is no business {business_id}")
        now = house.clock.now()
        for field, value in _verification(business_id, verified=verified):
            await announce(tx, business_id, AccountNotice(now, field, value))
    house.bus.ring(businesses=[business_id])


def _verification(business_id: int, *, verified: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """(field, value) of what a business is told: a verified one is an official account here (Cloud API: account_alerts)."""
    if verified:
        yield "account_update", {"event": "VERIFIED_ACCOUNT"}
    yield "account_review_update", {"decision": "APPROVED" if verified else "REJECTED"}
    alert = {
        "entity_type": "BUSINESS",
        "entity_id": str(business_id),
        "alert_severity": "INFORMATIONAL" if verified else "WARNING",
        "alert_status": "ACTIVE",
        "alert_type": "OBA_APPROVED" if verified else "OBA_REJECTED",
        "alert_description": "The operator verified this business"
        if verified
        else "This business is not verified any more",
    }
    yield "account_alerts", alert


async def reviews(house: House, statuses: Sequence[str] = ("PENDING",)) -> list[TemplateReview]:
    """Templates in these states, those that wait longest first."""
    async with house.store.transaction() as tx:
        return await tx.templates_in(statuses, REVIEWS_MAX)


async def reports(
    house: House, *, reason: str | None = None, business_id: int | None = None, handled: bool = False
) -> list[ReportShown]:
    """What people reported, the oldest first. Raises Invalid for a reason that there is not."""
    if reason is not None and reason not in set(ReportReason):
        raise Invalid(f"{reason} is no reason to report", field="reason")
    async with house.store.transaction() as tx:
        return await tx.reports(reason=reason, business_id=business_id, handled=handled, limit=PAGE_MAX)


async def handle_report(house: House, *, user_id: str, business_id: int, number: int) -> None:
    """Mark a report as dealt with. Raises NotFound when there is none, or it was handled before."""
    person_id = house.seal.person_of(user_id, business_id=business_id)
    async with house.store.transaction() as tx:
        if person_id is None or not await tx.handle_report(person_id, business_id, number, now=house.clock.now()):
            raise NotFound("there is no such report, or it was handled already")


async def health(house: House) -> HealthNumbers:
    """What an operator looks at first."""
    async with house.store.transaction(lagging=True) as tx:
        return await tx.health(house.clock.now())


def message_id_of(house: House, business_id: int, row: ListedMessage) -> str:
    """The id that the API gave to *row*."""
    if row.held_number is not None:
        return house.seal.message_id(RefusalKey(business_id, row.held_number))
    key = MessageKey(row.person_id, row.seq) if row.person_id else RefusalKey(business_id, row.seq)
    return house.seal.message_id(key)


def preview(content_json: str | None) -> str:
    """What a message says, in one line of at most 160 characters; its kind when it says nothing."""
    if content_json is None:
        return ""
    content: dict[str, Any] = msgspec.json.decode(content_json)
    text = content.get("body") or content.get("caption") or content.get("filename") or content.get("name") or ""
    return " ".join(str(text).split())[:160] or f"[{content.get('type', 'message')}]"


def _status(name: str | None) -> int | None:
    if not name:
        return None
    status = {each.name.lower(): each for each in Status if each is not Status.ACCEPTED}.get(name)
    if status is None:
        raise Invalid("status is sent, delivered, read or failed", field="status")
    return int(status)


def _category(name: str | None) -> str | None:
    if name and name not in set(Category):
        raise Invalid(f"there is no category {name}", field="category")
    return name or None


async def _person_id(house: House, phone: str) -> int:
    number = parse_phone(phone)
    async with house.store.transaction() as tx:
        person = (await tx.people_by_phone([number.digits])).get(number.digits)
    if person is None:
        raise NotFound("nobody here has this phone number", code="not_a_person")
    return person.person_id
