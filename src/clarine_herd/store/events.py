"""What people entered of their animals, the farm's air, and everything that the judgement knows beside the readings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from clarine_herd.climate import CLIMATE_SCHEMA
from clarine_herd.kinds import Rule
from clarine_herd.known import Known
from clarine_herd.life import GESTATION_D, Event, EventKind
from clarine_herd.store.people import Wishes
from clarine_herd.store.tables import VALUE_MAX, Tables, query
from clarine_herd.tuning import REMEMBERED, Verdict

#: A gestation, and the time before it in which the insemination was entered.
EVENTS_BACK = timedelta(days=max(GESTATION_D.values()) + 120)
HEATS_BACK = timedelta(days=40)
CLIMATE_BACK = timedelta(days=20)
#: How often Herd was right is told of so long.
RIGHT_WITHIN = timedelta(days=30)


class Events(Tables):
    """The entries and the air of one farm."""

    async def add_events(self, events: Sequence[Event]) -> None:
        """Keep entries; the same one again changes nothing."""
        async with self.transaction() as connection:
            await keep_events(connection, self.farm, events)

    async def animals(self) -> list[str]:
        """Every animal of which anything was heard or entered, by name."""
        return [row["animal"] for row in await self.fetch("animals")]

    async def events(self, since: datetime, animal: str | None = None) -> list[Event]:
        """Entries since farm time *since*, of one animal or of all, oldest first."""
        rows = await self.fetch("events_since", since, animal)
        return [
            Event(row["animal"], EventKind(row["kind"]), row["at"], row["note"], row["entered_by"], row["source"])
            for row in rows
        ]

    async def add_climate(self, table: pl.DataFrame) -> None:
        """Keep measurements of the air (climate.CLIMATE_SCHEMA)."""
        await self.execute("add_climate", *(table[name].to_list() for name in CLIMATE_SCHEMA))

    async def climate(self, since: datetime) -> pl.DataFrame:
        """The air since farm time *since*, as climate.CLIMATE_SCHEMA."""
        rows = await self.fetch("climate_since", since)
        return pl.DataFrame([tuple(row) for row in rows], schema=CLIMATE_SCHEMA, orient="row")

    async def knows(self, animal: str) -> bool:
        """Whether anything was ever heard or entered of *animal*."""
        return bool((await self.fetch("animal_known", animal))[0]["known"])

    async def verdicts(self, since: datetime) -> list[Verdict]:
        """What was said of alerts since farm time *since*, oldest first."""
        rows = await self.fetch("verdicts_since", since)
        return [Verdict(**(dict(row) | {"rule": Rule(row["rule"])})) for row in rows]

    async def known(self, now: datetime, wishes: Wishes) -> Known:
        """What the judgement at farm time *now* knows beside the readings."""
        heats = [
            Event(row["animal"], EventKind.HEAT, row["started_at"])
            for row in await self.fetch("heats_since", now - HEATS_BACK)
        ]
        return Known(
            events=(*await self.events(now - EVENTS_BACK), *heats),
            verdicts=tuple(await self.verdicts(now - REMEMBERED)),
            climate=await self.climate(now - CLIMATE_BACK),
            species=wishes.species,
            strictness=wishes.strictness,
        )


async def keep_events(connection: Any, farm: str, events: Sequence[Event]) -> None:
    """Write entries inside the caller's transaction."""
    if events:
        rows = [(e.animal, str(e.kind), e.at, e.note[:VALUE_MAX], e.by, e.source or e.at.isoformat()) for e in events]
        await connection.execute(query("add_events"), farm, *(list(column) for column in zip(*rows, strict=True)))
