"""What the collars said: the farm's readings, one row per animal and time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl

from clarine_herd.readings import SCHEMA, shaped
from clarine_herd.store.tables import Tables, query

ACTIVITY = {name: SCHEMA[name] for name in ("animal", "measured_at", "activity", "activity_index")}


class Readings(Tables):
    """The readings of one farm."""

    async def add_readings(self, table: pl.DataFrame) -> None:
        """Keep readings (readings.SCHEMA); when this returns they are on disk."""
        async with self.transaction() as connection:
            await keep_readings(connection, self.farm, table)

    async def readings(self, since: datetime, animal: str | None = None) -> pl.DataFrame:
        """The farm's readings from farm time *since* on, as readings.SCHEMA, sorted by animal and time."""
        return _table(await self.fetch("readings_since", since, animal))

    async def readings_between(self, since: datetime, until: datetime) -> pl.DataFrame:
        """The farm's readings from one farm time until before another, as readings.SCHEMA, sorted by animal and time."""
        return _table(await self.fetch("readings_between", since, until))

    async def activity(self, since: datetime) -> pl.DataFrame:
        """The activity alone of all animals from farm time *since* on, as readings.SCHEMA without the rest."""
        rows = await self.fetch("activity_since", since)
        return shaped(pl.DataFrame([tuple(row) for row in rows], schema=ACTIVITY, orient="row"))

    async def times_heard(self) -> tuple[datetime, datetime] | None:
        """The farm times of the first and the last reading, None when there is none."""
        first, last = (await self.fetch("times_heard"))[0]
        return None if first is None else (first, last)

    async def heard(self, since: datetime, among: datetime) -> tuple[int, int]:
        """How many animals were heard since one farm time, and how many since an earlier one."""
        row = (await self.fetch("heard_count", since, among))[0]
        return row[0], row[1]


async def keep_readings(connection: Any, farm: str, table: pl.DataFrame) -> None:
    """Write readings inside the caller's transaction."""
    await connection.execute(query("stage_readings"))
    await connection.copy_records_to_table("staged", records=shaped(table).rows(), columns=list(SCHEMA))
    await connection.execute(query("merge_readings"), farm)


def _table(rows: list[Any]) -> pl.DataFrame:
    columns = [[row[place] for row in rows] for place in range(len(SCHEMA))]
    return pl.DataFrame(dict(zip(SCHEMA, columns, strict=True)), schema=SCHEMA)
