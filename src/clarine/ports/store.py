"""The store's door, one protocol per verb; every method takes a batch and reads or writes it set-wise.

Locks are taken in one order in every verb: people's streams (ascending), then businesses' accounts (ascending).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Protocol

from clarine.domain.conversation import Relation
from clarine.domain.ledger import Transfer
from clarine.ports.account_rows import AccountRows
from clarine.ports.business_rows import BusinessRows
from clarine.ports.campaign_rows import CampaignRows
from clarine.ports.catalogue_rows import CatalogueRows
from clarine.ports.charge_rows import ChargeRows
from clarine.ports.console_rows import ConsoleRows
from clarine.ports.flow_rows import FlowRows
from clarine.ports.house_rows import HouseRows
from clarine.ports.limit_rows import LimitRows
from clarine.ports.pacing_rows import PacingRows
from clarine.ports.people_rows import PeopleRows
from clarine.ports.records import (
    AccountState,
    AttemptRow,
    Business,
    ChangeRow,
    ConsentRow,
    DueNotice,
    KnownKey,
    MediaRow,
    MessageRow,
    MessageState,
    NoticeRow,
    Person,
    PhoneNumberRow,
    ReceiptRow,
    RefusalRow,
    RelationRow,
    ReportRow,
    StreamEvent,
    Subscription,
    TemplateRow,
    WaitingRow,
)
from clarine.ports.sandbox_rows import SandboxRows


class FactRows(Protocol):
    """What verbs ask before they write."""

    async def people_by_phone(self, phones: Collection[int]) -> dict[int, Person]:
        """From E.164 digits to the person who has that number."""
        ...

    async def people_by_id(self, person_ids: Collection[int]) -> dict[int, Person]: ...

    async def lock_people(
        self, person_ids: Collection[int], *, phones: Collection[int] = ()
    ) -> dict[int, tuple[Person, int]]:
        """Lock the streams of people by id or by E.164 digits; from person to who they are and their last seq."""
        ...

    async def lock_streams(self, person_ids: Collection[int]) -> dict[int, int]:
        """Lock these people's streams; from person to last seq. Everything about one person is serial after this."""
        ...

    async def relations(self, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], Relation]:
        """From (person_id, business_id) to the relation; pairs that never met are left out."""
        ...

    async def relations_or_new(self, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], Relation]:
        """As relations, with a fresh one for pairs that never met."""
        ...

    async def lock_accounts(self, business_ids: Collection[int]) -> dict[int, AccountState]:
        """Lock these businesses' wallets and counters."""
        ...

    async def businesses(self, business_ids: Collection[int]) -> dict[int, Business]: ...

    async def phone_numbers(self, business_ids: Collection[int]) -> dict[int, list[PhoneNumberRow]]:
        """From business to its numbers, oldest first."""
        ...

    async def templates(self, keys: Collection[tuple[int, str, str]]) -> dict[tuple[int, str, str], TemplateRow]:
        """From (business_id, name, language) to the template that is not deleted."""
        ...

    async def media(self, keys: Collection[tuple[int, int]], now: datetime) -> dict[tuple[int, int], MediaRow]:
        """From (owner_id, media_id) to the medium that is neither deleted nor expired at *now*."""
        ...

    async def messages(self, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], MessageState]:
        """From (person_id, seq) to the message."""
        ...

    async def known_keys(self, keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], KnownKey]:
        """From (business_id, idempotency key) to the answer it got."""
        ...

    async def client_keys(self, keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], int]:
        """From (person_id, client_key) to the seq of the message that was sent under it."""
        ...

    async def unread(self, keys: Collection[tuple[int, int, int]]) -> list[MessageState]:
        """Business messages that the person has not read: for each (person_id, business_id, up to seq)."""
        ...

    async def undelivered(self, keys: Collection[tuple[int, int]]) -> list[MessageRow]:
        """Business messages that no device has: for each (person_id, business_id)."""
        ...

    async def expired(self, after: datetime, until: datetime, limit: int) -> list[MessageRow]:
        """Business messages no device has that expired in (after, until]; at most *limit*."""
        ...

    async def lock_sweep(self, name: str) -> datetime | None:
        """How far the sweep *name* has come, locked; None when another process sweeps."""
        ...


class Writes(Protocol):
    """What verbs write; each method is one statement whatever the size of the batch."""

    async def append_messages(self, rows: Sequence[MessageRow]) -> None: ...

    async def append_changes(self, rows: Sequence[ChangeRow]) -> None: ...

    async def append_receipts(self, rows: Sequence[ReceiptRow]) -> None: ...

    async def move_streams(self, last_seqs: Mapping[int, int]) -> None:
        """Set the last seq of locked streams."""
        ...

    async def append_transfers(self, rows: Sequence[Transfer], at: datetime) -> None:
        """Journal rows and the wallets' sums with them."""
        ...

    async def append_notices(self, rows: Sequence[NoticeRow]) -> None:
        """Notices, and the counters of their businesses with them."""
        ...

    async def append_refusals(self, rows: Sequence[RefusalRow]) -> None: ...

    async def remember_keys(self, rows: Sequence[KnownKey], at: datetime) -> None: ...

    async def use_free_service(self, used: Mapping[tuple[int, int], int], month: date) -> None: ...

    async def append_consents(self, rows: Sequence[ConsentRow], at: datetime) -> None: ...

    async def append_reports(self, rows: Sequence[ReportRow]) -> None: ...

    async def put_relations(self, rows: Sequence[RelationRow]) -> None: ...

    async def move_sweep(self, name: str, to: datetime) -> None: ...


class NotifyRows(Protocol):
    """The webhook worker's rows."""

    async def claim_outboxes(self, owner: str, *, now: datetime, until: datetime, limit: int) -> list[int]:
        """Businesses with work that *owner* may now work on until *until*; nobody else gets them before that."""
        ...

    async def due_notices(self, business_id: int, *, now: datetime, limit: int) -> list[DueNotice]:
        """Those whose retry is due, then new ones, in order; new ones may be *behind* an earlier one of their conversation."""
        ...

    async def record_attempts(
        self,
        business_id: int,
        *,
        attempts: Sequence[AttemptRow],
        done_notice: int,
        acknowledged: Collection[int],
        waiting: Sequence[WaitingRow],
    ) -> None:
        """Write the log, move the done mark to *done_notice*, forget *acknowledged*, remember *waiting*."""
        ...

    async def keep_outbox(self, business_id: int, owner: str, until: datetime) -> None:
        """The lease of *owner* ends at *until*."""
        ...

    async def take_round(
        self, business_id: int, owner: str, *, now: datetime, until: datetime, limit: int
    ) -> list[NoticeRow]:
        """What is new, in order, leased until *until*; nothing when *owner* has no lease at *now*, or when a retry waits."""
        ...

    async def finish_round(
        self, business_id: int, owner: str, *, attempts: Sequence[AttemptRow], done_notice: int, until: datetime
    ) -> None:
        """All up to *done_notice* was acknowledged: write the log, move the mark, and keep the lease until *until*."""
        ...

    async def release_outboxes(self, business_ids: Collection[int], owner: str) -> None: ...

    async def subscriptions(self, business_id: int) -> list[Subscription]: ...


class SyncRows(Protocol):
    """What devices fetch."""

    async def events_after(self, keys: Sequence[tuple[int, int, int]]) -> list[list[StreamEvent]]:
        """For each (person_id, after seq, limit) the next events, in order."""
        ...


class Transaction(
    FactRows,
    Writes,
    NotifyRows,
    SyncRows,
    PeopleRows,
    BusinessRows,
    AccountRows,
    ConsoleRows,
    HouseRows,
    FlowRows,
    CatalogueRows,
    LimitRows,
    CampaignRows,
    PacingRows,
    ChargeRows,
    SandboxRows,
    Protocol,
):
    """Everything inside one transaction sees and writes one state."""


class Store(Protocol):
    def single(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction of one statement, which needs no other round trip: the block asks or writes once, and locks nothing that
        it needs afterwards. Raises Unavailable."""
        ...

    def transaction(self, *, durable: bool = True, lagging: bool = False) -> AbstractAsyncContextManager[Transaction]:
        """One transaction: committed when the block ends, rolled back when it raises.

        With *durable* off a crash of the machine may undo it (never halves of it): for work that is then done again.
        With *lagging* on it only reads, and what it sees may be some seconds old: a replica may answer. Raises Unavailable
        when the database cannot be reached; whether it was committed is then not known.
        """
        ...
