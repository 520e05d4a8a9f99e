"""Pacing: how far templates are trusted, and the messages that wait until they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple
from datetime import datetime

from clarine.adapters.postgres.connected import Connected, columns
from clarine.adapters.postgres.limits import counted
from clarine.domain.message import Category
from clarine.domain.pacing import Pace
from clarine.ports.limit_rows import TemplateHeard
from clarine.ports.pacing_rows import GateRow, HeldPlace, HeldRow


class PacingQueries(Connected):
    """Implements ports.pacing_rows.PacingRows."""

    async def trust(self, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], Pace]:
        records = await self.connection.fetch(self.sql.trust, *columns(keys, 2))
        return {(record[0], record[1]): Pace(record[2], record[3], record[4]) for record in records}

    async def put_trust(self, paces: Mapping[tuple[int, int], Pace], at: datetime) -> None:
        values = [(*key, pace.gate, pace.sent, pace.full_at) for key, pace in sorted(paces.items())]
        await self.connection.execute(self.sql.put_trust, *columns(values, 5), at)

    async def pace_again(self, keys: Collection[tuple[int, int]], at: datetime, *, gates_min: int = 0) -> None:
        await self.connection.execute(self.sql.pace_again, *columns(sorted(keys), 2), at, gates_min)

    async def append_held(self, rows: Sequence[HeldRow]) -> None:
        await self.connection.later("append_held", *columns([astuple(row) for row in rows], 17))
        last = {row.business_id: row.number for row in rows}
        await self.connection.later(
            "move_outboxes", *columns([(key, 0, number, 0) for key, number in sorted(last.items())], 4)
        )

    async def gates_waiting(self, limit: int) -> list[GateRow]:
        found = []
        for record in await self.connection.fetch(self.sql.gates_waiting, limit):
            values = counted(record)
            pace = Pace(values.pop("gate"), values.pop("sent"), values.pop("full_at"))
            found.append(GateRow(TemplateHeard(**values), pace))
        return found

    async def held_next(self, most: Mapping[tuple[int, int], int]) -> list[HeldRow]:
        keys = [(*key, count) for key, count in sorted(most.items())]
        records = await self.connection.fetch(self.sql.held_next, *columns(keys, 3))
        return [HeldRow(**{**record, "category": Category(record["category"])}) for record in records]

    async def end_held(self, seqs: Mapping[tuple[int, int], int | None], at: datetime) -> None:
        values = [(*key, seq) for key, seq in sorted(seqs.items())]
        await self.connection.execute(self.sql.end_held, *columns(values, 3), at)

    async def held_places(self, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], HeldPlace]:
        records = await self.connection.fetch(self.sql.held_places, *columns(keys, 2))
        return {(record[0], record[1]): HeldPlace(record[2], record[3], record[4]) for record in records}
