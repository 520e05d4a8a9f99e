"""The store's door for campaigns: lists of recipients, lanes that are worked off beside each other, and one outcome each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from clarine.domain.campaign import State
from clarine.domain.message import Category
from clarine.domain.pricing import Price


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign; *components* is JSON, *countries* counts recipients, *counts* outcomes ("sent" too)."""

    business_id: int
    campaign_id: int
    name: str
    key: str
    phone_number_id: int
    template_name: str
    template_language: str
    components: str
    columns: tuple[str, ...]
    state: State
    reason: str | None
    recipients: int
    countries: Mapping[str, int]
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """One of a list. *recipient* is the person, or minus the number that nobody has; *words* are JSON-escaped values."""

    recipient: int
    country: str
    words: str


@dataclass(frozen=True, slots=True)
class LaneRow:
    """A range of recipients that is worked off in order; *after* is the last that has an outcome."""

    business_id: int
    campaign_id: int
    lane: int
    after: int
    until: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Recipients:
    """The next recipients of a lane, as columns: at this size a row each would cost more than all the rest."""

    recipients: list[int]
    countries: list[str]
    words: list[str]


@dataclass(frozen=True, slots=True)
class Known:
    """People as columns, ascending: where their streams end, and what `Packed` says about each."""

    people: list[int]
    seqs: list[int]
    packed: list[int]
    reached_s: list[int | None]


@dataclass(frozen=True, slots=True)
class Packed:
    """What is known about one person, read from one number: few combinations occur, and each is judged once."""

    blocked: bool
    stopped: bool
    marketing_consent: bool
    utility_consent: bool | None
    window_open: bool
    ahead: bool  #: the pair's bucket is paid for ahead of now
    marketing_day: int  #: marketing the person got; counted no further than 7, 15 and 7
    marketing_week: int
    marketing_week_of_one: int

    @classmethod
    def of(cls, packed: int) -> Packed:
        return cls(
            blocked=bool(packed & 1),
            stopped=bool(packed & 2),
            marketing_consent=bool(packed & 4),
            utility_consent=(None, False, True)[packed >> 3 & 3],
            window_open=bool(packed & 32),
            ahead=bool(packed & 64),
            marketing_day=packed >> 7 & 7,
            marketing_week=packed >> 10 & 15,
            marketing_week_of_one=packed >> 14 & 7,
        )


@dataclass(frozen=True, slots=True)
class Letters:
    """A chunk's messages as columns, ascending by person; *price* is the place (from 1) of each one's price in *prices*,
    *reached_s* the second it reached its person in, where no window was open."""

    people: list[int] = field(default_factory=list)
    seqs: list[int] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)
    price: list[int] = field(default_factory=list)
    reached_s: list[int | None] = field(default_factory=list)
    prices: list[Price] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Postmark:
    """What all messages of a chunk have in common; *paid_until* is the bucket of each pair after it."""

    business_id: int
    phone_number_id: int
    category: Category
    at: datetime
    expires_at: datetime
    paid_until: datetime


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of a chunk's recipients, as columns."""

    recipients: list[int] = field(default_factory=list)
    seqs: list[int] = field(default_factory=list)
    reasons: list[str | None] = field(default_factory=list)

    def add(self, recipient: int, seq: int, reason: str | None) -> None:
        self.recipients.append(recipient)
        self.seqs.append(seq)
        self.reasons.append(reason)


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """What became of one recipient; *seq* 0 and a *reason* when nothing was sent."""

    recipient: int
    seq: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class FurthestRow:
    """The furthest status of one message."""

    status: int
    reason: str | None
    at: datetime


class CampaignRows(Protocol):
    async def add_campaign(self, row: CampaignRow) -> bool:
        """Whether it was added: False when the business has a campaign under this key."""
        ...

    async def campaign(self, business_id: int, campaign_id: int, *, key: str = "") -> CampaignRow | None: ...

    async def campaigns(self, business_id: int, *, before: int | None, limit: int) -> list[CampaignRow]:
        """Newest first, from the one after *before* on."""
        ...

    async def lock_campaign(self, business_id: int, campaign_id: int) -> State | None: ...

    async def open_campaigns(self, business_id: int) -> int: ...

    async def add_recipients(self, business_id: int, campaign_id: int, rows: Sequence[RecipientRow]) -> set[int]:
        """Which of them were not on the list yet."""
        ...

    async def count_recipients(
        self, business_id: int, campaign_id: int, *, recipients: int, countries: Mapping[str, int]
    ) -> None: ...

    async def first_recipients(self, business_id: int, campaign_id: int, limit: int) -> list[RecipientRow]:
        """A few, for a preview."""
        ...

    async def open_lanes(
        self, business_id: int, campaign_id: int, ranges: Sequence[tuple[int, int]], now: datetime
    ) -> None:
        """Lanes over (after, until], to be worked on from now."""
        ...

    async def move_campaign(
        self, business_id: int, campaign_id: int, state: State, to: State, *, reason: str | None, now: datetime
    ) -> bool:
        """Whether it was in *state*."""
        ...

    async def wake_lanes(self, business_id: int, campaign_id: int, at: datetime | None) -> None:
        """From when on its lanes are worked on; None: not before somebody says so. Waits for the chunks under way."""
        ...

    async def finish_campaigns(self, now: datetime) -> list[int]:
        """Running campaigns with nobody left are done; their businesses."""
        ...

    async def claim_lane(self, now: datetime) -> LaneRow | None:
        """The lane that waited longest, locked."""
        ...

    async def next_recipients(self, lane: LaneRow, limit: int) -> Recipients: ...

    async def lock_recipients(
        self, people: Sequence[int], *, business_id: int, phone_number_id: int, now: datetime, marketing: bool
    ) -> Known:
        """Lock these people's streams and read what policy must know; those who are gone are left out."""
        ...

    async def append_letters(self, postmark: Postmark, letters: Letters) -> None:
        """Messages, the streams they enter, and the pairs they spend."""
        ...

    async def hold_letters(self, postmark: Postmark, letters: Letters, *, last_notice: int) -> None:
        """The journal, the wallet (its account is locked) and the notices from *last_notice* + 1 on."""
        ...

    async def append_outcomes(self, lane: LaneRow, outcomes: Outcomes) -> None: ...

    async def move_lane(
        self, lane: LaneRow, *, after: int, counts: Mapping[str, int], done: bool, due_at: datetime
    ) -> None: ...

    async def outcomes(self, business_id: int, campaign_id: int, *, after: int, limit: int) -> list[OutcomeRow]:
        """A page in the order of recipients."""
        ...

    async def furthest(self, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], FurthestRow]:
        """From (person_id, seq) to its furthest status; those that only stand in their streams are left out."""
        ...

    async def sent_page(self, business_id: int, campaign_id: int, *, after: int, limit: int) -> list[tuple[int, int]]:
        """(person_id, seq) of the messages that were sent, in the order of recipients."""
        ...

    async def count_furthest(self, keys: Sequence[tuple[int, int]]) -> dict[int, int]:
        """From furthest status to how many of these messages stand there."""
        ...
