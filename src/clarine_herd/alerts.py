"""Readings in, alerts out: the whole judgement as one pure function of a herd's readings.

What the animal's life says (days since calving, pregnant) decides what an episode means to the farmer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from clarine_herd.kinds import TRAITS, Kind, Traits
from clarine_herd.normal import BIN, ILLNESS_BINS, Grid, grid_of, normal_of
from clarine_herd.rules import Rule, Span, spans_of

#: Before that, a heat is noted and not used (start values of the rule table: 30–40 days).
HEAT_DAYS_MIN = 30
PREGNANT = frozenset({"dry", "pregnant", "pregnant heifer", "tragend", "trocken"})

DIGEST_HOURS = (6, 17)

#: Insemination, hours after the start: from, best from, best to, to.
WINDOW_H = (12, 13, 18, 24)


@dataclass(frozen=True, slots=True)
class Alert:
    """One episode of one animal (empty for the gateway); times are farm time, ``opened_at`` is when it was proved.

    ``ended_at`` is None while it is open. ``peak`` is spreads above normal for heat and the part of normal for illness.
    """

    id: str
    animal: str
    kind: Kind
    started_at: datetime
    opened_at: datetime
    last_at: datetime
    ended_at: datetime | None
    peak: float
    days_since_calving: int | None = None

    @property
    def traits(self) -> Traits:
        """What all alerts of this kind share."""
        return TRAITS[self.kind]

    @property
    def expires_at(self) -> datetime:
        """Farm time after which nobody is told any more."""
        return self.opened_at + timedelta(hours=self.traits.useful_life_h)

    def icar(self) -> dict[str, Any]:
        """The alert as an icarAttentionEventResource-shaped object, with our kind and peak beside it."""
        return {
            "id": self.id,
            "animal": self.animal,
            "kind": str(self.kind),
            "category": self.traits.category,
            "causes": [self.traits.cause],
            "priority": str(self.traits.priority),
            "eventDateTime": self.started_at.isoformat(),
            "openedDateTime": self.opened_at.isoformat(),
            "alertEndDateTime": self.ended_at.isoformat() if self.ended_at else None,
            "deviceAttentionScore": round(self.peak, 2),
        }


def alerts_of(table: pl.DataFrame, *, until: datetime | None = None) -> list[Alert]:
    """Every alert of one herd's readings (readings.SCHEMA) up to *until*, in the order in which they open."""
    if table.is_empty():
        return []
    grid = grid_of(table, until=until)
    spans = spans_of(grid, normal_of(grid))
    return [_alert(grid, span, life) for span, life in zip(spans, _lives(table, grid, spans), strict=True)]


def digest_after(at: datetime) -> datetime:
    """The first digest (06:00 or 17:00 farm time) at or after *at*."""
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    hours = (*DIGEST_HOURS, 24 + DIGEST_HOURS[0])
    return next(slot for slot in (day + timedelta(hours=hour) for hour in hours) if slot >= at)


def count_by_kind(alerts: Iterable[Alert]) -> dict[str, int]:
    """How many alerts of each kind, every kind named."""
    counts = {str(kind): 0 for kind in Kind}
    for alert in alerts:
        counts[alert.kind] += 1
    return counts


Life = tuple[int | None, str | None]


def _lives(table: pl.DataFrame, grid: Grid, spans: list[Span]) -> list[Life]:
    """What was known of each animal when its episode opened: days since calving and lactation status."""
    if not spans:
        return []
    asked = pl.DataFrame(
        {
            "place": range(len(spans)),
            "animal": [grid.animals[span.animal] if span.animal >= 0 else "" for span in spans],
            "measured_at": [grid.at(span.opened) + BIN for span in spans],
        },
        schema_overrides={"measured_at": pl.Datetime("us")},
    ).sort("measured_at")
    known = table.select("animal", "measured_at", "lactation_days", "lactation_status").sort("measured_at")
    joined = asked.join_asof(known, on="measured_at", by="animal", check_sortedness=False).sort("place")
    return list(zip(joined["lactation_days"].to_list(), joined["lactation_status"].to_list(), strict=True))


def _alert(grid: Grid, span: Span, life: Life) -> Alert:
    days, status = life
    animal = grid.animals[span.animal] if span.animal >= 0 else ""
    # An illness is proved by the twelve hours before the first hit, so that is when it began.
    started = grid.at(span.first - (ILLNESS_BINS - 1 if span.rule is Rule.ILLNESS else 0))
    last = grid.at(span.last) + BIN
    return Alert(
        id=f"{span.rule}:{animal}:{started:%Y%m%dT%H%M}",
        animal=animal,
        kind=_kind(span.rule, days, status),
        started_at=started,
        opened_at=grid.at(span.opened) + BIN,
        last_at=last,
        ended_at=last if span.closed else None,
        peak=span.peak,
        days_since_calving=days,
    )


def _kind(rule: Rule, days: int | None, status: str | None) -> Kind:
    match rule:
        case Rule.HEAT if (status or "").lower() in PREGNANT:
            return Kind.HEAT_IN_PREGNANCY
        case Rule.HEAT if days is not None and days < HEAT_DAYS_MIN:
            return Kind.HEAT_TOO_EARLY
        case _:
            return Kind(rule)
