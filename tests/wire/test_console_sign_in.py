"""The consoles let in who should come in, and take nothing from other sites' pages."""

from __future__ import annotations

from asyncpg import Connection

from clarine.flow.house import House
from clarine.flow.staff import TRIES_PER_EMAIL, create_staff
from tests.flow.shop import BUSINESS, open_shop
from tests.wire.console import ORIGIN, PASSWORD, QUICK, browsing, signed_in

CREDENTIALS = {"email": "anne@shop.example", "password": PASSWORD}


async def staffed(house: House, connection: Connection) -> None:
    await open_shop(connection, house)
    await create_staff(house, QUICK, name="Anne", business_id=BUSINESS, **CREDENTIALS)


async def test_a_sign_in_sets_a_hidden_session_and_a_readable_csrf_cookie(house: House, connection: Connection) -> None:
    await staffed(house, connection)
    async with browsing(house, "business") as browser:
        answer = await browser.post("sign-in", CREDENTIALS)
        assert answer.status_code == 200
        assert answer.json()["business"]["name"] == "Fromagerie Dubois"
        session, csrf = (text.lower() for text in browser.set_cookies)
        for attribute in ("httponly", "samesite=lax", "secure", "path=/console/v1/business"):
            assert attribute in session
        assert "httponly" not in csrf
        assert "path=/business" in csrf
        assert (await browser.get("me")).json()["email"] == CREDENTIALS["email"]


async def test_without_https_the_cookie_is_not_marked_secure(house: House, connection: Connection) -> None:
    await staffed(house, connection)
    async with browsing(house, "business", origin="http://127.0.0.1:8400") as browser:
        await browser.post("sign-in", CREDENTIALS)
        assert "secure" not in browser.set_cookies[0].lower()


async def test_a_wrong_password_is_401_and_too_many_tries_are_429(house: House, connection: Connection) -> None:
    await staffed(house, connection)
    async with browsing(house, "business") as browser:
        for _ in range(TRIES_PER_EMAIL):
            answer = await browser.post("sign-in", {**CREDENTIALS, "password": "something else"})
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign_in")
        answer = await browser.post("sign-in", CREDENTIALS)
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 0


async def test_without_a_session_every_page_is_401(house: House, connection: Connection) -> None:
    await staffed(house, connection)
    async with browsing(house, "business") as browser:
        for path in ("me", "wallet", "messages", "webhooks", "templates", "connection", "statement.csv"):
            answer = await browser.get(path)
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signed_out"), path
        assert (await browser.post("tokens", {"name": "x"})).status_code == 401


async def test_a_write_without_the_csrf_header_is_refused(house: House, connection: Connection) -> None:
    await open_shop(connection, house)
    async with signed_in(house, business_id=BUSINESS) as browser:
        answer = await browser.post("tokens", {"name": "shop system"}, csrf=False)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "csrf")
        assert (await browser.post("tokens", {"name": "shop system"})).status_code == 200


async def test_another_sites_page_is_refused_even_at_the_sign_in(house: House, connection: Connection) -> None:
    await staffed(house, connection)
    async with browsing(house, "business") as browser:
        answer = await browser.post("sign-in", CREDENTIALS, origin="https://evil.example")
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "origin")
        assert (await browser.post("sign-in", CREDENTIALS, origin=ORIGIN)).status_code == 200


async def test_a_form_of_another_site_cannot_pose_as_json(house: House, connection: Connection) -> None:
    await staffed(house, connection)
    async with browsing(house, "business") as browser:
        answer = await browser.client.post(
            "/console/v1/business/sign-in",
            content=b'{"email": "a", "password": "b"}',
            headers={"content-type": "text/plain"},
        )
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "content_type")


async def test_a_business_session_does_not_open_the_operator_console(house: House, connection: Connection) -> None:
    await open_shop(connection, house)
    async with signed_in(house, business_id=BUSINESS) as browser:
        browser.door = "operator"
        assert (await browser.get("businesses")).status_code == 401


async def test_a_link_is_good_for_one_visit_and_signing_out_ends_it(house: House, connection: Connection) -> None:
    await open_shop(connection, house)
    async with signed_in(house, business_id=BUSINESS) as browser:
        session = browser.cookies["clarine_session"]
        assert (await browser.post("sign-out")).status_code == 200
        browser.cookies["clarine_session"] = session
        assert (await browser.get("me")).status_code == 401
