"""A report written to a file, for the farm that prints it or passes it on."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime
from pathlib import Path

from clarine_herd.report.facts import report_of
from clarine_herd.report.pictures import report_pdf, report_png
from clarine_herd.settings import Settings
from clarine_herd.store.embedded import Embedded
from clarine_herd.store.postgres import Store
from clarine_herd.words import Words


async def write_report(settings: Settings, out: Path, *, now: datetime, week: bool) -> None:
    """The farm's report at farm time *now*, as pages when *out* ends in .pdf, else as a picture. Raises OSError."""
    async with contextlib.AsyncExitStack() as stack:
        url = settings.database_url or await stack.enter_async_context(Embedded(settings.data))
        store = await stack.enter_async_context(await Store.open(url, settings.farm))
        report = await report_of(store, now, week=week)
        words = Words.of(settings.language, (await store.wishes()).species)
    draw = report_pdf if out.suffix == ".pdf" else report_png
    await asyncio.to_thread(lambda: out.write_bytes(draw(report, words)))
