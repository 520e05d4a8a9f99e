"""What a business asks for beside words (a place, a contact card, an address, one of several cards): shown, answered, told."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.cast import Someone
from tests.wire.asked import Asked
from tests.wire.conftest import PNG, Api, uploaded
from tests.wire.people_app import people_app

LOCATION = {"name": "send_location"}
CONTACT = {"name": "request_contact_info"}
HOME = {"name": "Asha", "phone_number": "+919876543210", "in_pin_code": "411001", "address": "Lane 4", "city": "Pune"}


@pytest_asyncio.fixture
async def asked(api: Api, guest: Someone) -> AsyncIterator[Asked]:
    hook = {"override_callback_uri": "https://h.test/", "verify_token": "vt"}
    await api.client.post(f"{api.waba}/subscribed_apps", json=hook)
    app = people_app(api.house)
    async with app.client(await app.token(guest)) as client:
        yield Asked(api, guest, client)


def address(**parameters: Any) -> dict[str, Any]:
    return {"name": "address_message", "parameters": {"country": "IN", **parameters}}


def card(index: int, *, link: str | None = "https://f.test/a.png", **action: Any) -> dict[str, Any]:
    quick = {"type": "quick_reply", "quick_reply": {"id": f"buy-{index}", "title": "Buy"}}
    header = {"type": "image", "image": {"link": link}} if link else None
    return {
        "card_index": index,
        "type": "cta_url",
        "header": header,
        "body": {"text": f"Milk {index}"},
        "action": action or {"buttons": [quick]},
    }


async def test_a_place_is_asked_for_and_the_answer_names_the_question(asked: Asked) -> None:
    wamid, message = await asked.ask("location_request_message", LOCATION)
    assert message["content"]["kind"] == "location_request_message"
    place = {"type": "location", "latitude": 18.5, "longitude": 73.8}
    assert (await asked.says(place, message["seq"])).status_code == 200
    told = await asked.told()
    assert told["location"] == {"latitude": 18.5, "longitude": 73.8}
    assert told["context"] == {"from": "15550783881", "id": wamid}


async def test_a_contact_card_is_asked_for_and_comes_as_contacts(asked: Asked) -> None:
    wamid, message = await asked.ask("request_contact_info", CONTACT)
    own = {"name": {"formatted_name": "Zoë"}, "phones": [{"phone": "+16505551234", "wa_id": "16505551234"}]}
    assert (await asked.says({"type": "contacts", "contacts": [own]}, message["seq"])).status_code == 200
    told = await asked.told()
    assert (told["type"], told["context"]["id"]) == ("contacts", wamid)
    assert told["contacts"] == [own]


async def test_an_address_is_filled_in_or_chosen_and_comes_as_nfm_reply(asked: Asked) -> None:
    saved = [{"id": "home-1", "value": HOME}]
    wamid, message = await asked.ask("address_message", address(values={"city": "Pune"}, saved_addresses=saved))
    assert message["content"]["address"]["values"] == {"city": "Pune"}
    assert (await asked.says({"type": "address_reply", "values": HOME}, message["seq"])).status_code == 200
    told = await asked.told()
    assert (told["type"], told["context"]["id"]) == ("interactive", wamid)
    reply = told["interactive"]["nfm_reply"]
    assert (told["interactive"]["type"], reply["name"]) == ("nfm_reply", "address_message")
    assert json.loads(reply["response_json"]) == {"values": HOME}
    assert reply["body"].splitlines()[0] == "Asha"
    assert (await asked.says({"type": "address_reply", "saved_id": "home-1"}, message["seq"])).status_code == 200
    reply = (await asked.told())["interactive"]["nfm_reply"]
    assert json.loads(reply["response_json"]) == {"values": HOME, "saved_address_id": "home-1"}


@pytest.mark.parametrize(
    ("reply", "field"),
    [
        ({"values": {"in_pin_code": "12"}}, "content.values.in_pin_code"),
        ({"values": {"phone_number": "soon"}}, "content.values.phone_number"),
        ({"values": {"unit_number": "4"}}, "content.values.unit_number"),
        ({"values": {"city": " "}}, "content.values"),
        ({"saved_id": "nowhere"}, "content.saved_id"),
    ],
)
async def test_an_address_that_does_not_fit_is_refused_by_its_field(
    asked: Asked, reply: dict[str, Any], field: str
) -> None:
    _, message = await asked.ask("address_message", address())
    answer = await asked.says({"type": "address_reply", **reply}, message["seq"])
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, field)


async def test_only_a_message_that_asks_for_an_address_gets_one(asked: Asked) -> None:
    _, message = await asked.ask("location_request_message", LOCATION)
    for reply_to in (message["seq"], None):
        answer = await asked.says({"type": "address_reply", "values": HOME}, reply_to)
        assert answer.json()["error"]["field"] == "reply_to"


async def test_cards_are_shown_with_their_pictures_and_a_tap_comes_as_button_reply(asked: Asked) -> None:
    asked.api.fetch.files = {"https://f.test/a.png": PNG}
    wamid, message = await asked.ask("carousel", {"cards": [card(1), card(0)]})
    cards = message["content"]["cards"]
    assert [each["body"] for each in cards] == ["Milk 0", "Milk 1"]
    media = [{"media_id": each["header"]["media_id"], "seq": message["seq"]} for each in cards]
    links = (await asked.app.post("/media/links", json={"media": media})).json()["links"]
    assert len(links) == 2
    choice = {"type": "choice", "kind": "button_reply", "id": "buy-1", "title": "Buy"}
    assert (await asked.says(choice, message["seq"])).status_code == 200
    told = await asked.told()
    assert told["interactive"] == {"type": "button_reply", "button_reply": {"id": "buy-1", "title": "Buy"}}
    assert told["context"]["id"] == wamid


async def test_cards_may_lead_to_addresses_and_carry_uploaded_media(asked: Asked) -> None:
    media_id = await uploaded(asked.api)
    link: dict[str, Any] = {"name": "cta_url", "parameters": {"display_text": "Look", "url": "https://f.test/"}}
    cards = [{**card(number, **link), "header": {"type": "image", "image": {"id": media_id}}} for number in range(2)]
    _, message = await asked.ask("carousel", {"cards": cards})
    assert [each["buttons"][0]["url"] for each in message["content"]["cards"]] == ["https://f.test/"] * 2


_FETCHED = {"https://f.test/a.png": PNG}


@pytest.mark.parametrize(
    ("kind", "action", "code", "told"),
    [
        ("location_request_message", {}, 131008, "['name']"),
        ("location_request_message", {"name": "send"}, 131009, "send_location"),
        ("request_contact_info", {"name": "send_location"}, 131009, "request_contact_info"),
        ("address_message", {"name": "address_message"}, 131008, "['country']"),
        ("address_message", address(country="FR"), 131009, "IN, SG"),
        ("address_message", address(values={"unit_number": "1"}), 131009, "unit_number"),
        ("address_message", address(values={"in_pin_code": "x"}), 131009, "6 digits"),
        ("address_message", address(saved_addresses=[{"value": HOME}]), 131008, "['id']"),
        ("address_message", address(saved_addresses=[{"id": "a", "value": HOME}] * 11), 131009, "at most 10"),
        ("carousel", {}, 131008, "['cards']"),
        ("carousel", {"cards": [card(0)]}, 131009, "2 to 10"),
        ("carousel", {"cards": [card(number) for number in range(11)]}, 131009, "2 to 10"),
        ("carousel", {"cards": [card(0), card(0)]}, 131009, "card_index"),
        ("carousel", {"cards": [card(0), card(1, link=None)]}, 131008, "[1]['header']"),
        ("carousel", {"cards": [card(0), {**card(1), "body": {"text": "x" * 161}}]}, 131009, "160"),
        ("carousel", {"cards": [card(0), {**card(1), "body": {"text": "a\nb\nc\nd"}}]}, 131009, "2 line breaks"),
        (
            "carousel",
            {"cards": [card(0), card(1, name="cta_url", parameters={"display_text": "x", "url": "https://f.test"})]},
            131009,
            "same type",
        ),
    ],
)
async def test_what_does_not_fit_is_named(
    asked: Asked, kind: str, action: dict[str, Any], code: int, told: str
) -> None:
    asked.api.fetch.files = dict(_FETCHED)
    found, details = await asked.refused(kind, action)
    assert (found, told in details) == (code, True), details


async def test_a_request_has_neither_header_nor_footer(asked: Asked) -> None:
    code, details = await asked.refused("location_request_message", LOCATION, footer={"text": "f"})
    assert (code, "footer" in details) == (131009, True)
