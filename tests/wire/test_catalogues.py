"""Catalogues: filled by the Catalog API, shown by messages, looked at and ordered from in the people's app, told as orders."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.cast import Someone
from tests.wire.asked import Asked
from tests.wire.conftest import PNG, Api, error
from tests.wire.people_app import people_app

MILK = {"retailer_id": "milk-1", "name": "Milk", "price": 149, "currency": "USD", "image_url": "https://f.test/a.png"}
GHEE = {"retailer_id": "ghee", "name": "Ghee", "price": "12 USD", "description": "From our own butter"}
OLD = {"retailer_id": "old", "name": "Old cheese", "price": 5, "currency": "JPY", "availability": "out of stock"}


@pytest_asyncio.fixture
async def catalog(api: Api) -> str:
    """The connected catalogue with three products; its id."""
    api.fetch.files = {"https://f.test/a.png": PNG}
    business = api.keys.business.business_id
    catalog_id = (await api.client.post(f"/v25.0/{business}/owned_product_catalogs", json={"name": "Farm"})).json()[
        "id"
    ]
    for product in (MILK, GHEE, OLD):
        answer = await api.client.post(f"/v25.0/{catalog_id}/products", json=product)
        assert answer.status_code == 200, answer.text
    return str(catalog_id)


@pytest_asyncio.fixture
async def asked(api: Api, guest: Someone) -> AsyncIterator[Asked]:
    hook = {"override_callback_uri": "https://h.test/", "verify_token": "vt"}
    await api.client.post(f"{api.waba}/subscribed_apps", json=hook)
    app = people_app(api.house)
    async with app.client(await app.token(guest)) as client:
        yield Asked(api, guest, client)


def listed(catalog: str, *names: str, sections: int = 1) -> dict[str, Any]:
    items = [{"product_retailer_id": name} for name in names]
    return {
        "catalog_id": catalog,
        "sections": [{"title": f"Part {number}", "product_items": items} for number in range(sections)],
    }


HEADER = {"header": {"type": "text", "text": "Ours"}}


async def test_products_are_shown_with_their_price_and_whether_their_picture_came(api: Api, catalog: str) -> None:
    fields = "retailer_id,name,price,currency,availability,image_fetch_status,description"
    found = (await api.client.get(f"/v25.0/{catalog}/products", params={"fields": fields})).json()["data"]
    assert [each["price"] for each in found] == ["1.49 USD", "12.00 USD", "5 JPY"]
    assert [each["image_fetch_status"] for each in found] == ["FETCHED", "NO_STATUS", "NO_STATUS"]
    assert found[1]["description"] == "From our own butter"
    page = (await api.client.get(f"/v25.0/{catalog}/products", params={"limit": 2})).json()
    assert [each["retailer_id"] for each in page["data"]] == ["milk-1", "ghee"]
    assert len((await api.client.get(page["paging"]["next"])).json()["data"]) == 1
    shown = (await api.client.get(f"/v25.0/{catalog}", params={"fields": "name,product_count"})).json()
    assert (shown["name"], shown["product_count"]) == ("Farm", 3)


async def test_a_product_is_changed_under_its_own_name_and_deleted_by_its_id(api: Api, catalog: str) -> None:
    first = (await api.client.get(f"/v25.0/{catalog}/products")).json()["data"][0]["id"]
    again = await api.client.post(f"/v25.0/{catalog}/products", json={**MILK, "price": 199})
    assert again.json() == {"id": first}
    await api.client.post(f"/v25.0/{first}", json={"name": "Fresh milk"})
    found = (await api.client.get(f"/v25.0/{first}", params={"fields": "name,price,image_fetch_status"})).json()
    assert found == {"name": "Fresh milk", "price": "1.99 USD", "image_fetch_status": "FETCHED", "id": first}
    assert (await api.client.delete(f"/v25.0/{first}")).json() == {"success": True}
    assert error(await api.client.get(f"/v25.0/{first}"))["error_subcode"] == 33


async def test_a_batch_says_of_each_product_what_was_wrong(api: Api, catalog: str) -> None:
    requests = [
        {"method": "CREATE", "data": {"id": "curd", "title": "Curd", "price": "2.5 USD", "availability": "in stock"}},
        {"method": "UPDATE", "data": {"id": "ghee", "price": "11 USD"}},
        {"method": "CREATE", "data": {"id": "air", "title": "Air"}},
        {"method": "CREATE", "data": {"id": "bad", "title": "Bad", "price": "much"}},
        {"method": "DELETE", "data": {"id": "old"}},
    ]
    sent = {"item_type": "PRODUCT_ITEM", "requests": json.dumps(requests)}
    answer = (await api.client.post(f"/v25.0/{catalog}/items_batch", data=sent)).json()
    assert sorted(each["retailer_id"] for each in answer["validation_status"]) == ["air", "bad"]
    found = (await api.client.get(f"/v25.0/{catalog}/products", params={"fields": "retailer_id,price"})).json()["data"]
    assert {each["retailer_id"]: each["price"] for each in found} == {
        "milk-1": "1.49 USD", "ghee": "11.00 USD", "curd": "2.50 USD",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("product", "told"),
    [
        ({}, "retailer_id"),
        ({"retailer_id": "x", "name": "X"}, "price"),
        ({"retailer_id": "x", "name": "X", "price": 5}, "currency"),
        ({"retailer_id": "x", "name": "X", "price": "5 dollars"}, "9.99 USD"),
        ({**MILK, "availability": "maybe"}, "availability"),
        ({**MILK, "name": "x" * 201}, "200"),
    ],
)
async def test_what_is_wrong_with_a_product_is_named(
    api: Api, catalog: str, product: dict[str, Any], told: str
) -> None:
    found = error(await api.client.post(f"/v25.0/{catalog}/products", json=product))
    assert (found["code"], told in found["error_data"]["details"]) == (100, True), found


async def test_one_catalogue_is_connected_and_the_commerce_settings_name_it(api: Api, catalog: str) -> None:
    second = (
        await api.client.post(f"/v25.0/{api.keys.business.business_id}/owned_product_catalogs", json={"name": "Second"})
    ).json()["id"]
    edge = f"{api.waba}/product_catalogs"
    assert [each["id"] for each in (await api.client.get(edge)).json()["data"]] == [catalog]
    await api.client.post(edge, json={"catalog_id": second})
    assert [each["name"] for each in (await api.client.get(edge)).json()["data"]] == ["Second"]
    await api.client.delete(edge, params={"catalog_id": second})
    assert (await api.client.get(edge)).json() == {"data": []}
    await api.client.post(edge, json={"catalog_id": catalog})
    (settings,) = (await api.client.get(f"{api.phone}/whatsapp_commerce_settings")).json()["data"]
    assert settings == {"is_cart_enabled": True, "is_catalog_visible": False, "id": catalog}
    assert error(await api.client.post(edge, json={"catalog_id": "190000000000009"}))["error_subcode"] == 33


async def test_one_product_is_shown_ordered_and_told_as_in_the_recording(asked: Asked, catalog: str) -> None:
    action = {"catalog_id": catalog, "product_retailer_id": "milk-1"}
    wamid, message = await asked.ask("product", action)
    front = message["content"]["shelf"]["front"]
    assert (front["name"], front["price_micros"], front["currency"]) == ("Milk", 1_490_000, "USD")
    link = {"media": [{"media_id": front["picture"]["media_id"], "seq": message["seq"]}]}
    assert (await asked.app.post("/media/links", json=link)).status_code == 200
    shelf = (await asked.app.get(f"{asked.chat}/shelves/{message['seq']}")).json()
    (product,) = shelf["sections"][0]["products"]
    assert (shelf["cart"], product["for_sale"], product["picture"]["url"].startswith("http")) == (True, True, True)
    order = {"type": "order", "items": [{"retailer_id": "milk-1", "quantity": 3}], "text": "at six"}
    answer = await asked.says(order, message["seq"])
    assert answer.status_code == 200, answer.text
    assert answer.json()["message"]["content"]["items"][0]["name"] == "Milk"
    told = await asked.told()
    item = {"product_retailer_id": "milk-1", "quantity": 3, "item_price": 1.49, "currency": "USD"}
    assert told["order"] == {"catalog_id": catalog, "text": "at six", "product_items": [item]}
    assert told["context"]["id"] == wamid


async def test_a_list_and_the_whole_catalogue_are_shown_in_their_order(asked: Asked, catalog: str) -> None:
    _, message = await asked.ask("product_list", listed(catalog, "ghee", "milk-1"), **HEADER)
    shelf = (await asked.app.get(f"{asked.chat}/shelves/{message['seq']}")).json()
    assert [each["name"] for each in shelf["sections"][0]["products"]] == ["Ghee", "Milk"]
    action = {"name": "catalog_message", "parameters": {"thumbnail_product_retailer_id": "ghee"}}
    _, message = await asked.ask("catalog_message", action)
    assert message["content"]["shelf"]["front"]["name"] == "Ghee"
    shelf = (await asked.app.get(f"{asked.chat}/shelves/{message['seq']}")).json()
    assert [each["for_sale"] for each in shelf["sections"][0]["products"]] == [True, True, False]
    _, message = await asked.ask("catalog_message", {"name": "catalog_message"})
    assert message["content"]["shelf"]["front"]["name"] == "Milk"


async def test_products_stand_on_cards(asked: Asked, catalog: str) -> None:
    cards = [
        {"card_index": n, "type": "product", "action": {"product_retailer_id": name, "catalog_id": catalog}}
        for n, name in enumerate(("milk-1", "ghee"))
    ]
    _, message = await asked.ask("carousel", {"cards": cards})
    assert [card["product"]["name"] for card in message["content"]["cards"]] == ["Milk", "Ghee"]
    shelf = (await asked.app.get(f"{asked.chat}/shelves/{message['seq']}")).json()
    assert [each["name"] for each in shelf["sections"][0]["products"]] == ["Milk", "Ghee"]


async def test_a_question_about_a_product_is_a_text_that_refers_to_it(asked: Asked, catalog: str) -> None:
    wamid, message = await asked.ask("product", {"catalog_id": catalog, "product_retailer_id": "ghee"})
    question = {"type": "question", "body": "From buffaloes?", "about": {"retailer_id": "ghee"}}
    assert (await asked.says(question, message["seq"])).status_code == 200
    told = await asked.told()
    assert (told["type"], told["text"]) == ("text", {"body": "From buffaloes?"})
    assert told["context"] == {
        "from": "15550783881",
        "id": wamid,
        "referred_product": {"catalog_id": catalog, "product_retailer_id": "ghee"},
    }


async def test_the_shop_is_open_to_everyone_only_when_the_business_says_so(asked: Asked, catalog: str) -> None:
    assert (await asked.app.get(f"{asked.chat}/shop")).status_code == 404
    settings = f"{asked.api.phone}/whatsapp_commerce_settings?is_catalog_visible=true&is_cart_enabled=false"
    await asked.api.client.post(settings)
    shop = (await asked.app.get(f"{asked.chat}/shop")).json()
    assert (shop["cart"], len(shop["sections"][0]["products"])) == (False, 3)
    order = {"type": "order", "items": [{"retailer_id": "milk-1", "quantity": 1}]}
    assert (await asked.says(order)).json()["error"]["code"] == "not_for_sale"


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ([{"retailer_id": "old", "quantity": 1}], "not_for_sale"),
        ([{"retailer_id": "nothing", "quantity": 1}], "not_for_sale"),
        ([{"retailer_id": "milk-1", "quantity": 1, "price_micros": 1}], "price_changed"),
        ([{"retailer_id": "milk-1", "quantity": 1}] * 2, "invalid"),
        ([{"retailer_id": "milk-1", "quantity": 0}], "invalid"),
        ([], "invalid"),
    ],
)
async def test_an_order_is_refused_for_what_cannot_be_sold(
    asked: Asked, catalog: str, items: list[dict[str, Any]], code: str
) -> None:
    answer = await asked.says({"type": "order", "items": items})
    assert answer.json()["error"]["code"] == code


@pytest.mark.parametrize(
    ("kind", "action", "more", "code", "told"),
    [
        ("product", {}, {}, 131008, "catalog_id"),
        ("product", {"catalog_id": "1", "product_retailer_id": "milk-1"}, {}, 131009, "not connected"),
        ("product", {"catalog_id": "C", "product_retailer_id": "x"}, {}, 131009, "Products not found"),
        ("product", {"catalog_id": "C", "product_retailer_id": "milk-1"}, HEADER, 131009, "header"),
        ("product_list", listed("C", "milk-1"), {}, 131008, "header"),
        ("product_list", listed("C", *["milk-1"] * 31), HEADER, 131009, "30 products"),
        ("product_list", listed("C", "milk-1", sections=11), HEADER, 131009, "10 sections"),
        ("product_list", listed("C"), HEADER, 131008, "sections"),
        ("catalog_message", {"name": "catalog"}, {}, 131009, "catalog_message"),
    ],
)
async def test_what_is_wrong_with_a_product_message_is_named(
    asked: Asked, catalog: str, kind: str, action: dict[str, Any], more: dict[str, Any], code: int, told: str
) -> None:
    if action.get("catalog_id") == "C":
        action = {**action, "catalog_id": catalog}
    found, details = await asked.refused(kind, action, **more)
    assert (found, told in details) == (code, True), details


async def test_nobody_sees_or_names_products_of_a_business_without_a_catalogue(asked: Asked) -> None:
    assert "No catalog" in (await asked.refused("catalog_message", {"name": "catalog_message"}))[1]
