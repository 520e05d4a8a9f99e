"""The store's door for what a business sets up on its account and numbers, and for the figures it asks about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Granularity = Literal["HALF_HOUR", "DAY", "MONTH"]


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """The verification code and the PIN of one number; *registered_at* are its registrations of late."""

    business_id: int
    phone_number_id: int
    pin_hash: bytes | None
    pin_tries_left: int
    pin_tried_at: datetime | None
    code_hash: bytes | None
    code_tries_left: int
    code_sent_at: datetime | None
    registered_at: tuple[datetime, ...]
    region: str | None


@dataclass(frozen=True, slots=True)
class ShortLinkRow:
    """A link that opens a chat with *prefilled* already written."""

    business_id: int
    code: str
    phone_number_id: int
    prefilled: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class UploadRow:
    """A file that arrives in parts; *parts* are blobs in order, *received* of *size* bytes are there."""

    business_id: int
    upload_id: int
    filename: str | None
    mime: str
    size: int
    received: int
    parts: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AssignedRow:
    business_id: int
    user_id: int
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """From *start* (inclusive) to *end* (exclusive), in steps of *granularity*; days and months are UTC's."""

    start: datetime
    end: datetime
    granularity: Granularity


@dataclass(frozen=True, slots=True)
class Figure:
    """Messages that were sent in the step from *start* and are alike in the rest; *cost_micros* is of those that arrived."""

    start: datetime
    phone: int
    country: str
    category: str
    pricing_type: str
    sent: int
    delivered: int
    cost_micros: int


@dataclass(frozen=True, slots=True)
class TemplateFigure:
    """What became of the messages of one template that were sent in the day from *start*."""

    template_id: int
    start: datetime
    sent: int
    delivered: int
    read: int
    cost_micros: int


@dataclass(frozen=True, slots=True)
class ClickFigure:
    """How often people tapped the quick reply *title* of a template's messages of one day."""

    template_id: int
    start: datetime
    title: str
    clicks: int


class AccountRows(Protocol):
    """Everything here is of one business: rare calls, none of them on a message's way."""

    async def lock_registration(self, business_id: int, phone_number_id: int, *, pin_tries: int) -> RegistrationRow:
        """The number's row, locked; made with *pin_tries* when it is missing."""
        ...

    async def put_registration(self, row: RegistrationRow) -> None: ...

    async def put_number_state(
        self, business_id: int, phone_number_id: int, *, verified: bool, registered: bool
    ) -> None: ...

    async def put_allowed_to(self, business_id: int, phone_number_id: int, phones: Sequence[int] | None) -> None:
        """A test number writes to these phones only; None: it is none."""
        ...

    async def put_number_name(
        self, business_id: int, phone_number_id: int, *, verified_name: str, requested_name: str | None
    ) -> None: ...

    async def put_account_name(self, business_id: int, name: str) -> None: ...

    async def settings(self, business_id: int) -> dict[int, dict[str, str]]:
        """From object (number or account) to what was set on it: from name to JSON."""
        ...

    async def put_settings(self, business_id: int, object_id: int, values: Mapping[str, str], at: datetime) -> None: ...

    async def short_links(
        self, business_id: int, phone_number_id: int, *, after: str, limit: int
    ) -> list[ShortLinkRow]:
        """The number's links by their codes, those after *after*."""
        ...

    async def short_link(self, business_id: int, code: str) -> ShortLinkRow | None: ...

    async def count_short_links(self, business_id: int, phone_number_id: int) -> int: ...

    async def put_short_link(self, row: ShortLinkRow) -> None: ...

    async def drop_short_link(self, business_id: int, phone_number_id: int, code: str) -> bool: ...

    async def put_upload(self, row: UploadRow) -> None: ...

    async def lock_upload(self, business_id: int, upload_id: int) -> UploadRow | None: ...

    async def assigned_users(self, business_id: int) -> list[AssignedRow]: ...

    async def put_assigned_user(self, row: AssignedRow, at: datetime) -> None: ...

    async def drop_assigned_user(self, business_id: int, user_id: int) -> bool: ...

    async def figures(self, business_id: int, period: Period) -> list[Figure]:
        """Every message that was sent in *period*, counted by what it has in common with others."""
        ...

    async def template_figures(
        self, business_id: int, template_ids: Collection[int], period: Period
    ) -> list[TemplateFigure]: ...

    async def click_figures(
        self, business_id: int, template_ids: Collection[int], period: Period
    ) -> list[ClickFigure]: ...

    async def complaint_figures(
        self, business_id: int, template_ids: Collection[int], period: Period
    ) -> dict[int, tuple[int, str | None]]:
        """From template to (people who blocked or reported after it, the most frequent reason of the reports)."""
        ...

    async def count_created_templates(self, business_id: int, since: datetime) -> int:
        """Templates that were created after *since*, deleted ones too."""
        ...
