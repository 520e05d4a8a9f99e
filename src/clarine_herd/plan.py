"""When the farmer is told of what: at once, in the morning, in the next digest. Pure, so a replay plans as a live farm does.

Few messages are the point: farmers turn off what calls too often (4D4F: false alarms cost confidence for good).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from clarine_herd.alerts import Alert
from clarine_herd.kinds import PASSING, Priority

DIGEST_HOURS = (6, 17)
#: A critical alert goes to the next person after that long, and round all of them at most so often.
ESCALATE_AFTER = timedelta(minutes=15)
ROUNDS_MAX = 3
SNOOZE_H_MAX = 72


class How(StrEnum):
    """How one alert is told."""

    ALERT = "alert"  #: a message of its own
    DIGEST = "digest"  #: a line of the next digest
    NOT = "not"  #: kept and never sent: it came too late to be of use


@dataclass(frozen=True, slots=True)
class Policy:
    """How a farm wants to be told. Quiet hours are farm time and may pass midnight; equal ends mean none."""

    quiet_from: time = time(21)
    quiet_to: time = time(6)
    cows_per_message: int = 20
    messages_min: int = 2

    def budget(self, animals: int) -> int:
        """How many messages of Normal priority a day brings at most, for a herd of so many animals."""
        return max(self.messages_min, animals // self.cows_per_message)

    def quiet_until(self, at: datetime) -> datetime:
        """*at* itself by day, the end of the quiet hours in them."""
        clock, start, end = at.time(), self.quiet_from, self.quiet_to
        inside = start <= clock < end if start <= end else clock >= start or clock < end
        if not inside:
            return at
        morning = datetime.combine(at.date(), end)
        return morning if clock < end else morning + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """One alert's place in the plan: how, and from when on (farm time)."""

    alert: Alert
    how: How
    due_at: datetime

    @property
    def is_critical(self) -> bool:
        """Whether it goes from one person to the next."""
        return self.alert.traits.priority is Priority.CRITICAL

    @property
    def takes_budget(self) -> bool:
        """Whether it is one of the day's few messages of its own."""
        return self.how is How.ALERT and self.alert.traits.priority is Priority.NORMAL


def plan(
    alerts: Iterable[Alert], policy: Policy, *, now: datetime, animals: int, told: Mapping[datetime, int]
) -> list[Step]:
    """Place each new alert, in the order in which they open.

    *told* is how many messages of Normal priority stand in the outbox already, by the midnight of their day.
    """
    spent = dict(told)
    steps = []
    for alert in sorted(alerts, key=_order):
        step = _placed(alert, policy, now=now, left=lambda day: policy.budget(animals) - spent.get(day, 0))
        if step.takes_budget:
            spent[day_of(step.due_at)] = spent.get(day_of(step.due_at), 0) + 1
        steps.append(step)
    return steps


def digest_after(at: datetime) -> datetime:
    """The first digest (06:00 or 17:00 farm time) at or after *at*."""
    hours = (*DIGEST_HOURS, 24 + DIGEST_HOURS[0])
    return next(slot for slot in (day_of(at) + timedelta(hours=hour) for hour in hours) if slot >= at)


def day_of(at: datetime) -> datetime:
    """The midnight with which the day of *at* began."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def still_news(alert: Alert) -> bool:
    """Whether a digest still has to name it: what is over by itself is no news."""
    return alert.ended_at is None or alert.traits.rule not in PASSING


def next_turn(first_sent_at: datetime, turn: int) -> datetime:
    """When a critical alert goes to the person whose *turn* it is (0 is the first)."""
    return first_sent_at + turn * ESCALATE_AFTER


#: How many messages of a day are left.
Left = Callable[[datetime], int]


def _order(alert: Alert) -> tuple[int, datetime, str]:
    return -list(Priority).index(alert.traits.priority), alert.opened_at, alert.id


def _placed(alert: Alert, policy: Policy, *, now: datetime, left: Left) -> Step:
    if alert.expires_at <= now:
        return Step(alert, How.NOT, now)
    by_day = policy.quiet_until(now)
    match alert.traits.priority:
        case Priority.CRITICAL:
            return Step(alert, How.ALERT, now)
        case Priority.URGENT:
            return Step(alert, How.ALERT, by_day)
        case Priority.NORMAL if _waits(alert, by_day, now) or left(day_of(by_day)) <= 0:
            return _in_digest(alert, now, by_day)
        case Priority.NORMAL:
            return Step(alert, How.ALERT, by_day)
        case _:
            return Step(alert, How.DIGEST, digest_after(now))


def _waits(alert: Alert, by_day: datetime, now: datetime) -> bool:
    """What was found at night is read with the morning's digest, which comes before it could be of use."""
    return by_day > now and digest_after(now) <= by_day


def _in_digest(alert: Alert, now: datetime, by_day: datetime) -> Step:
    slot = digest_after(now)
    # A heat whose best hours end before the digest is worth a message even when the day's are used up.
    too_late = alert.best_until is not None and slot > alert.best_until > by_day
    return Step(alert, How.ALERT, by_day) if too_late else Step(alert, How.DIGEST, slot)
