"""What is normal for this animal at this time of day, from its own past alone; everything is vectorised over the herd.

Two-hour bins × animals; a bin's normal is the median of the same and the neighbouring bins of the 14 days before it
(at least 4 days, as smaXtec asks for), its spread a mix of that bin's and the animal's median absolute deviation.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

BIN_H = 2
BINS_PER_DAY = 24 // BIN_H
BIN = timedelta(hours=BIN_H)
DAYS_BACK = 14
DAYS_MIN = 4
#: On the square-root scale, where counts have an even spread: below this, a difference is not told from chance.
SPREAD_MIN = 0.5
#: 10 points of Heatime's index are one standard deviation: peak 77.3 ≈ 7.7 SD (Silper 2015, 111 episodes).
INDEX_PER_SD = 10.0
ILLNESS_BINS = 6
#: Consistent with a standard deviation for normal data.
MAD_TO_SD = 1.4826


@dataclass(frozen=True, slots=True)
class Grid:
    """A herd on a grid: ``activity``, ``index`` are (animals, bins), NaN where nothing was heard; bin 0 is midnight."""

    animals: tuple[str, ...]
    start: datetime
    activity: Matrix
    index: Matrix

    def at(self, bin_number: int) -> datetime:
        """Farm time at which a bin begins."""
        return self.start + int(bin_number) * BIN

    @property
    def heard(self) -> NDArray[np.bool_]:
        """(animals, bins): whether the collar was heard at all."""
        return np.isfinite(self.activity) | np.isfinite(self.index)


@dataclass(frozen=True, slots=True)
class Normal:
    """The herd against its own past, all (animals, bins), NaN before there are four days of it.

    ``expected``, ``low`` and ``high`` are in the collar's own unit (low/high: 2 spreads); ``heat_z`` is how far above
    normal in spreads; ``fall_ratio`` and ``fall_z`` are means over the last 12 h against normal.
    """

    expected: Matrix
    low: Matrix
    high: Matrix
    heat_z: Matrix
    fall_ratio: Matrix
    fall_z: Matrix


def grid_of(table: pl.DataFrame, *, until: datetime | None = None) -> Grid:
    """A herd's readings (readings.SCHEMA, not empty) on the grid, up to its last reading or to *until* (exclusive)."""
    if until is not None:
        table = table.filter(pl.col("measured_at") < until)
    first, last = table["measured_at"].min(), table["measured_at"].max()
    assert isinstance(first, datetime)
    assert isinstance(last, datetime)
    start = first.replace(hour=0, minute=0, second=0, microsecond=0)
    bins = int((last - start) / BIN) + 1 if until is None else int((until - start) / BIN)
    animals = table["animal"].unique().sort()
    binned = (
        table.with_columns(bin=(pl.col("measured_at") - start).dt.total_seconds() // (BIN_H * 3600))
        .filter(pl.col("bin") < bins)
        .group_by("animal", "bin")
        .agg(pl.col("activity").mean(), pl.col("activity_index").mean())
    )
    rows = animals.search_sorted(binned["animal"]).to_numpy()
    places = (rows, binned["bin"].to_numpy())
    return Grid(
        tuple(animals),
        start,
        _filled(len(animals), bins, places, binned["activity"].to_numpy()),
        _filled(len(animals), bins, places, binned["activity_index"].to_numpy()),
    )


def normal_of(grid: Grid) -> Normal:
    """Each bin against the animal's own past. A bin never sees itself or anything later."""
    root = np.sqrt(grid.activity)
    center, spread = _center_and_spread(root)
    own_z = (root - center) / spread
    index_z = grid.index / INDEX_PER_SD
    both = np.isfinite(own_z) & np.isfinite(index_z)
    heat_z = np.where(both, (own_z + index_z) / 2, np.where(np.isfinite(index_z), index_z, own_z))
    expected, values = np.square(center), grid.activity
    known = np.isfinite(expected) & np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = _mean_back(np.where(known, values, np.nan)) / _mean_back(np.where(known, expected, np.nan))
    low = np.square(np.maximum(center - 2 * spread, 0))
    return Normal(expected, low, np.square(center + 2 * spread), heat_z, ratio, _mean_back(own_z))


def _filled(animals: int, bins: int, places: tuple[Matrix, Matrix], values: Matrix) -> Matrix:
    matrix = np.full((animals, bins), np.nan)
    matrix[places] = values
    return matrix


def _center_and_spread(values: Matrix) -> tuple[Matrix, Matrix]:
    animals, bins = values.shape
    days = -(-bins // BINS_PER_DAY)
    padded = np.full((animals, (DAYS_BACK + days) * BINS_PER_DAY), np.nan)
    padded[:, DAYS_BACK * BINS_PER_DAY :][:, :bins] = values
    by_day = padded.reshape(animals, DAYS_BACK + days, BINS_PER_DAY)
    # windows: (animals, days, bins of the day, days back); the day itself is not in its own window.
    windows = np.lib.stride_tricks.sliding_window_view(by_day, DAYS_BACK, axis=1)[:, :days]
    enough = np.isfinite(windows).sum(-1) >= DAYS_MIN
    near = np.concatenate([np.roll(windows, shift, axis=2) for shift in (-1, 0, 1)], axis=-1)
    with warnings.catch_warnings():
        # A window in which nothing was heard has no median, and NaN says so.
        warnings.simplefilter("ignore", RuntimeWarning)
        center = np.nanmedian(near, axis=-1)
        away = np.abs(near - center[..., None])
        of_bin = np.nanmedian(away, axis=-1)
        of_animal = np.nanmedian(away.reshape(animals, days, -1), axis=-1)[..., None]
    spread = np.maximum(MAD_TO_SD * np.sqrt((of_bin**2 + of_animal**2) / 2), SPREAD_MIN)
    center = np.where(enough, center, np.nan)
    flat = (animals, days * BINS_PER_DAY)
    return center.reshape(flat)[:, :bins], spread.reshape(flat)[:, :bins]


def _mean_back(values: Matrix, bins: int = ILLNESS_BINS) -> Matrix:
    """The mean of each bin and the five before it; NaN where more than one of them is missing."""
    there = np.isfinite(values)
    sums = np.cumsum(np.where(there, values, 0.0), axis=1)
    counts = np.cumsum(there, axis=1)
    sums[:, bins:] -= sums[:, :-bins].copy()
    counts[:, bins:] -= counts[:, :-bins].copy()
    return np.where(counts >= bins - 1, sums / np.maximum(counts, 1), np.nan)
