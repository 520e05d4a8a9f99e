"""The alerts of some time and what became of each, and how often Herd was right."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta

from starlette.responses import Response

from clarine_herd.kinds import Kind
from clarine_herd.page.ask import Ask
from clarine_herd.store.events import RIGHT_WITHIN

DAYS = (7, 30, 90, 365)
DAYS_USUAL = 30
SHOWN = 50


async def history(ask: Ask) -> Response:
    """The alerts of ``days`` up to now, or those before ``before``, of one ``kind`` or all."""
    days = next((known for known in DAYS if ask.query("days") == str(known)), DAYS_USUAL)
    kind = next((known for known in Kind if ask.query("kind") == known), None)
    until = ask.now + timedelta(minutes=1)
    with contextlib.suppress(ValueError):
        until = min(datetime.fromisoformat(ask.query("before")).replace(tzinfo=None), until)
    past = await ask.store.history(ask.now - timedelta(days=days), until)
    found = [one for one in past if kind in (None, one.alert.kind)]
    verdicts = await ask.store.verdicts(ask.now - RIGHT_WITHIN)
    return ask.page(
        "alerts.html",
        place="alerts",
        title=ask.says.alerts.title,
        past=found[:SHOWN],
        before=found[SHOWN - 1].alert.opened_at.isoformat() if len(found) > SHOWN else "",
        days=days,
        kind=kind or "",
        all_days=DAYS,
        kinds=sorted(Kind, key=lambda one: ask.words.catalogue.kinds[one]),
        right=sum(verdict.true for verdict in verdicts),
        judged=len(verdicts),
    )
