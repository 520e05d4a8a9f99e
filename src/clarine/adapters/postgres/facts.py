"""What verbs ask before they write, as rows of the domain's words."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from clarine.adapters.postgres.connected import Connected, Record, columns
from clarine.domain.conversation import Relation
from clarine.domain.message import Category, Direction, Status
from clarine.ports.records import (
    AccountState,
    Business,
    KnownKey,
    MediaRow,
    MessageRow,
    MessageState,
    Person,
    PhoneNumberRow,
    TemplateRow,
)

_MESSAGE_COLUMNS = (
    "person_id", "seq", "business_id", "phone_number_id", "at", "reply_to_seq", "billable", "pricing_type",
    "price_micros", "rate_version", "opaque", "client_key", "expires_at", "held_number", "conversation",
)  # fmt: skip


def message_row(record: Record) -> MessageRow:
    """A message from a record that has all of its columns."""
    category = record["category"]
    return MessageRow(
        direction=Direction(record["direction"]),
        content_json=record["content"],
        category=Category(category) if category is not None else None,
        **{name: record[name] for name in _MESSAGE_COLUMNS},
    )


def message_state(record: Record) -> MessageState:
    """A message and its furthest status; with no receipt it stands in the stream, which is SENT."""
    status = record["status"]
    return MessageState(message_row(record), Status(status) if status is not None else Status.SENT)


def _number(record: Record) -> PhoneNumberRow:
    allowed_to = record["allowed_to"]
    return PhoneNumberRow(**{**record, "allowed_to": None if allowed_to is None else tuple(allowed_to)})


class FactQueries(Connected):
    """Implements ports.store.FactRows."""

    async def people_by_phone(self, phones: Collection[int]) -> dict[int, Person]:
        if not phones:
            return {}
        # Two questions, because a number and its person may be on two machines.
        owners = await self.connection.fetch(self.sql.owners_of_phones, list(phones))
        people = await self.people_by_id([record[0] for record in owners])
        return {person.phone: person for person in people.values()}

    async def people_by_id(self, person_ids: Collection[int]) -> dict[int, Person]:
        if not person_ids:
            return {}
        records = await self.connection.fetch(self.sql.people_by_id, list(person_ids))
        return {record["person_id"]: Person(**record) for record in records}

    async def lock_people(
        self, person_ids: Collection[int], *, phones: Collection[int] = ()
    ) -> dict[int, tuple[Person, int]]:
        if not person_ids and not phones:
            return {}
        records = await self.connection.fetch(self.sql.lock_people, list(phones), list(person_ids))
        return {record[0]: (Person(*record[:5]), record[5]) for record in map(tuple, records)}

    async def lock_streams(self, person_ids: Collection[int]) -> dict[int, int]:
        if not person_ids:
            return {}
        return dict(map(tuple, await self.connection.fetch(self.sql.lock_streams, list(person_ids))))

    async def relations(self, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], Relation]:
        if not keys:
            return {}
        records = await self.connection.fetch(self.sql.relations, *columns(keys, 2))
        return {(record[0], record[1]): Relation(*record[2:]) for record in map(tuple, records)}

    async def relations_or_new(self, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], Relation]:
        found = await self.relations(keys)
        return {key: found.get(key) or Relation() for key in keys}

    async def lock_accounts(self, business_ids: Collection[int]) -> dict[int, AccountState]:
        if not business_ids:
            return {}
        records = await self.connection.fetch(self.sql.lock_accounts, list(business_ids))
        return {record["business_id"]: AccountState(**record) for record in records}

    async def businesses(self, business_ids: Collection[int]) -> dict[int, Business]:
        if not business_ids:
            return {}
        records = await self.connection.fetch(self.sql.businesses, list(business_ids))
        return {record["business_id"]: Business(**record) for record in records}

    async def phone_numbers(self, business_ids: Collection[int]) -> dict[int, list[PhoneNumberRow]]:
        found: dict[int, list[PhoneNumberRow]] = {}
        for record in await self.connection.fetch(self.sql.phone_numbers, list(business_ids)):
            found.setdefault(record["business_id"], []).append(_number(record))
        return found

    async def templates(self, keys: Collection[tuple[int, str, str]]) -> dict[tuple[int, str, str], TemplateRow]:
        records = await self.connection.fetch(self.sql.templates, *columns(keys, 3))
        return {(r["business_id"], r["name"], r["language"]): TemplateRow(**r) for r in records}

    async def media(self, keys: Collection[tuple[int, int]], now: datetime) -> dict[tuple[int, int], MediaRow]:
        if not keys:
            return {}
        records = await self.connection.fetch(self.sql.media, *columns(keys, 2), now)
        return {(record["owner_id"], record["media_id"]): MediaRow(**record) for record in records}

    async def messages(self, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], MessageState]:
        if not keys:
            return {}
        records = await self.connection.fetch(self.sql.messages, *columns(keys, 2))
        return {(record["person_id"], record["seq"]): message_state(record) for record in records}

    async def known_keys(self, keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], KnownKey]:
        records = await self.connection.fetch(self.sql.known_keys, *columns(keys, 2))
        return {(record["business_id"], record["key"]): KnownKey(**record) for record in records}

    async def client_keys(self, keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], int]:
        records = await self.connection.fetch(self.sql.client_keys, *columns(keys, 2))
        return {(record[0], record[1]): record[2] for record in records}

    async def unread(self, keys: Collection[tuple[int, int, int]]) -> list[MessageState]:
        if not keys:
            return []
        return [message_state(r) for r in await self.connection.fetch(self.sql.unread, *columns(keys, 3))]

    async def undelivered(self, keys: Collection[tuple[int, int]]) -> list[MessageRow]:
        return [message_row(r) for r in await self.connection.fetch(self.sql.undelivered, *columns(keys, 2))]

    async def expired(self, after: datetime, until: datetime, limit: int) -> list[MessageRow]:
        return [message_row(r) for r in await self.connection.fetch(self.sql.expired, after, until, limit)]

    async def lock_sweep(self, name: str) -> datetime | None:
        swept_to: datetime | None = await self.connection.fetchval(self.sql.lock_sweep, name)
        return swept_to
