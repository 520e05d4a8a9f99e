"""What verbs write: one statement per table, whatever the size of the batch; they gather and go together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from clarine.adapters.postgres.connected import Connected, columns, shaped
from clarine.domain.ledger import ACCOUNTS, STEP, Transfer, delta_of
from clarine.ports.records import (
    ChangeRow,
    ConsentRow,
    KnownKey,
    MessageRow,
    NoticeRow,
    ReceiptRow,
    RefusalRow,
    RelationRow,
    ReportRow,
)


class WriteQueries(Connected):
    """Implements ports.store.Writes."""

    async def append_messages(self, rows: Sequence[MessageRow]) -> None:
        if not rows:
            return
        values = [
            (
                row.person_id, row.seq, row.business_id, row.phone_number_id, int(row.direction), row.content_json,
                row.reply_to_seq, row.category, row.billable, row.pricing_type, row.price_micros, row.rate_version,
                row.opaque, row.client_key, row.at, row.expires_at,
            )
            for row in rows
        ]  # fmt: skip
        await self.connection.later("append_messages", *shaped(values, 16, own=2))
        if marks := [
            (row.person_id, row.seq, row.held_number, row.conversation)
            for row in rows
            if row.held_number is not None or row.conversation is not None
        ]:
            await self.connection.execute(self.sql.mark_messages, *columns(marks, 4))

    async def append_changes(self, rows: Sequence[ChangeRow]) -> None:
        values = [(row.person_id, row.seq, row.type, row.business_id, row.body, row.at) for row in rows]
        await self.connection.later("append_changes", *columns(values, 6))

    async def append_receipts(self, rows: Sequence[ReceiptRow]) -> None:
        values = [(row.person_id, row.seq, int(row.status), row.reason, row.at) for row in rows]
        await self.connection.later("append_receipts", *shaped(values, 5, own=2))

    async def move_streams(self, last_seqs: Mapping[int, int]) -> None:
        await self.connection.later("move_streams", *columns(sorted(last_seqs.items()), 2))

    async def append_transfers(self, rows: Sequence[Transfer], at: datetime) -> None:
        values = [
            (
                row.business_id, row.person_id, row.seq, STEP[row.entry], row.entry, *ACCOUNTS[row.entry],
                row.amount_micros, row.rate_version, row.note,
            )
            for row in rows
        ]  # fmt: skip
        await self.connection.later("append_transfers", *shaped(values, 10, own=3), at)
        deltas = sorted(delta_of(list(rows)).items())
        moves = [(business, d.available_micros, d.held_micros, d.spent_micros) for business, d in deltas]
        await self.connection.later("move_wallets", *columns(moves, 4))
        free = {row.business_id: row.seq for row in rows if not row.person_id}
        if free:
            await self.connection.later(
                "move_outboxes", *columns([(key, 0, 0, number) for key, number in sorted(free.items())], 4)
            )

    async def append_notices(self, rows: Sequence[NoticeRow]) -> None:
        values = [
            (
                row.business_id, row.number, row.person_id, msgspec.json.encode(row.fact).decode(), row.field,
                row.phone_number_id, row.at,
            )
            for row in rows
        ]  # fmt: skip
        await self.connection.later("append_notices", *shaped(values, 7, own=4))
        last = {row.business_id: row.number for row in rows}
        await self.connection.later(
            "move_outboxes", *columns([(key, number, 0, 0) for key, number in sorted(last.items())], 4)
        )

    async def append_refusals(self, rows: Sequence[RefusalRow]) -> None:
        values = [
            (
                row.business_id, row.number, row.phone_number_id, row.phone, row.content_type, row.category, row.reason,
                row.opaque, row.at,
            )
            for row in rows
        ]  # fmt: skip
        await self.connection.later("append_refusals", *columns(values, 9))
        last = {row.business_id: row.number for row in rows}
        await self.connection.later(
            "move_outboxes", *columns([(key, 0, number, 0) for key, number in sorted(last.items())], 4)
        )

    async def remember_keys(self, rows: Sequence[KnownKey], at: datetime) -> None:
        values = [(row.business_id, row.key, row.message_id, row.body_hash) for row in rows]
        await self.connection.later("remember_keys", *columns(values, 4), at)

    async def use_free_service(self, used: Mapping[tuple[int, int], int], month: date) -> None:
        values = [(*key, count) for key, count in sorted(used.items())]
        await self.connection.later("use_free_service", *columns(values, 3), month)

    async def append_consents(self, rows: Sequence[ConsentRow], at: datetime) -> None:
        values = [
            (
                row.person_id, row.business_id, row.record.act, row.record.category, row.record.wording,
                row.record.wording_version, row.record.source, row.record.actor,
            )
            for row in rows
        ]  # fmt: skip
        given = [row.record.given_at for row in rows]
        await self.connection.later("append_consents", *columns(values, 8), at, given)

    async def append_reports(self, rows: Sequence[ReportRow]) -> None:
        values = [(row.person_id, row.business_id, row.reason, row.seq, row.at) for row in rows]
        await self.connection.later("append_reports", *columns(values, 5))

    async def put_relations(self, rows: Sequence[RelationRow]) -> None:
        values = [
            (
                row.person_id, row.business_id, row.relation.window_until, row.relation.blocked, row.relation.stopped,
                row.relation.marketing_consent, row.relation.utility_consent, row.relation.read_seq,
            )
            for row in sorted(rows, key=lambda each: (each.person_id, each.business_id))
        ]  # fmt: skip
        await self.connection.later("put_relations", *columns(values, 8))

    async def move_sweep(self, name: str, to: datetime) -> None:
        await self.connection.later("move_sweep", name, to)
