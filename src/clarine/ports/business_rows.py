"""The store's door for businesses, their numbers, tokens, templates, media, subscriptions and block lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from clarine.ports.records import Business, MediaRow, PhoneNumberRow, Subscription, TemplateRow


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A living access token by its SHA-256."""

    token_hash: bytes
    business_id: int
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TemplateSearch:
    """Which templates of a business to list; None asks for no such filter, and *content* is looked for in name and text."""

    name: str | None = None
    name_contains: str | None = None
    content: str | None = None
    name_or_content: str | None = None
    language: tuple[str, ...] | None = None
    status: tuple[str, ...] | None = None
    category: tuple[str, ...] | None = None
    quality: tuple[str, ...] | None = None
    after_id: int | None = None
    before_id: int | None = None


@dataclass(frozen=True, slots=True)
class ShutOutRow:
    """A person that a business does not want to hear from (Cloud API: block users)."""

    business_id: int
    person_id: int
    phone: int


class BusinessRows(Protocol):
    """Every method takes a batch or a page; none reads row by row."""

    async def add_businesses(self, rows: Sequence[Business]) -> None:
        """Businesses with an empty wallet, an outbox, and their ids in the directory."""
        ...

    async def add_phone_numbers(self, rows: Sequence[PhoneNumberRow], at: datetime) -> None:
        """Numbers, and their ids in the directory."""
        ...

    async def phones_taken(self, phones: Collection[int]) -> set[int]:
        """Those of *phones* that a business or a person here already has."""
        ...

    async def owners_of(self, object_ids: Collection[int]) -> dict[int, int]:
        """From a WABA, app or phone-number id to its business."""
        ...

    async def put_profiles(self, rows: Mapping[int, tuple[str, str]]) -> None:
        """From business to (about, profile JSON)."""
        ...

    async def living_tokens(self, token_hashes: Collection[bytes]) -> dict[bytes, TokenRow]:
        """The living tokens among these."""
        ...

    async def add_tokens(self, rows: Sequence[TokenRow]) -> None: ...

    async def end_tokens(self, business_id: int, token_hashes: Collection[bytes], at: datetime) -> int:
        """End those of the business's tokens; how many were living."""
        ...

    async def templates_of(self, business_id: int, search: TemplateSearch, limit: int) -> list[TemplateRow]:
        """Living templates, newest first (oldest first among those before a cursor is turned round again)."""
        ...

    async def count_templates(self, business_id: int) -> int: ...

    async def templates_by_id(self, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], TemplateRow]:
        """From (business_id, template_id) to the living template, locked for change."""
        ...

    async def add_templates(self, rows: Sequence[TemplateRow]) -> set[int]:
        """Add those whose (business, name, language) is free; the template ids that were added."""
        ...

    async def put_templates(self, rows: Sequence[TemplateRow]) -> None:
        """Change what may change: category, status, components, format, reason, quality, updated_at."""
        ...

    async def end_templates(self, keys: Collection[tuple[int, int]], at: datetime) -> None: ...

    async def deleted_names(self, keys: Collection[tuple[int, str, str]], since: datetime) -> set[tuple[int, str, str]]:
        """Those (business_id, name, language) of which an approved template was deleted after *since*."""
        ...

    async def add_media(self, rows: Sequence[MediaRow]) -> None:
        """Media of a business or a person; the same (owner, medium) again only moves its end."""
        ...

    async def end_media(self, keys: Collection[tuple[int, int]], at: datetime) -> int:
        """Forget these (owner_id, media_id); how many there were."""
        ...

    async def put_subscriptions(self, rows: Sequence[Subscription], at: datetime) -> None: ...

    async def drop_subscriptions(self, keys: Collection[tuple[int, str, int]]) -> int:
        """Forget these (business_id, scope, object_id); how many there were."""
        ...

    async def shut_out(self, keys: Collection[tuple[int, int]], at: datetime) -> None:
        """Block these (business_id, person_id)."""
        ...

    async def let_in(self, keys: Collection[tuple[int, int]]) -> None: ...

    async def shut_out_among(self, keys: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
        """Those (business_id, person_id) that the business blocked."""
        ...

    async def count_shut_out(self, business_id: int) -> int: ...

    async def shut_out_by(self, business_id: int, *, after_person: int, limit: int) -> list[ShutOutRow]:
        """A page of the business's block list, by person."""
        ...
