"""An animal's curve for the chat; what draws it takes seconds to load, so it is loaded for the first one."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from clarine_herd.alerts import Alert
from clarine_herd.normal import grid_of, normal_of
from clarine_herd.words import Words


def chart_png(table: pl.DataFrame, words: Words, *, animal: str, until: datetime, alert: Alert | None) -> bytes:
    """An animal's last days before farm time *until* as PNG, from its readings. Call it in a thread."""
    from clarine_herd.chart import curve_of, png_of  # noqa: PLC0415
    from clarine_herd.fonts import drawing  # noqa: PLC0415

    grid = grid_of(table, until=until)
    with drawing:
        return png_of(curve_of(grid, normal_of(grid), animal, until=until), words, alert)
