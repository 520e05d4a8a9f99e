"""A shop owner's products over the console's JSON: added with a picture, found, changed, shown to people, taken away."""

from __future__ import annotations

from typing import Any

from asyncpg import Connection

from clarine.flow.house import House
from clarine.flow.shop import shop_of
from tests.flow.shop import BUSINESS, OTHER_BUSINESS, open_shop
from tests.wire.conftest import PNG
from tests.wire.console import Browser, signed_in

MILK = {"name": "Milk", "price": "1.49 USD", "retailer_id": "milk"}


async def asked(browser: Browser, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await browser.post(path, body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def uploaded(browser: Browser, content: bytes) -> Any:
    headers = {
        "content-type": "image/png",
        "x-csrf-token": browser.cookies["clarine_csrf"],
        "cookie": f"clarine_session={browser.cookies['clarine_session']}",
    }
    return await browser.client.post("/console/v1/business/pictures", content=content, headers=headers)


async def test_a_shop_is_filled_changed_shown_and_emptied(house: House, connection: Connection) -> None:
    await open_shop(connection, house)
    async with signed_in(house, business_id=BUSINESS) as browser:
        assert (await browser.get("shop")).json() == {"catalogues": [], "orders": True, "open": False}
        made = await asked(browser, "catalogues", {"name": "Dairy"})
        path = f"catalogues/{made['catalogue_id']}"
        assert made["connected"]  # the first one is what people see
        picture = (await uploaded(browser, PNG)).json()["picture_id"]
        milk = await asked(browser, f"{path}/products", {**MILK, "picture_id": picture})
        ghee = await asked(browser, f"{path}/products", {"name": "Ghee", "price": "12 USD"})
        assert (milk["price_micros"], ghee["retailer_id"][:5]) == (1_490_000, "item-")
        assert milk["picture"]["thumbnail_url"].startswith("/people/v1/media/files/")

        dearer = {**MILK, "price": "1.59 USD", "availability": "out of stock"}
        changed = await asked(browser, f"{path}/products/{milk['product_id']}", dearer)
        assert (changed["price_micros"], changed["availability"]) == (1_590_000, "out of stock")
        assert changed["picture"]  # nothing was said of it
        bare = await asked(browser, f"{path}/products/{milk['product_id']}", {**MILK, "picture_id": None})
        assert bare["picture"] is None
        first = (await browser.get(f"{path}/products", limit="1")).json()
        assert [each["name"] for each in first["products"]] == ["Milk"]
        second = (await browser.get(f"{path}/products", cursor=first["cursor"])).json()
        assert ([each["name"] for each in second["products"]], second["count"]) == (["Ghee"], 2)
        assert len((await browser.get(f"{path}/products", search="HEE")).json()["products"]) == 1

        await asked(browser, "shop", {"orders": False, "open": True})
        offered = await shop_of(house, BUSINESS, after_id=None)
        assert ([row.name for row in offered.sections[0][1]], offered.cart) == (["Milk", "Ghee"], False)
        await asked(browser, f"{path}/products/{milk['product_id']}/remove", {})
        renamed = await asked(browser, path, {"name": "Cheese", "connected": False})
        assert (renamed["name"], renamed["connected"]) == ("Cheese", False)
        await asked(browser, f"{path}/remove", {})
        assert (await browser.get("shop")).json()["catalogues"] == []


async def test_what_cannot_be_sold_is_refused_and_another_s_shop_is_not_there(
    house: House, connection: Connection
) -> None:
    await open_shop(connection, house)
    async with signed_in(house, business_id=BUSINESS) as browser:
        path = f"catalogues/{(await asked(browser, 'catalogues', {'name': 'Dairy'}))['catalogue_id']}"
        milk = await asked(browser, f"{path}/products", MILK)
        wrong = {
            "price": {**MILK, "price": "cheap"},
            "picture_id": {**MILK, "retailer_id": "new", "picture_id": "1"},
            None: {**MILK, "name": " "},
        }
        for field, body in wrong.items():
            answer = await browser.post(f"{path}/products", body)
            assert (answer.status_code, answer.json()["error"]["field"]) == (400, field)
        again = await browser.post(f"{path}/products", MILK)
        assert (again.status_code, again.json()["error"]["code"]) == (409, "product_known")
        assert (await uploaded(browser, b"no picture")).json()["error"]["code"] == "media_type"
    async with signed_in(house, business_id=OTHER_BUSINESS) as stranger:
        for gone in (path, f"{path}/products/{milk['product_id']}", f"{path}/remove"):
            assert (await stranger.post(gone, MILK if "products" in gone else {})).status_code == 404, gone
