"""The sandbox's clock: the machine's time and an offset that an API moves and the data folder keeps."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path


def _machine() -> datetime:
    return datetime.now(UTC)


class SandboxClock:
    """Implements ports.clock.Clock and ports.sandbox.TurnedTime; *path* keeps where it was turned to."""

    def __init__(self, path: Path, machine: Callable[[], datetime] = _machine) -> None:
        self._path = path
        self._machine = machine
        self._offset = timedelta()
        self._stopped_at: datetime | None = None
        if path.exists():
            kept = json.loads(path.read_text(encoding="utf-8"))
            self._offset = timedelta(microseconds=kept["offset_us"])
            self._stopped_at = datetime.fromisoformat(kept["stopped_at"]) if kept["stopped_at"] else None
        else:
            self._keep()

    def now(self) -> datetime:
        return self._stopped_at or self._machine() + self._offset

    @property
    def running(self) -> bool:
        return self._stopped_at is None

    def turn(self, to: datetime, *, running: bool | None = None) -> None:
        running = self.running if running is None else running
        self._offset = to - self._machine()
        self._stopped_at = None if running else to
        self._keep()

    def reset(self) -> None:
        self._offset, self._stopped_at = timedelta(), None
        self._keep()

    def _keep(self) -> None:
        kept = {
            "offset_us": self._offset // timedelta(microseconds=1),
            "stopped_at": self._stopped_at.isoformat() if self._stopped_at else None,
        }
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(kept), encoding="utf-8")
        fresh.replace(self._path)
