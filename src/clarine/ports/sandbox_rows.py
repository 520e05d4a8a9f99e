"""The store's door for the sandbox: what was sent to whom, when something is due, and emptying it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from clarine.domain.message import Status


@dataclass(frozen=True, slots=True)
class StatusSeen:
    status: Status
    reason: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageSeen:
    """A message in either direction, or (*person_id* 0, *seq* its number) one that policy refused or that waits.

    *content_json* is None for a refusal: it was never stored. *statuses* are all it had, in order: none while it waits.
    """

    person_id: int
    seq: int
    business_id: int
    phone_number_id: int
    phone: int
    to_person: bool
    type: str
    content_json: str | None
    category: str | None
    price_micros: int
    opaque: str | None
    at: datetime
    statuses: tuple[StatusSeen, ...]
    held_number: int | None = None


class SandboxRows(Protocol):
    async def messages_seen(
        self, *, phone: int | None, business_id: int | None, to_person: bool | None, limit: int
    ) -> list[MessageSeen]:
        """The last *limit* messages that fit, oldest first."""
        ...

    async def business_ids(self, limit: int) -> list[int]:
        """Oldest first."""
        ...

    async def person_ids(self, limit: int) -> list[int]:
        """Oldest first."""
        ...

    async def next_due(self, after: datetime) -> datetime | None:
        """When, later than *after*, a webhook is tried again, a message expires or a template's pause ends."""
        ...

    async def review_by(self, business_id: int, at: datetime, *, tier: str) -> None:
        """Let the next review of this business be at *at* at the latest; *tier* is that of one that never sent."""
        ...

    async def empty(self) -> Sequence[tuple[int, int]]:
        """Delete everything but the house itself; the (person_id, device_id) that were signed in."""
        ...
