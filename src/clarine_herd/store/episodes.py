"""Episodes and what the farmer says of them; an episode's outbox row is written in its transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from clarine_herd.alerts import Alert, digest_after
from clarine_herd.kinds import Kind
from clarine_herd.store.messages import Outgoing, queue
from clarine_herd.store.tables import Tables, query


class Episodes(Tables):
    """The episodes and the feedback of one farm."""

    async def record(self, alerts: Sequence[Alert], *, now: datetime | None) -> list[str]:
        """Keep alerts and, in the same transaction, the outbox rows of those that are new; gives the new ids.

        An alert past its useful life at farm time *now* is kept and never sent. ``now`` None replays: each alert is
        judged at the time it opened.
        """
        if not alerts:
            return []
        columns = list(zip(*(_row(alert) for alert in alerts), strict=True))
        async with self.transaction() as connection:
            opened = await connection.fetch(query("open_episodes"), self.farm, *columns)
            new = {row["id"] for row in opened}
            await connection.execute(query("follow_episodes"), self.farm, columns[0], columns[6], columns[7])
            told = [_outgoing(a, now or a.opened_at) for a in alerts if a.id in new]
            told = [row for row in told if now is None or row[4] > now]
            queued = await queue(connection, self.farm, told)
            # A digest that has gone out takes nothing more in: what came after it goes out as a digest of its own.
            await queue(
                connection, self.farm, [(f"{row[0]}:{row[2]}", *row[1:]) for row in told if row[0] not in queued]
            )
        return [alert.id for alert in alerts if alert.id in new]

    async def episodes(self, ids: Sequence[str]) -> list[Alert]:
        """Alerts by id; unknown ids are left out."""
        return [_alert(row) for row in await self.fetch("episodes_by_id", list(ids))]

    async def open_alerts(self, since: datetime) -> list[Alert]:
        """Alerts that are open and not acknowledged, newest first, opened since farm time *since*."""
        return [_alert(row) for row in await self.fetch("open_episodes_now", since)]

    async def acknowledge(self, episode: str) -> None:
        """The farmer has seen this alert."""
        await self.execute("acknowledge_episode", episode, datetime.now(UTC))

    async def save_feedback(self, episode: str, verdict: str, *, reason: str = "") -> None:
        """Remember what the farmer says of an alert: verdict true or not_true."""
        await self.execute("save_feedback", episode, verdict, reason, datetime.now(UTC))

    async def feedback(self, episode: str) -> tuple[str, str] | None:
        """Verdict and reason of one alert, None when nothing was said."""
        rows = await self.fetch("feedback_of", episode)
        return (rows[0]["verdict"], rows[0]["reason"]) if rows else None


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
    )


def _outgoing(alert: Alert, now: datetime) -> Outgoing:
    """The outbox row of a new alert: key, kind, episode, due, expires; both times are farm time."""
    if alert.traits.priority.pages:
        return f"alert:{alert.id}", "alert", alert.id, alert.opened_at, alert.expires_at
    slot = digest_after(max(now, alert.opened_at))
    return f"digest:{slot:%Y%m%dT%H%M}", "digest", alert.id, slot, alert.expires_at


def _alert(row: Mapping[str, Any]) -> Alert:
    fields = {name: row[name] for name in ("id", "animal", "started_at", "opened_at", "last_at", "ended_at", "peak")}
    return Alert(**fields, kind=Kind(row["kind"]), days_since_calving=row["days_since_calving"])
