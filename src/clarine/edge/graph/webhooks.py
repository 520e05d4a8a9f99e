"""Notices become webhooks, purely: ASCII JSON in the API's envelope, and the signature over exactly those bytes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, Final, assert_never

from clarine.domain.catalogue import amount
from clarine.domain.events import (
    AccountNotice,
    InboundNotice,
    PersonShown,
    PreferenceNotice,
    PriceShown,
    SentNotice,
    StatusNotice,
    TemplateNotice,
)
from clarine.domain.message import Category
from clarine.domain.pricing import PricingType
from clarine.edge.graph.errors import status_error
from clarine.flow.notify import Post, Render
from clarine.ports.records import Business, NoticeRow, PhoneNumberRow

_DETAIL: Final = {
    "stop": "User requested to stop marketing messages",
    "resume": "User requested to resume marketing messages",
}


#: From a medium's stored content and its message's time to a link that works for a while.
MediaUrl = Callable[[Mapping[str, Any], datetime], str]


def renderer(*, strict_meta: bool = False, media_url: MediaUrl | None = None) -> Render:
    """The render function for flow.notify; *strict_meta* leaves contacts out of failed statuses, as the original's docs do.

    *media_url* makes the links to what people sent.
    """
    return partial(render, strict_meta=strict_meta, media_url=media_url)


def render(
    business: Business,
    number: PhoneNumberRow | None,
    notices: Sequence[NoticeRow],
    *,
    strict_meta: bool = False,
    media_url: MediaUrl | None = None,
) -> Post:
    """*notices* of one field and number as one POST, each as a change of its own."""
    assert notices
    timed = isinstance(notices[0].fact, TemplateNotice | AccountNotice)
    time = f',"time":{int(notices[0].at.timestamp())}' if timed else ""
    changes = ",".join(
        f'{{"value":{_value(number, notice, strict_meta=strict_meta, media_url=media_url)},"field":{_text(notice.field)}}}'
        for notice in notices
    )
    entry = f'{{"id":"{business.waba_id}"{time},"changes":[{changes}]}}'
    body = f'{{"object":"whatsapp_business_account","entry":[{entry}]}}'.encode("ascii")
    return Post(body, headers_for(body, business.app_secret))


#: ASCII JSON without spaces.
_json: Final = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


@lru_cache(maxsize=1 << 14)
def _text(value: str) -> str:
    return _json(value)


def headers_for(body: bytes, app_secret: str) -> dict[str, str]:
    """The headers that sign *body*: both signatures of the original, lower-case hex."""
    key = app_secret.encode()
    return {
        "Content-Type": "application/json",
        "User-Agent": "facebookexternalua",
        "X-Hub-Signature": "sha1=" + hmac.new(key, body, hashlib.sha1).hexdigest(),
        "X-Hub-Signature-256": "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest(),
    }


def _value(number: PhoneNumberRow | None, notice: NoticeRow, *, strict_meta: bool, media_url: MediaUrl | None) -> str:
    """The value of a change as JSON; text is put together, because two of these leave for every message that is sent."""
    fact = notice.fact
    match fact:
        case StatusNotice():
            with_contacts = not (strict_meta and fact.status == "failed")
            return f'{_envelope(number, fact.person if with_contacts else None)},"statuses":[{_status(fact)}]}}'
        case TemplateNotice():
            return _json(_template(fact))
        case AccountNotice():
            return _json(fact.value)
        case InboundNotice():
            return f'{_envelope(number, fact.person)},"messages":[{_json(_message(number, fact, media_url))}]}}'
        case PreferenceNotice():
            return f'{_envelope(number, fact.person)},"user_preferences":[{_json(_preference(fact))}]}}'
        case SentNotice():
            raise AssertionError("flow.notify seals it before it is told")
        case _:
            assert_never(fact)


@lru_cache(maxsize=1 << 14)
def _envelope(number: PhoneNumberRow | None, person: PersonShown | None) -> str:
    """How a value begins: an object that is still open."""
    found: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": str(number.phone) if number else "",
            "phone_number_id": str(number.phone_number_id) if number else "",
        },
    }
    if person is not None:
        contact = {"profile": {"name": person.name}, "wa_id": person.wa_id, "user_id": person.user_id}
        found["contacts"] = [contact]
    return _json(found)[:-1]


def _seconds(at: datetime) -> str:
    return str(int(at.timestamp()))


def _status(fact: StatusNotice) -> str:
    person = fact.person
    parts = [
        f'{{"id":"{fact.message_id}","status":"{fact.status}","timestamp":"{_seconds(fact.at)}","recipient_id":"{person.wa_id}"'
    ]
    if person.user_id:
        parts.append(f',"recipient_user_id":"{person.user_id}"')
    if fact.price is not None:
        parts.append(_priced(fact.price, first=fact.status == "sent"))
    if fact.reason is not None:
        parts.append(f',"errors":[{_json(status_error(fact.reason, fact.details))}]')
    if fact.opaque is not None:
        parts.append(f',"biz_opaque_callback_data":{_json(fact.opaque)}')
    parts.append("}")
    return "".join(parts)


def _priced(price: PriceShown, *, first: bool) -> str:
    """``pricing``, and ``conversation`` where one is priced as a whole; only the first status says when it ends."""
    priced = f',"pricing":{_pricing(price.billable, price.category, price.pricing_type, price.model)}'
    if price.conversation is None:
        return priced
    conversation: dict[str, Any] = {"id": price.conversation.id, "origin": {"type": price.conversation.origin}}
    if first:
        conversation["expiration_timestamp"] = _seconds(price.conversation.expires_at)
    return f',"conversation":{_json(conversation)}{priced}'


@lru_cache(maxsize=64)
def _pricing(billable: bool, category: Category, pricing_type: PricingType, model: str) -> str:
    free_entry = pricing_type == "free_entry_point"
    found = {
        "billable": billable,
        "pricing_model": model,
        "category": "referral_conversion" if free_entry else str(category),
    }
    return _json(found | {"type": pricing_type} if model == "PMP" else found)


def _message(number: PhoneNumberRow | None, fact: InboundNotice, media_url: MediaUrl | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "from": fact.person.wa_id,
        "from_user_id": fact.person.user_id,
        "id": fact.message_id,
        "timestamp": _seconds(fact.at),
    }
    if fact.reply_to is not None and fact.content["type"] != "reaction":
        business_phone = str(number.phone) if number else ""
        found["context"] = {
            "from": business_phone if fact.reply_to_business else fact.person.wa_id,
            "id": fact.reply_to,
        }
    if (about := fact.content.get("about")) is not None:
        product = {"catalog_id": about["catalog_id"], "product_retailer_id": about["retailer_id"]}
        found["context"] = {**found.get("context", {}), "referred_product": product}
    kind, value = _said(fact)
    if media_url is not None and "sha256" in fact.content:
        value["url"] = media_url(fact.content, fact.at)
    if fact.referral is not None:
        found["referral"] = fact.referral
    return found | {"type": kind, kind: value}


def _said(fact: InboundNotice) -> tuple[str, Any]:
    """(type, object) of what a person sent."""
    content = fact.content
    match content["type"]:
        case "text":
            return "text", {"body": content["body"]}
        case "image" | "video" | "audio" | "document" | "sticker" as kind:
            return kind, _medium(kind, content)
        case "location":
            return "location", _present(content, "latitude", "longitude", "name", "address")
        case "contacts":
            return "contacts", content["contacts"]
        case "reaction":
            return "reaction", {"message_id": fact.reaction_to, "emoji": content["emoji"]}
        case "choice":
            return _choice(content)
        case "flow_reply":
            reply = {"name": "flow", "body": "Sent", "response_json": content["response_json"]}
            return "interactive", {"type": "nfm_reply", "nfm_reply": reply}
        case "order":
            return "order", _order(content)
        case "question":
            return "text", {"body": content["body"]}
        case "address_reply":
            return "interactive", {"type": "nfm_reply", "nfm_reply": _address(content)}
        case other:
            raise AssertionError(f"people do not send {other}")


def _medium(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    mime = content["mime"]
    found = {
        "mime_type": "audio/ogg; codecs=opus" if mime == "audio/ogg" else mime,
        "sha256": base64.b64encode(bytes.fromhex(content["sha256"])).decode(),
        "id": str(content["media_id"]),
        **_present(content, "caption"),
    }
    match kind:
        case "document":
            found |= _present(content, "filename")
        case "audio":
            found["voice"] = bool(content.get("voice"))
        case "sticker":
            found["animated"] = bool(content.get("animated"))
    return found


def _choice(content: dict[str, Any]) -> tuple[str, Any]:
    if content["kind"] == "template_button":
        return "button", {"payload": content["id"], "text": content["title"]}
    kind = content["kind"]
    return "interactive", {"type": kind, kind: _present(content, "id", "title", "description")}


def _order(content: dict[str, Any]) -> dict[str, Any]:
    items = [
        {
            "product_retailer_id": item["retailer_id"],
            "quantity": item["quantity"],
            "item_price": amount(item["price_micros"]),
            "currency": content["currency"],
        }
        for item in content["items"]
    ]
    return {"catalog_id": content["catalog_id"], "text": content["text"], "product_items": items}


def _address(content: dict[str, Any]) -> dict[str, Any]:
    response: dict[str, Any] = {"values": content["values"]}
    if content.get("saved_id") is not None:
        response["saved_address_id"] = content["saved_id"]
    body = "\n".join(value for value in content["values"].values() if value)
    return {"name": "address_message", "body": body, "response_json": json.dumps(response, ensure_ascii=False)}


def _present(content: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: content[name] for name in names if content.get(name) is not None}


def _preference(fact: PreferenceNotice) -> dict[str, Any]:
    return {
        "wa_id": fact.person.wa_id,
        "user_id": fact.person.user_id,
        "detail": _DETAIL[fact.value],
        "category": "marketing_messages",
        "value": fact.value,
        "timestamp": int(fact.at.timestamp()),
    }


def _template(fact: TemplateNotice) -> dict[str, Any]:
    return {
        "event": fact.event,
        "message_template_id": fact.template_id,
        "message_template_name": fact.name,
        "message_template_language": fact.language,
        "message_template_category": fact.category,
        "reason": fact.reason,
    }
