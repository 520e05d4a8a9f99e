"""What a farm would have been told and when: alerts through the same plan that a live farm has, without a network."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from clarine_herd.alerts import Alert, alerts_of
from clarine_herd.gather import Gathered
from clarine_herd.normal import BIN
from clarine_herd.plan import How, Policy, Step, day_of, plan, still_news

DEFAULT = Policy()


@dataclass(frozen=True, slots=True)
class Told:
    """One message to the farmer: how, when (farm time), of which alerts."""

    how: How
    at: datetime
    alerts: tuple[Alert, ...]


def rehearsed(found: Gathered, policy: Policy = DEFAULT) -> list[dict[str, Any]]:
    """For each herd, the messages that a farm would have had: see ``summary_of``."""
    told = []
    for herd in found.herds:
        messages = rehearse(alerts_of(herd), policy, animals=herd["animal"].n_unique())
        first, last = herd["measured_at"].min(), herd["measured_at"].max()
        assert isinstance(first, datetime)
        assert isinstance(last, datetime)
        told.append(summary_of(messages, first=first, last=last))
    return told


def rehearse(alerts: Sequence[Alert], policy: Policy, *, animals: int) -> list[Told]:
    """The messages that *alerts* become for a herd of so many *animals*, in time order."""
    told: dict[datetime, int] = defaultdict(int)
    steps: list[Step] = []
    for moment in sorted({alert.opened_at for alert in alerts}):
        together = [alert for alert in alerts if alert.opened_at == moment]
        placed = plan(together, policy, now=moment, animals=animals, told=told)
        for step in placed:
            told[day_of(step.due_at)] += step.takes_budget
        steps += placed
    return sorted(_messages(steps), key=lambda message: message.at)


def summary_of(messages: Sequence[Told], *, first: datetime, last: datetime) -> dict[str, Any]:
    """Messages a day from *first* until *last* (median, highest), by kind, and how often an episode was told again."""
    by_day = Counter(day_of(message.at) for message in messages)
    days = [day_of(first) + timedelta(days=number) for number in range((day_of(last) - day_of(first)).days + 1)]
    counts = [by_day[day] for day in days]
    episodes = Counter(alert.id for message in messages for alert in message.alerts)
    return {
        "total": len(messages),
        "alerts": sum(message.how is How.ALERT for message in messages),
        "digests": sum(message.how is How.DIGEST for message in messages),
        "per_day_median": statistics.median(counts),
        "per_day_max": max(counts),
        "duplicates": sum(count - 1 for count in episodes.values()),
    }


def _messages(steps: Sequence[Step]) -> list[Told]:
    alone = [Told(How.ALERT, step.due_at, (step.alert,)) for step in steps if step.how is How.ALERT]
    digests: dict[datetime, list[Alert]] = defaultdict(list)
    for step in steps:
        if step.how is How.DIGEST:
            digests[step.due_at].append(step.alert)
    together = [Told(How.DIGEST, at, tuple(alerts)) for at, alerts in digests.items()]
    news = [
        Told(message.how, message.at, tuple(alert for alert in message.alerts if _is_news(alert, message.at)))
        for message in [*alone, *together]
    ]
    return [message for message in news if message.alerts]


def _is_news(alert: Alert, at: datetime) -> bool:
    # That an episode is over is seen a bin after its last sign, and not before.
    return alert.ended_at is None or alert.ended_at + BIN > at or still_news(alert)
