"""What a report tells of the herd; read from the store and judged here, drawn elsewhere."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from clarine_herd.alerts import Alert
from clarine_herd.kinds import Priority, Rule
from clarine_herd.normal import BIN, BUDGET, DAYS_BACK, Grid, Matrix, expected_of, grid_of
from clarine_herd.store.episodes import Past
from clarine_herd.store.postgres import Store

HEARD_WITHIN = timedelta(hours=12)
HERD_WITHIN = timedelta(days=14)
OPEN_WITHIN = timedelta(days=7)
#: The days that are told of, and what is normal on the first of them.
NORMAL_PAST = timedelta(days=DAYS_BACK + 8)
COLLARS = frozenset({Rule.SILENT_COLLAR, Rule.LOOSE_COLLAR, Rule.BATTERY, Rule.GATEWAY})
_RANK = tuple(reversed(Priority))


@dataclass(frozen=True, slots=True)
class Animal:
    """One animal: its open alerts, the most pressing first, and its activity as a part of normal, None unknown."""

    name: str
    alerts: tuple[Alert, ...]
    activity: float | None


@dataclass(frozen=True, slots=True)
class Budget:
    """Hours a day that the herd's animals spend on one thing (a name of normal.BUDGET), and what is normal for them."""

    measure: str
    hours: float
    normal_hours: float


@dataclass(frozen=True, slots=True)
class Report:
    """All of one report at farm time *now*, over the day or the week before it."""

    now: datetime
    week: bool
    heard: int
    animals: int
    herd: tuple[Animal, ...]
    budgets: tuple[Budget, ...]
    open: tuple[Past, ...]
    heats: tuple[Alert, ...]
    collars: tuple[Alert, ...]

    @property
    def since(self) -> datetime:
        """Where the time that it tells of begins."""
        return self.now - timedelta(days=7 if self.week else 1)


async def report_of(store: Store, now: datetime, *, week: bool) -> Report:
    """The report of the farm at farm time *now*."""
    table = await store.readings(now - NORMAL_PAST)
    activity, budgets = await asyncio.to_thread(_measured, table, now, 7 if week else 1)
    return await told_of(store, now, week=week, activity=activity, budgets=budgets)


async def activity_of(store: Store, now: datetime) -> dict[str, float | None]:
    """Each animal's activity of the last day as a part of its normal, None unknown: the costly part of a glance."""
    table = await store.activity(now - NORMAL_PAST)
    return (await asyncio.to_thread(_measured, table, now, 1))[0]


async def told_of(
    store: Store, now: datetime, *, week: bool, activity: dict[str, float | None], budgets: tuple[Budget, ...] = ()
) -> Report:
    """The report whose readings were looked at before."""
    heard, animals = await store.heard(now - HEARD_WITHIN, now - HERD_WITHIN)
    past = await store.history(now - OPEN_WITHIN, now + timedelta(minutes=1))
    goes_on = [one for one in past if one.alert.ended_at is None]
    # A heat is over before its best hours are.
    heats = sorted(
        (one.alert for one in past if (one.alert.best_until or now) > now), key=lambda alert: alert.started_at
    )
    pressing = {alert.id: alert for alert in [*(one.alert for one in goes_on), *heats]}
    return Report(
        now=now,
        week=week,
        heard=heard,
        animals=animals,
        herd=_by_need(list(pressing.values()), activity),
        budgets=budgets,
        open=tuple(sorted(goes_on, key=lambda one: _pressing(one.alert))),
        heats=tuple(heats),
        collars=tuple(one.alert for one in goes_on if one.alert.traits.rule in COLLARS),
    )


def _pressing(alert: Alert) -> tuple[int, datetime]:
    return _RANK.index(alert.traits.priority), alert.opened_at


def _by_need(alerts: Sequence[Alert], activity: dict[str, float | None]) -> tuple[Animal, ...]:
    """Everybody: who has an alert by how pressing it is, then the others by how far their activity is from normal."""
    of = defaultdict(list)
    for alert in sorted(alerts, key=_pressing):
        if alert.animal:
            of[alert.animal].append(alert)
    needy = [Animal(name, tuple(found), activity.get(name)) for name, found in of.items()]
    others = sorted(activity.keys() - of.keys(), key=lambda name: (-_away(activity[name]), name))
    return (*needy, *(Animal(name, (), activity[name]) for name in others))


def _away(part: float | None) -> float:
    """How far from normal; who was not heard stands last, the collars' section tells of them."""
    return -1.0 if part is None else abs(part - 1)


def _measured(table: pl.DataFrame, now: datetime, days: int) -> tuple[dict[str, float | None], tuple[Budget, ...]]:
    """Each animal's activity as a part of its normal, and the herd's time budgets, over *days* before *now*."""
    if table.filter(pl.col("measured_at") < now).is_empty():
        return {}, ()
    grid = grid_of(table, until=now)
    shown = slice(max(0, grid.bins - int(timedelta(days=days) / BIN)), grid.bins)
    values, normal = _known(grid.activity, expected_of(grid.activity), shown)
    sums = np.nansum(normal, axis=1)
    parts = np.divide(np.nansum(values, axis=1), sums, out=np.full(len(sums), np.nan), where=sums > 0)
    activity = {
        name: float(part) if np.isfinite(part) else None for name, part in zip(grid.animals, parts, strict=True)
    }
    return activity, tuple(_budgets(grid, shown))


def _budgets(grid: Grid, shown: slice) -> list[Budget]:
    found = []
    for measure in BUDGET:
        minutes = grid.measure(measure)
        if minutes is None:
            continue
        values, normal = _known(minutes, expected_of(minutes), shown)
        if np.isfinite(values).any():
            per_day = timedelta(days=1) / BIN / 60
            found.append(Budget(measure, float(np.nanmean(values)) * per_day, float(np.nanmean(normal)) * per_day))
    return found


def _known(values: Matrix, normal: Matrix, shown: slice) -> tuple[Matrix, Matrix]:
    """Both over the time shown, NaN wherever one of them is: what is compared must be of the same hours."""
    values, normal = values[:, shown], normal[:, shown]
    both = np.isfinite(values) & np.isfinite(normal)
    return np.where(both, values, np.nan), np.where(both, normal, np.nan)
