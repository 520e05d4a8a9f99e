"""What is known of each animal's life at each moment: days in milk, in calf, inseminated, due, under treatment.

The readings say some of it (a Heatime export does), and what the farmer entered counts from its own time on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np

from clarine_herd.normal import BINS_PER_DAY, Grid, Hits, Matrix

#: Mean gestation in days: cattle about 283, river buffalo about 310.
GESTATION_D = {"cattle": 283, "buffalo": 310}
TREATED_D = 3


class EventKind(StrEnum):
    """Something that happened to an animal, as the farmer enters it."""

    INSEMINATED = "inseminated"
    CALVED = "calved"
    PREGNANT = "pregnant"  #: checked, and in calf
    NOT_PREGNANT = "not_pregnant"  #: checked, and empty
    TREATED = "treated"  #: under treatment for ``TREATED_D`` days
    DRY = "dry"
    HEAT = "heat"  #: a heat that Herd saw; never entered by hand


@dataclass(frozen=True, slots=True)
class Event:
    """One entry: ``at`` is farm time, ``note`` the bull or the medicine, ``by`` who entered it (phone digits).

    ``source`` is the message that it came with: the same animal, kind and source again is the same entry.
    """

    animal: str
    kind: EventKind
    at: datetime
    note: str = ""
    by: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Life:
    """All (animals, bins). Days are whole or parts, NaN where nothing is known; ``due_in`` is negative after the date."""

    days_in_milk: Matrix
    in_calf: Hits
    treated: Hits
    since_insemination: Matrix
    since_heat: Matrix
    due_in: Matrix


def life_of(grid: Grid, events: Iterable[Event], *, species: str = "cattle") -> Life:
    """The herd's lives on the grid; events of animals that are not on it are passed over."""
    unknown = np.full_like(grid.activity, np.nan)
    life = Life(
        grid.days_in_milk.copy(),
        grid.in_calf.copy(),
        np.zeros_like(grid.in_calf),
        unknown.copy(),
        unknown.copy(),
        unknown.copy(),
    )
    rows = {animal: row for row, animal in enumerate(grid.animals)}
    for event in sorted(events, key=lambda event: event.at):
        row = rows.get(event.animal)
        if row is not None:
            _happens(life, row, _days_since(grid, event.at), event, GESTATION_D[species])
    return life


def due_at(events: Iterable[Event], *, species: str = "cattle") -> datetime | None:
    """When one animal is due by what was entered of it: her last insemination and a positive check after it."""
    served: datetime | None = None
    due: datetime | None = None
    for event in sorted(events, key=lambda event: event.at):
        match event.kind:
            case EventKind.INSEMINATED:
                served, due = event.at, None
            case EventKind.PREGNANT | EventKind.DRY if served is not None:
                due = served + timedelta(days=GESTATION_D[species])
            case EventKind.CALVED | EventKind.NOT_PREGNANT:
                served, due = None, None
            case _:
                pass
    return due


def _days_since(grid: Grid, at: datetime) -> Matrix:
    """(bins,) days from *at* to each bin's start; the bin in which it happened counts as after it."""
    days = (np.arange(grid.bins) - grid.bin_at(at)) / BINS_PER_DAY
    return np.where(days >= 0, days, np.nan)


def _happens(life: Life, row: int, days: Matrix, event: Event, gestation_d: int) -> None:
    after = np.isfinite(days)
    match event.kind:
        case EventKind.INSEMINATED:
            life.since_insemination[row, after] = days[after]
            life.in_calf[row, after], life.due_in[row, after] = False, np.nan
        case EventKind.CALVED:
            life.days_in_milk[row, after] = days[after]
            life.in_calf[row, after] = False
            for known in (life.since_insemination, life.since_heat, life.due_in):
                known[row, after] = np.nan
        case EventKind.PREGNANT | EventKind.DRY:
            life.in_calf[row, after] = True
            life.due_in[row, after] = gestation_d - life.since_insemination[row, after]
        case EventKind.NOT_PREGNANT:
            life.in_calf[row, after] = False
            life.since_insemination[row, after], life.due_in[row, after] = np.nan, np.nan
        case EventKind.TREATED:
            life.treated[row] |= days <= TREATED_D
        case EventKind.HEAT:
            life.since_heat[row, after] = days[after]
