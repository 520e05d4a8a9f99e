"""What the collars said: the farm's readings, one row per animal and time."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from clarine_herd.readings import SCHEMA, shaped
from clarine_herd.store.tables import Tables, query

ACTIVITY = {name: SCHEMA[name] for name in ("animal", "measured_at", "activity", "activity_index")}


class Readings(Tables):
    """The readings of one farm."""

    async def add_readings(self, table: pl.DataFrame) -> None:
        """Keep readings (readings.SCHEMA); when this returns they are on disk."""
        async with self.transaction() as connection:
            await connection.execute(query("stage_readings"))
            rows = shaped(table).rows()
            await connection.copy_records_to_table("staged", records=rows, columns=list(SCHEMA))
            await connection.execute(query("merge_readings"), self.farm)

    async def readings(self, since: datetime, animal: str | None = None) -> pl.DataFrame:
        """The farm's readings from farm time *since* on, as readings.SCHEMA, sorted by animal and time."""
        rows = await self.fetch("readings_since", since, animal)
        columns = [[row[place] for row in rows] for place in range(len(SCHEMA))]
        return pl.DataFrame(dict(zip(SCHEMA, columns, strict=True)), schema=SCHEMA)

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
