"""The play: every step in its order, from the first template to the last goodbye."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

from tests.clients.forms import FORM
from tests.clients.scene import Scene, Sent
from tests.clients.steps import (
    MESSAGES,
    NOT_OFFERED,
    Step,
    calls,
    hears,
    matches,
    may_lack,
    refuses,
    sends,
    writes,
    writes_medium,
)

TEMPLATES: Final = "`/{waba}/message_templates`"
MEDIA: Final = "`/{phone}/media`, `/{media}`"
FLOWS: Final = "`/{waba}/flows`, `/{flow}`"
HOOKS: Final = "subscriptions"
NUMBER: Final = "`/{phone}`, `/{waba}`"
ERRORS: Final = "errors"


async def _challenge(scene: Scene) -> None:
    """The subscription was taken, so the challenge was answered by the client's own code."""
    answer = await scene.api.get(f"/v25.0/{scene.keys['app_id']}/subscriptions")
    matches({"data": [{"callback_url": scene.driver.webhook}]}, answer.json(), "subscriptions")


async def _too_early(scene: Scene) -> None:
    message_id = await scene.call("text", text="too early")
    await scene.hear("status", id=message_id, status="failed", code=131047)


async def _nobody(scene: Scene) -> None:
    message_id = await scene.call("nobody")
    await scene.hear("status", id=message_id, status="failed", code=131026)


async def _statuses(scene: Scene) -> None:
    """One message from `sent` to `read`."""
    message_id = await scene.call("text", text="Seen?", tracker="order-17")
    message = await scene.device.message(scene.business_id, "text")
    sent = await scene.hear("status", id=message_id, status="sent", code=None)
    delivered = await scene.hear("status", id=message_id, status="delivered", code=None)
    await scene.device.reads(scene.business_id, message["seq"])
    read = await scene.hear("status", id=message_id, status="read", code=None)
    scene.given["statuses"] = [sent, delivered, read]


def _statuses_show(name: str, what: str, expected: Any) -> Step:
    async def run(scene: Scene) -> None:
        for heard in scene.given["statuses"][:2]:
            matches(expected, heard[name], name)

    return hears(name, what, run)


async def _user_id(scene: Scene) -> None:
    await scene.device.says(scene.business_id, {"type": "text", "body": "Who am I?"})
    heard = await scene.hear("text", text="Who am I?")
    matches({"user_id": scene.person["user_id"]}, heard, "contact")


async def _media_of_people(scene: Scene) -> None:
    """What a person sent can be fetched by its id; most drivers did it while they heard the last one."""
    if "media_down" in scene.driver.offers:
        found = await scene.call("media_down", media_id=scene.given["inbound_media"])
        assert found == sha256((scene.folder / "paper.pdf").read_bytes()).hexdigest()


async def _media_up(scene: Scene) -> None:
    scene.given["media_id"] = await scene.call("media_up")
    assert scene.given["media_id"].isdecimal()


async def _media_down(scene: Scene) -> None:
    found = await scene.call("media_down")
    assert found == sha256((scene.folder / "picture.png").read_bytes()).hexdigest()


async def _template_create(scene: Scene) -> None:
    made = await scene.call("template_create")
    scene.given["template_id"] = made["id"]
    assert made["status"] == "PENDING"


async def approve(scene: Scene, template_id: str) -> None:
    """The operator approves what the client filed, or what was filed for it."""
    business = ("--business", scene.business_id)
    await scene.house.command("template", "approve", *business, "--template", template_id)


async def _template_status(scene: Scene) -> None:
    await approve(scene, scene.given["template_id"])
    await scene.hear("template_status", name="order_ready", status="APPROVED")


async def _template_button(scene: Scene) -> None:
    sent = scene.sent["template_filled"]
    button = sent.content["buttons"][0]
    choice = {"type": "choice", "kind": "template_button", "id": button["id"], "title": button["title"]}
    await scene.device.says(scene.business_id, choice, sent.seq)
    await scene.hear("button", id="coming", title="On my way", reply_to=sent.id)


async def _marked_read(scene: Scene) -> None:
    assert await scene.call("read", message_id=scene.inbound["text"]) is True

    def is_read(event: dict[str, Any]) -> bool:
        mine = event.get("business_id") == scene.business_id
        return bool(event["type"] == "status" and mine and event["status"] == "read")

    await scene.device.noticed.take(is_read, what="the tick of a read message")


async def _typing(scene: Scene) -> None:
    assert await scene.call("typing", message_id=scene.inbound["text"]) is True

    def is_typing(event: dict[str, Any]) -> bool:
        return bool(event["type"] == "typing" and event["business_id"] == scene.business_id)

    await scene.device.noticed.take(is_typing, what="the sign of typing")


async def _preference(scene: Scene) -> None:
    for word, value in (("STOP", "stop"), ("START", "resume")):
        await scene.device.says(scene.business_id, {"type": "text", "body": word})
        await scene.hear("preference", value=value)


async def _account(scene: Scene) -> None:
    matches(scene.keys["waba"], await scene.call("account"), "account")


def _fails(name: str, code: int, what: str) -> Step:
    return replace(refuses(name, ERRORS, f"{code} {what}", code), may_lack=frozenset())


async def _broken_link(scene: Scene) -> None:
    """The send is taken, and what is wrong with its medium is told later, to clients that hear of it."""
    message_id = await scene.call("error_link")
    assert str(message_id).startswith("wamid."), f"the id is {message_id!r}"
    if "reason" in scene.driver.hears:
        await scene.hear("status", id=message_id, status="failed", code=131052)


async def _flow_create(scene: Scene) -> None:
    scene.given["flow_id"] = await scene.call("flow_create")
    assert scene.given["flow_id"].isdecimal()
    scene.given["flow_json"] = FORM


async def _flow_reply(scene: Scene) -> None:
    sent = scene.sent["flow"]
    await scene.device.says(scene.business_id, {"type": "flow_reply", "response": {"litres": "2"}}, sent.seq)
    heard = await scene.hear("flow_reply", reply_to=sent.id)
    matches({"litres": "2"}, heard["response"], "response")


async def _answered(scene: Scene) -> None:
    """The first text within the window; others answer it and react to it."""
    message_id = await scene.call("text", text="Good morning")
    message = await scene.device.message(scene.business_id, "text")
    matches({"body": "Good morning"}, message["content"], "content")
    scene.sent["text"] = Sent(message_id, message["seq"], message["content"])


_MILK: Final = {"kind": "button", "body": "Fresh milk?", "footer": "Farm", "buttons": [{"id": "yes", "title": "Yes"}]}
_ROW: Final = {"id": "row-1", "title": "One litre", "description": "fresh"}
_LIST: Final = {
    "kind": "list",
    "body": "How much?",
    "footer": "Farm",
    "list_label": "Choose",
    "sections": [{"rows": [_ROW]}],
}
_FRONT: Final = {"name": "Milk", "price_micros": 1490000, "currency": "USD"}
_CARD: Final = {"name": {"formatted_name": "Ann Vet", "first_name": "Ann"}, "phones": [{"phone": "+16505550100"}]}
_ORDER: Final = {
    "name": "order_ready",
    "body": "Hello Zoë, your order A-17 is ready.",
    "buttons": [{"title": "On my way"}],
}

BEGINNING: Final = (
    hears("challenge", "the challenge", _challenge, "webhook verification"),
    calls("app_token", "`GET /oauth/access_token`", "an app's token", True),
    calls("subscribe_waba", HOOKS, "`POST /{waba}/subscribed_apps` with an override", True, url="webhook"),
    calls("unsubscribe_waba", HOOKS, "… and without", True),
    calls("subscribe_phone", HOOKS, "`POST /{phone}` webhook_configuration", True, url="webhook"),
    calls("unsubscribe_phone", HOOKS, "… and away with it", True),
    sends("template", "template, outside the window", "template", {"name": "hello_world"}),
    hears("reason", "status `failed`, 131047", _too_early),
    hears("undeliverable", "status `failed`, 131026", _nobody),
    # It opens the window, so it happens whether the client hears it or not.
    replace(writes("text", {"type": "text", "body": "Hello!"}, {"text": "Hello!"}), needed=True),
)

SENDING: Final = (
    Step("text", MESSAGES, "text", _answered),
    sends("text_user_id", "text, to a user id", "text", {"body": "By user id"}),
    sends("preview", "text with a preview", "text", {"body": "See https://farm.example/", "preview_url": True}),
    sends("custom", "text, as JSON by hand", "text", {"body": "by hand"}),
    sends("image", "image", "image", {"caption": "A cow", "mime": "image/png"}),
    sends("image_link", "image, by link", "image", {"caption": "From a link", "mime": "image/png"}),
    sends("video", "video", "video", {"caption": "A film", "mime": "video/mp4"}),
    sends("audio", "audio", "audio", {"mime": "audio/ogg"}),
    sends("document", "document", "document", {"caption": "A paper", "mime": "application/pdf"}),
    sends("sticker", "sticker", "sticker", {"mime": "image/webp"}),
    sends("location", "location", "location", {"latitude": 1.5, "longitude": 2.5, "name": "Barn", "address": "Lane 1"}),
    sends("contacts", "contacts", "contacts", {"contacts": [_CARD]}),
    sends("reaction", "reaction", "reaction", {"emoji": "👍"}, on="text"),
    sends("reaction_back", "reaction, taken back", "reaction", {"emoji": ""}, on="text"),
    sends("reply", "reply", "text", {"body": "An answer"}, on="text", reply=True),
    sends("buttons", "interactive `button`", "interactive", _MILK),
    sends("buttons_image", "interactive `button`, image on top", "interactive",
          {"kind": "button", "header": {"type": "image"}, "body": "This one?"}),
    sends("list", "interactive `list`", "interactive", _LIST),
    sends("cta_url", "interactive `cta_url`", "interactive",
          {"kind": "cta_url", "body": "Our farm", "buttons": [{"title": "Visit", "url": "https://farm.example/"}]}),
    sends("location_request", "interactive `location_request_message`", "interactive", {"kind": "location_request_message"}),
    sends("contact_request", "interactive `request_contact_info`", "interactive", {"kind": "request_contact_info"}),
    sends("carousel", "interactive `carousel`", "interactive", {"kind": "carousel", "cards": [
        {"body": "Milk", "header": {"type": "image"}, "buttons": [{"id": "buy-0", "title": "Buy"}]},
        {"body": "Milk", "header": {"type": "image"}, "buttons": [{"id": "buy-1", "title": "Buy"}]}]}),
    sends("product", "interactive `product`", "interactive", {"kind": "product", "shelf": {"front": _FRONT}}),
    sends("product_list", "interactive `product_list`", "interactive",
          {"kind": "product_list", "shelf": {"front": _FRONT, "sections": [{"retailer_ids": ["milk-1"]}]}}),
    sends("catalog", "interactive `catalog_message`", "interactive", {"kind": "catalog_message", "shelf": {"front": _FRONT}}),
    *(may_lack(name, MESSAGES, what) for name, what in {
        "voice_call": "interactive `voice_call`", "call_permission": "interactive `call_permission_request`",
    }.items()),
    Step("read", MESSAGES, "mark as read", _marked_read),
    Step("typing", MESSAGES, "typing indicator", _typing),
)  # fmt: skip

HEARING: Final = (
    writes("reply", {"type": "text", "body": "I agree"}, {"text": "I agree"}, answers="text", what="inbound reply"),
    writes_medium("image", "picture.png", {"caption": "My cow"}, caption="My cow"),
    writes_medium("video", "film.mp4", {}),
    writes_medium("audio", "voice.ogg", {"voice": True}, voice=True),
    writes_medium("sticker", "sticker.webp", {}),
    writes_medium("document", "paper.pdf", {"filename": "milk.pdf"}, filename="milk.pdf"),
    hears("media", "inbound media, fetched", _media_of_people),
    writes("location", {"type": "location", "latitude": 1.5, "longitude": 2.5, "name": "Barn"},
           {"latitude": 1.5, "longitude": 2.5, "place": "Barn"}),
    writes("contacts", {"type": "contacts", "contacts": [_CARD]}, {"card": "Ann Vet", "phone": "+16505550100"}),
    writes("reaction", {"type": "reaction", "emoji": "👍"}, {"emoji": "👍"}, answers="text"),
    writes("button_reply", {"type": "choice", "kind": "button_reply", "id": "yes", "title": "Yes"},
           {"id": "yes", "title": "Yes"}, answers="buttons", what="inbound answer to `button`"),
    writes("list_reply", {"type": "choice", "kind": "list_reply", "id": "row-1", "title": "One litre"},
           {"id": "row-1", "title": "One litre"}, answers="list", what="inbound answer to `list`"),
    writes("location", {"type": "location", "latitude": 2.5, "longitude": 1.5}, {"latitude": 2.5, "longitude": 1.5},
           answers="location_request", name="location_answer", what="inbound answer to `location_request_message`"),
    writes("contacts", {"type": "contacts", "contacts": [_CARD]}, {"card": "Ann Vet", "phone": "+16505550100"},
           answers="contact_request", name="contact_answer", what="inbound answer to `request_contact_info`"),
    writes("button_reply", {"type": "choice", "kind": "button_reply", "id": "buy-1", "title": "Buy"},
           {"id": "buy-1", "title": "Buy"}, answers="carousel", name="card_answer", what="inbound answer to `carousel`"),
    writes("order", {"type": "order", "items": [{"retailer_id": "milk-1", "quantity": 3}], "text": "at six"},
           {"text": "at six", "sku": "milk-1", "quantity": 3, "price": 1.49}, answers="product"),
    writes("text", {"type": "question", "body": "From buffaloes?", "about": {"retailer_id": "milk-1"}},
           {"text": "From buffaloes?", "about": "milk-1"}, answers="product", name="question",
           what="inbound question about a product"),
    hears("status", "status `sent`, `delivered`, `read`", _statuses),
    _statuses_show("pricing", "… with pricing", {"category": "service", "billable": False}),
    _statuses_show("tracker", "… with biz_opaque_callback_data", "order-17"),
    hears("user_id", "the person's user id", _user_id),
)  # fmt: skip

MANAGING: Final = (
    Step("media_up", MEDIA, "upload", _media_up),
    Step("media_down", MEDIA, "address and download", _media_down),
    calls("media_delete", MEDIA, "delete", True),
    Step("template_create", TEMPLATES, "create", _template_create),
    hears("template_status", "approved", _template_status, "webhook `message_template_status_update`"),
    sends("template_filled", "template with variables and a payload", "template", _ORDER),
    hears("button", "inbound tap on a template's button", _template_button),
    calls("template_list", TEMPLATES, "list", ["hello_world", "order_ready", "spring_sale"]),
    calls("template_get", "`/{template}`", "show", "order_ready"),
    refuses("template_unpause", "`/{template}`", "unpause, while it is not paused", 100),
    may_lack("template_compare", "`/{template}`", "compare"),
    calls("template_edit", "`/{template}`", "change", True),
    may_lack("template_upsert", TEMPLATES, "upsert"),
    refuses("template_migrate", TEMPLATES, "migrate, from an unknown account", 100),
    may_lack("template_archive", TEMPLATES, "archive (on api.facebook.com)"),
    calls("template_delete", TEMPLATES, "delete", True),
    sends("marketing_messages", "marketing template", "template", {"name": "spring_sale"},
          call="`/{phone}/marketing_messages`", may_lack=NOT_OFFERED),
    Step("flow_create", FLOWS, "create", _flow_create),
    calls("flow_json", FLOWS, "draw", True),
    calls("flow_publish", FLOWS, "publish", True),
    calls("flow_list", FLOWS, "list and show", ["Order", "PUBLISHED"]),
    calls("flow_assets", FLOWS, "assets", ["flow.json"]),
    sends("flow", "interactive `flow`", "interactive", {"kind": "flow", "flow": {"label": "Order", "screen": "MILK"}}),
    hears("flow_reply", "inbound answer to `flow`", _flow_reply),
    calls("flow_deprecate", FLOWS, "deprecate", True),
    refuses("verification_code", "`/{phone}/request_code`", "a code for a number that is verified", 136024),
    calls("number", NUMBER, "the number", "Shop"),
    calls("numbers", NUMBER, "the numbers", ["Shop"]),
    Step("account", NUMBER, "the account", _account),
    calls("profile", "`/{phone}/whatsapp_business_profile`", "change and show", ["Milk", ["https://farm.example/"]]),
    calls("block", "`/{phone}/block_users`", "block", 1),
    calls("block_list", "`/{phone}/block_users`", "list", 1),
    calls("unblock", "`/{phone}/block_users`", "unblock", 1),
    _fails("error_template", 132001, "no such template"),
    _fails("error_recipient", 131009, "no such number"),
    Step("error_link", ERRORS, "131052 a link that leads nowhere, told by a later status", _broken_link),
    _fails("error_token", 190, "a wrong token"),
    *(may_lack(name, call, what) for name, call, what in (
        ("qr_code", "`/{phone}/message_qrdls`", "create"),
        ("call", "`/{phone}/calls`", "call"), ("register", "`/{phone}/register`", "register"),

        ("automation", "`/{phone}/conversational_automation`", "change"),
        ("commerce", "`/{phone}/whatsapp_commerce_settings`", "show"),
        ("number_settings", "`/{phone}/settings`", "show"),
        ("encryption", "`/{phone}/whatsapp_business_encryption`", "set a key"),
        ("username", "`/{phone}/username`", "show"), ("group", "`/{phone}/groups`", "create"),
        ("signup", "`/{waba}/signups`", "list"),
        ("upload_session", "`/{app}/uploads`", "profile picture"),
    )),
    # 100 is said where the object is known and only the edge or the field is not.
    may_lack("owned_accounts", "`/{business}/owned_whatsapp_business_accounts`", "list", codes=NOT_OFFERED | {100}),
    may_lack("pin", "`POST /{phone}`", "two-step pin", codes=NOT_OFFERED | {100}),
    hears("preference", "STOP and START", _preference, "webhook `user_preferences`"),
)  # fmt: skip

PLAY: Final = (*BEGINNING, *SENDING, *HEARING, *MANAGING)
