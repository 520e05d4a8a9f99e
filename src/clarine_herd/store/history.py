"""History: a day whose late window has closed leaves PostgreSQL as Parquet, ten minutes a row, a file a farm and day.

Exactly once: a file counts when the table ``sealed`` names it, and it is named in the transaction that drops the day. What
a crash leaves behind is a file that nobody names; the next seal sweeps it. Months are made one file when they are over.
"""

from __future__ import annotations

import asyncio
import logging
import os
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from clarine_herd.store.intake import DAY_MIN, day_table
from clarine_herd.store.minutes import BUDGET, minutes_table, worn_by
from clarine_herd.store.tables import query

log = logging.getLogger("clarine_herd")

ROW_MIN = 10
LATE = timedelta(days=7)
#: What was delivered again after a failure comes within this.
SLACK = timedelta(hours=1)
FARMS_AT_ONCE = 200

#: One row for ten minutes of one animal: how many were heard, what it did in them, activity in all of them together.
ROWS: dict[str, pl.DataType] = {
    "farm": pl.String(),
    "animal": pl.String(),
    "device": pl.String(),
    "at": pl.Datetime("us", "UTC"),
    "heard_min": pl.UInt8(),
    **{name: pl.UInt8() for name in BUDGET},
    "activity": pl.UInt16(),
    "angle": pl.Int8(),
    "temperature_c": pl.Float32(),
}


@dataclass(frozen=True, slots=True)
class Sealed:
    """A day that became history."""

    day: date
    farms: int
    rows: int
    bytes: int


async def seal(pool: Any, folder: Path) -> list[Sealed]:
    """Make history of every day for which nothing can come any more; one process at a time does it."""
    async with pool.acquire() as connection:
        if not await connection.fetchval("SELECT pg_try_advisory_lock(hashtext('clarine_herd.seal'))"):
            return []
        try:
            days = await _closed(connection)
            return [await _seal_day(connection, folder, day) for day in days]
        finally:
            await connection.execute("SELECT pg_advisory_unlock(hashtext('clarine_herd.seal'))")


async def history(pool: Any, folder: Path, farm: str, *, since: date, until: date) -> pl.DataFrame:
    """A farm's rows (ROWS) of the sealed days from *since* until before *until*, by animal and time."""
    rows = await pool.fetch(query("sealed_files"), farm, since, until)
    if not rows:
        return pl.DataFrame(schema=ROWS)
    start, end = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (since, until))
    files = [folder / row["path"] for row in rows]
    wanted = pl.scan_parquet(files).filter(pl.col("at") >= start, pl.col("at") < end).sort("animal", "at")
    return await asyncio.to_thread(wanted.collect)


async def compact(pool: Any, folder: Path, *, before: date) -> int:
    """One file a farm and month, of months that ended before that day; gives how many files became fewer."""
    months = await pool.fetch(query("months_of_days"), before.replace(day=1))
    fewer = 0
    for row in months:
        paths = [folder / path for path in row["paths"]]
        table = await asyncio.to_thread(_whole, paths)
        path = Path(row["farm"]) / f"{row['month']:%Y-%m}-{uuid.uuid4().hex[:8]}.parquet"
        size = await asyncio.to_thread(write, table, folder / path)
        async with pool.acquire() as connection, connection.transaction():
            gone = await connection.execute(query("forget_days"), row["farm"], row["paths"])
            if gone != f"DELETE {len(paths)}":
                continue
            file = (row["farm"], row["month"], row["until_day"], str(path), len(table), size)
            await connection.execute(query("name_files"), *([value] for value in file))
        fewer += len(paths) - 1
    await sweep(pool, folder)
    return fewer


async def sweep(pool: Any, folder: Path) -> int:
    """Remove files that no row names, an hour after they were written; gives how many."""
    named = {row["path"] for row in await pool.fetch("SELECT path FROM clarine_herd.sealed")}
    old = datetime.now(UTC).timestamp() - SLACK.total_seconds()
    return await asyncio.to_thread(_remove, folder, named, old)


def rows_of(minutes: pl.DataFrame) -> pl.DataFrame:
    """Minutes with farm, animal and device (records.MINUTES) as ten-minute rows (ROWS), in the order they are written."""
    behaviour = pl.col("behaviour")
    return (
        minutes.group_by("farm", "animal", "device", pl.col("minute").dt.truncate(f"{ROW_MIN}m").alias("at"))
        .agg(
            heard_min=pl.len().cast(pl.UInt8),
            **{name: (behaviour == kind).sum().cast(pl.UInt8) for name, kind in BUDGET.items()},
            activity=pl.col("activity").sum().cast(pl.UInt16),
            angle=pl.col("angle").median().cast(pl.Int8),
            temperature_c=pl.col("temperature_c").median().cast(pl.Float32),
        )
        .select(*ROWS)
        .sort("farm", "animal", "at")
    )


def write(table: pl.DataFrame, path: Path) -> int:
    """Write a file whole, flushed and under its name, or not at all; gives its bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".parquet.part")
    table.write_parquet(part, compression="zstd", compression_level=9, statistics=True)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return path.stat().st_size


def _whole(paths: list[Path]) -> pl.DataFrame:
    return pl.read_parquet(paths).sort("animal", "at")


def _remove(folder: Path, named: set[str], old: float) -> int:
    found = [path for path in folder.glob("*/*.parquet*") if str(path.relative_to(folder)) not in named]
    stale = [path for path in found if path.stat().st_mtime < old]
    for path in stale:
        path.unlink()
    return len(stale)


async def _closed(connection: Any) -> list[int]:
    """Days since 1970 that stand in PostgreSQL and are closed on every partition, by what the broker has handed over."""
    through = await connection.fetchval("SELECT min(heard_through) FROM clarine_herd.intakes WHERE partition >= 0")
    now = datetime.now(UTC)
    limit = min(through or now, now) - LATE - SLACK
    days = await connection.fetch(query("days_there"))
    return [row["day"] for row in days if (row["day"] + 1) * 86_400 <= limit.timestamp()]


async def _seal_day(connection: Any, folder: Path, day: int) -> Sealed:
    first = day * DAY_MIN
    at = datetime.fromtimestamp(day * 86_400, UTC).date()
    ids = [row["farm_id"] for row in await connection.fetch(query("farms_of_day"), first, first + DAY_MIN)]
    named: list[tuple[str, date, date, str, int, int]] = []
    for start in range(0, len(ids), FARMS_AT_ONCE):
        some = ids[start : start + FARMS_AT_ONCE]
        frames = await connection.fetch(
            query("frames_between"), some, [first] * len(some), [first + DAY_MIN] * len(some)
        )
        worn = await connection.fetch(query("devices_of"), some)
        farms = await connection.fetch(query("farms_by_id"), some)
        named += await asyncio.to_thread(_files, folder, at, (frames, worn, farms))
    async with connection.transaction():
        if named:
            await connection.execute(query("name_files"), *zip(*named, strict=True))
        await connection.execute(f"DROP TABLE {day_table(day)}")
    rows, size = (sum(item[place] for item in named) for place in (4, 5))  # type: ignore[misc]
    log.info("Day %s is history: %s farms, %s rows, %s bytes action=seal", at, len(named), rows, size)
    return Sealed(at, len(named), rows, size)


def _files(folder: Path, day: date, found: tuple[list[Any], ...]) -> list[tuple[str, date, date, str, int, int]]:
    frames, worn, farms = found
    names = pl.DataFrame(
        [(row["id"], row["farm"]) for row in farms], schema={"farm_id": pl.Int32, "farm": pl.String}, orient="row"
    )
    table = rows_of(worn_by(minutes_table(frames), worn).join(names, on="farm_id"))
    named = []
    for (farm,), part in table.group_by("farm", maintain_order=True):
        path = Path(str(farm)) / f"{day}-{uuid.uuid4().hex[:8]}.parquet"
        size = write(part, folder / path)
        named.append((str(farm), day, day + timedelta(days=1), str(path), len(part), size))
    return named
