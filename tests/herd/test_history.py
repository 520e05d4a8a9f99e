"""A day leaves PostgreSQL as files when nothing can come for it any more: once, whatever dies in between."""

from __future__ import annotations

import os
import time
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import polars as pl
import pytest
import pytest_asyncio

from clarine_herd.ingest.arrived import Decoded
from clarine_herd.ingest.decode import decoded
from clarine_herd.store import history as rooms
from clarine_herd.store.history import ROWS, compact, history, seal, sweep
from clarine_herd.store.intake import Intake, Taken
from clarine_herd.store.tables import make_tables
from tests.herd.collars import arrived, frame

DAY_MIN = 1440
#: Noon of a day that is closed, and of the day before it, in minutes since 1970.
CLOSED = (int(time.time()) // 86_400 - 9) * DAY_MIN + 720
OPEN = CLOSED + 4 * DAY_MIN


@pytest_asyncio.fixture
async def intake(herd_database_url: str, farm: str) -> AsyncIterator[Intake]:
    """A database of its own: closing a day closes it for every farm."""
    server = await asyncpg.connect(herd_database_url)
    await server.execute(f"CREATE DATABASE h{farm}")
    pool = await asyncpg.create_pool(herd_database_url, database=f"h{farm}", min_size=1, max_size=4)
    await make_tables(pool)
    opened = Intake(pool)
    yield opened
    await pool.close()
    await server.execute(f"DROP DATABASE h{farm}")
    await server.close()


def sent(farm: str, minute: int, *, seq: int = 1, collar: str = "7") -> Any:
    body = b'{"seq": %d, "frame": "%s"}' % (seq, b64encode(frame(minute)))
    return arrived(f"herd/v1/{farm}/{collar}/summary", body, (minute + 16) * 60_000_000)


async def rows_in_database(intake: Intake) -> int:
    found: int = await intake.pool.fetchval("SELECT count(*) FROM clarine_herd.frames")
    return found


def the_day(minute: int) -> date:
    return datetime.fromtimestamp(minute * 60, UTC).date()


async def all_of(intake: Intake, folder: Path, farm: str) -> pl.DataFrame:
    return await history(intake.pool, folder, farm, since=date(2000, 1, 1), until=date(2100, 1, 1))


async def test_a_closed_day_becomes_ten_minute_rows_and_an_open_one_stays(intake: Intake, tmp_path: Path) -> None:
    batch = [sent(farm, minute) for farm in ("a", "b") for minute in (CLOSED, CLOSED + 15, OPEN)]
    await intake.take(decoded(batch))
    (sealed,) = await seal(intake.pool, tmp_path / "history")
    assert (sealed.day, sealed.farms, sealed.rows) == (the_day(CLOSED), 2, 6)
    assert await rows_in_database(intake) == 2
    table = await all_of(intake, tmp_path / "history", "a")
    assert table.schema == ROWS
    assert table["at"].to_list() == [datetime.fromtimestamp((CLOSED + n) * 60, UTC) for n in (0, 10, 20)]
    assert table["heard_min"].to_list() == [10, 10, 10]
    first = table.row(0, named=True)
    assert [first[name] for name in ("lying_min", "standing_min", "walking_min", "eating_min", "ruminating_min")] == [
        3,
        2,
        1,
        3,
        1,
    ]
    assert first["activity"] == sum(range(10, 20))
    assert await seal(intake.pool, tmp_path / "history") == []


async def test_a_seal_that_dies_before_its_commit_is_done_again_and_its_files_are_swept(
    intake: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "history"
    await intake.take(decoded([sent("a", CLOSED)]))
    monkeypatch.setattr(rooms, "day_table", lambda _: "clarine_herd.none_such")
    with pytest.raises(asyncpg.UndefinedTableError):
        await seal(intake.pool, folder)
    monkeypatch.undo()
    assert (await all_of(intake, folder, "a")).is_empty()
    await seal(intake.pool, folder)
    assert len(await all_of(intake, folder, "a")) == 2
    left = list(folder.glob("a/*.parquet"))
    assert len(left) == 2
    assert await sweep(intake.pool, folder) == 0, "a file that is being written now is not swept"
    for path in left:
        os.utime(path, (0, 0))
    assert await sweep(intake.pool, folder) == 1
    assert len(await all_of(intake, folder, "a")) == 2


async def test_a_day_stays_open_while_the_broker_still_holds_what_came_for_it(intake: Intake, tmp_path: Path) -> None:
    await intake.take(decoded([sent("a", CLOSED)]))
    behind = datetime.fromtimestamp(CLOSED * 60, UTC) + timedelta(days=2)
    await intake.take(Decoded(), partition=0, heard_through=datetime.now(UTC))
    await intake.take(Decoded(), partition=1, heard_through=behind)
    assert await seal(intake.pool, tmp_path / "history") == []
    assert await intake.take(decoded([sent("a", CLOSED + 15, seq=2)])) == Taken(1, 0, 0)
    await intake.take(Decoded(), partition=1, heard_through=datetime.now(UTC))
    assert [it.rows for it in await seal(intake.pool, tmp_path / "history")] == [3]


async def test_what_comes_for_a_day_that_is_history_is_refused_and_the_rest_is_taken(
    intake: Intake, tmp_path: Path
) -> None:
    await intake.take(decoded([sent("a", CLOSED)]))
    await seal(intake.pool, tmp_path / "history")
    # Another process does not remember that the day's table was there.
    for process in (intake, Intake(intake.pool)):
        taken = await process.take(decoded([sent("a", CLOSED + 30, seq=3), sent("a", OPEN, seq=4)]))
        assert taken.refused == 1
    assert await rows_in_database(intake) == 1


async def test_the_days_of_a_month_that_is_over_become_one_file(intake: Intake, tmp_path: Path) -> None:
    folder = tmp_path / "history"
    days = [CLOSED - n * DAY_MIN for n in range(3)]
    await intake.take(decoded([sent("a", minute) for minute in days]))
    await seal(intake.pool, folder)
    before = await all_of(intake, folder, "a")
    months = {day.replace(day=1) for day in map(the_day, days)}
    assert await compact(intake.pool, folder, before=the_day(CLOSED) + timedelta(days=40)) == 3 - len(months)
    assert (await all_of(intake, folder, "a")).equals(before)
    assert await compact(intake.pool, folder, before=the_day(CLOSED) + timedelta(days=40)) == 0
    one = await history(intake.pool, folder, "a", since=the_day(days[1]), until=the_day(days[1]) + timedelta(days=1))
    assert one["at"].dt.date().unique().to_list() == [the_day(days[1])]
