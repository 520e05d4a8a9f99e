"""The webhook worker's rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from clarine.adapters.postgres.connected import Connected, Record, columns
from clarine.domain.events import NOTICE_OF_TYPE
from clarine.ports.records import AttemptRow, DueNotice, NoticeRow, Subscription, WaitingRow


class _Tag(msgspec.Struct):
    type: str


_TAG = msgspec.json.Decoder(_Tag)
_FACT = {name: msgspec.json.Decoder(kind) for name, kind in NOTICE_OF_TYPE.items()}


def notice_row(record: Record) -> NoticeRow:
    """A notice from a record that has all of its columns."""
    business_id, number, field, phone_number_id, person_id, fact, at, *_ = record
    return NoticeRow(
        business_id, number, field, phone_number_id, person_id, _FACT[_TAG.decode(fact).type].decode(fact), at
    )


class NotifyQueries(Connected):
    """Implements ports.store.NotifyRows."""

    async def claim_outboxes(self, owner: str, *, now: datetime, until: datetime, limit: int) -> list[int]:
        records = await self.connection.fetch(self.sql.claim_outboxes, owner, now, until, limit)
        return [record[0] for record in records]

    async def due_notices(self, business_id: int, *, now: datetime, limit: int) -> list[DueNotice]:
        waiting = dict(map(tuple, await self.connection.fetch(self.sql.waiting_people, business_id)))
        again = await self.connection.fetch(self.sql.retry_notices, business_id, now, limit) if waiting else []
        fresh = await self.connection.fetch(self.sql.fresh_notices, business_id, limit)
        return [DueNotice(notice_row(record), record["attempts"], waited=True) for record in again] + [
            DueNotice(notice_row(record), 0, behind=waiting.get(record["person_id"]) if record["person_id"] else None)
            for record in fresh
        ]

    async def record_attempts(
        self,
        business_id: int,
        *,
        attempts: Sequence[AttemptRow],
        done_notice: int,
        acknowledged: Collection[int],
        waiting: Sequence[WaitingRow],
    ) -> None:
        last: int = await self.connection.fetchval(self.sql.move_done, business_id, done_notice, len(attempts))
        if attempts:
            first = last - len(attempts) + 1
            values = [
                (first + index, a.first_number, a.last_number, a.url, a.http_status, a.error, a.said, a.took_ms, a.at)
                for index, a in enumerate(attempts)
            ]
            await self.connection.later("append_attempts", business_id, *columns(values, 9))
        if acknowledged:
            await self.connection.later("forget_waiting", business_id, list(acknowledged))
        if waiting:
            rows = [(row.number, row.attempts, row.due_at) for row in waiting]
            await self.connection.later("put_waiting", business_id, *columns(rows, 3))

    async def keep_outbox(self, business_id: int, owner: str, until: datetime) -> None:
        await self.connection.later("keep_outbox", business_id, owner, until)

    async def take_round(
        self, business_id: int, owner: str, *, now: datetime, until: datetime, limit: int
    ) -> list[NoticeRow]:
        records = await self.connection.fetch(self.sql.take_round, business_id, owner, now, until, limit)
        return [notice_row(record) for record in records]

    async def finish_round(
        self, business_id: int, owner: str, *, attempts: Sequence[AttemptRow], done_notice: int, until: datetime
    ) -> None:
        values = [
            (a.first_number, a.last_number, a.url, a.http_status, a.error, a.said, a.took_ms, a.at) for a in attempts
        ]
        await self.connection.execute(
            self.sql.finish_round, business_id, done_notice, owner, until, *columns(values, 8)
        )

    async def release_outboxes(self, business_ids: Collection[int], owner: str) -> None:
        await self.connection.later("release_outboxes", list(business_ids), owner)

    async def subscriptions(self, business_id: int) -> list[Subscription]:
        records = await self.connection.fetch(self.sql.subscriptions, business_id)
        return [Subscription(**{**record, "fields": tuple(record["fields"])}) for record in map(dict, records)]
