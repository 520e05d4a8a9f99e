"""Readings in, alerts out: the whole judgement as one pure function of a herd's readings and of what is known of it.

What the animal's life says (days since calving, in calf, inseminated) decides what an episode means to the farmer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from clarine_herd.kinds import TRAITS, Kind, Rule, Traits
from clarine_herd.known import NOTHING, DeviceFact, Known
from clarine_herd.normal import BIN, ILLNESS_BINS, Matrix, grid_of
from clarine_herd.rules import CYCLE_D, FARM_RULES, FEVER_C, GROUP_RULES, TREND_BINS, Facts, facts_of, spans_of
from clarine_herd.scan import Span

#: Before that, a heat is noted and not used (start values of the rule table: 30–40 days).
HEAT_DAYS_MIN = 30

#: Insemination, hours after the start: from, best from, best to, to.
WINDOW_H = (12, 13, 18, 24)

#: What is seen in a bin began so many bins before it: an illness is proved by twelve hours, no movement by four.
PROVED_BY = {Kind.ILLNESS: ILLNESS_BINS - 1, Kind.NO_MOVEMENT: 1, Kind.LAMENESS: TREND_BINS - 1}


@dataclass(frozen=True, slots=True)
class Alert:
    """One episode; *animal* is empty when it is a group's (``group`` names it) or the farm's. Times are farm time.

    ``opened_at`` is when it was proved, ``ended_at`` None while it is open. ``peak`` is spreads above normal for heat,
    the part of normal for illness, °C for fever, the index for heat stress, a share for a group, percent for a battery.
    ``days`` is what the kind's sentence names: since insemination, until she is due.
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
    days: int | None = None
    group: str = ""

    @property
    def traits(self) -> Traits:
        """What all alerts of this kind share."""
        return TRAITS[self.kind]

    @property
    def expires_at(self) -> datetime:
        """Farm time after which nobody is told any more."""
        return self.opened_at + timedelta(hours=self.traits.useful_life_h)

    @property
    def best_until(self) -> datetime | None:
        """For a heat that can be used, the end of the best hours to inseminate."""
        usable = self.kind in (Kind.HEAT, Kind.HEAT_AGAIN)
        return self.started_at + timedelta(hours=WINDOW_H[2]) if usable else None

    def shown_until(self, now: datetime) -> datetime:
        """How far a chart of it reaches: to now, but not more than a day past the episode."""
        return min(now, self.last_at + timedelta(days=1))

    def icar(self) -> dict[str, Any]:
        """The alert as an icarAttentionEventResource-shaped object, with our kind and group beside it."""
        return {
            "id": self.id,
            "animal": self.animal,
            "group": self.group,
            "kind": str(self.kind),
            "category": self.traits.category,
            "causes": [self.traits.cause],
            "priority": str(self.traits.priority),
            "eventDateTime": self.started_at.isoformat(),
            "openedDateTime": self.opened_at.isoformat(),
            "alertEndDateTime": self.ended_at.isoformat() if self.ended_at else None,
            "deviceAttentionScore": round(self.peak, 2),
        }


def alerts_of(table: pl.DataFrame, *, until: datetime | None = None, known: Known = NOTHING) -> list[Alert]:
    """Every alert of one herd's readings (readings.SCHEMA, and any of normal.MEASURES) up to *until*, as they open."""
    device = [_device_alert(fact) for fact in known.devices if until is None or fact.since < until]
    if table.is_empty():
        return device
    facts = facts_of(grid_of(table, until=until), known)
    found = [_alert(facts, span) for span in spans_of(facts)]
    return sorted([*found, *device], key=lambda alert: alert.opened_at)


def count_by_kind(alerts: Iterable[Alert]) -> dict[str, int]:
    """How many alerts of each kind, every kind named."""
    counts = {str(kind): 0 for kind in Kind}
    for alert in alerts:
        counts[alert.kind] += 1
    return counts


def _alert(facts: Facts, span: Span) -> Alert:
    grid, rule = facts.grid, span.rule
    group = facts.shift.groups[span.row] if rule in GROUP_RULES else ""
    animal = "" if rule in FARM_RULES | GROUP_RULES else grid.animals[span.row]
    kind = _kind(facts, span)
    started = grid.at(span.first - PROVED_BY.get(kind, 0))
    last = grid.at(span.last) + BIN
    return Alert(
        id=f"{rule}:{animal or group}:{started:%Y%m%dT%H%M}",
        animal=animal,
        kind=kind,
        started_at=started,
        opened_at=grid.at(span.opened) + BIN,
        last_at=last,
        ended_at=last if span.closed else None,
        peak=_peak(facts, span, kind),
        days_since_calving=_whole(facts.life.days_in_milk, span) if animal else None,
        days=_days(facts, span, kind),
        group=group,
    )


def _kind(facts: Facts, span: Span) -> Kind:
    life, place = facts.life, (span.row, span.opened)
    match span.rule:
        case Rule.HEAT if life.in_calf[place]:
            return Kind.HEAT_IN_PREGNANCY
        case Rule.HEAT if life.days_in_milk[place] < HEAT_DAYS_MIN:
            return Kind.HEAT_TOO_EARLY
        case Rule.HEAT if life.since_insemination[place] <= CYCLE_D[1] + 1:
            return Kind.HEAT_AGAIN
        case Rule.ILLNESS if facts.fever is not None and facts.fever[place] >= FEVER_C:
            return Kind.FEVER
        case _:
            return Kind(span.rule)


def _peak(facts: Facts, span: Span, kind: Kind) -> float:
    match kind:
        case Kind.FEVER:
            assert facts.fever is not None
            return float(np.nanmax(facts.fever[span.row, span.first : span.opened + 1]))
        case Kind.ILLNESS:
            return 1 - span.peak
        case _:
            return span.peak


def _days(facts: Facts, span: Span, kind: Kind) -> int | None:
    match kind:
        case Kind.HEAT_AGAIN:
            return _whole(facts.life.since_insemination, span)
        case Kind.CALVING | Kind.CALVING_DUE:
            return _whole(facts.life.due_in, span)
        case _:
            return None


def _whole(days: Matrix, span: Span) -> int | None:
    value = days[span.row, span.opened]
    return round(float(value)) if np.isfinite(value) else None


def _device_alert(fact: DeviceFact) -> Alert:
    known_id = f"{TRAITS[fact.kind].rule}:{fact.animal}:{fact.since:%Y%m%dT%H%M}"
    last = fact.until or fact.since
    return Alert(known_id, fact.animal, fact.kind, fact.since, fact.since, last, fact.until, fact.value)
