"""What is known beside the readings: events, what the farmer said of alerts, groups, the air, the collars themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from clarine_herd.kinds import Kind
from clarine_herd.life import Event
from clarine_herd.tuning import Verdict


@dataclass(frozen=True, slots=True)
class DeviceFact:
    """Something that the registry knows of one collar: kind LOOSE_COLLAR or BATTERY (``value`` is percent).

    ``since`` and ``until`` are farm time, *until* None while it is so.
    """

    animal: str
    kind: Kind
    since: datetime
    value: float = 0.0
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """``group_of`` names animals' groups, ``climate`` is climate.CLIMATE_SCHEMA, ``species`` cattle or buffalo.

    ``strictness`` is the farm's own setting in spreads, added to what its verdicts teach.
    """

    events: tuple[Event, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    group_of: Mapping[str, str] = field(default_factory=dict)
    climate: pl.DataFrame | None = None
    devices: tuple[DeviceFact, ...] = ()
    species: str = "cattle"
    strictness: float = 0.0


NOTHING = Known()
