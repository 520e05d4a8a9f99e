"""The store: every room's verbs on one pool. A new room is a file here, its ``schema/`` and ``queries/``, and a base below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

import asyncpg
import polars as pl

from clarine_herd.life import Event
from clarine_herd.store.collars import Collars
from clarine_herd.store.episodes import Episodes
from clarine_herd.store.events import Events, keep_events
from clarine_herd.store.inbound import Inbounds
from clarine_herd.store.keys import Keys
from clarine_herd.store.messages import Messages
from clarine_herd.store.readings import Readings, keep_readings
from clarine_herd.store.tables import make_tables


class Store(Readings, Collars, Episodes, Messages, Inbounds, Events, Keys):
    """One farm's memory. Use ``async with await Store.open(url, farm)``."""

    @classmethod
    async def open(cls, url: str, farm: str) -> Self:
        """Connect to *url* and make the tables that are missing."""
        pool = await asyncpg.create_pool(url, min_size=1, max_size=8)
        await make_tables(pool)
        return cls(pool, farm)

    async def bring_in(self, readings: pl.DataFrame, events: Sequence[Event], *, by: str) -> None:
        """Keep readings (readings.SCHEMA) and entries of *by* (phone digits) together or not at all."""
        async with self.transaction() as connection:
            if not readings.is_empty():
                await keep_readings(connection, self.farm, readings)
            await keep_events(connection, self.farm, [replace(event, by=by) for event in events])

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.pool.close()
