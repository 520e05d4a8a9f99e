"""Step 4 of a message's life: notices become signed webhook POSTs, between transactions, retried for up to 7 days.

One process at a time owns a business's outbox (a lease); one conversation's notices go out in order, conversations beside
each other. A notice may be posted twice (the process dies before it records the answer); its id is then the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from msgspec import structs

from clarine.domain.events import InboundNotice, SentNotice, StatusNotice
from clarine.domain.ids import MessageKey
from clarine.domain.message import Status
from clarine.domain.retry import next_delay_s
from clarine.flow.house import House, shown_to
from clarine.flow.tick import tick
from clarine.ports.http import Answer, Http
from clarine.ports.records import (
    NOTICES_PER_POST_MAX,
    AttemptRow,
    Business,
    DueNotice,
    NoticeRow,
    Person,
    PhoneNumberRow,
    Subscription,
    WaitingRow,
)
from clarine.ports.store import Transaction

LEASE_S = 60.0
BATCH_MAX = NOTICES_PER_POST_MAX // 2  # of fresh ones, and as many retries
CLAIMS_MAX = 50


@dataclass(frozen=True, slots=True)
class Post:
    """One rendered webhook: ASCII JSON, and the headers that sign exactly these bytes."""

    body: bytes
    headers: dict[str, str]


#: Renders notices of one field and one phone number into one POST (edge/graph gives the real one).
Render = Callable[[Business, PhoneNumberRow | None, Sequence[NoticeRow]], Post]


@dataclass(frozen=True, slots=True)
class Told:
    """How posting one group of notices ended; without an answer it was not tried, to keep its conversation in order."""

    due: tuple[DueNotice, ...]
    url: str
    answer: Answer | None


async def notify(house: House, http: Http, render: Render, *, owner: str) -> int:
    """One round over every business with news that *owner* can lease; how many notices were handled."""

    async def tell(work: Round) -> None:
        told = await post(house, http, render, work.address, work.due)
        await record(house, work.address.business.business_id, work.due, told, owner=owner)

    rounds = await claim(house, owner)
    await asyncio.gather(*map(tell, rounds))
    return sum(len(work.due) for work in rounds)


@dataclass(frozen=True, slots=True)
class Address:
    """What must be known to tell a business something."""

    business: Business
    numbers: dict[int, PhoneNumberRow]
    subscriptions: list[Subscription]


@dataclass(frozen=True, slots=True)
class Round:
    """What one business is to be told now, and where."""

    address: Address
    due: list[DueNotice]


async def claim(house: House, owner: str) -> list[Round]:
    """Lease businesses with news and read it. A crash may undo the lease and the record: then it is all posted again."""
    now = house.clock.now()
    async with house.store.transaction(durable=False) as tx:
        until = now + timedelta(seconds=LEASE_S)
        claimed = await tx.claim_outboxes(owner, now=now, until=until, limit=CLAIMS_MAX)
        if not claimed:
            return []
        businesses, numbers = await tx.businesses(claimed), await tx.phone_numbers(claimed)
        rounds = [
            Round(
                Address(
                    businesses[business_id],
                    {number.phone_number_id: number for number in numbers.get(business_id, [])},
                    await tx.subscriptions(business_id),
                ),
                await tx.due_notices(business_id, now=now, limit=BATCH_MAX),
            )
            for business_id in claimed
        ]
        idle = [work.address.business.business_id for work in rounds if not work.due]
        if idle:
            await tx.release_outboxes(idle, owner)
        return [replace(work, due=await _whole(house, tx, work.due)) for work in rounds if work.due]


async def whole(house: House, tx: Transaction, notices: Sequence[NoticeRow]) -> list[NoticeRow]:
    """*notices*, those about a campaign's messages made whole: who the people are is read, and ids are sealed, only now."""
    wanted = {notice.person_id for notice in notices if isinstance(notice.fact, SentNotice)}
    people = await tx.people_by_id({person_id for person_id in wanted if person_id is not None}) if wanted else {}
    return [_told_sent(house, notice, people) for notice in notices]


async def _whole(house: House, tx: Transaction, due: Sequence[DueNotice]) -> list[DueNotice]:
    if not any(isinstance(item.notice.fact, SentNotice) for item in due):
        return list(due)
    notices = await whole(house, tx, [item.notice for item in due])
    return [structs.replace(item, notice=notice) for item, notice in zip(due, notices, strict=True)]


def _told_sent(house: House, notice: NoticeRow, people: Mapping[int, Person]) -> NoticeRow:
    fact = notice.fact
    if not isinstance(fact, SentNotice):
        return notice
    assert notice.person_id is not None, "a message has its person"
    shown = shown_to(house, people[notice.person_id], notice.business_id)
    message_id = house.seal.message_id(MessageKey(notice.person_id, fact.seq))
    return structs.replace(notice, fact=StatusNotice(message_id, "sent", notice.at, shown, price=fact.price))


async def post(house: House, http: Http, render: Render, address: Address, due: Sequence[DueNotice]) -> list[Told]:
    """Post what *due* is, between transactions; what nobody subscribed to is not among the answers."""
    wanted: list[tuple[DueNotice, str]] = []
    urls: dict[tuple[str, int | None], str | None] = {}  # a round has few fields and numbers, and many notices
    for item in due:
        key = item.notice.field, item.notice.phone_number_id
        if key not in urls:
            urls[key] = url_for(address.subscriptions, item.notice)
        if (url := urls[key]) is not None:
            wanted.append((item, url))
    poster = _Poster(house, http, render, address.business, address.numbers)
    groups = _groups(wanted, events_max=house.settings.webhook_events_max)
    return [one for many in await asyncio.gather(*map(poster.conversation, groups)) for one in many]


class _Poster:
    """Posts one business's notices: conversations beside each other, each in order, none beyond half of the lease."""

    def __init__(
        self, house: House, http: Http, render: Render, business: Business, numbers: dict[int, PhoneNumberRow]
    ) -> None:
        self._http = http
        self._render = render
        self._business = business
        self._numbers = numbers
        self._connections = asyncio.Semaphore(house.settings.webhook_connections_max)
        self._deadline = asyncio.get_running_loop().time() + LEASE_S / 2

    async def conversation(self, posts: list[tuple[str, tuple[DueNotice, ...]]]) -> list[Told]:
        told: list[Told] = []
        for url, items in posts:
            blocked = items[0].behind is not None or (told and not _ended_well(told[-1]))
            late = asyncio.get_running_loop().time() > self._deadline
            told.append(Told(items, url, None if blocked or late else await self._post(url, items)))
        return told

    async def _post(self, url: str, items: tuple[DueNotice, ...]) -> Answer:
        number = self._numbers.get(items[0].notice.phone_number_id or 0)
        post = self._render(self._business, number, [item.notice for item in items])
        async with self._connections:
            return await self._http.post(url, post.body, post.headers)


def _ended_well(told: Told) -> bool:
    return told.answer is not None and told.answer.acknowledged


def url_for(subscriptions: Sequence[Subscription], notice: NoticeRow) -> str | None:
    """Where *notice* goes: the narrowest override with a URL, phone number → account → app, for message-like fields;
    the app's URL for all others; None when nobody subscribed to its field."""
    by_scope = {
        (s.scope, s.object_id if s.scope == "phone_number" else 0): s for s in subscriptions if s.url is not None
    }
    app = next((s for s in subscriptions if s.scope == "app"), None)
    if app is not None and notice.field not in app.fields and "*" not in app.fields:
        return None
    order = [("app", 0)]
    if notice.field in ("messages", "user_preferences"):
        order = [("phone_number", notice.phone_number_id or 0), ("account", 0), *order]
    elif ("app", 0) not in by_scope:
        order.append(("account", 0))  # nobody set an app URL here: better told there than not at all
    return next((found.url for key in order if (found := by_scope.get(key)) is not None), None)


def _groups(
    wanted: Sequence[tuple[DueNotice, str]], *, events_max: int
) -> list[list[tuple[str, tuple[DueNotice, ...]]]]:
    """Per conversation, the POSTs in order: neighbours of one field, number and URL share one, up to *events_max*."""
    conversations: dict[tuple[int | None, int], list[tuple[str, list[DueNotice]]]] = {}
    pooled = events_max > 1
    for item, url in wanted:
        notice = item.notice
        alone = 0 if notice.person_id is not None or pooled else notice.number
        posts = conversations.setdefault((None if pooled else notice.person_id, alone), [])
        last = posts[-1] if posts else None
        if last is not None and len(last[1]) < events_max and last[0] == url and _alike(last[1][-1].notice, notice):
            last[1].append(item)
        else:
            posts.append((url, [item]))
    return [[(url, tuple(items)) for url, items in posts] for posts in conversations.values()]


def _alike(one: NoticeRow, other: NoticeRow) -> bool:
    """Whether *other* may share *one*'s POST; the log knows a POST by its first and last number, so none lies between."""
    followed = one.number + 1 == other.number
    return followed and one.field == other.field and one.phone_number_id == other.phone_number_id


def attempts_of(business_id: int, told: Sequence[Told], at: datetime) -> list[AttemptRow]:
    """The log of what was posted."""
    return [
        AttemptRow(
            business_id=business_id,
            first_number=one.due[0].notice.number,
            last_number=one.due[-1].notice.number,
            url=one.url,
            http_status=one.answer.status,
            error=one.answer.error,
            said=one.answer.said,
            took_ms=one.answer.took_ms,
            at=at,
        )
        for one in told
        if one.answer is not None
    ]


async def record(
    house: House, business_id: int, due: Sequence[DueNotice], told: Sequence[Told], *, owner: str, kept_s: float = 0
) -> None:
    """Write down how a round ended. With *kept_s* the business stays *owner*'s for so long."""
    now = house.clock.now()
    waiting: list[WaitingRow] = []
    acknowledged = {item.notice.number for item in due if item.waited}  # what nobody subscribed to needs no telling
    delivered: list[NoticeRow] = []
    retry_at: dict[int | None, datetime] = {}  # of the conversation's failed head; what follows waits for it
    for one in told:
        if one.answer is not None and one.answer.acknowledged:
            delivered += [item.notice for item in one.due if isinstance(item.notice.fact, InboundNotice)]
            continue
        for item in one.due:
            row = _again(item, tried=one.answer is not None, now=now, head=retry_at.get(item.notice.person_id))
            if row is not None:
                acknowledged.discard(row.number)
                waiting.append(row)
                retry_at.setdefault(item.notice.person_id, row.due_at)
    async with house.store.transaction(durable=False) as tx:
        keys = [key for notice in delivered if isinstance(key := _message_key(house, notice), MessageKey)]
        people = await tick(tx, keys, Status.DELIVERED, now)
        await tx.record_attempts(
            business_id,
            attempts=attempts_of(business_id, told, now),
            done_notice=max(item.notice.number for item in due),
            acknowledged=acknowledged,
            waiting=waiting,
        )
        if kept_s:
            await tx.keep_outbox(business_id, owner, now + timedelta(seconds=kept_s))
        else:
            await tx.release_outboxes([business_id], owner)
    house.bus.ring(people=people)


def _message_key(house: House, notice: NoticeRow) -> object:
    assert isinstance(notice.fact, InboundNotice)
    return house.seal.message_key(notice.fact.message_id)


def _again(item: DueNotice, *, tried: bool, now: datetime, head: datetime | None) -> WaitingRow | None:
    """When *item* is tried again; None when it was tried for 7 days and is given up."""
    notice = item.notice
    if not tried:
        return WaitingRow(notice.business_id, notice.number, item.attempts, head or item.behind or now)
    delay_s = next_delay_s(item.attempts + 1, jitter=(notice.number % 97) / 97)
    if delay_s is None:
        return None
    return WaitingRow(notice.business_id, notice.number, item.attempts + 1, now + timedelta(seconds=delay_s))
