"""The temperature-humidity index: how much heat a cow has to get rid of, from the air in her shed or on her pasture."""

from __future__ import annotations

import numpy as np
import polars as pl

from clarine_herd.normal import BIN_H, Grid, Matrix

#: One row a measurement of the farm's air; measured_at is farm time.
CLIMATE_SCHEMA: dict[str, pl.DataType] = {
    "measured_at": pl.Datetime("us"),
    "temperature_c": pl.Float64(),
    "humidity_pct": pl.Float64(),
}


def thi(temperature_c: pl.Expr, humidity_pct: pl.Expr) -> pl.Expr:
    """The index: T − (0.55 − 0.55·RH/100)·(T − 58) with T in °F; below 72 none, from 78 strong, from 89 severe."""
    fahrenheit = temperature_c * 1.8 + 32
    return fahrenheit - (0.55 - 0.55 * humidity_pct / 100) * (fahrenheit - 58)


def thi_on(grid: Grid, climate: pl.DataFrame | None) -> Matrix:
    """(1, bins): the hotter of each bin's two hours, NaN where nothing was measured."""
    found = np.full((1, grid.bins), np.nan)
    if climate is None or climate.is_empty():
        return found
    since = (pl.col("measured_at") - grid.start).dt.total_seconds()
    by_hour = (
        climate.group_by(hour=since // 3600)
        .agg(thi(pl.col("temperature_c"), pl.col("humidity_pct")).mean().alias("thi"))
        .group_by(bin=pl.col("hour") // BIN_H)
        .agg(pl.col("thi").max())
        .filter(pl.col("bin").is_between(0, grid.bins - 1))
    )
    found[0, by_hour["bin"].to_numpy()] = by_hour["thi"].to_numpy()
    return found
