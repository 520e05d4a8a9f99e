"""The store's door for pacing: how far templates are trusted, and the messages that wait until they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from clarine.domain.message import Category
from clarine.domain.pacing import Pace
from clarine.domain.pricing import PricingType
from clarine.ports.limit_rows import TemplateHeard


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A message that waits: priced, with its money held, and in nobody's stream yet.

    *number* is of the same counter as RefusalRow.number: the business knows the message by it for good. *transfer* is the
    journal's number of its hold, 0 for none.
    """

    business_id: int
    number: int
    template_id: int
    person_id: int
    phone_number_id: int
    content_json: str
    category: Category
    billable: bool
    pricing_type: PricingType
    price_micros: int
    rate_version: str
    transfer: int
    reply_to_seq: int | None
    opaque: str | None
    conversation: str | None
    at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class GateRow:
    """A template that messages wait for: how far it is trusted, and what happened since its pacing began."""

    template: TemplateHeard
    pace: Pace


@dataclass(frozen=True, slots=True)
class HeldPlace:
    """What became of a held message: *seq* is where it stands in the person's stream, None while it is not there."""

    person_id: int
    seq: int | None
    ended: bool


class PacingRows(Protocol):
    async def trust(self, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], Pace]:
        """From (business_id, template_id) to how far it is trusted, if anything is known; ask with the accounts locked."""
        ...

    async def put_trust(self, paces: Mapping[tuple[int, int], Pace], at: datetime) -> None: ...

    async def pace_again(self, keys: Collection[tuple[int, int]], at: datetime, *, gates_min: int = 0) -> None:
        """These templates are paced from the beginning, what happened before *at* counts no more; of those that are being
        paced only the ones with *gates_min* gates behind them."""
        ...

    async def append_held(self, rows: Sequence[HeldRow]) -> None:
        """Messages that wait, and the counters of their businesses with them."""
        ...

    async def gates_waiting(self, limit: int) -> list[GateRow]: ...

    async def held_next(self, most: Mapping[tuple[int, int], int]) -> list[HeldRow]:
        """For each (business_id, template_id) at most so many waiting messages, in the order they came."""
        ...

    async def end_held(self, seqs: Mapping[tuple[int, int], int | None], at: datetime) -> None:
        """From (business_id, number) to the seq where it stands now; None for one that was dropped."""
        ...

    async def held_places(self, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], HeldPlace]:
        """From (business_id, number) to what became of it; numbers that were never held are left out."""
        ...
