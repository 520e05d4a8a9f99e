"""Webhooks: what people do arrives as signed ASCII JSON, shaped like the original's."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import warnings
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from clarine.domain.events import (
    InboundNotice,
    Notice,
    PersonShown,
    PreferenceNotice,
    PriceShown,
    StatusNotice,
    TemplateNotice,
    field_of,
)
from clarine.domain.ids import MessageKey
from clarine.domain.message import Category, Choice, Contacts, Content, Location, Media, Reaction
from clarine.domain.policy import Reason
from clarine.edge.graph.errors import CODE_OF_REASON
from clarine.edge.graph.webhooks import render
from clarine.flow.links import upload
from clarine.flow.receipt import Read, Received, read, receive
from clarine.ports.records import Business, NoticeRow, PhoneNumberRow
from tests.cast import Someone
from tests.wire.conftest import Api, says

AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
ZOE = PersonShown("16505551234", "US.13491208655302741918", "Zoë")
BUSINESS = Business(130000000000001, 110000000000001, 120000000000001, "5" * 32, "Shop", "", False, "USD", "{}", AT)
NUMBER = PhoneNumberRow(BUSINESS.business_id, 100000000000001, 15550783881, "Shop", "GREEN")
GOLDEN = Path(__file__).parent / "golden"
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "cloud-api" / "pywa_fixtures.txt"


def inbound(**content: Any) -> InboundNotice:
    return InboundNotice("wamid.A", AT, ZOE, content)


def medium(kind: str, mime: str, **more: Any) -> InboundNotice:
    return inbound(type=kind, media_id=150000000000001, sha256="00ff" * 16, mime=mime, size=3, **more)


REPLY = InboundNotice("wamid.A", AT, ZOE, {"type": "text", "body": "yes"}, reply_to="wamid.B")
CHOICE = {"type": "choice", "id": "y", "title": "Yes"}
CARD = {
    "name": {"first_name": "A", "last_name": "B", "formatted_name": "A B"},
    "phones": [{"phone": "+1 650 555 1234", "wa_id": "16505551234", "type": "CELL"}],
}
NOTICES: dict[str, Notice] = {
    "text": inbound(type="text", body="Grüße 👋"),
    "reply": REPLY,
    "image": medium("image", "image/jpeg"),
    "video": medium("video", "video/mp4", caption="c"),
    "voice": medium("audio", "audio/ogg", voice=True),
    "document": medium("document", "application/pdf", caption="c", filename="a.pdf"),
    "sticker": medium("sticker", "image/webp", animated=True),
    "location": inbound(type="location", latitude=1.5, longitude=2.5, name="n", address=None),
    "contacts": inbound(type="contacts", contacts=[CARD]),
    "reaction": InboundNotice("wamid.A", AT, ZOE, {"type": "reaction", "emoji": "👍", "target_seq": 1}, reaction_to="wamid.B"),
    "button_reply": InboundNotice("wamid.A", AT, ZOE, {**CHOICE, "kind": "button_reply"}, reply_to="wamid.B"),
    "list_reply": InboundNotice("wamid.A", AT, ZOE, {**CHOICE, "kind": "list_reply", "description": "d"}, reply_to="wamid.B"),
    "template_button": InboundNotice("wamid.A", AT, ZOE, {**CHOICE, "kind": "template_button"}, reply_to="wamid.B"),
    "sent": StatusNotice("wamid.A", "sent", AT, ZOE, price=PriceShown(True, Category.UTILITY, "regular"), opaque="o"),
    "delivered": StatusNotice("wamid.A", "delivered", AT, ZOE, price=PriceShown(False, Category.SERVICE, "free_customer_service")),
    "read": StatusNotice("wamid.A", "read", AT, ZOE),
    "failed": StatusNotice("wamid.A", "failed", AT, ZOE, reason="window_closed"),
    "stop": PreferenceNotice(AT, ZOE, "stop"),
    "resume": PreferenceNotice(AT, ZOE, "resume"),
    "template": TemplateNotice(AT, "APPROVED", 140000000000001, "welcome", "en_US", "UTILITY", "NONE"),
}  # fmt: skip


def rendered(notice: Notice, *, strict_meta: bool = False) -> dict[str, Any]:
    row = NoticeRow(BUSINESS.business_id, 1, field_of(notice), NUMBER.phone_number_id, 1, notice, AT)
    post = render(BUSINESS, NUMBER, [row], strict_meta=strict_meta)
    signature = hmac.new(BUSINESS.app_secret.encode(), post.body, hashlib.sha256).hexdigest()
    assert post.headers["X-Hub-Signature-256"] == f"sha256={signature}"
    assert len(post.headers["X-Hub-Signature-256"]) == 71
    assert post.headers["Content-Type"] == "application/json"
    assert post.headers["User-Agent"] == "facebookexternalua"
    assert post.body.isascii()
    found: dict[str, Any] = json.loads(post.body)
    return found


@pytest.mark.parametrize("name", NOTICES)
def test_each_webhook_is_what_was_written_down(name: str) -> None:
    assert rendered(NOTICES[name]) == json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_code_and_a_failed_status_names_it(reason: Reason) -> None:
    (status,) = rendered(StatusNotice("wamid.A", "failed", AT, ZOE, reason=reason))["entry"][0]["changes"][0]["value"][
        "statuses"
    ]
    (error,) = status["errors"]
    assert error["code"] == CODE_OF_REASON[reason][0]
    assert set(error) == {"code", "title", "message", "error_data", "href"}


def test_only_strict_as_the_original_a_failed_status_has_no_contacts() -> None:
    value = rendered(NOTICES["failed"], strict_meta=True)["entry"][0]["changes"][0]["value"]
    assert "contacts" not in value
    assert "contacts" in rendered(NOTICES["read"], strict_meta=True)["entry"][0]["changes"][0]["value"]


#: From our notice to the recorded webhook of the same kind, and what only one of the two has, with the reason.
SAME_SHAPE = {
    "text": "message/text", "reply": "message/reply", "image": "message/image", "video": "message/video",
    "voice": "message/voice", "document": "message/document", "sticker": "message/animated_sticker",
    "contacts": "message/contacts", "reaction": "message/reaction", "button_reply": "callback_button/button",
    "template_button": "callback_button/quick_reply", "list_reply": "callback_selection/description",
    "sent": "message_status/with_tracker", "read": "message_status/read", "failed": "message_status/failed",
    "resume": "user_marketing_preferences/resume", "template": "template_status_update/approved",
}  # fmt: skip
#: The recordings are older (conversation and pricing on every status) or chose other optional fields.
DIFFERS = {
    "conversation", "pricing", "context", "from_user_id", "recipient_user_id", "user_id", "parent_user_id", "rejection_info",
}  # fmt: skip


def recorded() -> dict[str, Any]:
    found: dict[str, Any] = {}
    group = ""
    for line in SAMPLES.read_text(encoding="utf-8").splitlines():
        if line.startswith("==="):
            group = line.removeprefix("===").strip()
        else:
            name, _, body = line.partition(" ")
            found[f"{group}/{name}"] = json.loads(body)["changes"][0]["value"]
    return found


def shape(value: Any) -> Any:
    """Keys and types, without what may differ."""
    match value:
        case dict():
            return {key: shape(each) for key, each in sorted(value.items()) if key not in DIFFERS}
        case list():
            return [shape(each) for each in value[:1]]
        case _:
            return type(value).__name__


def test_webhooks_have_the_shape_of_recorded_ones() -> None:
    if not SAMPLES.is_file():
        warnings.warn(f"nothing was compared: there are no recordings at {SAMPLES}", stacklevel=1)
        return
    found = recorded()
    assert len(found) >= 74
    for ours, theirs in SAME_SHAPE.items():
        value = rendered(NOTICES[ours])["entry"][0]["changes"][0]["value"]
        assert shape(value) == shape(found[theirs]), ours


@pytest.fixture
async def hooked(api: Api) -> Api:
    """The business listens."""
    await api.client.post(
        f"{api.waba}/subscribed_apps", json={"override_callback_uri": "https://h.test/", "verify_token": "vt"}
    )
    return api


async def values(api: Api) -> list[dict[str, Any]]:
    return [json.loads(body)["entry"][0]["changes"][0]["value"] for _, body, _ in await api.notify()]


async def test_what_a_person_writes_arrives_in_every_kind(hooked: Api, someone: Someone) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"%PDF-1.4 small"

    row = await upload(hooked.house, someone.person_id, chunks(), filename="a.pdf", kind="document")
    contents: list[Content] = [
        Media("document", row.media_id, "", "", 0, filename="a.pdf"),
        Location(1.5, 2.5),
        Contacts(({"name": {"formatted_name": "A B"}},)),
        Choice("list_reply", "r1", "Row"),
    ]
    for number, content in enumerate(contents):
        await says(hooked, someone, content, f"k{number}")
    found = [value["messages"][0] for value in await values(hooked)]
    assert [each["type"] for each in found] == ["document", "location", "contacts", "interactive"]
    assert found[0]["document"]["id"] == str(row.media_id)
    assert base64.b64decode(found[0]["document"]["sha256"]).hex() == row.sha256


async def test_statuses_arrive_in_order_and_price_stands_on_the_first_that_delivers(
    hooked: Api, someone: Someone
) -> None:
    await says(hooked, someone)
    wamid = (await hooked.send("16505551234", biz_opaque_callback_data="o", text={"body": "x"})).json()["messages"][0][
        "id"
    ]
    key = hooked.house.seal.message_key(wamid)
    assert isinstance(key, MessageKey)
    await receive(hooked.house, [Received(key.person_id, (key.seq,))])
    await read(hooked.house, [Read(key.person_id, hooked.keys.business.business_id, key.seq)])
    found = [value["statuses"][0] for value in (await values(hooked)) if "statuses" in value]
    assert [each["status"] for each in found] == ["sent", "delivered", "read"]
    assert ["pricing" in each for each in found] == [True, True, False]
    assert {each["biz_opaque_callback_data"] for each in found} == {"o"}
    assert {each["id"] for each in found} == {wamid}


async def test_a_stop_is_told_as_a_preference(hooked: Api, someone: Someone) -> None:
    await says(hooked, someone, "STOP")
    message, preference = await values(hooked)
    assert message["messages"][0]["text"] == {"body": "STOP"}
    (told,) = preference["user_preferences"]
    assert (told["value"], told["category"], type(told["timestamp"])) == ("stop", "marketing_messages", int)


async def test_a_reaction_names_what_it_stands_on(hooked: Api, someone: Someone) -> None:
    await says(hooked, someone, key="k1")
    wamid = (await hooked.send("16505551234")).json()["messages"][0]["id"]
    key = hooked.house.seal.message_key(wamid)
    assert isinstance(key, MessageKey)
    await says(hooked, someone, Reaction(key.seq, "👍"), key="k2")
    (reaction,) = [
        value["messages"][0]["reaction"]
        for value in await values(hooked)
        if value.get("messages", [{}])[0].get("type") == "reaction"
    ]
    assert reaction == {"message_id": wamid, "emoji": "👍"}
