"""What devices are shown: messages, events, chats and businesses in the shapes of docs/reference/people-api.md.

A message's content is stored as the JSON that people read, so it is spliced into the answer and not parsed again.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from clarine.domain.message import Direction, Status
from clarine.flow.chats import KnownBusiness, known_businesses
from clarine.flow.house import House
from clarine.flow.relate import relation_json
from clarine.ports.people_rows import ChatRow
from clarine.ports.records import ChangeRow, MessageRow, MessageState, StreamEvent

KNOWN_MAX = 10_000
KNOWN_S = 30
RENDERED_MAX = 4096

_STATUS = {
    Status.ACCEPTED: "sent",
    Status.SENT: "sent",
    Status.DELIVERED: "delivered",
    Status.READ: "read",
    Status.FAILED: "failed",
}
# Inside a JSON string a quote is always escaped, so these match keys only.
_MEDIA_ID = re.compile(r'"media_id":(\d+)')
_SHA256 = re.compile(r'"sha256":"[0-9a-f]*",')
#: What a withdrawn message says: nobody may read what nobody paid for.
_NOTHING = '{"type":"text","body":""}'


class Shelf:
    """Businesses as people see them, kept for KNOWN_S seconds, and JSON of events, rendered once for all devices."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._known: OrderedDict[int, tuple[float, KnownBusiness]] = OrderedDict()
        self._rendered: OrderedDict[tuple[int, int, Status | None], str] = OrderedDict()

    async def businesses(self, business_ids: Collection[int]) -> dict[int, KnownBusiness]:
        """These businesses; those that do not exist are left out."""
        now = self._house.clock.now().timestamp()
        found = {
            business_id: entry[1]
            for business_id in business_ids
            if (entry := self._known.get(business_id)) is not None and abs(now - entry[0]) < KNOWN_S
        }
        missing = set(business_ids) - found.keys()
        if missing:
            fresh = await known_businesses(self._house, missing)
            for business_id, known in fresh.items():
                _keep(self._known, business_id, (now, known), KNOWN_MAX)
            found.update(fresh)
        return found

    async def messages(self, states: Sequence[MessageState]) -> list[msgspec.Raw]:
        """Each message as JSON."""
        currencies = await self._currencies(state.message for state in states)
        return [msgspec.Raw(_message(state, currencies).encode()) for state in states]

    async def events(self, events: Sequence[StreamEvent]) -> list[str]:
        """Each event as JSON; an event that several devices get is rendered once."""
        rows = [event.event.message for event in events if isinstance(event.event, MessageState)]
        currencies = await self._currencies(rows)
        return [self._kept(event, currencies) for event in events]

    def at_hand(self, events: Sequence[StreamEvent]) -> list[str] | None:
        """As `events`, without asking the store; None when it would have to be asked."""
        now = self._house.clock.now().timestamp()
        currencies: dict[int, str] = {}
        for event in events:
            row = event.event.message if isinstance(event.event, MessageState) else None
            if row is not None and row.price_micros and row.business_id not in currencies:
                known = self._known.get(row.business_id)
                if known is None or abs(now - known[0]) >= KNOWN_S:
                    return None
                currencies[row.business_id] = known[1].business.currency
        return [self._kept(event, currencies) for event in events]

    def _kept(self, event: StreamEvent, currencies: Mapping[int, str]) -> str:
        key = _key(event)
        text = self._rendered.get(key)
        if text is None:
            text = _event(event, currencies)
            _keep(self._rendered, key, text, RENDERED_MAX)
        return text

    async def _currencies(self, rows: Iterable[MessageRow]) -> dict[int, str]:
        priced = {row.business_id for row in rows if row.price_micros}
        return {key: known.business.currency for key, known in (await self.businesses(priced)).items()}


def _key(event: StreamEvent) -> tuple[int, int, Status | None]:
    match event.event:
        case MessageState(message, status):
            return message.person_id, event.seq, status
        case ChangeRow(person_id=person_id):
            return person_id, event.seq, None


def _keep(kept: OrderedDict[Any, Any], key: Any, value: Any, limit: int) -> None:
    kept[key] = value
    if len(kept) > limit:
        kept.popitem(last=False)


def _event(event: StreamEvent, currencies: Mapping[int, str]) -> str:
    head = f'{{"seq":{event.seq},"at":{json_text(event.at)},"type":'
    match event.event:
        case MessageState() as state:
            return f'{head}"message","message":{_message(state, currencies)}}}'
        case ChangeRow(type=kind, body=body):
            return f"{head}{json_text(kind)},{body[1:]}"


def _message(state: MessageState, currencies: Mapping[int, str]) -> str:
    row = state.message
    from_business = row.direction is Direction.TO_PERSON
    fields = [
        f'"seq":{row.seq},"business_id":"{row.business_id}","from":"{"business" if from_business else "me"}"',
        f'"at":{json_text(row.at)},"status":"{_STATUS[state.status]}"',
        f'"content":{_NOTHING if from_business and state.status is Status.FAILED else content_json(row.content_json)}',
    ]
    if row.reply_to_seq is not None:
        fields.append(f'"reply_to":{row.reply_to_seq}')
    if row.client_key is not None:
        fields.append(f'"client_key":{json_text(row.client_key)}')
    if row.price_micros and from_business:
        price = {"micros": row.price_micros, "currency": currencies.get(row.business_id, ""), "category": row.category}
        fields.append(f'"price":{json_text(price)}')
    return "{" + ",".join(fields) + "}"


def content_json(stored: str) -> str:
    """The stored content as people read it: media ids as strings, and no content hash."""
    if '"media_id":' not in stored:
        return stored
    return _SHA256.sub("", _MEDIA_ID.sub(r'"media_id":"\1"', stored))


def json_text(value: Any) -> str:
    """*value* as JSON text."""
    return msgspec.json.encode(value).decode()


def business_shown(known: KnownBusiness) -> dict[str, Any]:
    """A Business of the API."""
    business = known.business
    return {
        "business_id": str(business.business_id),
        "name": business.name,
        "about": business.about,
        "verified": business.verified,
        "phone": str(known.phone) if known.phone is not None else "",
        "picture": _picture(business.profile),
    }


def chat_shown(row: ChatRow, known: KnownBusiness, last: msgspec.Raw | None) -> dict[str, Any]:
    """A Chat of the API."""
    return {
        "business_id": str(row.business_id),
        "last": last,
        "unread": row.unread,
        "read_seq": row.relation.read_seq,
        "business": business_shown(known),
        "relation": relation_json(row.relation),
    }


def at_text(at: datetime) -> str:
    """*at* as RFC 3339 in UTC."""
    return at.isoformat().replace("+00:00", "Z")


class _Profile(msgspec.Struct):
    profile_picture_url: str | None = None


def _picture(profile: str) -> str | None:
    try:
        url = msgspec.json.decode(profile, type=_Profile).profile_picture_url
    except msgspec.DecodeError:
        return None
    return url if url is not None and url.startswith(("https://", "/")) else None
