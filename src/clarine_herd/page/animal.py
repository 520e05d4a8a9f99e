"""One animal: what is open, her curves, her days in numbers, her events and alerts; and the form that enters an event."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl
from starlette.responses import Response

from clarine_herd.chat.entering import ANIMAL_MAX, NOTE_MAX
from clarine_herd.chat.living import life_lines
from clarine_herd.life import Event, EventKind
from clarine_herd.normal import BINS_PER_DAY, BUDGET, DAYS_BACK, Grid, Matrix, expected_of, grid_of
from clarine_herd.page.ask import Ask, go
from clarine_herd.page.curve import DAYS_SHOWN, Curve, curves_of
from clarine_herd.store.events import EVENTS_BACK

ALERTS_BACK = timedelta(days=90)
ENTERED_BACK = timedelta(days=366)
#: Her normal on the first day that is shown comes from the days before it.
PAST = timedelta(days=DAYS_SHOWN + DAYS_BACK + 1)
ENTERED = tuple(kind for kind in EventKind if kind is not EventKind.HEAT)
SOURCE_MAX = 64


@dataclass(frozen=True, slots=True)
class Day:
    """One day in numbers: hours heard, activity as a part of normal, hours of each thing; None unknown."""

    at: datetime
    heard_h: int
    activity: float | None
    hours: dict[str, float | None]


async def shown(ask: Ask) -> Response:
    """The page of the animal that ``id`` names."""
    name = ask.query("id")[:ANIMAL_MAX]
    if not name or not await ask.store.knows(name):
        return ask.problem(ask.says.animal.unknown, status=404)
    return await _page(ask, name, saved=bool(ask.query("saved")))


async def entered(ask: Ask) -> Response:
    """Write an event that the form says; the same form sent twice is one entry."""
    form = await ask.form()
    name, note = form.get("id", "")[:ANIMAL_MAX], form.get("note", "").strip()[:NOTE_MAX]
    kind, at = form.get("kind", ""), _time(form.get("at", ""), ask.now)
    if not await ask.store.knows(name) or kind not in set(ENTERED):
        return ask.problem(ask.says.animal.unknown, status=404)
    if at is None:
        return await _page(ask, name, problem=ask.says.animal.not_a_time, status=422)
    source = f"page:{form.get('source', '')[:SOURCE_MAX]}"
    await ask.store.add_events([Event(name, EventKind(kind), at, note, ask.contact.phone, source)])
    ask.changed()
    return go("animal", id=name, saved="1")


async def _page(ask: Ask, name: str, *, saved: bool = False, problem: str = "", status: int = 200) -> Response:
    now = ask.now
    table = await ask.store.readings(now - PAST, name)
    events = await ask.store.events(now - EVENTS_BACK, name)
    past = await ask.store.history(now - ALERTS_BACK, now + timedelta(minutes=1), animal=name)
    curves, days = await asyncio.to_thread(_drawn, table, name, now)
    return ask.page(
        "animal.html",
        status=status,
        place="",
        title=ask.words.fill(ask.words.catalogue.chart_title, animal=ask.words.id(name)),
        name=name,
        life=life_lines(ask.words, events, table, now=now),
        open=[one.alert for one in past if one.alert.ended_at is None],
        curves=curves,
        days=days,
        measures=[measure for measure in BUDGET if any(day.hours[measure] is not None for day in days)],
        events=[event for event in reversed(events) if event.at >= now - ENTERED_BACK],
        past=past,
        kinds=ENTERED,
        source=secrets.token_urlsafe(12),
        saved=saved,
        problem=problem,
    )


def _drawn(table: pl.DataFrame, name: str, now: datetime) -> tuple[list[Curve], list[Day]]:
    if table.filter(pl.col("measured_at") < now).is_empty():
        return [], []
    grid = grid_of(table, until=now)
    return curves_of(grid, name), list(reversed(_days(grid)))[:DAYS_BACK]


def _days(grid: Grid) -> list[Day]:
    """Each day of a grid of one animal, the first first."""
    expected, hours = expected_of(grid.activity), {name: _by_day(_hours(grid, name)) for name in BUDGET}
    heard = _by_day(np.where(grid.heard, 2.0, 0.0))
    return [
        Day(
            at=grid.at(number * BINS_PER_DAY),
            heard_h=int(np.nansum(heard[number])),
            activity=_part(_by_day(grid.activity)[number], _by_day(expected)[number]),
            hours={name: _sum(rows[number]) for name, rows in hours.items()},
        )
        for number in range(-(-grid.bins // BINS_PER_DAY))
    ]


def _hours(grid: Grid, name: str) -> Matrix:
    minutes = grid.measure(name)
    return np.full_like(grid.activity, np.nan) if minutes is None else minutes / 60


def _by_day(values: Matrix) -> Matrix:
    """(1, bins) as (days, bins of a day)."""
    padded = np.pad(values[0], (0, -values.shape[1] % BINS_PER_DAY), constant_values=np.nan)
    return padded.reshape(-1, BINS_PER_DAY)


def _part(values: Matrix, expected: Matrix) -> float | None:
    both = np.isfinite(values) & np.isfinite(expected)
    normal = float(expected[both].sum())
    return float(values[both].sum()) / normal if normal > 0 else None


def _sum(hours: Matrix) -> float | None:
    return float(np.nansum(hours)) if np.isfinite(hours).any() else None


def _time(text: str, now: datetime) -> datetime | None:
    """What a date field says, when it is a farm time of the last year."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    fits = at.tzinfo is None and now - ENTERED_BACK <= at <= now + timedelta(days=1)
    return at if fits else None
