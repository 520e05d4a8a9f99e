"""A file that somebody brings: read whole and checked whole before anything of it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from clarine_herd.life import Event, EventKind

FILE_BYTES_MAX = 5_000_000
ROWS_MAX = 50_000
#: So many wrong places are told of at once.
WRONG_SHOWN = 20
#: What can be entered, from when on.
EARLIEST = datetime(1990, 1, 1)  # noqa: DTZ001 — farm time has no zone
ENTERED = frozenset(EventKind) - {EventKind.HEAT}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One place that cannot be taken: the line or the resource by its number from 1, the field, and what stands there."""

    number: int
    field: str
    value: str


class RefusedFileError(Exception):
    """Nothing of the file is taken. *why* is shape, empty, size or rows for the whole of it, else values."""

    def __init__(self, why: str, wrong: list[Wrong] | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.wrong = wrong or []


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file holds: readings (readings.SCHEMA) and events, and how many resources Herd has no use for."""

    readings: pl.DataFrame
    events: tuple[Event, ...] = ()
    passed_over: int = 0


def farm_time(at: datetime, zone: ZoneInfo) -> datetime:
    """A time as the farm's wall clock shows it; one without an offset is the farm's own already."""
    return at if at.tzinfo is None else at.astimezone(zone).replace(tzinfo=None)


def can_be(event: Event, now: datetime) -> str:
    """The field that cannot be so at farm time *now*, empty when all can."""
    if not 1 <= len(event.animal) <= 64:
        return "animal"
    if event.kind not in ENTERED:
        return "kind"
    return "" if EARLIEST <= event.at <= now + timedelta(days=1) else "at"
