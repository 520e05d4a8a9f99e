"""The store's door for what prices depend on: volumes of a month, billed conversations, free entry points."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import NamedTuple, Protocol

from clarine.domain.message import Category


class VolumeKey(NamedTuple):
    business_id: int
    market: str
    category: Category


class ConversationKey(NamedTuple):
    person_id: int
    business_id: int
    phone_number_id: int
    category: Category


class ChargeRows(Protocol):
    async def volumes(self, business_ids: Collection[int], month: date) -> dict[VolumeKey, int]:
        """How many messages were billed in *month* (its first day); ask with the accounts locked."""
        ...

    async def count_volumes(self, counts: Mapping[VolumeKey, int], month: date) -> None: ...

    async def open_conversations(
        self, sends: Collection[tuple[int, int, int]], since: datetime
    ) -> dict[ConversationKey, datetime]:
        """When the billed conversations of these (business, number, person) were opened, if after *since*."""
        ...

    async def put_conversations(self, opened: Mapping[ConversationKey, datetime]) -> None: ...

    async def begin_entries(self, keys: Collection[tuple[int, int]], answer_by: datetime) -> None:
        """These (person, business), who met before, came through an advertisement or link."""
        ...

    async def answer_entries(self, until: Mapping[tuple[int, int], datetime]) -> None:
        """These (person, business) were answered: everything is free until then."""
        ...
