"""What a collar measured of one animal, as the path of a curve over its normal: drawn once, in the unit of the picture.

One bin is STEP wide and a picture HEIGHT high; which part of the width is seen is up to whoever looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from clarine_herd.normal import BINS_PER_DAY, INDEX_PER_SD, Grid, Matrix, center_and_spread, normal_of

STEP, HEIGHT = 10, 200
DAYS_SHOWN = 28
#: In the order in which they are shown; a measure that no collar has is left out.
MEASURES = ("activity", "ruminating_min", "eating_min", "lying_min", "walking_min", "temperature_c")


@dataclass(frozen=True, slots=True)
class Curve:
    """``values`` by bin and ``tops``, the most that a bin shows (NaN unknown), and paths for SVG.

    The height stands for ``low`` … ``high``; ``step`` is what the scale of a part of it is rounded up to.
    """

    measure: str
    values: Matrix
    tops: Matrix
    line: str
    band: str
    low: float
    high: float
    step: float
    start: datetime

    @property
    def width(self) -> int:
        """The whole width, in the picture's unit."""
        return len(self.values) * STEP

    @property
    def days(self) -> list[datetime]:
        """The midnights in it."""
        return [self.start + timedelta(days=number) for number in range(-(-len(self.values) // BINS_PER_DAY))]

    def high_from(self, first: int) -> float:
        """Up to where the scale goes when the bins from *first* on are seen; ``scale`` in web/herd/curve.ts."""
        seen = self.tops[first:][np.isfinite(self.tops[first:])]
        most = float(seen.max()) if seen.size else self.high
        return min(self.high, max(float(np.ceil(most / self.step) * self.step), self.low + self.step))


def curves_of(grid: Grid, animal: str) -> list[Curve]:
    """The last DAYS_SHOWN days of one animal. Raises ValueError when the animal is not in the grid."""
    row = grid.animals.index(animal)
    return [found for name in MEASURES if (found := _curve(grid, row, name)) is not None]


def _curve(grid: Grid, row: int, name: str) -> Curve | None:
    found = _measured(grid, row, name)
    if found is None:
        return None
    name, values, low, high = found
    first = max(0, len(values) - DAYS_SHOWN * BINS_PER_DAY)
    first += -first % BINS_PER_DAY
    values, low, high = (column[first:] for column in (values, low, high))
    if not np.isfinite(values).any():
        return None
    step = 0.5 if name == "temperature_c" else 20.0
    bottom, top = _bounds(name, step, (values, high, low))

    def placed(column: Matrix) -> Matrix:
        return HEIGHT - (np.clip(column, bottom, top) - bottom) / (top - bottom) * HEIGHT

    line, band = _line(placed(values)), _band(placed(low), placed(high))
    return Curve(name, values, np.fmax(values, high), line, band, bottom, top, step, grid.at(first))


def _measured(grid: Grid, row: int, name: str) -> tuple[str, Matrix, Matrix, Matrix] | None:
    """The measure's own name, its values, and between what they normally are."""
    if name == "activity":
        if np.isfinite(grid.activity[row]).any():
            normal = normal_of(grid)
            return name, grid.activity[row], normal.low[row], normal.high[row]
        flat = np.zeros(grid.bins)
        return "index", grid.index[row], flat - 2 * INDEX_PER_SD, flat + 2 * INDEX_PER_SD
    measured = grid.measure(name)
    if measured is None:
        return None
    center, spread = (matrix[row] for matrix in center_and_spread(measured))
    floor = -np.inf if name == "temperature_c" else 0.0
    return name, measured[row], np.maximum(center - 2 * spread, floor), center + 2 * spread


def _bounds(name: str, step: float, columns: tuple[Matrix, ...]) -> tuple[float, float]:
    known = np.concatenate([column[np.isfinite(column)] for column in columns])
    low = np.floor(known.min() / step) * step if name in ("temperature_c", "index") else 0.0
    high = np.ceil(known.max() / step) * step
    return float(low), float(max(high, low + step))


def _line(heights: Matrix) -> str:
    """A stroke through what is known; a gap is a gap, and a single point a dot."""
    return "".join(_stroke([(place, heights[place]) for place in run]) for run in _runs(np.isfinite(heights)))


def _band(low: Matrix, high: Matrix) -> str:
    """The outline of the range, there and back, for each stretch in which it is known."""
    parts = []
    for run in _runs(np.isfinite(low) & np.isfinite(high)):
        there = [(place, high[place]) for place in run]
        back = [(place, low[place]) for place in reversed(run)]
        parts.append(_stroke([*there, *back]) + "z")
    return "".join(parts)


def _runs(known: np.ndarray) -> Iterator[list[int]]:
    places = np.flatnonzero(known)
    yield from (part.tolist() for part in np.split(places, np.flatnonzero(np.diff(places) > 1) + 1) if len(part))


def _stroke(points: list[tuple[int, float]]) -> str:
    """Whole numbers, each as a step from the one before: a third of the bytes."""
    spots = [(place * STEP + STEP // 2, round(height)) for place, height in points]
    x, y = spots[0]
    steps = []
    for (to_x, to_y), (from_x, from_y) in zip(spots[1:], spots, strict=False):
        steps.append(f"l{to_x - from_x} {to_y - from_y}")
    return f"M{x} {y}{''.join(steps) or 'h0'}"
