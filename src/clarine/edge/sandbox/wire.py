"""What the sandbox is asked, parsed at the door: every field has its type and its limit."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

from clarine.domain.errors import Invalid

Asked = TypeVar("Asked")

BODY_BYTES_MAX = 32 * 1024 * 1024
YEARS_10_S = 10 * 366 * 86_400

Words = Annotated[str, Meta(min_length=1, max_length=256)]
Share = Annotated[float, Meta(ge=0, le=1)]
Seconds = Annotated[int, Meta(ge=0, le=YEARS_10_S)]


class ClockAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    now: datetime | None = None
    advance_s: Annotated[float, Meta(ge=0, le=YEARS_10_S)] | None = None
    running: bool | None = None


class FaultsAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    drop: Share = 0.0
    duplicate: Share = 0.0
    delay_s: Annotated[float, Meta(ge=0, le=YEARS_10_S)] = 0.0
    reorder: Annotated[int, Meta(ge=0, le=1000)] = 0
    seed: int = 0


class LineAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: Words = "*"
    status: Literal["APPROVED", "REJECTED"] = "APPROVED"
    reason: str = "NONE"
    after_s: Seconds = 0


class ReviewAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    mode: Literal["instant", "scripted", "manual"] = "instant"
    script: Annotated[list[LineAsked], Meta(max_length=1000)] = []


class VerdictAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    status: Literal["APPROVED", "REJECTED", "PAUSED", "DISABLED"]
    reason: str = "NONE"


class WebhookAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """*challenge* false believes the receiver without asking it."""

    url: Annotated[str, Meta(min_length=1, max_length=2048)]
    verify_token: Annotated[str, Meta(max_length=1024)] = ""
    fields: Annotated[list[Words], Meta(max_length=100)] | None = None
    challenge: bool = True


class BusinessAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """*balance* in units of *currency*; without a *phone* it gets the next free number of +1 555 078 xxxx."""

    name: Annotated[str, Meta(min_length=1, max_length=75)] = "Sandbox Shop"
    phone: Words | None = None
    balance: Annotated[float, Meta(ge=0, le=1_000_000)] = 100.0
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] = "USD"
    verified: bool = False
    webhook: WebhookAsked | None = None
    faults: FaultsAsked | None = None
    review: ReviewAsked | None = None


class ActsAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the person's telephone does with each message; null leaves a part out."""

    delivered_after_s: Seconds | None = 0
    read_after_s: Seconds | None = None
    fails: int | None = None
    fails_after_s: Seconds = 0
    says: Annotated[str, Meta(min_length=1, max_length=4096)] | None = None


class PersonAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """*acts* null: only who holds the telephone (the web app, or these calls) fetches and reads."""

    phone: Words
    name: Annotated[str, Meta(max_length=64)] = ""
    language: Literal["en", "fr", "hi", "ur"] = "en"
    acts: ActsAsked | None = ActsAsked()


class ActsChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    acts: ActsAsked | None


class MediaAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file, its bytes in base64."""

    type: Literal["image", "video", "audio", "document", "sticker"]
    base64: str
    filename: Annotated[str, Meta(max_length=240)] | None = None
    caption: Annotated[str, Meta(max_length=1024)] | None = None
    voice: bool = False


class LocationAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    latitude: Annotated[float, Meta(ge=-90, le=90)]
    longitude: Annotated[float, Meta(ge=-180, le=180)]
    name: Words | None = None
    address: Words | None = None


class ReactionAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    message_id: str
    emoji: Annotated[str, Meta(max_length=32)] = ""


class SpeechAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person says: exactly one of text, tap, media, location, contacts and reaction.

    *to* is any number or id of the business; it may be left out when there is only one business.
    *referral* says that they came through an advertisement, as the webhook will have it.
    *tap* is the title or id of a button or list row that the business offered last.
    """

    to: str | None = None
    text: Annotated[str, Meta(min_length=1, max_length=4096)] | None = None
    tap: Words | None = None
    media: MediaAsked | None = None
    location: LocationAsked | None = None
    contacts: Annotated[list[dict[str, Any]], Meta(min_length=1, max_length=20)] | None = None
    reaction: ReactionAsked | None = None
    reply_to: str | None = None
    referral: dict[str, Annotated[str, Meta(max_length=2048)]] | None = None


class FromAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of which business; null: of all."""

    business: str | None = None


class RelationAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the person decides about a business; null leaves it as it is."""

    business: str | None = None
    blocked: bool | None = None
    stopped: bool | None = None
    marketing_consent: bool | None = None
    utility_consent: bool | None = None


def parse(body: bytes, kind: type[Asked]) -> Asked:
    """*body* (nothing is an empty object) as *kind*; raises Invalid, naming the field."""
    try:
        return msgspec.json.decode(body or b"{}", type=kind)
    except msgspec.DecodeError as error:
        what, _, where = str(error).partition(" - at `$.")
        raise Invalid(what, field=where.rstrip("`") or None) from None
