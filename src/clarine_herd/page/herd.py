"""The herd at a glance: who needs somebody, whom to inseminate, who calves, and everybody else."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from starlette.responses import Response

from clarine_herd.chat.asking import DUE_WITHIN
from clarine_herd.life import Event, due_at
from clarine_herd.page.ask import Ask
from clarine_herd.report.facts import told_of
from clarine_herd.store.events import EVENTS_BACK, RIGHT_WITHIN

#: So many animals without an alert are shown until somebody asks for all.
OTHERS_SHOWN = 24


async def glance(ask: Ask) -> Response:
    """The first page."""
    activity = await ask.shares.at(ask.now)
    report = await told_of(ask.store, ask.now, week=False, activity=activity)
    verdicts = await ask.store.verdicts(ask.now - RIGHT_WITHIN)
    needy = [one for one in report.herd if one.alerts]
    others = [one for one in report.herd if not one.alerts]
    shown = others if ask.query("all") else others[:OTHERS_SHOWN]
    return ask.page(
        "herd.html",
        place="",
        title=ask.says.nav[""],
        report=report,
        needy=needy,
        others=sorted(shown, key=lambda one: one.name) if ask.query("all") else shown,
        more=len(others) - len(shown),
        due=await _due(ask),
        whole=[one.alert for one in report.open if not one.alert.animal],
        right=sum(verdict.true for verdict in verdicts),
        judged=len(verdicts),
    )


async def _due(ask: Ask) -> list[tuple[datetime, str]]:
    """Who is due within two weeks, the next first."""
    events = await ask.store.events(ask.now - EVENTS_BACK)
    of: defaultdict[str, list[Event]] = defaultdict(list)
    for event in events:
        of[event.animal].append(event)
    dates = {name: due_at(found, species=ask.words.species) for name, found in of.items()}
    return sorted((at, name) for name, at in dates.items() if at is not None and abs(at - ask.now) <= DUE_WITHIN)
