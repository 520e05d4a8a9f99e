"""An alert of each kind, for tests that only need one."""

from __future__ import annotations

from datetime import datetime, timedelta

from clarine_herd.alerts import Alert
from clarine_herd.kinds import TRAITS, Kind

NOW = datetime.fromisoformat("2026-02-01T12:00:00")


def example(kind: Kind, *, animal: str = "1217", opened_at: datetime | None = None) -> Alert:
    """An open alert that began at six in the morning, or four hours before *opened_at*."""
    opened = opened_at or NOW - timedelta(hours=2)
    started = opened - timedelta(hours=4)
    return Alert(
        id=f"{TRAITS[kind].rule}:{animal}:{started:%Y%m%dT%H%M}",
        animal="" if kind is Kind.GATEWAY else animal,
        kind=kind,
        started_at=started,
        opened_at=opened,
        last_at=opened,
        ended_at=None,
        peak=0.58,
        days_since_calving=12,
    )
