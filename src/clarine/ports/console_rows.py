"""The store's door for what the consoles and the audit ask: lists, logs, sign-in of staff."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from clarine.ports.records import Business, NoticeRow, ReceiptRow, TemplateRow


@dataclass(frozen=True, slots=True)
class StaffRow:
    """Who may sign in to a console; without a business it is an operator."""

    email: str
    business_id: int | None
    name: str
    password_hash: str
    created_at: datetime

    def __repr__(self) -> str:
        return f"StaffRow({self.email!r})"


@dataclass(frozen=True, slots=True)
class WalletRow:
    """What a business has, has promised to messages under way, and has spent; in micros of *currency*."""

    business_id: int
    currency: str
    available_micros: int
    held_micros: int
    spent_micros: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where one entry stands in a statement: entries are in the order of these four."""

    at: datetime
    person_id: int
    seq: int
    step: int = 0


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One journal row as a statement shows it; *phone* is None for transfers that are not about a message."""

    place: Place
    kind: str
    amount_micros: int
    rate_version: str | None
    note: str | None
    phone: int | None


@dataclass(frozen=True, slots=True)
class MessageQuery:
    """Which business messages to list, newest first. *phone_part* is a run of digits, *key* one exact message."""

    business_id: int
    limit: int
    before: Place | None = None
    phone_part: str | None = None
    key: tuple[int, int] | None = None
    status: int | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class ListedMessage:
    """One business message. *person_id* is 0 for one that policy refused: then *seq* is the number of the refusal."""

    person_id: int
    seq: int
    at: datetime
    phone: int
    person_name: str
    content_json: str | None
    content_type: str
    category: str | None
    billable: bool
    pricing_type: str | None
    price_micros: int
    rate_version: str | None
    status: int
    reason: str | None
    held_number: int | None = None

    @property
    def place(self) -> Place:
        return Place(self.at, self.person_id, self.seq)


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One transfer about one message."""

    kind: str
    amount_micros: int
    at: datetime


@dataclass(frozen=True, slots=True)
class NoticeQuery:
    """What is looked for in the webhook log of a business, newest first.

    Numbers from *first* to *last*, written from *since* and before *until*, of one webhook *field*, telling one *event*,
    about a person whose phone has *phone_part* or about *message_id*, whose row is *key*. *state* is queued, waiting (for
    its next try), acknowledged, given_up, unsubscribed, or done: none of the first two.
    """

    business_id: int
    limit: int
    first: int | None = None
    last: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    field: str | None = None
    event: str | None = None
    phone_part: str | None = None
    message_id: str | None = None
    key: tuple[int, int] | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class NoticeState:
    """One notice of the webhook log; *due_at* is when it is tried again, *done* whether the worker has passed it."""

    number: int
    person_id: int | None
    field: str
    fact_json: str
    at: datetime
    phone: int | None
    done: bool
    attempts: int
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class AttemptShown:
    """One POST and its answer; it carried the notices from *first_number* to *last_number*."""

    first_number: int
    last_number: int
    url: str
    http_status: int | None
    error: str | None
    said: str | None
    took_ms: int
    at: datetime


@dataclass(frozen=True, slots=True)
class TokenRow:
    """An access token of the API; only its hash is kept."""

    token_hash: bytes
    name: str
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ConsentShown:
    """One piece of evidence as it was recorded."""

    act: str
    category: str
    wording: str
    wording_version: str
    source: str
    actor: str
    given_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class BusinessCounts:
    """A business as the operator sees it. *last_30_days* figures count business messages by how they ended so far."""

    business: Business
    phone: int | None
    quality: str
    wallet: WalletRow
    sent: int
    delivered: int
    failed: int
    refused: int
    reports_open: int


@dataclass(frozen=True, slots=True)
class TemplateReview:
    """A template with the business that filed it."""

    business_name: str
    verified: bool
    template: TemplateRow


@dataclass(frozen=True, slots=True)
class ReportShown:
    """One report; whoever shows it must not show *person_id*."""

    person_id: int
    business_id: int
    number: int
    business_name: str
    reason: str
    content_json: str | None
    at: datetime
    handled_at: datetime | None


@dataclass(frozen=True, slots=True)
class HealthNumbers:
    """What an operator looks at first; sizes in bytes."""

    people: int
    devices: int
    businesses: int
    messages_last_hour: int
    messages_last_day: int
    undelivered: int
    oldest_undelivered_at: datetime | None
    notices_fresh: int
    notices_waiting: int
    oldest_waiting_at: datetime | None
    templates_pending: int
    reports_open: int
    database_size: int


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One thing that does not add up; *person_id* and *seq* name the message, or are 0 when it is a whole business."""

    check: str
    business_id: int
    person_id: int
    seq: int
    expected_micros: int
    found_micros: int
    what: str = ""


@dataclass(frozen=True, slots=True)
class AuditScope:
    """How much was looked at."""

    businesses: int
    entries: int
    messages: int
    posted_micros: int


class ConsoleRows(Protocol):
    """Every method takes a batch or a page; none reads row by row."""

    # Sign-in of staff
    async def staff(self, email: str) -> StaffRow | None: ...

    async def put_staff(self, row: StaffRow) -> None:
        """Add *row*, or replace the one with its email."""
        ...

    async def add_session(self, token_hash: bytes, email: str, *, at: datetime, expires_at: datetime) -> None: ...

    async def session_staff(self, token_hash: bytes, now: datetime) -> StaffRow | None:
        """Whose session this is, while it lasts."""
        ...

    async def end_session(self, token_hash: bytes, now: datetime) -> str | None:
        """End it, and everything that is over; the email it belonged to when it had not ended before."""
        ...

    # Wallet and statement
    async def wallet(self, business_id: int) -> WalletRow | None: ...

    async def entries(
        self,
        business_id: int,
        *,
        since: datetime | None,
        until: datetime | None,
        before: Place | None,
        limit: int,
    ) -> list[EntryRow]:
        """Journal rows in [since, until) that stand before *before*, newest first."""
        ...

    async def statement_closing(
        self, business_id: int, *, until: datetime | None, before: Place | None
    ) -> tuple[int, int, int]:
        """(available, held, spent) micros that the journal adds up to, up to *until* and *before*."""
        ...

    # Messages
    async def listed_messages(self, query: MessageQuery) -> list[ListedMessage]: ...

    async def receipts_of(self, person_id: int, seq: int) -> list[ReceiptRow]: ...

    async def journal_of(self, business_id: int, person_id: int, seq: int) -> list[JournalLine]: ...

    # The webhook log
    async def listed_notices(self, query: NoticeQuery) -> list[NoticeState]: ...

    async def notice(self, business_id: int, number: int) -> NoticeRow | None: ...

    async def notices_of(
        self, business_id: int, message_id: str, *, person_id: int | None, seq: int, since: datetime
    ) -> list[NoticeState]:
        """The notices about one message, number *seq* of its stream, which was sent at *since*, oldest first."""
        ...

    async def attempts_of(self, business_id: int, numbers: Collection[int]) -> list[AttemptShown]:
        """The POSTs that carried any of these notices, oldest first."""
        ...

    async def resend(self, business_id: int, numbers: Collection[int], now: datetime) -> int:
        """Make those notices due now that the worker has passed; how many."""
        ...

    # What a business connects with
    async def tokens(self, business_id: int) -> list[TokenRow]: ...

    async def add_console_token(self, business_id: int, row: TokenRow) -> None: ...

    async def end_console_token(self, business_id: int, token_hash: bytes, now: datetime) -> bool: ...

    async def consents_of(self, person_id: int, business_id: int) -> list[ConsentShown]:
        """The evidence between the two, newest first."""
        ...

    async def own_templates(self, business_id: int) -> list[TemplateRow]: ...

    # The operator
    async def business_counts(self, *, search: str, since: datetime, limit: int) -> list[BusinessCounts]: ...

    async def set_verified(self, business_id: int, *, verified: bool) -> bool: ...

    async def templates_in(self, statuses: Sequence[str], limit: int) -> list[TemplateReview]:
        """Templates in these states, those that wait longest first."""
        ...

    async def reports(
        self, *, reason: str | None, business_id: int | None, handled: bool, limit: int
    ) -> list[ReportShown]: ...

    async def handle_report(self, person_id: int, business_id: int, number: int, *, now: datetime) -> bool: ...

    async def health(self, now: datetime) -> HealthNumbers: ...

    # The audit
    async def audit_findings(self, rules: Sequence[tuple[str, str, str, int]], limit: int) -> list[AuditRow]:
        """Everything that does not add up, at most *limit* of each kind; *rules* are (kind, debit, credit, step)."""
        ...

    async def audit_scope(self) -> AuditScope: ...
