"""Rows of ports/sandbox_rows.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from clarine.adapters.postgres.connected import Connected, Record
from clarine.domain.message import Status
from clarine.domain.pacing import FEEDBACK, LONGEST
from clarine.ports.sandbox_rows import MessageSeen, StatusSeen

_COLUMNS = (
    "person_id", "seq", "business_id", "phone_number_id", "phone", "to_person", "type", "content_json", "category",
    "price_micros", "opaque", "at", "held_number",
)  # fmt: skip


class SandboxQueries(Connected):
    """Implements ports.sandbox_rows.SandboxRows."""

    async def messages_seen(
        self, *, phone: int | None, business_id: int | None, to_person: bool | None, limit: int
    ) -> list[MessageSeen]:
        records = await self.connection.fetch(self.sql.messages_seen, phone, business_id, to_person, limit)
        return [_seen(record) for record in reversed(records)]

    async def business_ids(self, limit: int) -> list[int]:
        return [record[0] for record in await self.connection.fetch(self.sql.business_ids, limit)]

    async def person_ids(self, limit: int) -> list[int]:
        return [record[0] for record in await self.connection.fetch(self.sql.person_ids, limit)]

    async def next_due(self, after: datetime) -> datetime | None:
        found: datetime | None = await self.connection.fetchval(self.sql.next_due, after, FEEDBACK, LONGEST)
        return found

    async def review_by(self, business_id: int, at: datetime, *, tier: str) -> None:
        await self.connection.execute(self.sql.review_by, business_id, at, tier)

    async def empty(self) -> Sequence[tuple[int, int]]:
        signed_in = [(record[0], record[1]) for record in await self.connection.fetch(self.sql.signed_in)]
        for (table,) in await self.connection.fetch(self.sql.tables):
            await self.connection.execute(f"DELETE FROM {table}")  # noqa: S608 - a name from the catalogue, quoted there
        await self.connection.execute(self.sql.sweep_again)
        return signed_in


def _seen(record: Record) -> MessageSeen:
    sent = [StatusSeen(Status.SENT, None, record["at"])] if record["to_person"] and record["person_id"] else []
    moved = [
        StatusSeen(Status(status), reason, at)
        for status, reason, at in zip(record["moved"], record["reasons"], record["moved_at"], strict=True)
    ]
    return MessageSeen(**{name: record[name] for name in _COLUMNS}, statuses=(*sent, *moved))
