"""What is normal for this animal at this time of day, from its own past alone; everything is vectorised over the herd.

Two-hour bins × animals; a bin's normal is the median of the same and the neighbouring bins of the 14 days before it
(at least 4 days, as smaXtec asks for), its spread a mix of that bin's and the animal's median absolute deviation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Hits = NDArray[np.bool_]

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

#: What some collars measure beside activity; a column of this name in the readings is used. ``*_min`` are minutes of the
#: bin, made up for what was not heard of it (``heard_min``).
MEASURES = (
    "ruminating_min",
    "eating_min",
    "lying_min",
    "walking_min",
    "outside_min",  # outside the fence
    "still_min",  # without movement or change of posture, up to the bin's end
    "lying_bouts",  # times she lay down
    "temperature_c",
    "angle_deg",  # the collar's posture
)
#: Of these the whole bin's part is worked out from what was heard of it.
BUDGET = ("ruminating_min", "eating_min", "lying_min", "walking_min")
#: With less than that, a bin tells nothing about the time budget.
HEARD_MIN = 30


@dataclass(frozen=True, slots=True)
class Grid:
    """A herd on a grid: ``activity``, ``index`` are (animals, bins), NaN where nothing was heard; bin 0 is midnight.

    ``measures`` holds the same for each of MEASURES that some collar has, ``days_in_milk`` (NaN unknown) and ``in_calf``
    what the readings themselves say of the animal's life.
    """

    animals: tuple[str, ...]
    start: datetime
    activity: Matrix
    index: Matrix
    days_in_milk: Matrix
    in_calf: Hits
    measures: Mapping[str, Matrix] = field(default_factory=dict)

    def at(self, bin_number: int) -> datetime:
        """Farm time at which a bin begins."""
        return self.start + int(bin_number) * BIN

    def bin_at(self, at: datetime) -> int:
        """The bin in which a farm time lies; before the start it is negative."""
        return int((at - self.start) // BIN)

    @property
    def bins(self) -> int:
        """How many bins there are."""
        return int(self.activity.shape[1])

    @property
    def heard(self) -> Hits:
        """(animals, bins): whether the collar was heard at all."""
        heard = np.isfinite(self.activity) | np.isfinite(self.index)
        for values in self.measures.values():
            heard |= np.isfinite(values)
        return heard

    def measure(self, name: str) -> Matrix | None:
        """One of MEASURES, None when no collar has it."""
        return self.measures.get(name)


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


#: Lactation states that mean "in calf", in the languages of the exports that we have seen.
PREGNANT = frozenset({"dry", "pregnant", "pregnant heifer", "tragend", "trocken"})


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
    measured = [name for name in MEASURES if name in table.columns and table[name].null_count() < len(table)]
    if "heard_min" not in table.columns:
        table = table.with_columns(heard_min=pl.lit(None, pl.Int16))
    binned = (
        table.with_columns(
            bin=(pl.col("measured_at") - start).dt.total_seconds() // (BIN_H * 3600),
            in_calf=pl.col("lactation_status").str.to_lowercase().is_in(PREGNANT).cast(pl.Float64),
        )
        .filter(pl.col("bin") < bins)
        .sort("measured_at")
        .group_by("animal", "bin", maintain_order=True)
        .agg(
            pl.col("activity", "activity_index").mean(),
            *(_in_bin(name) for name in measured),
            pl.col("lactation_days", "in_calf").drop_nulls().last().cast(pl.Float64),
        )
    )
    places = (animals.search_sorted(binned["animal"]).to_numpy(), binned["bin"].to_numpy())

    def on_grid(name: str) -> Matrix:
        matrix = np.full((len(animals), bins), np.nan)
        matrix[places] = binned[name].to_numpy()
        return matrix

    return Grid(
        tuple(animals),
        start,
        on_grid("activity"),
        on_grid("activity_index"),
        _carried(on_grid("lactation_days")),
        _carried(on_grid("in_calf")) == 1.0,
        {name: on_grid(name) for name in measured},
    )


def normal_of(grid: Grid) -> Normal:
    """Each bin against the animal's own past. A bin never sees itself or anything later."""
    root = np.sqrt(grid.activity)
    center, spread = center_and_spread(root)
    own_z = (root - center) / spread
    index_z = grid.index / INDEX_PER_SD
    both = np.isfinite(own_z) & np.isfinite(index_z)
    heat_z = np.where(both, (own_z + index_z) / 2, np.where(np.isfinite(index_z), index_z, own_z))
    expected = np.square(center)
    low = np.square(np.maximum(center - 2 * spread, 0))
    ratio = part_of(grid.activity, expected)
    return Normal(expected, low, np.square(center + 2 * spread), heat_z, ratio, mean_back(own_z))


def expected_of(values: Matrix) -> Matrix:
    """What is normal of one measure (animals, bins), in its own unit."""
    return center_and_spread(values)[0]


def part_of(values: Matrix, expected: Matrix, bins: int = ILLNESS_BINS) -> Matrix:
    """The last *bins* bins together as a part of what was expected of them; 1.0 is normal."""
    known = np.isfinite(expected) & np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return mean_back(np.where(known, values, np.nan), bins) / mean_back(np.where(known, expected, np.nan), bins)


def center_and_spread(values: Matrix) -> tuple[Matrix, Matrix]:
    """The median of the past of each bin and how far it usually strays, both (animals, bins)."""
    animals, bins = values.shape
    days = -(-bins // BINS_PER_DAY)
    padded = np.full((animals, (DAYS_BACK + days) * BINS_PER_DAY), np.nan)
    padded[:, DAYS_BACK * BINS_PER_DAY :][:, :bins] = values
    by_day = padded.reshape(animals, DAYS_BACK + days, BINS_PER_DAY)
    # windows: (animals, days, bins of the day, days back); the day itself is not in its own window.
    windows = np.lib.stride_tricks.sliding_window_view(by_day, DAYS_BACK, axis=1)[:, :days]
    enough = np.isfinite(windows).sum(-1) >= DAYS_MIN
    near = np.concatenate([np.roll(windows, shift, axis=2) for shift in (-1, 0, 1)], axis=-1)
    center = median(near)
    away = np.abs(near - center[..., None])
    of_bin = median(away)
    of_animal = median(away.reshape(animals, days, -1))[..., None]
    spread = np.maximum(MAD_TO_SD * np.sqrt((of_bin**2 + of_animal**2) / 2), SPREAD_MIN)
    center = np.where(enough, center, np.nan)
    flat = (animals, days * BINS_PER_DAY)
    return center.reshape(flat)[:, :bins], spread.reshape(flat)[:, :bins]


def median(values: Matrix) -> Matrix:
    """The median along the last axis of what is not NaN; NaN where all of it is. Several times as fast as numpy's."""
    # NaN sorts to the end, so the middle of what is there is found by counting.
    ordered = np.sort(values, axis=-1)
    count = np.isfinite(values).sum(-1)[..., None]
    low, high = (
        np.take_along_axis(ordered, np.maximum(place, 0), axis=-1)[..., 0] for place in ((count - 1) // 2, count // 2)
    )
    found: Matrix = np.where(count[..., 0] > 0, (low + high) / 2, np.nan)
    return found


def mean_back(values: Matrix, bins: int = ILLNESS_BINS) -> Matrix:
    """The mean of each bin and those before it, *bins* in all; NaN where more than one in six of them is missing."""
    there = np.isfinite(values)
    sums = np.cumsum(np.where(there, values, 0.0), axis=1)
    counts = np.cumsum(there, axis=1)
    sums[:, bins:] -= sums[:, :-bins].copy()
    counts[:, bins:] -= counts[:, :-bins].copy()
    return np.where(counts >= bins - bins // 6, sums / np.maximum(counts, 1), np.nan)


def _in_bin(name: str) -> pl.Expr:
    """One measure of all readings of a bin."""
    if name not in BUDGET:
        return (pl.col(name).max() if name.endswith("_min") else pl.col(name).mean()).cast(pl.Float64)
    heard = pl.col("heard_min").cast(pl.Float64).sum()
    minutes = pl.col(name).cast(pl.Float64).sum()
    # A collar that does not say how much of the bin was heard is taken at its word.
    whole = (
        pl.when(pl.col("heard_min").null_count() == pl.len()).then(minutes).otherwise(minutes * (BIN_H * 60) / heard)
    )
    enough = (heard >= HEARD_MIN) | (pl.col("heard_min").null_count() == pl.len())
    return pl.when(enough & (pl.col(name).null_count() < pl.len())).then(whole).alias(name)


def _carried(values: Matrix) -> Matrix:
    """Each row's last value that was there, carried on."""
    places = np.where(np.isfinite(values), np.arange(values.shape[1]), 0)
    np.maximum.accumulate(places, axis=1, out=places)
    carried: Matrix = np.take_along_axis(values, places, axis=1)
    return carried
