"""Times that clients ask figures for: Unix seconds or days, and the steps between them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from clarine.edge.graph.errors import invalid
from clarine.ports.account_rows import Granularity, Period

_GRANULARITIES: Final[dict[str, Granularity]] = {
    "HALF_HOUR": "HALF_HOUR",
    "DAY": "DAY",
    "DAILY": "DAY",
    "MONTH": "MONTH",
    "MONTHLY": "MONTH",
}
#: Figures go back a year (Cloud API: analytics, lookback).
LOOK_BACK: Final = timedelta(days=366)
_SECONDS_MAX: Final = 253_402_300_799


def period_of(start: str | None, end: str | None, granularity: str | None, *, now: datetime) -> Period:
    """The period that a client asks about, not before LOOK_BACK. Raises ApiError 100, naming the parameter."""
    first, last = moment(start, "start"), moment(end, "end")
    if last <= first:
        raise invalid("Param end must be after start")
    if granularity is None or granularity.upper() not in _GRANULARITIES:
        raise invalid("Param granularity must be one of {HALF_HOUR, DAY, DAILY, MONTH, MONTHLY}")
    return Period(max(first, now - LOOK_BACK), last, _GRANULARITIES[granularity.upper()])


def moment(text: str | None, name: str) -> datetime:
    """Unix seconds or ``YYYY-MM-DD``. Raises ApiError 100."""
    if text is None:
        raise invalid(f"The parameter {name} is required.")
    try:
        if text.isdecimal() and len(text) <= 12 and int(text) <= _SECONDS_MAX:
            return datetime.fromtimestamp(int(text), UTC)
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise invalid(f"Param {name} must be Unix seconds or a day like 2026-11-23") from None


def end_of(start: datetime, granularity: Granularity) -> datetime:
    """When the step that begins at *start* is over."""
    match granularity:
        case "HALF_HOUR":
            return start + timedelta(minutes=30)
        case "DAY":
            return start + timedelta(days=1)
        case "MONTH":
            return (start.replace(day=1) + timedelta(days=32)).replace(day=1)


def seconds(at: datetime) -> int:
    """Unix seconds."""
    return int(at.timestamp())
