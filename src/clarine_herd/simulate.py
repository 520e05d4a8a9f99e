"""A herd that does not exist, for trying things out: the same seed gives the same herd, and what was put in is known.

Daily curve: medians by time of day of 91 cows' Heatime exports (BovHEAT's test data, MIT). Heat: lasts 14.3 ± 4.1 h and
peaks at 7.7 ± 1.95 SD (Silper 2015). Illness: activity falls from 3 days before to the diagnosis (Stangaferro 2016).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from clarine_herd.kinds import Kind
from clarine_herd.normal import BIN, BIN_H, BINS_PER_DAY
from clarine_herd.readings import SCHEMA, shaped

CURVE = np.array([30.0, 27.0, 27.0, 39.0, 40.0, 35.5, 35.0, 37.0, 47.0, 40.0, 34.0, 37.0])
#: Spread on the square-root scale, as in the same exports.
SPREAD = 0.8
HEAT_H, HEAT_H_SD = 14.3, 4.1
HEAT_SD, HEAT_SD_SD = 7.73, 1.95
HEAT_EVERY_D, HEAT_EVERY_D_SD = 21.0, 1.5
ILLNESS_D = 3.0
ILLNESS_SHARE = 0.08
#: The columns that a simulated collar fills.
SAID = ("animal", "measured_at", "activity", "activity_index", "lactation_days", "lactation_status")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was put into the herd: what, in which animal, from when to when (farm time)."""

    kind: Kind
    animal: str
    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Simulated:
    """The herd's readings (readings.SCHEMA) and the truth about them."""

    table: pl.DataFrame
    events: tuple[Event, ...]


def herd(
    start: datetime, *, animals: int = 40, days: int = 28, seed: int = 1, story_at: datetime | None = None
) -> Simulated:
    """*animals* cows from the midnight of *start* on, one reading in two hours.

    With *story_at*, two heats, an illness and a silent collar begin within the day after it, for a demonstration.
    """
    dice = np.random.default_rng(seed)
    start = start.replace(hour=0, minute=0, second=0, microsecond=0)
    bins = days * BINS_PER_DAY
    names = [str(1201 + number) for number in range(animals)]
    root = np.sqrt(np.tile(CURVE, days))[None, :] * dice.normal(1.0, 0.06, animals)[:, None]
    calved = dice.integers(45, 160, animals)
    # Two in five are in calf, and so are not in heat.
    in_calf = dice.random(animals) < 0.4
    planned = [*_heats(dice, in_calf, days), *_illnesses(dice, animals, days), *_silences(dice, animals, bins)]
    if story_at is not None:
        told = _story(in_calf, (story_at - start) / BIN)
        planned = [*_beside(planned, told, (story_at - start) / BIN), *told]
    heard = dice.random((animals, bins)) > 0.01
    noise = dice.normal(0.0, SPREAD, (animals, bins))
    for plan in planned:
        _put(plan, root, noise, heard)
    activity = np.where(heard, np.round(np.square(np.maximum(root + noise, 0.0))), np.nan)
    events = tuple(sorted((_event(plan, start, names) for plan in planned), key=lambda event: event.started_at))
    return Simulated(_table(names, start, activity, calved, in_calf), events)


@dataclass(frozen=True, slots=True)
class _Plan:
    kind: Kind
    animal: int
    first: float  #: in bins from the start
    length: float  #: in bins
    strength: float  #: heat: spreads at the peak; illness: the part of the activity that is lost


def _heats(dice: np.random.Generator, in_calf: NDArray[np.bool_], days: int) -> list[_Plan]:
    plans: list[_Plan] = []
    for animal in np.flatnonzero(~in_calf):
        day = dice.uniform(0, HEAT_EVERY_D)
        while day < days:
            hours = float(np.clip(dice.normal(HEAT_H, HEAT_H_SD), 4.0, 24.0))
            peak = float(np.clip(dice.normal(HEAT_SD, HEAT_SD_SD), 4.0, 12.0))
            plans.append(_Plan(Kind.HEAT, int(animal), day * BINS_PER_DAY, hours / BIN_H, peak))
            day += dice.normal(HEAT_EVERY_D, HEAT_EVERY_D_SD)
    return plans


def _illnesses(dice: np.random.Generator, animals: int, days: int) -> list[_Plan]:
    ill = dice.choice(animals, size=max(1, round(animals * ILLNESS_SHARE)), replace=False)
    return [
        _Plan(
            Kind.ILLNESS,
            int(a),
            float(dice.uniform(min(6, days / 2), days)) * BINS_PER_DAY,
            ILLNESS_D * BINS_PER_DAY,
            0.6,
        )
        for a in ill
    ]


def _silences(dice: np.random.Generator, animals: int, bins: int) -> list[_Plan]:
    # One collar goes silent two days before the end: a flat battery, or a collar in the grass.
    return [_Plan(Kind.SILENT_COLLAR, int(dice.integers(animals)), bins - 24.0, 24.0, 1.0)]


def _beside(plans: list[_Plan], story: list[_Plan], at: float) -> list[_Plan]:
    # A day of quiet around the story, and a week for its animals: what is told and drawn first is the story.
    actors = {plan.animal for plan in story}

    def apart(plan: _Plan) -> bool:
        quiet = (7 if plan.animal in actors else 1) * BINS_PER_DAY
        return plan.first + plan.length < at - quiet or plan.first > at + 2 * BINS_PER_DAY

    return [plan for plan in plans if apart(plan)]


def _story(in_calf: NDArray[np.bool_], at: float) -> list[_Plan]:
    open_cows = [int(a) for a in np.flatnonzero(~in_calf)]
    assert len(open_cows) >= 4, "a story needs four cows that are not in calf"
    first, second, ill, silent = open_cows[:4]
    return [
        _Plan(Kind.HEAT, first, at, HEAT_H / BIN_H, HEAT_SD),
        _Plan(Kind.ILLNESS, ill, at - 15, 2 * BINS_PER_DAY, 0.7),
        _Plan(Kind.SILENT_COLLAR, silent, at - 4, 3 * BINS_PER_DAY, 1.0),
        _Plan(Kind.HEAT, second, at + 9, HEAT_H / BIN_H, HEAT_SD),
    ]


def _put(plan: _Plan, root: NDArray[np.float64], noise: NDArray[np.float64], heard: NDArray[np.bool_]) -> None:
    bins = np.arange(root.shape[1])
    part = (bins + 0.5 - plan.first) / plan.length
    inside = (part > 0) & (part < 1)
    row = root[plan.animal]
    match plan.kind:
        case Kind.ILLNESS:
            # Falls over the first half and stays down until somebody treats the animal.
            root[plan.animal] = row * np.sqrt(1 - plan.strength * np.where(inside, np.minimum(2 * part, 1.0), 0.0))
        case Kind.SILENT_COLLAR:
            heard[plan.animal, inside] = False
        case _:
            shape = np.where(inside, np.sin(np.pi * np.clip(part, 0, 1)) ** 0.5, 0.0)
            root[plan.animal] = row + plan.strength * SPREAD * shape
            noise[plan.animal, inside] *= 0.5


def _event(plan: _Plan, start: datetime, names: list[str]) -> Event:
    first = start + plan.first * BIN
    return Event(plan.kind, names[plan.animal], first, first + plan.length * BIN)


def _table(
    names: list[str],
    start: datetime,
    activity: NDArray[np.float64],
    calved: NDArray[np.int64],
    in_calf: NDArray[np.bool_],
) -> pl.DataFrame:
    animals, bins = activity.shape
    days = np.arange(bins) // BINS_PER_DAY
    times = [start + number * BIN for number in range(bins)]
    status = np.where(in_calf, "Pregnant", "Ready")
    table = pl.DataFrame(
        {
            "animal": np.repeat(names, bins),
            "measured_at": times * animals,
            "activity": activity.ravel(),
            "activity_index": pl.repeat(None, animals * bins, dtype=pl.Float64, eager=True),
            "lactation_days": (calved[:, None] + days[None, :]).ravel(),
            "lactation_status": np.repeat(status, bins),
        },
        schema_overrides={name: SCHEMA[name] for name in SAID},
        nan_to_null=True,
    )
    return shaped(table.drop_nulls("activity"))
