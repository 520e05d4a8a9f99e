"""The store's door for limits and quality: what a batch of sends may still spend, and what people make of what was sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from clarine.domain.conversation import Relation
from clarine.domain.limits import MarketingSent, Tier
from clarine.domain.quality import Counts


@dataclass(frozen=True, slots=True)
class PairRow:
    """One person and one number: its bucket's state, and the second in which the person was last reached."""

    person_id: int
    business_id: int
    phone_number_id: int
    paid_until: datetime
    reached_s: int | None


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One number: its bucket's state, if it ever sent, and the free service messages used this month."""

    paid_until: datetime | None
    free_used: int


@dataclass(frozen=True, slots=True)
class SendingRow:
    """How many people a business reached in the 24 hours before *counted_s*, against its *tier*.

    *frozen*: no marketing; *locked*: nothing at all; *shuts_out*: there are people whom it blocked itself.
    """

    business_id: int
    tier: Tier
    reached: int
    counted_s: int
    frozen: bool = False
    locked: bool = False
    shuts_out: bool = False


@dataclass(frozen=True, slots=True)
class TemplateHeard:
    """A template with what its last days are evidence for; *paused_until* is None when it is not paused."""

    business_id: int
    template_id: int
    name: str
    language: str
    category: str
    status: str
    quality: str
    pauses: int
    paused_until: datetime | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class NumberHeard:
    business_id: int
    phone_number_id: int
    phone: int
    quality: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class StandingRow:
    """What a review must know about a business itself; *reached_…* are unique people, *reports* those not answered for."""

    business_id: int
    tier: Tier
    verified: bool
    reached_7_days: int
    reached_30_days: int
    delivered_30_days: int
    red_since: datetime | None
    frozen_at: datetime | None
    reports: int


@dataclass(frozen=True, slots=True)
class ReviewedRow:
    """A business after its review."""

    business_id: int
    tier: Tier
    red_since: datetime | None
    frozen_at: datetime | None
    review_at: datetime


@dataclass(frozen=True, slots=True)
class RestRow:
    """How often a template was paused, until when it is, and from when on it is rated."""

    business_id: int
    template_id: int
    pauses: int
    paused_until: datetime | None
    rated_from: datetime


class LimitRows(Protocol):
    async def between(self, keys: Collection[tuple[int, int]]) -> tuple[dict[tuple[int, int], Relation], list[PairRow]]:
        """The relation of each (person_id, business_id) that met, and their rows over all numbers; ask with the streams locked."""
        ...

    async def sending(
        self, keys: Collection[tuple[int, int]], *, now_s: int, starting: Tier
    ) -> tuple[dict[int, SendingRow], dict[tuple[int, int], NumberRow]]:
        """For each (business_id, phone_number_id): the business counted up to *now_s*, and the number.

        Ask with the accounts locked. A business that never sent has the tier *starting*, or 2K when it is verified.
        """
        ...

    async def marketing_sent(self, person_ids: Collection[int], since: datetime) -> dict[int, list[MarketingSent]]:
        """From person to the marketing they got after *since*."""
        ...

    async def spend(
        self,
        rows: Sequence[SendingRow],
        *,
        pairs: Sequence[PairRow],
        paces: Mapping[tuple[int, int], datetime],
        reached: Mapping[tuple[int, int], int],
        now: datetime,
    ) -> None:
        """Counts of businesses, buckets of pairs and of (business, number), and changes of people per (business, second)."""
        ...

    async def append_complaint(
        self, business_id: int, person_id: int, *, kind: str, seq: int | None, at: datetime
    ) -> None:
        """A person reported or blocked; the template and number are those of message *seq*, else of the last one."""
        ...

    async def count_heard(self, after: datetime, until: datetime) -> None:
        """Add the receipts in (after, until] to the hours they belong to."""
        ...

    async def due_reviews(self, after: datetime, until: datetime, *, now: datetime, limit: int) -> list[int]:
        """Businesses somebody complained about in (after, until], then those whose review is due."""
        ...

    async def templates_heard(self, business_ids: Collection[int], since: datetime) -> list[TemplateHeard]:
        """Approved and paused templates with their counts since *since*, or since they were last answered for."""
        ...

    async def numbers_heard(self, business_ids: Collection[int], since: datetime) -> list[NumberHeard]: ...

    async def standings(
        self, business_ids: Collection[int], *, now: datetime, reports_since: datetime, starting: Tier
    ) -> list[StandingRow]: ...

    async def put_reviewed(self, rows: Sequence[ReviewedRow]) -> None: ...

    async def forget_counts(self, business_ids: Collection[int], before: datetime) -> None:
        """Drop what people and deliveries of before *before* were counted as."""
        ...

    async def put_rests(self, rows: Sequence[RestRow]) -> None: ...

    async def put_ratings(
        self, templates: Sequence[tuple[int, int, str, str]], numbers: Sequence[tuple[int, int, str]], at: datetime
    ) -> None:
        """(business_id, template_id, quality, status) and (business_id, phone_number_id, quality)."""
        ...

    async def lock_business(self, business_id: int, at: datetime, *, starting: Tier) -> bool:
        """Nothing is sent from now on; whether it was sent before."""
        ...

    async def unlock_business(self, business_id: int) -> bool:
        """Whether it was locked."""
        ...

    async def lift_freeze(self, business_id: int, at: datetime) -> bool:
        """Whether it was frozen."""
        ...
