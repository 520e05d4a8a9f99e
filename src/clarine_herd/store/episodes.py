"""Episodes and what the farmer says of them; an episode's outbox rows are written in its transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from clarine_herd.alerts import Alert
from clarine_herd.kinds import Kind, Rule
from clarine_herd.plan import How, Step, day_of, plan
from clarine_herd.store.messages import Outgoing, queue, row_of
from clarine_herd.store.people import Contact, People
from clarine_herd.store.tables import query

HISTORY_MAX = 1000
HERD_WITHIN = timedelta(days=14)
#: An open episode that no reading has shown for so long is over.
UNSEEN = timedelta(days=3)
#: Their ends come from the registry of collars, not from readings.
REGISTERED = (Rule.LOOSE_COLLAR, Rule.BATTERY)


@dataclass(frozen=True, slots=True)
class Past:
    """An alert and what became of it: ``verdict`` is true, not_true or empty; ``answered_by`` phone digits."""

    alert: Alert
    acknowledged_at: datetime | None
    answered_by: str
    verdict: str
    reason: str


class Episodes(People):
    """The episodes and the feedback of one farm."""

    async def record(self, alerts: Sequence[Alert], *, now: datetime | None) -> list[str]:
        """Keep alerts and, in the same transaction, the outbox rows of those that are new; gives the new ids.

        An alert past its useful life at farm time *now* is kept and never sent. ``now`` None replays: each alert is
        judged at the time it opened.
        """
        if now is not None:
            await self.execute("close_unseen", now - UNSEEN, [str(rule) for rule in REGISTERED])
        if not alerts:
            return []
        wishes, contacts = await self.wishes(), await self.contacts()
        async with self.transaction() as connection:
            opened = await connection.fetch(query("open_episodes"), self.farm, *_columns(map(_row, alerts)))
            await connection.execute(query("follow_episodes"), self.farm, *_columns(map(_seen, alerts)))
            known = {row["id"] for row in opened}
            new = [alert for alert in alerts if alert.id in known]
            if new:
                told = await _told(connection, self.farm, min(now or alert.opened_at for alert in new))
                steps = []
                for moment, together in _moments(new, now):
                    animals = await _animals(connection, self.farm, moment)
                    steps += plan(together, wishes.policy, now=moment, animals=animals, told=told)
                    _count(told, steps[-len(together) :])
                await _queue(connection, self.farm, [row for step in steps for row in _rows(step, contacts)])
        return [alert.id for alert in new]

    async def episodes(self, ids: Sequence[str]) -> list[Alert]:
        """Alerts by id; unknown ids are left out."""
        return [_alert(row) for row in await self.fetch("episodes_by_id", list(ids))]

    async def open_alerts(self, since: datetime) -> list[Alert]:
        """Alerts that are open and not acknowledged, newest first, opened since farm time *since*."""
        return [_alert(row) for row in await self.fetch("open_episodes_now", since)]

    async def history(self, since: datetime, until: datetime, *, animal: str | None = None) -> list[Past]:
        """Alerts that opened in between (farm time), newest first, with what became of them; at most HISTORY_MAX."""
        rows = await self.fetch("episodes_between", since, until, animal, HISTORY_MAX)
        return [
            Past(_alert(row), row["acknowledged_at"], row["acknowledged_by"], row["verdict"], row["reason"])
            for row in rows
        ]

    async def last_told(self, contact: Contact, *, animal: str | None = None, answered: bool = False) -> Alert | None:
        """The newest alert this person was told of, of one animal or of any; with *answered*, also one that was seen."""
        rows = await self.fetch("last_told", contact.number, animal, answered)
        found = await self.episodes([row["id"] for row in rows])
        return found[0] if found else None

    async def told_by(self, wamid: str) -> list[Alert]:
        """The alerts of the message with this wamid."""
        return await self.episodes([row["id"] for row in await self.fetch("told_by", wamid)])

    async def acknowledge(self, episode: str, *, by: str = "") -> None:
        """Somebody (phone digits) has seen this alert: it goes to nobody else."""
        await self.execute("acknowledge_episode", episode, datetime.now(UTC), by)

    async def save_feedback(
        self, episode: str, verdict: str, *, reason: str = "", said_at: datetime | None = None
    ) -> None:
        """Remember what the farmer says of an alert: verdict true or not_true, at farm time *said_at* (None: now)."""
        now = datetime.now(UTC)
        await self.execute("save_feedback", episode, verdict, reason, now, said_at or now.replace(tzinfo=None))

    async def feedback(self, episode: str) -> tuple[str, str] | None:
        """Verdict and reason of one alert, None when nothing was said."""
        rows = await self.fetch("feedback_of", episode)
        return (rows[0]["verdict"], rows[0]["reason"]) if rows else None


def _moments(alerts: Sequence[Alert], now: datetime | None) -> list[tuple[datetime, list[Alert]]]:
    """Alerts by the moment at which they are planned, in time order."""
    together: defaultdict[datetime, list[Alert]] = defaultdict(list)
    for alert in alerts:
        together[now or alert.opened_at].append(alert)
    return sorted(together.items())


async def _told(connection: Any, farm: str, since: datetime) -> dict[datetime, int]:
    rows = await connection.fetch(query("told_by_day"), farm, day_of(since))
    return {row["day"]: row["told"] for row in rows}


async def _animals(connection: Any, farm: str, now: datetime) -> int:
    row = await connection.fetchrow(query("heard_count"), farm, now, now - HERD_WITHIN)
    return int(row[1])


def _count(told: dict[datetime, int], steps: Sequence[Step]) -> None:
    for step in steps:
        if step.takes_budget:
            told[day_of(step.due_at)] = told.get(day_of(step.due_at), 0) + 1


async def _queue(connection: Any, farm: str, rows: Sequence[Outgoing]) -> None:
    queued = await queue(connection, farm, rows)
    # A digest that has gone out takes nothing more in: what came after it goes out as a digest of its own.
    await queue(connection, farm, [row.beside() for row in rows if row.key not in queued])


def _rows(step: Step, contacts: Sequence[Contact]) -> list[Outgoing]:
    if step.how is How.NOT or not contacts:
        return []
    if step.is_critical:
        return [row_of(step, contacts[0].number)]
    # Somebody has to hear of it, even when everybody asked for critical alerts only.
    hearing = [who for who in contacts if who.hears == "all"] or list(contacts[:1])
    return [row_of(step, who.number) for who in hearing]


def _columns(rows: Any) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _row(alert: Alert) -> tuple[Any, ...]:
    return (
        alert.id,
        alert.animal,
        str(alert.traits.rule),
        str(alert.kind),
        alert.started_at,
        alert.opened_at,
        alert.last_at,
        alert.ended_at,
        alert.peak,
        alert.days_since_calving,
        alert.days,
        alert.group,
    )


def _seen(alert: Alert) -> tuple[Any, ...]:
    return alert.animal, str(alert.traits.rule), alert.group, alert.started_at, alert.last_at, alert.ended_at


def _alert(row: Mapping[str, Any]) -> Alert:
    names = ("id", "animal", "started_at", "opened_at", "last_at", "ended_at", "peak", "days_since_calving", "days")
    return Alert(**{name: row[name] for name in names}, kind=Kind(row["kind"]), group=row["group_name"])
