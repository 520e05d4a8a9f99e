"""Clocks: the machine's, and one that is turned by hand (tests, the sandbox)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class SystemClock:
    """Implements ports.clock.Clock with the machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class TurnedClock:
    """Implements ports.clock.Clock; stands still until it is turned."""

    def __init__(self, start: datetime) -> None:
        assert start.tzinfo is not None
        self._now = start

    def now(self) -> datetime:
        return self._now

    def turn(self, by: timedelta) -> None:
        """Move the time, forward or back."""
        self._now += by
