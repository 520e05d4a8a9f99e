"""Templates that sell: cards side by side, the catalogue behind a button, an offer that ends; filed, approved, sent, answered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from clarine.flow.templates import approve_template
from tests.cast import Someone
from tests.wire.asked import Asked
from tests.wire.conftest import PNG, Api, error, uploaded
from tests.wire.people_app import people_app

BODY = {"type": "BODY", "text": "Fresh from the farm"}
LINK = {"type": "URL", "text": "Look", "url": "https://f.test/{{1}}", "example": ["https://f.test/a"]}
QUICK = {"type": "QUICK_REPLY", "text": "Buy"}
CARD_BODY = {"type": "BODY", "text": "Only {{1}} today", "example": {"body_text": [["five"]]}}


def buttons(*all_of_them: dict[str, Any]) -> dict[str, Any]:
    return {"type": "BUTTONS", "buttons": list(all_of_them)}


def card(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"components": list(parts) or [{"type": "header", "format": "image"}, CARD_BODY, buttons(QUICK, LINK)]}


def cards(count: int = 2, *parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": "CAROUSEL", "cards": [card(*parts) for _ in range(count)]}


@pytest_asyncio.fixture
async def asked(api: Api, guest: Someone) -> AsyncIterator[Asked]:
    """The person agreed to offers, and the business has a catalogue with two products."""
    hook = {"override_callback_uri": "https://h.test/", "verify_token": "vt"}
    await api.client.post(f"{api.waba}/subscribed_apps", json=hook)
    business = api.keys.business.business_id
    catalog = (await api.client.post(f"/v25.0/{business}/owned_product_catalogs", json={"name": "Farm"})).json()["id"]
    for name in ("milk", "ghee"):
        product = {"retailer_id": name, "name": name.title(), "price": "2 USD"}
        await api.client.post(f"/v25.0/{catalog}/products", json=product)
    app = people_app(api.house)
    async with app.client(await app.token(guest)) as client:
        await client.post(f"/chats/{business}/relation", json={"marketing_consent": True})
        yield Asked(api, guest, client)


async def filed(asked: Asked, *components: dict[str, Any]) -> None:
    """A marketing template called ``offer``, approved."""
    sent = {"name": "offer", "language": "en", "category": "MARKETING", "components": list(components)}
    answer = await asked.api.client.post(f"{asked.api.waba}/message_templates", json=sent)
    assert answer.status_code == 200, answer.text
    business_id = asked.api.keys.business.business_id
    await approve_template(asked.api.house, business_id, int(answer.json()["id"]))


async def send(asked: Asked, *components: dict[str, Any]) -> Any:
    template = {"name": "offer", "language": {"code": "en"}, "components": list(components)}
    return await asked.api.send(str(asked.someone.phone), "template", template=template)


async def shown(asked: Asked, *components: dict[str, Any]) -> dict[str, Any]:
    """The message as the person has it."""
    answer = await send(asked, *components)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = await asked.newest()
    return found


def card_sent(index: int, image: dict[str, str], words: str) -> dict[str, Any]:
    return {
        "card_index": index,
        "components": [
            {"type": "HEADER", "parameters": [{"type": "image", "image": image}]},
            {"type": "BODY", "parameters": [{"type": "text", "text": words}]},
            {"type": "button", "sub_type": "quick_reply", "index": 0,
             "parameters": [{"type": "payload", "payload": f"buy-{index}"}]},
            {"type": "button", "sub_type": "url", "index": 1, "parameters": [{"type": "text", "text": f"c{index}"}]},
        ],
    }  # fmt: skip


async def test_a_carousel_is_sent_with_a_picture_for_each_card_and_a_tap_brings_its_payload(asked: Asked) -> None:
    asked.api.fetch.files = {"https://f.test/a.png": PNG}
    await filed(asked, BODY, cards())
    by_id = {"id": await uploaded(asked.api)}
    sent = [card_sent(1, by_id, "two"), card_sent(0, {"link": "https://f.test/a.png"}, "five")]
    message = await shown(asked, {"type": "carousel", "cards": sent})
    found = message["content"]["cards"]
    assert [each["body"] for each in found] == ["Only five today", "Only two today"]
    assert [each["buttons"][1]["url"] for each in found] == ["https://f.test/c0", "https://f.test/c1"]
    media = [{"media_id": each["header"]["media_id"], "seq": message["seq"]} for each in found]
    assert (await asked.app.post("/media/links", json={"media": media})).status_code == 200
    choice = {"type": "choice", "kind": "template_button", "id": "buy-1", "title": "Buy"}
    assert (await asked.says(choice, message["seq"])).status_code == 200
    assert (await asked.told())["button"] == {"payload": "buy-1", "text": "Buy"}


async def test_a_carousel_of_products_shows_them_as_they_are(asked: Asked) -> None:
    await filed(
        asked, BODY, cards(2, {"type": "HEADER", "format": "PRODUCT"}, buttons({"type": "SPM", "text": "View"}))
    )
    header = [
        {"type": "header", "parameters": [{"type": "product", "product": {"product_retailer_id": name}}]}
        for name in ("ghee", "milk")
    ]
    sent = [{"card_index": number, "components": [each]} for number, each in enumerate(header)]
    message = await shown(asked, {"type": "carousel", "cards": sent})
    assert [each["product"]["name"] for each in message["content"]["cards"]] == ["Ghee", "Milk"]
    shelf = (await asked.app.get(f"{asked.chat}/shelves/{message['seq']}")).json()
    assert [each["name"] for each in shelf["sections"][0]["products"]] == ["Ghee", "Milk"]


def action(kind: str, **what: Any) -> dict[str, Any]:
    return {"type": "button", "sub_type": kind, "index": 0, "parameters": [{"type": "action", "action": what}]}


async def test_a_button_opens_the_catalogue_some_products_or_one(asked: Asked) -> None:
    await filed(asked, BODY, buttons({"type": "CATALOG", "text": "View catalog"}))
    message = await shown(asked, action("CATALOG", thumbnail_product_retailer_id="ghee"))
    (button,) = message["content"]["buttons"]
    assert (button["kind"], button["shelf"]["front"]["name"]) == ("shelf", "Ghee")
    shelf = (await asked.app.get(f"{asked.chat}/shelves/{message['seq']}")).json()
    assert len(shelf["sections"][0]["products"]) == 2
    assert (await shown(asked))["content"]["buttons"][0]["shelf"]["front"] is None
    order = {"type": "order", "items": [{"retailer_id": "milk", "quantity": 2}]}
    assert (await asked.says(order, message["seq"])).status_code == 200
    assert (await asked.told())["order"]["product_items"][0]["item_price"] == 2


async def test_a_button_opens_the_products_that_the_send_names(asked: Asked) -> None:
    await filed(asked, BODY, buttons({"type": "MPM", "text": "View items"}))
    sections = [{"title": "Best", "product_items": [{"product_retailer_id": "milk"}]}]
    message = await shown(asked, action("mpm", thumbnail_product_retailer_id="milk", sections=sections))
    assert message["content"]["buttons"][0]["shelf"]["sections"] == [{"retailer_ids": ["milk"], "title": "Best"}]
    lost = [{"title": "Best", "product_items": [{"product_retailer_id": "gold"}]}]
    refused = await send(asked, action("mpm", thumbnail_product_retailer_id="milk", sections=lost))
    assert (error(refused)["code"], "gold" in error(refused)["error_data"]["details"]) == (132018, True)


async def test_a_product_stands_on_top_of_its_template(asked: Asked) -> None:
    await filed(asked, {"type": "HEADER", "format": "PRODUCT"}, BODY, buttons({"type": "SPM", "text": "View"}))
    product = {"type": "product", "product": {"catalog_id": "1", "product_retailer_id": "milk"}}
    message = await shown(asked, {"type": "header", "parameters": [product]})
    assert message["content"]["buttons"][0]["shelf"]["front"]["name"] == "Milk"
    assert error(await send(asked))["code"] == 132000


async def test_an_offer_ends_when_the_send_says_and_its_code_can_be_copied(asked: Asked) -> None:
    offer = {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Ends soon", "has_expiration": True}}
    await filed(asked, offer, BODY, buttons({"type": "COPY_CODE", "example": "SAVE20"}, LINK))
    ends = {"type": "limited_time_offer", "limited_time_offer": {"expiration_time_ms": 1_900_000_000_000}}
    code = {"type": "button", "sub_type": "copy_code", "index": 0,
            "parameters": [{"type": "coupon_code", "coupon_code": "SAVE5"}]}  # fmt: skip
    link = {"type": "button", "sub_type": "url", "index": 1, "parameters": [{"type": "text", "text": "a"}]}
    message = await shown(asked, {"type": "limited_time_offer", "parameters": [ends]}, code, link)
    assert message["content"]["offer"] == {"text": "Ends soon", "ends_at": "2030-03-17T17:46:40Z"}
    assert message["content"]["buttons"][0]["code"] == "SAVE5"
    assert error(await send(asked, code, link))["code"] == 132012


async def test_a_button_asks_for_the_contact_card(asked: Asked) -> None:
    await filed(asked, BODY, buttons({"type": "REQUEST_CONTACT_INFO", "text": "Share Contact Info"}))
    assert (await shown(asked))["content"]["buttons"][0]["kind"] == "contact"


@pytest.mark.parametrize(
    ("components", "told"),
    [
        ([BODY, cards(1)], "2 to 10 cards"),
        ([BODY, cards(11)], "2 to 10 cards"),
        ([BODY, cards(), {"type": "FOOTER", "text": "f"}], "beside it stands only a BODY"),
        ([BODY, cards(2, {"type": "HEADER", "format": "TEXT", "text": "x"}, buttons(QUICK))], "IMAGE, VIDEO, PRODUCT"),
        ([BODY, cards(2, {"type": "HEADER", "format": "IMAGE"})], "BUTTONS: a card needs one"),
        ([BODY, cards(2, {"type": "HEADER", "format": "IMAGE"}, buttons(QUICK, QUICK, QUICK))], "at most 2 buttons"),
        (
            [
                BODY,
                {"type": "CAROUSEL", "cards": [card(), card({"type": "HEADER", "format": "VIDEO"}, buttons(QUICK))]},
            ],
            "same components",
        ),
        ([BODY, {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "x" * 17}}], "the limit is 16"),
        (
            [BODY, buttons({"type": "CATALOG", "text": "A"}, {"type": "CATALOG", "text": "B"})],
            "at most 1 of type CATALOG",
        ),
        ([BODY, buttons({"type": "MPM"})], "text is missing"),
        ([BODY, buttons({"type": "SPM", "text": "View"})], "format PRODUCT stands with one button of type SPM"),
    ],
)
async def test_what_cannot_be_filed_is_named(api: Api, components: list[dict[str, Any]], told: str) -> None:
    sent = {"name": "offer", "language": "en", "category": "MARKETING", "components": components}
    found = error(await api.client.post(f"{api.waba}/message_templates", json=sent))
    assert (found["code"], told in str(found)) == (100, True), found
