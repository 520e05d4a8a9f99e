"""Webhooks as a closed union of typed events: check the signature, then parse once, at the door.

``parse_webhook`` is all a receiver needs; ``challenge_answer`` is for the subscription's GET.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clarine.client.errors import SignatureError, WebhookError

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sender:
    """The person who wrote: phone digits, stable id and the name they chose; any may be empty."""

    wa_id: str
    user_id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What every inbound message has: its wamid, who, when (Unix seconds) and the wamid it answers."""

    id: str
    sender: Sender
    at_s: int
    context_id: str = ""


@dataclass(frozen=True, slots=True)
class InboundText:
    """A person wrote text."""

    arrival: Arrival
    body: str


@dataclass(frozen=True, slots=True)
class InboundButton:
    """A person tapped a quick-reply button of a template: ``payload`` is ours, ``text`` what they saw."""

    arrival: Arrival
    payload: str
    text: str


@dataclass(frozen=True, slots=True)
class InboundReply:
    """A person tapped a reply button or a list row: ``id`` is ours, ``title`` what they saw."""

    arrival: Arrival
    id: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class InboundMedia:
    """A person sent an image, video, audio, document or sticker; fetch it with ``media_bytes(media_id)``."""

    arrival: Arrival
    kind: str
    media_id: str
    mime: str = ""
    caption: str = ""
    filename: str = ""


@dataclass(frozen=True, slots=True)
class InboundLocation:
    """A person shared a place, in degrees."""

    arrival: Arrival
    latitude: float
    longitude: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class InboundReaction:
    """A person reacted to a message; an empty ``emoji`` takes the reaction back."""

    arrival: Arrival
    message_id: str
    emoji: str


@dataclass(frozen=True, slots=True)
class InboundOther:
    """A kind of message that this client has no type for yet; ``raw`` is the API's own object."""

    arrival: Arrival
    kind: str
    raw: Json


@dataclass(frozen=True, slots=True)
class Status:
    """A step of a message we sent: sent, delivered, read, played or failed. Order is not promised."""

    message_id: str
    status: str
    at_s: int
    recipient: str
    error_code: int = 0
    error_details: str = ""


@dataclass(frozen=True, slots=True)
class OtherEvent:
    """A change of a field that this client has no type for yet (template reviews, quality, account …)."""

    field: str
    value: Json


Inbound = InboundText | InboundButton | InboundReply | InboundMedia | InboundLocation | InboundReaction | InboundOther
Event = Inbound | Status | OtherEvent

_MEDIA = frozenset({"image", "video", "audio", "document", "sticker"})


def signature_of(body: bytes, app_secret: str) -> str:
    """The value of X-Hub-Signature-256 for *body*: ``sha256=`` and 64 hex digits."""
    return "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


def challenge_answer(query: Mapping[str, str], verify_token: str) -> str | None:
    """What to answer a subscription's GET with, or None when it is not ours (answer 403)."""
    ours = query.get("hub.mode") == "subscribe" and hmac.compare_digest(
        query.get("hub.verify_token", "").encode(), verify_token.encode()
    )
    return query.get("hub.challenge", "") if ours else None


def parse_webhook(body: bytes, signature: str | None, app_secret: str) -> tuple[Event, ...]:
    """The events of one webhook, in its order.

    Raises SignatureError when *signature* (the X-Hub-Signature-256 header) is not over *body*, WebhookError when the
    body is not shaped as the API says.
    """
    if not hmac.compare_digest((signature or "").encode(), signature_of(body, app_secret).encode()):
        raise SignatureError
    try:
        found = json.loads(body)
        return tuple(
            event
            for entry in found["entry"]
            for change in entry["changes"]
            for event in _events(change["field"], change["value"])
        )
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as reason:
        raise WebhookError(f"not a webhook of the API: {type(reason).__name__} {reason}") from reason


def _events(name: str, value: Json) -> list[Event]:
    if name != "messages":
        return [OtherEvent(name, value)]
    contacts = value.get("contacts") or [{}]
    inbound: list[Event] = [_inbound(message, contacts[0]) for message in value.get("messages") or []]
    return inbound + [_status(status) for status in value.get("statuses") or []]


def _status(raw: Json) -> Status:
    error = (raw.get("errors") or [{}])[0]
    details = (error.get("error_data") or {}).get("details") or error.get("message") or error.get("title") or ""
    recipient = raw.get("recipient_id") or raw.get("recipient_user_id") or ""
    return Status(raw["id"], raw["status"], int(raw["timestamp"]), recipient, int(error.get("code", 0)), str(details))


def _inbound(raw: Json, contact: Json) -> Inbound:
    sender = Sender(
        wa_id=str(raw.get("from") or contact.get("wa_id", "")),
        user_id=str(raw.get("from_user_id") or contact.get("user_id", "")),
        name=str((contact.get("profile") or {}).get("name", "")),
    )
    arrival = Arrival(raw["id"], sender, int(raw["timestamp"]), str((raw.get("context") or {}).get("id", "")))
    kind = raw.get("type", "")
    match kind:
        case "text":
            return InboundText(arrival, raw["text"]["body"])
        case "button":
            return InboundButton(arrival, raw["button"]["payload"], raw["button"]["text"])
        case "interactive" if raw["interactive"]["type"] in ("button_reply", "list_reply"):
            reply = raw["interactive"][raw["interactive"]["type"]]
            return InboundReply(arrival, reply["id"], reply["title"], reply.get("description", ""))
        case _ if kind in _MEDIA:
            return _media(arrival, kind, raw[kind])
        case _:
            return _rarer(arrival, kind, raw)


def _rarer(arrival: Arrival, kind: str, raw: Json) -> Inbound:
    match kind:
        case "location":
            place = raw["location"]
            degrees = float(place["latitude"]), float(place["longitude"])
            return InboundLocation(arrival, *degrees, name=str(place.get("name", "")))
        case "reaction":
            return InboundReaction(arrival, raw["reaction"]["message_id"], raw["reaction"].get("emoji", ""))
        case _:
            return InboundOther(arrival, kind, raw)


def _media(arrival: Arrival, kind: str, found: Json) -> InboundMedia:
    texts = (str(found.get(name, "")) for name in ("mime_type", "caption", "filename"))
    return InboundMedia(arrival, kind, str(found["id"]), *texts)
