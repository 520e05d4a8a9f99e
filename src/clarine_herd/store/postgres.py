"""The store's verbs: rows become frozen records here and nowhere else; every verb that writes is one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from types import TracebackType
from typing import Any, Self

import asyncpg
import polars as pl

from clarine.client import Inbound, InboundButton, InboundReply, InboundText, Status
from clarine_herd.alerts import Alert, digest_after
from clarine_herd.kinds import Kind
from clarine_herd.readings import SCHEMA

VALUE_MAX = 1024
#: The API answers this when a free message came after the 24-hour window (Cloud API: errors).
WINDOW_CLOSED = 131047


#: A row of the outbox: key, kind, episode, due and expiry in farm time.
Outgoing = tuple[str, str, str, datetime, datetime]


@dataclass(frozen=True, slots=True)
class Due:
    """A message that is to be sent; its idempotency key is ``key`` and, sent again as a template, another."""

    key: str
    kind: str
    episodes: tuple[str, ...]
    due_at: datetime
    form: str
    attempts: int
    created_at: datetime

    @property
    def idempotency_key(self) -> str:
        """The key under which this form of this message counts once.

        The row's own time keeps apart two farms, or two databases, that know the same animal on one business number.
        """
        return f"{self.key}:{self.created_at.timestamp():.6f}:{self.form}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something the farmer wrote (kind text) or tapped (kind tap) that has not been answered."""

    wamid: str
    sender: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Tally:
    """One alert message and how far it came."""

    key: str
    kind: str
    episodes: tuple[str, ...]
    state: str
    error: str
    delivered: bool
    read: bool
    failed: bool

    @property
    def settled(self) -> bool:
        """Whether it is known how it ended."""
        return self.delivered or self.failed or self.state in ("refused", "expired")


class Store:
    """One farm's memory. Use ``async with await Store.open(url, farm)``."""

    def __init__(self, pool: Any, farm: str) -> None:
        self._pool = pool
        self._farm = farm

    @classmethod
    async def open(cls, url: str, farm: str) -> Self:
        """Connect to *url* and make the tables that are missing."""
        pool = await asyncpg.create_pool(url, min_size=1, max_size=8)
        async with pool.acquire() as connection, connection.transaction():
            # Two processes that start together must not make the same table twice.
            await connection.execute("SELECT pg_advisory_xact_lock(hashtext('clarine_herd.schema'))")
            await connection.execute((files(__package__) / "schema.sql").read_text())
        return cls(pool, farm)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.close()

    async def add_readings(self, table: pl.DataFrame) -> None:
        """Keep readings (readings.SCHEMA); when this returns they are on disk."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_query("stage_readings"))
            await connection.copy_records_to_table("staged", records=table.select(*SCHEMA).rows(), columns=list(SCHEMA))
            await connection.execute(_query("merge_readings"), self._farm)

    async def readings(self, since: datetime, animal: str | None = None) -> pl.DataFrame:
        """The farm's readings from farm time *since* on, as readings.SCHEMA, sorted by animal and time."""
        rows = await self._fetch("readings_since", since, animal)
        columns = [[row[place] for row in rows] for place in range(len(SCHEMA))]
        return pl.DataFrame(dict(zip(SCHEMA, columns, strict=True)), schema=SCHEMA)

    async def times_heard(self) -> tuple[datetime, datetime] | None:
        """The farm times of the first and the last reading, None when there is none."""
        first, last = (await self._fetch("times_heard"))[0]
        return None if first is None else (first, last)

    async def record(self, alerts: Sequence[Alert], *, now: datetime | None) -> list[str]:
        """Keep alerts and, in the same transaction, the outbox rows of those that are new; gives the new ids.

        An alert past its useful life at farm time *now* is kept and never sent. ``now`` None replays: each alert is
        judged at the time it opened.
        """
        if not alerts:
            return []
        columns = list(zip(*(_row(alert) for alert in alerts), strict=True))
        async with self._pool.acquire() as connection, connection.transaction():
            opened = await connection.fetch(_query("open_episodes"), self._farm, *columns)
            new = {row["id"] for row in opened}
            await connection.execute(_query("follow_episodes"), self._farm, columns[0], columns[6], columns[7])
            told = [_outgoing(a, now or a.opened_at) for a in alerts if a.id in new]
            told = [row for row in told if now is None or row[4] > now]
            queued = await self._queue(connection, told)
            # A digest that has gone out takes nothing more in: what came after it goes out as a digest of its own.
            await self._queue(connection, [(f"{row[0]}:{row[2]}", *row[1:]) for row in told if row[0] not in queued])
        return [alert.id for alert in alerts if alert.id in new]

    async def _queue(self, connection: Any, rows: Sequence[Outgoing]) -> set[str]:
        if not rows:
            return set()
        found = await connection.fetch(_query("queue_messages"), self._farm, *zip(*rows, strict=True))
        return {row["key"] for row in found}

    async def due(self, now: datetime | None) -> list[Due]:
        """Messages to send at farm time *now* (None: all), after what is stale has been set aside."""
        if now is not None:
            await self._execute("expire_messages", now)
        rows = await self._fetch("due_messages", now)
        return [Due(**(dict(row) | {"episodes": tuple(row["episodes"])})) for row in rows]

    async def choose_form(self, keys: Sequence[str], form: str) -> None:
        """Keep how messages that were never tried are sent: free or template."""
        await self._execute("choose_form", list(keys), form)

    async def send_as_template(self, key: str) -> None:
        """This message was too late for the window: from now on it is a template."""
        await self._execute("send_as_template", key)

    async def accepted(self, key: str, wamid: str) -> None:
        """The API took this message."""
        await self._execute("accept_message", key, wamid)

    async def refused(self, key: str, *, code: int, details: str, final: bool) -> None:
        """The API did not take this message; unless *final* it stays queued."""
        await self._execute("refuse_message", key, code, details[:VALUE_MAX], final)

    async def give_up(self) -> None:
        """Call what the API has refused so far refused for good."""
        await self._execute("give_up_queued")

    async def episodes(self, ids: Sequence[str]) -> list[Alert]:
        """Alerts by id; unknown ids are left out."""
        return [_alert(row) for row in await self._fetch("episodes_by_id", list(ids))]

    async def open_alerts(self, since: datetime) -> list[Alert]:
        """Alerts that are open and not acknowledged, newest first, opened since farm time *since*."""
        return [_alert(row) for row in await self._fetch("open_episodes_now", since)]

    async def acknowledge(self, episode: str) -> None:
        """The farmer has seen this alert."""
        await self._execute("acknowledge_episode", episode, datetime.now(UTC))

    async def save_feedback(self, episode: str, verdict: str, *, reason: str = "") -> None:
        """Remember what the farmer says of an alert: verdict true or not_true."""
        await self._execute("save_feedback", episode, verdict, reason, datetime.now(UTC))

    async def feedback(self, episode: str) -> tuple[str, str] | None:
        """Verdict and reason of one alert, None when nothing was said."""
        rows = await self._fetch("feedback_of", episode)
        return (rows[0]["verdict"], rows[0]["reason"]) if rows else None

    async def save_statuses(self, statuses: Sequence[Status]) -> None:
        """Keep steps of our messages; what failed for the closed window is queued again as a template."""
        columns = list(zip(*(_status(status) for status in statuses), strict=True))
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_query("save_statuses"), self._farm, *columns)
            late = [s.message_id for s in statuses if s.status == "failed" and s.error_code == WINDOW_CLOSED]
            for wamid in late:
                await connection.execute(_query("resend_as_template"), self._farm, wamid)

    async def save_inbound(self, event: Inbound) -> None:
        """Keep what the farmer wrote or tapped, before the webhook is acknowledged."""
        kind, value = _said(event)
        arrival = event.arrival
        at = datetime.fromtimestamp(arrival.at_s, UTC)
        await self._execute("save_inbound", arrival.id, arrival.sender.wa_id, at, kind, value[:VALUE_MAX])

    async def waiting(self) -> list[Waiting]:
        """What has not been answered, oldest first."""
        rows = await self._fetch("waiting_inbound")
        return [Waiting(row["wamid"], row["sender"], row["kind"], row["value"]) for row in rows]

    async def handled(self, wamid: str) -> None:
        """This has been answered."""
        await self._execute("handled_inbound", wamid, datetime.now(UTC))

    async def last_inbound(self, sender: str) -> datetime | None:
        """When *sender* (phone digits) last wrote."""
        found: datetime | None = (await self._fetch("last_inbound", sender))[0][0]
        return found

    async def texts(self, sender: str) -> list[str]:
        """The last 200 texts of *sender*, newest first."""
        return [row["value"] for row in await self._fetch("stop_words", sender)]

    async def heard(self, since: datetime, among: datetime) -> tuple[int, int]:
        """How many animals were heard since one farm time, and how many since an earlier one."""
        row = (await self._fetch("heard_count", since, among))[0]
        return row[0], row[1]

    async def tally(self) -> list[Tally]:
        """Every alert message and how far it came."""
        return [
            Tally(
                row["key"],
                row["kind"],
                tuple(row["episodes"]),
                row["state"],
                f"({row['error_code']}) {row['error']}" if row["error_code"] is not None else "",
                row["delivered"],
                row["read"],
                row["failed"],
            )
            for row in await self._fetch("tally")
        ]

    async def _fetch(self, name: str, *arguments: Any) -> list[Any]:
        found: list[Any] = await self._pool.fetch(_query(name), self._farm, *arguments)
        return found

    async def _execute(self, name: str, *arguments: Any) -> None:
        await self._pool.execute(_query(name), self._farm, *arguments)


@cache
def _queries() -> dict[str, str]:
    text = (files(__package__) / "queries.sql").read_text()
    parts = (part.partition("\n") for part in text.split("-- name: ")[1:])
    return {name.strip(): body.strip() for name, _, body in parts}


def _query(name: str) -> str:
    return _queries()[name]


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


def _status(status: Status) -> tuple[Any, ...]:
    at = datetime.fromtimestamp(status.at_s, UTC)
    return status.message_id, status.status, at, status.error_code, status.error_details[:VALUE_MAX]


def _said(event: Inbound) -> tuple[str, str]:
    match event:
        case InboundButton():
            return "tap", event.payload
        case InboundReply():
            return "tap", event.id
        case InboundText():
            return "text", event.body
        case _:
            return "other", ""
