"""Where a run's readings come from: a folder of exports or the simulator, as herds ready to be judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from clarine_herd import readings, simulate
from clarine_herd.alerts import Alert, alerts_of
from clarine_herd.ingest import heatime
from clarine_herd.ingest.heatime import FileRefused
from clarine_herd.settings import Settings

SIMULATED_DAYS = 28
SIMULATED_START = datetime(2026, 2, 1)  # noqa: DTZ001 — farm time has no zone


@dataclass(frozen=True, slots=True)
class Gathered:
    """Herds (readings.SCHEMA each, its own clock) and the files they came from."""

    herds: tuple[pl.DataFrame, ...]
    animals: int
    files_read: tuple[dict[str, object], ...]
    files_refused: tuple[FileRefused, ...]

    @property
    def readings(self) -> int:
        """How many readings there are: one animal, one time, at least one value."""
        return sum(map(len, self.herds))

    def alerts(self) -> list[Alert]:
        """Every alert of every herd, in the order in which they open."""
        return sorted(
            (a for herd in self.herds for a in alerts_of(herd)), key=lambda alert: (alert.opened_at, alert.id)
        )


def gathered(settings: Settings) -> Gathered:
    """All of the run's readings. Raises FileNotFoundError when the folder is not there."""
    if settings.herd_data is None:
        table = simulate.herd(SIMULATED_START, animals=settings.animals, days=SIMULATED_DAYS, seed=settings.seed).table
        return Gathered((table,), table["animal"].n_unique(), (), ())
    found, refused = heatime.read_folder(settings.herd_data)
    tables = [item.table for item in found]
    files = tuple(
        {"file": item.file, "rows": len(item.table), "animals": item.table["animal"].n_unique()} for item in found
    )
    # An animal whose collar was never heard has no reading, but stands in the export and is counted.
    named = pl.concat([readings.empty(), *tables])["animal"].n_unique()
    return Gathered(tuple(readings.herds(tables)), named, files, tuple(refused))


def last_time(herds: tuple[pl.DataFrame, ...]) -> datetime:
    """The end of the last reading of all herds, farm time."""
    ends = [herd["measured_at"].max() for herd in herds if not herd.is_empty()]
    times = [end for end in ends if isinstance(end, datetime)]
    return max(times, default=SIMULATED_START) + timedelta(hours=2)
