"""What a business is to be told (notices), one closed union; each carries all that its webhook needs, so rendering is pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from clarine.domain.message import Category
from clarine.domain.pricing import PricingType


@dataclass(frozen=True, slots=True)
class PersonShown:
    """A person as one business may see them; *user_id* is business-scoped."""

    wa_id: str
    user_id: str
    name: str


@dataclass(frozen=True, slots=True)
class ConversationShown:
    """A conversation that is priced as a whole (Cloud API: webhooks, statuses.conversation)."""

    id: str
    origin: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PriceShown:
    """What a status says about money (Cloud API: webhooks, statuses.pricing)."""

    billable: bool
    category: Category
    pricing_type: PricingType
    model: Literal["PMP", "CBP"] = "PMP"
    conversation: ConversationShown | None = None


@dataclass(frozen=True, slots=True)
class StatusNotice:
    """A message moved to *status*; *reason* (a policy.Reason) is given on failed only, *details* when they say more."""

    message_id: str
    status: Literal["sent", "delivered", "read", "failed"]
    at: datetime
    person: PersonShown
    price: PriceShown | None = None
    reason: str | None = None
    opaque: str | None = None
    details: str | None = None
    type: Literal["status"] = "status"


@dataclass(frozen=True, slots=True)
class InboundNotice:
    """A person wrote; *content* is the stored JSON form of domain.message.Content."""

    message_id: str
    at: datetime
    person: PersonShown
    content: dict[str, Any]
    reply_to: str | None = None  # the message id that is answered
    reply_to_business: bool = True  # the answered message was the business's own
    reaction_to: str | None = None  # for reactions: the message id they stand on
    referral: dict[str, Any] | None = None  # where the person came from, as the webhook has it
    type: Literal["inbound"] = "inbound"


@dataclass(frozen=True, slots=True)
class PreferenceNotice:
    """A person stopped or resumed messages (Cloud API: user_preferences)."""

    at: datetime
    person: PersonShown
    value: Literal["stop", "resume"]
    type: Literal["preference"] = "preference"


@dataclass(frozen=True, slots=True)
class TemplateNotice:
    """A template was reviewed or changed state (Cloud API: message_template_status_update)."""

    at: datetime
    event: str
    template_id: int
    name: str
    language: str
    category: str
    reason: str
    type: Literal["template"] = "template"


@dataclass(frozen=True, slots=True)
class AccountNotice:
    """Something about the account, a number or a template; *value* is the webhook's value under *field* as it stands."""

    at: datetime
    field: str
    value: dict[str, Any]
    type: Literal["account"] = "account"


@dataclass(frozen=True, slots=True)
class SentNotice:
    """A campaign's message *seq* stands in its person's stream: a StatusNotice whose ids are sealed only when it is told.

    Sealing costs more than everything else about a message, and a campaign has a million of them.
    """

    seq: int
    price: PriceShown
    type: Literal["sent"] = "sent"


Notice = StatusNotice | InboundNotice | PreferenceNotice | TemplateNotice | AccountNotice | SentNotice

#: From the stored ``type`` to the class that reads it.
NOTICE_OF_TYPE: dict[str, type[Notice]] = {
    "status": StatusNotice,
    "inbound": InboundNotice,
    "preference": PreferenceNotice,
    "template": TemplateNotice,
    "account": AccountNotice,
    "sent": SentNotice,
}


def field_of(notice: Notice) -> str:
    """The webhook field that *notice* is sent under."""
    match notice:
        case StatusNotice() | InboundNotice() | SentNotice():
            return "messages"
        case PreferenceNotice():
            return "user_preferences"
        case TemplateNotice():
            return "message_template_status_update"
        case AccountNotice():
            return notice.field
