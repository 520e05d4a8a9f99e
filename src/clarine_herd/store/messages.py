"""The outbox and how far each message came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from clarine.client import Status
from clarine_herd.alerts import Alert
from clarine_herd.kinds import Priority
from clarine_herd.plan import ROUNDS_MAX, How, Step, next_turn
from clarine_herd.store.people import Contact, People
from clarine_herd.store.tables import VALUE_MAX, query

#: The API answers this when a free message came after the 24-hour window (Cloud API: errors).
WINDOW_CLOSED = 131047
REMINDER_LIFE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A row that is to stand in the outbox; times are farm time, ``turn`` and ``priority`` as in the table."""

    key: str
    kind: str
    contact: int
    turn: int
    priority: str
    episode: str
    due_at: datetime
    expires_at: datetime

    def beside(self) -> Outgoing:
        """The same under a key of its own."""
        return replace(self, key=f"{self.key}:{self.episode}")


@dataclass(frozen=True, slots=True)
class Due:
    """A message that is to be sent; its idempotency key is ``key`` and, sent again as a template, another."""

    key: str
    kind: str
    contact: int
    turn: int
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


class Messages(People):
    """The outgoing messages of one farm."""

    async def escalate(self, now: datetime) -> int:
        """Queue critical alerts that nobody has answered for the person whose turn it is; gives how many."""
        contacts = await self.contacts()
        rows = []
        for found in await self.fetch("unanswered", now):
            turn = found["turn"] + 1
            if turn >= len(contacts) * ROUNDS_MAX or next_turn(found["first_at"], turn) > now:
                continue
            who, episode = contacts[turn % len(contacts)].number, found["episode"]
            key = f"alert:{episode}:{who}:{turn}"
            critical = str(Priority.CRITICAL)
            rows.append(Outgoing(key, "alert", who, turn, critical, episode, now, found["expires_at"]))
        async with self.transaction() as connection:
            return len(await queue(connection, self.farm, rows))

    async def remind(self, alert: Alert, contact: Contact, at: datetime) -> None:
        """Tell this person of *alert* again at farm time *at*, if it goes on and nobody has seen it by then."""
        key = f"again:{alert.id}:{contact.number}:{at:%Y%m%dT%H%M}"
        row = Outgoing(key, "alert", contact.number, 0, "", alert.id, at, at + REMINDER_LIFE)
        async with self.transaction() as connection:
            await queue(connection, self.farm, [row])

    async def set_aside(self, keys: Sequence[str]) -> None:
        """These messages say nothing new any more and are not sent."""
        await self.execute("set_aside", list(keys))

    async def keep_news(self, key: str, episodes: Sequence[str]) -> None:
        """A digest names only these, from its first try on."""
        await self.execute("keep_news", key, list(episodes))

    async def due(self, now: datetime | None) -> list[Due]:
        """Messages to send at farm time *now* (None: all), after what is stale has been set aside."""
        if now is not None:
            await self.execute("expire_messages", now)
        rows = await self.fetch("due_messages", now)
        return [Due(**(dict(row) | {"episodes": tuple(row["episodes"])})) for row in rows]

    async def choose_form(self, keys: Sequence[str], form: str) -> None:
        """Keep how messages that were never tried are sent: free or template."""
        await self.execute("choose_form", list(keys), form)

    async def send_as_template(self, key: str) -> None:
        """This message was too late for the window: from now on it is a template."""
        await self.execute("send_as_template", key)

    async def accepted(self, key: str, wamid: str) -> None:
        """The API took this message."""
        await self.execute("accept_message", key, wamid)

    async def refused(self, key: str, *, code: int, details: str, final: bool) -> None:
        """The API did not take this message; unless *final* it stays queued."""
        await self.execute("refuse_message", key, code, details[:VALUE_MAX], final)

    async def give_up(self) -> None:
        """Call what the API has refused so far refused for good."""
        await self.execute("give_up_queued")

    async def save_statuses(self, statuses: Sequence[Status]) -> None:
        """Keep steps of our messages; what failed for the closed window is queued again as a template."""
        columns = list(zip(*(_status(status) for status in statuses), strict=True))
        async with self.transaction() as connection:
            await connection.execute(query("save_statuses"), self.farm, *columns)
            late = [s.message_id for s in statuses if s.status == "failed" and s.error_code == WINDOW_CLOSED]
            for wamid in late:
                await connection.execute(query("resend_as_template"), self.farm, wamid)

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
            for row in await self.fetch("tally")
        ]


async def queue(connection: Any, farm: str, rows: Sequence[Outgoing]) -> set[str]:
    """Write outbox rows inside the caller's transaction; gives the keys that took what was to be said."""
    if not rows:
        return set()
    found = await connection.fetch(query("queue_messages"), farm, *zip(*map(astuple, rows), strict=True))
    return {row["key"] for row in found}


def row_of(step: Step, contact: int) -> Outgoing:
    """The outbox row that tells one person of one planned alert."""
    alert, due = step.alert, step.due_at
    if step.how is How.DIGEST:
        return Outgoing(
            f"digest:{due:%Y%m%dT%H%M}:{contact}", "digest", contact, 0, "", alert.id, due, alert.expires_at
        )
    priority = str(alert.traits.priority)
    return Outgoing(f"alert:{alert.id}:{contact}", "alert", contact, 0, priority, alert.id, due, alert.expires_at)


def _status(status: Status) -> tuple[Any, ...]:
    at = datetime.fromtimestamp(status.at_s, UTC)
    return status.message_id, status.status, at, status.error_code, status.error_details[:VALUE_MAX]
