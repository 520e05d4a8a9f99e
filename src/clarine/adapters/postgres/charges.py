"""What prices depend on: volumes of a month, billed conversations, free entry points."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from clarine.adapters.postgres.connected import Connected, columns
from clarine.domain.message import Category
from clarine.ports.charge_rows import ConversationKey, VolumeKey


class ChargeQueries(Connected):
    """Implements ports.charge_rows.ChargeRows."""

    async def volumes(self, business_ids: Collection[int], month: date) -> dict[VolumeKey, int]:
        records = await self.connection.fetch(self.sql.volumes, list(business_ids), month)
        return {VolumeKey(record[0], record[1], Category(record[2])): record[3] for record in records}

    async def count_volumes(self, counts: Mapping[VolumeKey, int], month: date) -> None:
        values = [(*key, count) for key, count in sorted(counts.items())]
        await self.connection.execute(self.sql.count_volumes, *columns(values, 4), month)

    async def open_conversations(
        self, sends: Collection[tuple[int, int, int]], since: datetime
    ) -> dict[ConversationKey, datetime]:
        records = await self.connection.fetch(self.sql.open_conversations, *columns(sends, 3), since)
        return {ConversationKey(r[0], r[1], r[2], Category(r[3])): r[4] for r in records}

    async def put_conversations(self, opened: Mapping[ConversationKey, datetime]) -> None:
        values = [(*key, at) for key, at in sorted(opened.items())]
        await self.connection.execute(self.sql.put_conversations, *columns(values, 5))

    async def begin_entries(self, keys: Collection[tuple[int, int]], answer_by: datetime) -> None:
        await self.connection.execute(self.sql.begin_entries, *columns(sorted(keys), 2), answer_by)

    async def answer_entries(self, until: Mapping[tuple[int, int], datetime]) -> None:
        values = [(*key, at) for key, at in sorted(until.items())]
        await self.connection.execute(self.sql.answer_entries, *columns(values, 3))
