"""From deviations to episodes: one open episode per animal and cause, opened late enough and closed late enough.

The scan walks bins in time order with the whole herd as one vector, so a replay sees exactly what a live herd sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from clarine_herd.normal import BINS_PER_DAY, Grid, Matrix, Normal

Hits = NDArray[np.bool_]

HEAT_Z = 3.5
HEAT_BINS = 2
HEAT_QUIET_Z = 2.0
FALL_RATIO = 0.75
FALL_Z = -1.8
FALL_BINS = 2
FALL_OVER_RATIO = 0.9
SILENT_BINS = 6
GATEWAY_SHARE = 0.5
GATEWAY_ANIMALS_MIN = 4


class Rule(StrEnum):
    """What was seen, before anything is known about the animal's life."""

    HEAT = "heat"  #: activity ≥ 3.5 spreads above normal in two bins running
    ILLNESS = "illness"  #: activity ≥ 25 % and ≥ 1.8 spreads below normal over 12 h
    SILENT_COLLAR = "silent_collar"  #: nothing heard for 12 h while the herd was heard
    GATEWAY = "gateway"  #: half of the herd fell silent together


@dataclass(frozen=True, slots=True)
class Span:
    """An episode on the grid: bins are numbers, ``opened`` is the bin that proved it, ``last`` the last that showed it.

    ``closed`` is False while the episode is open; ``peak`` is the strongest value of the rule's own measure.
    """

    rule: Rule
    animal: int
    first: int
    opened: int
    last: int
    closed: bool
    peak: float


def spans_of(grid: Grid, normal: Normal) -> list[Span]:
    """Every episode in the grid, in the order in which they open. ``animal`` is −1 for the gateway."""
    gone, gateway = _silence(grid)
    heat = _scan(normal.heat_z >= HEAT_Z, normal.heat_z < HEAT_QUIET_Z, needed=HEAT_BINS, quiet=BINS_PER_DAY)
    fallen = (normal.fall_ratio <= FALL_RATIO) & (normal.fall_z <= FALL_Z)
    back = normal.fall_ratio > FALL_OVER_RATIO
    ill = _scan(fallen, back, needed=FALL_BINS, quiet=ILLNESS_QUIET)
    silent = _scan(gone & ~gateway, grid.heard, needed=SILENT_BINS, quiet=1)
    lost = _scan(gateway, ~gateway, needed=FALL_BINS, quiet=1)
    found = [
        *_spans(Rule.HEAT, heat, normal.heat_z, lowest=False),
        *_spans(Rule.ILLNESS, ill, normal.fall_ratio, lowest=True),
        *_spans(Rule.SILENT_COLLAR, silent, gone.astype(float), lowest=False),
        *(_as_gateway(span) for span in _spans(Rule.GATEWAY, lost, gateway.astype(float), lowest=False)),
    ]
    return sorted(found, key=lambda span: (span.opened, span.rule, span.animal))


ILLNESS_QUIET = 6

#: (animal, first, opened, last, closed) as the scan finds them.
Found = tuple[int, int, int, int, bool]


def _silence(grid: Grid) -> tuple[Hits, Hits]:
    """(animals, bins): silent after having been heard; and (1, bins): so many of them that it is the gateway."""
    heard = grid.heard
    gone = ~heard & (np.cumsum(heard, axis=1) > 0)
    # A collar that has been silent for two days is no witness: it may have been taken off.
    recent = np.cumsum(heard, axis=1)
    before = np.zeros_like(recent)
    before[:, 2 * BINS_PER_DAY :] = recent[:, : -2 * BINS_PER_DAY]
    witness = recent > before
    witnesses = witness.sum(0)
    missing = (gone & witness).sum(0)
    lost = (witnesses >= GATEWAY_ANIMALS_MIN) & (missing >= GATEWAY_SHARE * witnesses)
    return gone, lost[None, :]


def _scan(hit: Hits, calm: Hits, *, needed: int, quiet: int) -> list[Found]:
    """Open after *needed* hits running, close after *quiet* calm bins running; other bins change nothing."""
    animals, bins = hit.shape
    hits = np.zeros(animals, dtype=np.int64)
    calms = np.zeros(animals, dtype=np.int64)
    is_open = np.zeros(animals, dtype=bool)
    first, opened, last = (np.full(animals, -1) for _ in range(3))
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


def _spans(rule: Rule, found: list[Found], measure: Matrix, *, lowest: bool) -> list[Span]:
    strongest = np.nanmin if lowest else np.nanmax
    return [
        Span(rule, animal, first, opened, last, closed, float(strongest(measure[animal, first : opened + 1])))
        for animal, first, opened, last, closed in found
    ]


def _as_gateway(span: Span) -> Span:
    return Span(span.rule, -1, span.first, span.opened, span.last, span.closed, span.peak)
