"""Webhooks as pywa understands them: its handlers and types, told to the run in one shape."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

from tests.clients.drivers.speaking import heard

HEARS: Final = (
    "challenge", "text", "reply", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction",
    "button_reply", "list_reply", "button", "media", "status", "reason", "undeliverable", "pricing", "tracker",
    "template_status", "preference", "flow_reply", "location_answer", "order",
    "question",
)  # fmt: skip


def hear(client: Any, *, is_4: bool) -> None:
    """Register a handler for everything that happens."""

    def who(update: Any) -> dict[str, Any]:
        user = update.from_user
        found = {"message_id": update.id, "from": user.wa_id, "name": user.name}
        return found | {"user_id": user.bsuid} if is_4 else found

    def message(_: Any, got: Any) -> None:
        kind = str(got.type.value)
        heard(
            kind, **who(got), **_content(kind, got), reply_to=got.reply_to_message and got.reply_to_message.message_id
        )

    def button(_: Any, got: Any) -> None:
        kind = "button" if got.is_quick_reply else "button_reply"
        heard(kind, **who(got), id=got.data, title=got.title, reply_to=got.reply_to_message.message_id)

    def selection(_: Any, got: Any) -> None:
        heard("list_reply", **who(got), id=got.data, title=got.title, reply_to=got.reply_to_message.message_id)

    def status(_: Any, got: Any) -> None:
        price = got.pricing and {"category": got.pricing.category.value, "billable": got.pricing.billable}
        code = got.error and (getattr(got.error, "code", None) or got.error.error_code)
        heard("status", id=got.id, status=got.status.value, code=code, pricing=price, tracker=got.tracker)

    def template(_: Any, got: Any) -> None:
        heard("template_status", name=got.template_name, status=got.new_status.value)

    def completion(_: Any, got: Any) -> None:
        heard("flow_reply", **who(got), response=got.response, reply_to=got.reply_to_message.message_id)

    def preference(_: Any, got: Any) -> None:
        heard("preference", value=got.value.value)

    client.on_message(message)
    client.on_callback_button(button)
    client.on_callback_selection(selection)
    client.on_message_status(status)
    client.on_template_status_update(template)
    client.on_flow_completion(completion)
    client.on_user_marketing_preferences(preference)


def _content(kind: str, got: Any) -> dict[str, Any]:
    match kind:
        case "text":
            about = got.reply_to_message and got.reply_to_message.referred_product
            return {"text": got.text, "about": about and about.sku}
        case "order":
            (item,) = got.order.products
            return {"text": got.order.text, "sku": item.sku, "quantity": item.quantity, "price": item.price}
        case "image" | "video" | "audio" | "document" | "sticker":
            medium = getattr(got, kind)
            extra = {name: getattr(medium, name) for name in ("filename", "voice") if hasattr(medium, name)}
            return {
                "caption": got.caption,
                **extra,
                "media_id": medium.id,
                "sha256": sha256(_bytes(medium)).hexdigest(),
            }
        case "location":
            return {"latitude": got.location.latitude, "longitude": got.location.longitude, "place": got.location.name}
        case "contacts":
            return {"card": got.contacts[0].name.formatted_name, "phone": got.contacts[0].phones[0].phone}
        case "reaction":
            return {"emoji": got.reaction.emoji, "on": got.reaction.message_id}
        case _:
            return {}


def _bytes(medium: Any) -> bytes:
    """The medium's bytes; fetched within the handler, as a bot does."""
    found: bytes = medium.get_bytes() if hasattr(medium, "get_bytes") else medium.download(in_memory=True)
    return found
