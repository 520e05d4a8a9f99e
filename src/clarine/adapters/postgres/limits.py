"""Limits and quality: what a batch of sends may still spend, and what people make of what was sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple
from datetime import datetime
from typing import Any, Final

from clarine.adapters.postgres.connected import Connected, Record, columns, shaped
from clarine.domain.conversation import Relation
from clarine.domain.limits import MarketingSent, Tier
from clarine.domain.quality import Counts
from clarine.ports.limit_rows import (
    NumberHeard,
    NumberRow,
    PairRow,
    RestRow,
    ReviewedRow,
    SendingRow,
    StandingRow,
    TemplateHeard,
)

#: Where a relation's read_seq stands, which no conversation lacks.
_READ_SEQ: Final = 5


class LimitQueries(Connected):
    """Implements ports.limit_rows.LimitRows."""

    async def between(self, keys: Collection[tuple[int, int]]) -> tuple[dict[tuple[int, int], Relation], list[PairRow]]:
        relations: dict[tuple[int, int], Relation] = {}
        pairs: list[PairRow] = []
        records = await self.connection.fetch(self.sql.between, *columns(keys, 2)) if keys else []
        for person_id, business_id, *relation, number_id, paid_until, reached_s in map(tuple, records):
            if relation[_READ_SEQ] is not None:
                relations[person_id, business_id] = Relation(*relation)
            if number_id is not None:
                pairs.append(PairRow(person_id, business_id, number_id, paid_until, reached_s))
        return relations, pairs

    async def sending(
        self, keys: Collection[tuple[int, int]], *, now_s: int, starting: Tier
    ) -> tuple[dict[int, SendingRow], dict[tuple[int, int], NumberRow]]:
        businesses: dict[int, SendingRow] = {}
        numbers: dict[tuple[int, int], NumberRow] = {}
        for record in await self.connection.fetch(self.sql.sending, *columns(keys, 2), now_s, starting):
            business_id, number_id, tier, reached, counted_s, frozen, locked, shuts_out, paid_until, used = record
            businesses[business_id] = SendingRow(business_id, Tier(tier), reached, counted_s, frozen, locked, shuts_out)
            numbers[business_id, number_id] = NumberRow(paid_until, used)
        return businesses, numbers

    async def lock_business(self, business_id: int, at: datetime, *, starting: Tier) -> bool:
        return await self.connection.fetchval(self.sql.lock_business, business_id, at, starting) is not None

    async def unlock_business(self, business_id: int) -> bool:
        return await self.connection.fetchval(self.sql.unlock_business, business_id) is not None

    async def marketing_sent(self, person_ids: Collection[int], since: datetime) -> dict[int, list[MarketingSent]]:
        found: dict[int, list[MarketingSent]] = {}
        for record in await self.connection.fetch(self.sql.marketing_sent, list(person_ids), since):
            found.setdefault(record[0], []).append(MarketingSent(record[1], record[2]))
        return found

    async def spend(
        self,
        rows: Sequence[SendingRow],
        *,
        pairs: Sequence[PairRow],
        paces: Mapping[tuple[int, int], datetime],
        reached: Mapping[tuple[int, int], int],
        now: datetime,
    ) -> None:
        paid = [(row.person_id, row.business_id, row.phone_number_id, row.paid_until, row.reached_s) for row in pairs]
        moves = [(*key, people) for key, people in sorted(reached.items()) if people]
        if paid:
            await self.connection.later("put_pairs", *shaped(paid, 5, own=1))
        await self.connection.later("put_paces", *columns([(*key, until) for key, until in paces.items()], 3))
        if moves:
            await self.connection.later("move_reached", *columns(moves, 3))
        counts = [(row.business_id, row.tier, row.reached, row.counted_s) for row in rows]
        await self.connection.later("put_sending", *columns(counts, 4), now)

    async def append_complaint(
        self, business_id: int, person_id: int, *, kind: str, seq: int | None, at: datetime
    ) -> None:
        about = await self.connection.fetchrow(self.sql.complained_of, person_id, business_id, seq)
        number, name, language = None, None, None
        if about is not None:
            number = about["phone_number_id"]
            if about["type"] == "template":
                name, language = about["name"], about["language"]
        await self.connection.execute(
            self.sql.append_complaint, business_id, person_id, kind, at, number, name, language
        )

    async def count_heard(self, after: datetime, until: datetime) -> None:
        await self.connection.execute(self.sql.count_heard, after, until)

    async def due_reviews(self, after: datetime, until: datetime, *, now: datetime, limit: int) -> list[int]:
        return [record[0] for record in await self.connection.fetch(self.sql.due_reviews, after, until, now, limit)]

    async def templates_heard(self, business_ids: Collection[int], since: datetime) -> list[TemplateHeard]:
        records = await self.connection.fetch(self.sql.templates_heard, list(business_ids), since)
        return [TemplateHeard(**counted(record)) for record in records]

    async def numbers_heard(self, business_ids: Collection[int], since: datetime) -> list[NumberHeard]:
        records = await self.connection.fetch(self.sql.numbers_heard, list(business_ids), since)
        return [NumberHeard(**counted(record)) for record in records]

    async def standings(
        self, business_ids: Collection[int], *, now: datetime, reports_since: datetime, starting: Tier
    ) -> list[StandingRow]:
        records = await self.connection.fetch(self.sql.standings, list(business_ids), now, reports_since, starting)
        return [StandingRow(r[0], Tier(r[1]), *list(r)[2:]) for r in records]

    async def put_reviewed(self, rows: Sequence[ReviewedRow]) -> None:
        await self.connection.execute(self.sql.put_reviewed, *columns([astuple(row) for row in rows], 5))

    async def forget_counts(self, business_ids: Collection[int], before: datetime) -> None:
        await self.connection.execute(self.sql.forget_counts, list(business_ids), before)

    async def put_rests(self, rows: Sequence[RestRow]) -> None:
        await self.connection.execute(self.sql.put_rests, *columns([astuple(row) for row in rows], 5))

    async def put_ratings(
        self, templates: Sequence[tuple[int, int, str, str]], numbers: Sequence[tuple[int, int, str]], at: datetime
    ) -> None:
        if templates:
            await self.connection.execute(self.sql.rate_templates, *columns(templates, 4), at)
        if numbers:
            await self.connection.execute(self.sql.rate_numbers, *columns(numbers, 3))

    async def lift_freeze(self, business_id: int, at: datetime) -> bool:
        return await self.connection.fetchval(self.sql.lift_freeze, business_id, at) is not None


def counted(record: Record) -> dict[str, Any]:
    """The record's columns with its three counts as one."""
    found = {name: record[name] for name in record.keys()}  # noqa: SIM118 - a record of asyncpg iterates over its values
    return found | {"counts": Counts(found.pop("delivered"), found.pop("read"), found.pop("complaints"))}
