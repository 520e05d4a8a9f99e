"""The store's door for signing in, devices and what the people's app lists."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from clarine.domain.consent import ConsentRecord
from clarine.domain.conversation import Relation
from clarine.ports.records import Business, MessageState, Person


@dataclass(frozen=True, slots=True)
class CodeRow:
    """The last sign-in code of *phone*: its hash, how many tries are left, and how many were sent since *hour_from*."""

    phone: int
    code_hash: bytes
    tries_left: int
    sent_at: datetime
    expires_at: datetime
    hour_from: datetime
    hour_codes: int


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A signed-in device; *token_hash* is SHA-256 of the secret in its session token."""

    person_id: int
    device_id: int
    token_hash: bytes = field(repr=False)
    name: str = ""
    created_at: datetime = field(kw_only=True)
    seen_at: datetime = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class LivingDevice:
    """A device that is signed in, and how far its person's stream goes."""

    person_id: int
    device_id: int
    token_hash: bytes = field(repr=False)
    seen_at: datetime
    last_seq: int


@dataclass(frozen=True, slots=True)
class ChatRow:
    """What one person has with one business: the newest message that stands, and how many are unread."""

    business_id: int
    relation: Relation
    last: MessageState | None
    unread: int


class PeopleRows(Protocol):
    """Every method takes a batch or a page; none reads row by row."""

    async def put_code(
        self, row: CodeRow, *, sent_before: datetime, hour_before: datetime, hour_codes_max: int
    ) -> bool:
        """Store a fresh code; False when one was sent after *sent_before*, or *hour_codes_max* since *hour_before*."""
        ...

    async def lock_code(self, phone: int) -> CodeRow | None:
        """The last code of *phone*, locked."""
        ...

    async def use_code(self, phone: int, tries_left: int) -> None: ...

    async def claim_phone(self, phone: int, person_id: int) -> int:
        """Who has *phone*: *person_id* from now on, or the person who had it already."""
        ...

    async def add_person(self, person: Person, at: datetime) -> None:
        """A person and an empty stream."""
        ...

    async def put_profile(self, person: Person) -> None:
        """Name and language."""
        ...

    async def devices(self, person_id: int) -> list[DeviceRow]:
        """The devices that are signed in, the one seen last first."""
        ...

    async def living(self, devices: Collection[tuple[int, int]]) -> dict[tuple[int, int], LivingDevice]:
        """Those of these devices (person_id, device_id) that are signed in."""
        ...

    async def add_device(self, row: DeviceRow) -> None: ...

    async def see_devices(self, devices: Collection[tuple[int, int]], at: datetime) -> None: ...

    async def end_devices(self, person_id: int, device_ids: Collection[int], at: datetime) -> list[int]:
        """Sign these devices out; those that were signed in."""
        ...

    async def chats(self, person_id: int, limit: int) -> tuple[int, list[ChatRow]]:
        """The person's last seq and their chats, newest first, of one instant."""
        ...

    async def last_seq(self, person_id: int) -> int:
        """How far the person's stream goes; 0 for nobody's."""
        ...

    async def thread(self, person_id: int, business_id: int, *, before: int, limit: int) -> list[MessageState]:
        """The messages of one chat below seq *before* that stand, newest first."""
        ...

    async def unread_counts(self, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], int]:
        """From (person_id, business_id) to how many business messages are unread; reactions and failed ones are not."""
        ...

    async def consents(self, person_id: int, business_id: int, limit: int) -> list[ConsentRecord]:
        """The evidence, newest first."""
        ...

    async def find_businesses(self, words: str, phone: int | None, limit: int) -> list[Business]:
        """Businesses with a number, whose name contains *words* or whose number is *phone*."""
        ...
