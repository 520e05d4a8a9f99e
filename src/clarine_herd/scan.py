"""From hits to episodes with hysteresis: opened late enough and closed late enough, one open at a time in each row.

The scan walks bins in time order with the whole herd as one vector, so a replay sees exactly what a live herd sees.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clarine_herd.kinds import Rule
from clarine_herd.normal import Hits, Matrix


@dataclass(frozen=True, slots=True)
class Span:
    """An episode on the grid: bins are numbers, ``opened`` is the bin that proved it, ``last`` the last that showed it.

    ``row`` is the animal's, the group's, or 0 for the whole farm. ``closed`` is False while the episode is open;
    ``peak`` is the strongest value of the rule's own measure until it opened.
    """

    rule: Rule
    row: int
    first: int
    opened: int
    last: int
    closed: bool
    peak: float


def episodes(rule: Rule, hit: Hits, calm: Hits, measure: Matrix, *, needed: int, quiet: int) -> list[Span]:
    """Open after *needed* hits running, close after *quiet* calm bins; bins that are neither change nothing.

    *measure* is largest where the rule's case is strongest.
    """
    return [
        Span(rule, row, first, opened, last, closed, _strongest(measure[row, first : opened + 1]))
        for row, first, opened, last, closed in _scan(hit, calm, needed=needed, quiet=quiet)
    ]


def running(hit: Hits, bins: int) -> Hits:
    """Where a hit stood within the last *bins* bins, this one among them."""
    found = hit.copy()
    for back in range(1, min(bins, hit.shape[1])):
        found[:, back:] |= hit[:, :-back]
    return found


#: (row, first, opened, last, closed) as the scan finds them.
Found = tuple[int, int, int, int, bool]


def _scan(hit: Hits, calm: Hits, *, needed: int, quiet: int) -> list[Found]:
    rows, bins = hit.shape
    if not hit.any():
        return []
    hits = np.zeros(rows, dtype=np.int64)
    calms = np.zeros(rows, dtype=np.int64)
    is_open = np.zeros(rows, dtype=bool)
    first, opened, last = (np.full(rows, -1) for _ in range(3))
    found: list[Found] = []
    for now in range(bins):
        hits = np.where(hit[:, now], hits + 1, 0)
        calms = np.where(hit[:, now], 0, calms + calm[:, now])
        starts = ~is_open & (hits >= needed)
        first[starts], opened[starts] = now - needed + 1, now
        is_open |= starts
        last[is_open & hit[:, now]] = now
        ends = is_open & (calms >= quiet)
        found += [(int(a), int(first[a]), int(opened[a]), int(last[a]), True) for a in np.flatnonzero(ends)]
        is_open &= ~ends
        calms[ends] = 0
    found += [(int(a), int(first[a]), int(opened[a]), int(last[a]), False) for a in np.flatnonzero(is_open)]
    return found


def _strongest(values: Matrix) -> float:
    known = values[np.isfinite(values)]
    return float(known.max()) if known.size else 0.0
