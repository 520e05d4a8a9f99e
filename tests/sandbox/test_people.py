"""Speaking as a person: what they say reaches the business as if it had been typed on a telephone."""

from __future__ import annotations

import base64
import re
from io import BytesIO

import httpx
import pytest
from PIL import Image

from clarine.pytest_plugin import Clarine, SandboxError
from tests.sandbox.conftest import ASHA, Receiver, Shop

_FILE = BytesIO()
Image.new("RGB", (4, 4), "#a33").save(_FILE, "PNG")
PNG = _FILE.getvalue()

BUTTONS = {
    "type": "button",
    "body": {"text": "Shall we come?"},
    "action": {
        "buttons": [
            {"type": "reply", "reply": {"id": "yes", "title": "Yes"}},
            {"type": "reply", "reply": {"id": "no", "title": "No"}},
        ]
    },
}


def test_a_tap_answers_what_was_offered(clarine: Clarine, shop: Shop, receiver: Receiver) -> None:
    shop.business.webhook(receiver.url)
    asha = clarine.person(ASHA)
    asha.says("hello", to=shop.business)
    shop.send(ASHA, "interactive", interactive=BUTTONS)
    asha.taps("Yes")
    clarine.settle()
    tapped = receiver.values[-1]["messages"][0]
    assert tapped["interactive"] == {"type": "button_reply", "button_reply": {"id": "yes", "title": "Yes"}}
    assert tapped["context"]["id"] == clarine.sent_to(ASHA)[0].id
    with pytest.raises(SandboxError, match="no message offers"):
        asha.taps("Perhaps")


def test_files_places_contacts_and_reactions_arrive(clarine: Clarine, shop: Shop, receiver: Receiver) -> None:
    shop.business.webhook(receiver.url)
    asha = clarine.person(ASHA)
    said = asha.says("hello", to=shop.business)
    asha.sends("image", PNG, caption="Look")
    for speech in (
        {"location": {"latitude": 18.5, "longitude": 73.8, "name": "Pune"}},
        {"contacts": [{"name": {"formatted_name": "Ravi"}}]},
        {"reaction": {"message_id": said, "emoji": "👍"}},
        {"text": "again", "reply_to": said},
    ):
        clarine.call("POST", f"/people/{asha.wa_id}/messages", speech)
    clarine.settle()
    messages = [value["messages"][0] for value in receiver.values]
    assert [message["type"] for message in messages] == ["text", "image", "location", "contacts", "reaction", "text"]
    assert messages[1]["image"]["caption"] == "Look"
    assert messages[4]["reaction"]["message_id"] == said
    assert messages[5]["context"]["id"] == said


def test_a_telephone_in_a_drawer_fetches_nothing_until_it_is_taken_out(clarine: Clarine, shop: Shop) -> None:
    asha = clarine.person(ASHA, acts=None)
    asha.says("hello", to=shop.business)
    shop.send()
    assert clarine.sent_to(ASHA)[0].statuses == ("sent",)
    assert clarine.call("POST", f"/people/{asha.wa_id}/receive", {}) == {"received": 1}
    assert clarine.sent_to(ASHA)[0].statuses == ("sent", "delivered")
    asha.reads()
    assert clarine.sent_to(ASHA)[0].statuses == ("sent", "delivered", "read")


def test_what_a_person_decides_counts_at_once(clarine: Clarine, shop: Shop) -> None:
    asha = clarine.person(ASHA)
    asha.says("hello", to=shop.business)
    asha.decides(about=shop.business, blocked=True)
    shop.send()
    asha.decides(about=shop.business, blocked=False)
    shop.send()
    assert [sent.error for sent in clarine.sent_to(ASHA)] == [131026, None]


def test_with_several_businesses_one_is_named(clarine: Clarine, shop: Shop) -> None:
    other = clarine.new_business(name="Other")
    asha = clarine.person(ASHA)
    with pytest.raises(SandboxError, match="several businesses"):
        asha.says("hello")
    asha.says("hello", to=other)
    assert clarine.said_by(ASHA)[0].to == other.phone_number_id
    for named in (other.phone, other.waba_id, other.phone_number_id):
        clarine.call("POST", f"/people/{asha.wa_id}/messages", {"to": named, "text": "hello"})
    assert {said.to for said in clarine.said_by(ASHA)} == {other.phone_number_id}
    assert shop.business.phone_number_id != other.phone_number_id


def test_a_speech_says_exactly_one_thing(clarine: Clarine, shop: Shop) -> None:
    asha = clarine.person(ASHA)
    media = {"type": "image", "base64": base64.b64encode(PNG).decode()}
    for speech in ({}, {"text": "hello", "media": media}):
        with pytest.raises(SandboxError, match="exactly one thing"):
            clarine.call("POST", f"/people/{asha.wa_id}/messages", {"to": shop.business.phone, **speech})
    bad = {"media": media | {"base64": "%"}}
    with pytest.raises(SandboxError, match="base64"):
        clarine.call("POST", f"/people/{asha.wa_id}/messages", {"to": shop.business.phone, **bad})


def test_who_is_not_there_cannot_speak(clarine: Clarine, shop: Shop) -> None:
    with pytest.raises(SandboxError, match="no such person"):
        clarine.call("POST", "/people/16505550000/messages", {"to": shop.business.phone, "text": "hello"})


def test_a_person_can_be_played_in_the_app(clarine: Clarine) -> None:
    asha = clarine.person(ASHA, name="Asha </script>")
    me = httpx.get(f"{clarine.url}/people/v1/me", headers={"Authorization": f"Bearer {asha.token}"}).json()
    assert (me["wa_id"], me["name"]) == (asha.wa_id, "Asha </script>")
    page = httpx.get(f"{clarine.url}/sandbox/people/{asha.wa_id}/telephone")
    session = re.search(r'<script id="session" type="application/json">(.*?)</script>', page.text)
    assert session is not None
    kept = httpx.Response(200, text=session[1]).json()
    assert kept["me"] == me
    headers = {"Authorization": f"Bearer {kept['token']}"}
    assert httpx.get(f"{clarine.url}/people/v1/me", headers=headers).json() == me
