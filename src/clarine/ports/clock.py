"""The time, as a door, so that tests and the sandbox can turn the clock."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The time now, in UTC, with its time zone."""
        ...
