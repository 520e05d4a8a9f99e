"""The rows that pass through the store's door: frozen, typed, in the words of the domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from clarine.domain.consent import ConsentRecord, ReportReason
from clarine.domain.conversation import Relation
from clarine.domain.events import Notice
from clarine.domain.message import Category, Direction, Status
from clarine.domain.pricing import PricingType


class Row(msgspec.Struct, frozen=True, gc=False):
    """What is made once or more for each message: a frozen dataclass of twenty fields takes twenty times as long to make.

    Nothing in them points back, so the collector need not look.
    """


class Person(Row, frozen=True, gc=False):
    """Someone with a phone number on this network; *phone* is E.164 digits, *country* ISO 3166 alpha-2."""

    person_id: int
    phone: int
    country: str
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Business:
    business_id: int
    waba_id: int
    app_id: int
    app_secret: str
    name: str
    about: str
    verified: bool
    currency: str
    profile: str
    created_at: datetime

    def __repr__(self) -> str:
        return f"Business({self.business_id}, {self.name!r})"


@dataclass(frozen=True, slots=True)
class PhoneNumberRow:
    business_id: int
    phone_number_id: int
    phone: int
    verified_name: str
    quality: str
    verified: bool = True
    registered: bool = True
    requested_name: str | None = None
    allowed_to: Sequence[int] | None = None  #: a test number writes to these phones only


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A message template; *components* is the JSON text that the business sent, *options* is JSON of what is rarely set."""

    business_id: int
    template_id: int
    name: str
    language: str
    category: str
    status: str
    parameter_format: str
    components: str
    rejected_reason: str
    quality: str
    created_at: datetime
    updated_at: datetime
    options: str = "{}"


@dataclass(frozen=True, slots=True)
class MediaRow:
    """A stored medium; *sha256* is hex, *size* in bytes. *owner_id* is a business or a person."""

    owner_id: int
    media_id: int
    sha256: str
    mime: str
    size: int
    filename: str | None
    width: int | None
    height: int | None
    animated: bool
    created_at: datetime
    expires_at: datetime | None


class MessageRow(Row, frozen=True, gc=False):
    """One message of a person's stream. *content_json* is the stored JSON of domain.message.Content.

    *held_number* is given when it was held before it came here: its business knows it by that number. *conversation* is
    the JSON of domain.events.ConversationShown, where the message belongs to one that is priced as a whole.
    """

    person_id: int
    seq: int
    business_id: int
    phone_number_id: int
    direction: Direction
    content_json: str
    at: datetime
    reply_to_seq: int | None = None
    category: Category | None = None
    billable: bool = False
    pricing_type: PricingType | None = None
    price_micros: int = 0
    rate_version: str | None = None
    opaque: str | None = None
    client_key: str | None = None
    expires_at: datetime | None = None
    held_number: int | None = None
    conversation: str | None = None


class MessageState(Row, frozen=True, gc=False):
    """A message with the furthest status it has reached."""

    message: MessageRow
    status: Status


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """Anything else in a person's stream; *body* is the JSON of a people-API event without seq, at and type."""

    person_id: int
    seq: int
    type: str
    business_id: int | None
    body: str
    at: datetime


class ReceiptRow(Row, frozen=True, gc=False):
    person_id: int
    seq: int
    status: Status
    reason: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class AccountState:
    """What is locked of a business while a batch is written: its wallet and the last numbers given out."""

    business_id: int
    currency: str
    available_micros: int
    last_notice: int
    last_refusal: int
    last_transfer: int


class NoticeRow(Row, frozen=True, gc=False):
    business_id: int
    number: int
    field: str
    phone_number_id: int | None
    person_id: int | None
    fact: Notice
    at: datetime


class DueNotice(Row, frozen=True, gc=False):
    """A notice to post now; *attempts* is how often it was tried before.

    With *behind* it must not be posted yet: an earlier notice of its conversation is tried again at that time.
    *waited*: it stands among those that wait for their retry.
    """

    notice: NoticeRow
    attempts: int
    behind: datetime | None = None
    waited: bool = False


#: A round has no more notices than this, fresh ones and retries, so no POST carries more.
NOTICES_PER_POST_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One webhook POST that carried every notice from *first_number* to *last_number*.

    *http_status* is None when there was no answer; *said* is how the body of a refusal begins.
    """

    business_id: int
    first_number: int
    last_number: int
    url: str
    http_status: int | None
    error: str | None
    said: str | None
    took_ms: int
    at: datetime


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A notice that was not acknowledged and when it is tried again."""

    business_id: int
    number: int
    attempts: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class RefusalRow:
    """A message that the API accepted and policy refused; it was never in anyone's stream and is never charged."""

    business_id: int
    number: int
    phone_number_id: int
    phone: int
    content_type: str
    category: Category
    reason: str
    opaque: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class KnownKey:
    """The answer that an idempotency key already got."""

    business_id: int
    key: str
    message_id: str
    body_hash: bytes


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where webhooks go; *scope* is app, account or phone_number, and the narrowest with a URL wins."""

    business_id: int
    scope: str
    object_id: int
    url: str | None
    verify_token: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RelationRow:
    person_id: int
    business_id: int
    relation: Relation


@dataclass(frozen=True, slots=True)
class ConsentRow:
    person_id: int
    business_id: int
    record: ConsentRecord


@dataclass(frozen=True, slots=True)
class ReportRow:
    person_id: int
    business_id: int
    reason: ReportReason
    seq: int | None
    at: datetime


class StreamEvent(Row, frozen=True, gc=False):
    """One event of a person's stream: a message with its status now, or a change."""

    seq: int
    at: datetime
    event: MessageState | ChangeRow
