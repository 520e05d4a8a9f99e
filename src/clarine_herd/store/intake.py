"""Takes in what collars of any farm sent: one transaction a batch, in which a key that is known changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import numpy as np

from clarine_herd.ingest.arrived import Air, Decoded, Report, Snippet
from clarine_herd.ingest.refusals import Reason, Refused
from clarine_herd.records import FRAME_MINUTES, Frames, Ints
from clarine_herd.store.copying import COLUMNS, copied
from clarine_herd.store.tables import make_tables, query

DAY_MIN = 1440
#: No day is sealed before it is older than this.
OPEN_DAYS = 7
LETTERS_MAX = 1000
LETTER_BYTES_MAX = 2048

#: A farm's and a device's names, and their numbers.
Owner = tuple[str, str]
Numbers = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a batch was: frames that were new, frames that were known, payloads that were refused, measurements of the air."""

    new: int
    known: int
    refused: int
    air: int = 0

    @property
    def is_news(self) -> bool:
        """Whether it may change what is judged."""
        return bool(self.new or self.air)


class Intake:
    """The door of the store for all farms; use ``async with asyncpg.create_pool(url) as pool: Intake(pool)``."""

    def __init__(self, pool: Any) -> None:
        self.pool = pool
        self._owners: dict[Owner, Numbers] = {}
        self._days: set[int] = set()

    async def take(
        self, batch: Decoded, *, partition: int | None = None, heard_through: datetime | None = None
    ) -> Taken:
        """Keep a batch; when this returns it is on disk. With *partition*, that it was heard through is kept with it."""
        batch = await self._without_history(batch)
        owners = await self._numbers(_owners(batch))
        days = set((batch.frames.minute // DAY_MIN).tolist())
        await self._make_days(days - self._days)
        async with self.pool.acquire() as connection, connection.transaction():
            new = await self._frames(connection, batch.frames, owners)
            await _said(connection, batch, owners)
            await _breathe(connection, batch.air)
            await _refuse(connection, batch.refused)
            if partition is not None and heard_through is not None:
                await connection.execute(query("heard_through"), partition, heard_through)
        return Taken(new, len(batch.frames) - new, len(batch.refused), len(batch.air))

    async def _without_history(self, batch: Decoded) -> Decoded:
        """Refuse frames of days that are history already: what a broker handed over again after more than a week."""
        days = batch.frames.minute // DAY_MIN
        if not len(days) or days.min() > datetime.now(UTC).timestamp() // 86_400 - OPEN_DAYS:
            return batch
        open_from = await self.pool.fetchval(query("sealed_days"))
        frames = batch.frames
        late = [
            Refused(
                frames.farms[n],
                frames.devices[n],
                Reason.TOO_OLD,
                "its day is history",
                b"",
                int(frames.received_us[n]),
            )
            for n in np.flatnonzero(days < open_from)
        ]
        return replace(batch, frames=frames.only(days >= open_from), refused=[*batch.refused, *late])

    async def _frames(self, connection: Any, frames: Frames, owners: dict[Owner, Numbers]) -> int:
        if not len(frames):
            return 0
        found = map(owners.__getitem__, zip(frames.farms, frames.devices, strict=True))
        farm_ids, device_ids = np.array(list(found), np.int64).T
        await connection.execute(query("stage_frames"))
        rows = copied(frames, farm_ids, device_ids)
        await connection.copy_to_table("staged_frames", source=rows, columns=COLUMNS, format="binary")
        merged = await connection.execute(query("merge_frames"))
        await connection.execute(query("touch"), *_hours(farm_ids, frames.minute))
        return int(merged.rpartition(" ")[2])

    async def _numbers(self, owners: Iterable[Owner]) -> dict[Owner, Numbers]:
        """The numbers of devices: remembered, since they never change."""
        missing = sorted(set(owners) - self._owners.keys())
        if missing:
            farms = sorted({farm for farm, _ in missing})
            found = {row["farm"]: row["id"] for row in await self._until_there("farm_ids", len(farms), farms)}
            asked = ([found[farm] for farm, _ in missing], [device for _, device in missing])
            names = {number: farm for farm, number in found.items()}
            for row in await self._until_there("device_ids", len(missing), *asked):
                self._owners[names[row["farm_id"]], row["device"]] = (row["farm_id"], row["id"])
        return self._owners

    async def _until_there(self, name: str, count: int, *arguments: Any) -> list[Any]:
        rows: list[Any] = await self.pool.fetch(query(name), *arguments)
        # What another process made in the meantime is not yet seen by the statement that gave way to it.
        return rows if len(rows) == count else await self.pool.fetch(query(name), *arguments)

    async def _make_days(self, days: set[int]) -> None:
        if not days:
            return
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(hashtext('clarine_herd.days'))")
            for day in sorted(days):
                name = day_table(day)
                bounds = f"FROM ({day * DAY_MIN}) TO ({(day + 1) * DAY_MIN})"
                await connection.execute(
                    f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF clarine_herd.frames FOR VALUES {bounds}"
                )
        self._days |= days


async def open_intake(url: str) -> tuple[Any, Intake]:
    """A pool on *url* with all tables made, and an intake on it."""
    pool = await asyncpg.create_pool(url, min_size=1, max_size=8)
    await make_tables(pool)
    return pool, Intake(pool)


def day_table(day: int) -> str:
    """The partition of a day, counted since 1970 in UTC."""
    return f"clarine_herd.frames_{datetime.fromtimestamp(day * 86_400, UTC):%Y%m%d}"


def _owners(batch: Decoded) -> Iterable[Owner]:
    said: list[Report | Snippet] = [*batch.reports, *batch.snippets]
    return {*zip(batch.frames.farms, batch.frames.devices, strict=True), *((it.farm, it.device) for it in said)}


def _hours(farm_ids: Ints, minutes: Ints) -> tuple[list[int], list[int]]:
    """Each farm and hour since 1970 of which there are minutes, once."""
    hours = np.concatenate([minutes // 60, (minutes + FRAME_MINUTES - 1) // 60])
    both = np.unique(np.tile(farm_ids, 2).astype(np.int64) << 32 | hours)
    return (both >> 32).tolist(), (both & 0xFFFFFFFF).tolist()


async def _said(connection: Any, batch: Decoded, owners: dict[Owner, Numbers]) -> None:
    if batch.reports:
        rows = [
            (*owners[r.farm, r.device], r.kind, at(r.at_us), r.battery_percent, r.rssi_dbm, r.interval_min, r.detail)
            for r in batch.reports
        ]
        await connection.execute(query("save_reports"), *_columns(rows))
    if batch.snippets:
        pieces = [
            (*owners[s.farm, s.device], at(s.at_us), s.seq, s.hz, s.g_per_unit, s.samples) for s in batch.snippets
        ]
        await connection.execute(query("save_snippets"), *_columns(pieces))


async def _breathe(connection: Any, air: Sequence[Air]) -> None:
    """The last of two that tell of the same farm and moment counts."""
    told = {(one.farm, at(one.at_us)): (one.temperature_c, one.humidity_pct) for one in air}
    if told:
        rows = [(*key, *values) for key, values in sorted(told.items())]
        await connection.execute(query("farms_made"), sorted({farm for farm, _ in told}))
        await connection.execute(query("breathe"), *_columns(rows))


async def _refuse(connection: Any, refused: Sequence[Refused]) -> None:
    if not refused:
        return
    days = [at(item.received_us).date() for item in refused]
    farms = [item.farm for item in refused]
    await connection.execute(query("count_refusals"), farms, days, [str(item.reason) for item in refused])
    letters = [
        (i.farm, at(i.received_us), i.topic[:512], str(i.reason), i.detail[:512], i.body[:LETTER_BYTES_MAX])
        for i in refused[-LETTERS_MAX:]
    ]
    await connection.execute(query("keep_dead_letters"), *_columns(letters))
    await connection.execute(query("drop_dead_letters"), sorted(set(farms)), LETTERS_MAX)


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return list(zip(*rows, strict=True))


def at(us: int) -> datetime:
    """Microseconds since 1970 as a time."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)
