"""What ten-minute rows cost on disk: a farm's day and a farm's month as Parquet, written and read."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from bench.frame import Bench, Row
from clarine_herd.records import MINUTES
from clarine_herd.store.history import rows_of, write

ANIMALS = 100
START = datetime(2026, 11, 1, tzinfo=UTC)


def minutes(animals: int, days: int, *, seed: int = 1) -> pl.DataFrame:
    """Minutes in which an animal stays with a behaviour for about twenty minutes, and moves as much as that one does."""
    dice = np.random.default_rng(seed)
    count = animals * days * 1440
    changes = np.cumsum(dice.random(count) < 0.05)
    behaviour = dice.choice([1, 2, 3, 4, 5], size=int(changes[-1]) + 1, p=[0.35, 0.12, 0.05, 0.23, 0.25])[changes]
    activity = np.clip(dice.poisson(np.array([0, 4, 10, 60, 30, 8])[behaviour]), 0, 255)
    times = [START + timedelta(minutes=n) for n in range(days * 1440)]
    names = [f"{1200 + n}" for n in range(animals)]
    warm = 38.6 + np.round(dice.normal(0, 0.3, count), 1)
    table = {
        "farm": ["farm"] * count,
        "device": np.repeat([f"70b3d57ed00{n}" for n in names], days * 1440),
        "animal": np.repeat(names, days * 1440),
        "minute": times * animals,
        "behaviour": behaviour,
        "activity": activity,
        "angle": dice.integers(-60, 0, count),
        "temperature_c": warm,
    }
    return pl.DataFrame(table, schema_overrides={name: MINUTES[name] for name in table})


def run(_: float) -> Sequence[Row]:
    """A day and a month of a hundred animals."""
    with tempfile.TemporaryDirectory() as folder:
        return [_measured(Path(folder), name, days) for name, days in (("a farm's day", 1), ("a farm's month", 30))]


def _measured(folder: Path, name: str, days: int) -> Row:
    rows = rows_of(minutes(ANIMALS, days))
    path = folder / f"{days}.parquet"
    began = time.perf_counter()
    size = write(rows, path)
    wrote = time.perf_counter()
    by_animal = (
        pl.scan_parquet(path).group_by("animal").agg(pl.col("ruminating_min").sum(), pl.col("activity").sum()).collect()
    )
    read = time.perf_counter()
    assert len(by_animal) == ANIMALS
    return {
        "file": name,
        "rows": len(rows),
        "bytes_per_row": size / len(rows),
        "written_per_s": len(rows) / (wrote - began),
        "read_per_s": len(rows) / (read - wrote),
    }


BENCH = Bench(
    name="collars_history",
    title="Herd's history on disk",
    about=(
        f"Ten-minute rows of {ANIMALS} animals as the Parquet files (zstd) that sealed days and months are: bytes a row, "
        "rows a second written and flushed, rows a second read for a sum by animal. The minutes are made up: real ones may "
        "take more or less."
    ),
    columns={
        "file": "file",
        "rows": "rows",
        "bytes_per_row": "bytes a row",
        "written_per_s": "rows/s written",
        "read_per_s": "rows/s read",
    },
    run=run,
)
