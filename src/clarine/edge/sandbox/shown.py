"""How the sandbox shows people, businesses, messages and webhooks in its answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from clarine.domain.ids import MessageKey, RefusalKey
from clarine.domain.message import Status
from clarine.flow.house import House
from clarine.ports.records import Business, PhoneNumberRow, TemplateRow
from clarine.ports.sandbox import PostSeen
from clarine.ports.sandbox_rows import MessageSeen

Shown = dict[str, Any]


def at_text(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def business_shown(business: Business, number: PhoneNumberRow) -> Shown:
    """A business without its secrets."""
    return {
        "business_id": str(business.business_id),
        "waba_id": str(business.waba_id),
        "app_id": str(business.app_id),
        "phone_number_id": str(number.phone_number_id),
        "phone": f"+{number.phone}",
        "name": business.name,
        "verified": business.verified,
    }


def message_shown(house: House, seen: MessageSeen, code_of: Callable[[str], int]) -> Shown:
    """A message with all of its statuses; *error* is the API's code when it failed."""
    key: MessageKey | RefusalKey = MessageKey(seen.person_id, seen.seq)
    if seen.held_number is not None or not seen.person_id:
        key = RefusalKey(seen.business_id, seen.held_number or seen.seq)
    content = json.loads(seen.content_json) if seen.content_json is not None else None
    statuses = [
        {
            "status": status.status.name.lower(),
            "at": at_text(status.at),
            "error": code_of(status.reason) if status.reason is not None else None,
        }
        for status in seen.statuses
    ]
    last = max(seen.statuses, key=lambda status: status.status, default=None)
    waiting = Status.ACCEPTED if seen.to_person else Status.SENT
    person, business = f"+{seen.phone}", str(seen.phone_number_id)
    return {
        "id": house.seal.message_id(key),
        "direction": "to_person" if seen.to_person else "to_business",
        "from": business if seen.to_person else person,
        "to": person if seen.to_person else business,
        "business_id": str(seen.business_id),
        "at": at_text(seen.at),
        "type": seen.type,
        "text": _text(content),
        "content": content,
        "category": seen.category,
        "price_micros": seen.price_micros,
        "opaque": seen.opaque,
        "status": (last.status if last is not None else waiting).name.lower(),
        "error": code_of(last.reason) if last is not None and last.reason is not None else None,
        "statuses": statuses,
    }


def _text(content: Any) -> str | None:
    """The words of a message, wherever they stand in it."""
    if content is None:
        return None
    return next((content[name] for name in ("body", "caption", "title", "emoji", "name") if content.get(name)), None)


def post_shown(post: PostSeen) -> Shown:
    """A webhook POST as its receiver got it, and what it answered."""
    return {
        "at": at_text(post.at),
        "url": post.url,
        "waba_id": post.waba_id,
        "signature": post.signature,
        "body": json.loads(post.body),
        "fault": post.fault or None,
        "status": post.status,
        "error": post.error,
        "took_ms": post.took_ms,
    }


def template_shown(row: TemplateRow) -> Shown:
    """A template and where its review stands."""
    return {
        "template_id": str(row.template_id),
        "business_id": str(row.business_id),
        "name": row.name,
        "language": row.language,
        "category": row.category,
        "status": row.status,
        "rejected_reason": row.rejected_reason,
    }
