"""A browser without a screen for the consoles: it keeps cookies and sends the CSRF header, as the pages do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from argon2 import PasswordHasher
from starlette.applications import Starlette

from clarine.adapters.passwords import Argon2Passwords
from clarine.edge.console.app import console_routes
from clarine.edge.graph.webhooks import renderer
from clarine.flow.house import House
from clarine.flow.staff import Door, SignIn, create_staff, make_link

ORIGIN = "https://clarine.example"
QUICK = Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
PASSWORD = "cheese and bread"


class Browser:
    """One person at one console. Cookies are kept by name, because httpx would not send those of another path."""

    def __init__(self, client: httpx.AsyncClient, door: Door) -> None:
        self.client = client
        self.door = door
        self.cookies: dict[str, str] = {}
        self.set_cookies: list[str] = []

    async def get(self, path: str, **query: str) -> httpx.Response:
        return await self._ask("GET", path, params=query)

    async def post(self, path: str, body: Any = None, *, csrf: bool = True, **headers: str) -> httpx.Response:
        if csrf and "clarine_csrf" in self.cookies:
            headers["x-csrf-token"] = self.cookies["clarine_csrf"]
        return await self._ask("POST", path, json={} if body is None else body, headers=headers)

    async def _ask(self, method: str, path: str, **what: Any) -> httpx.Response:
        cookie = f"clarine_session={self.cookies['clarine_session']}" if "clarine_session" in self.cookies else ""
        headers = {**what.pop("headers", {}), **({"cookie": cookie} if cookie else {})}
        answer = await self.client.request(method, f"/console/v1/{self.door}/{path}", headers=headers, **what)
        self.set_cookies = answer.headers.get_list("set-cookie")
        for text in self.set_cookies:
            name, _, value = text.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return answer


@asynccontextmanager
async def browsing(house: House, door: Door, *, origin: str = ORIGIN) -> AsyncIterator[Browser]:
    """A browser in front of *door*, not signed in."""
    app = Starlette(routes=list(console_routes(house, SignIn(house, QUICK), renderer())))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=origin) as client:
        yield Browser(client, door)


@asynccontextmanager
async def signed_in(house: House, *, business_id: int | None) -> AsyncIterator[Browser]:
    """A browser that came in by a one-time link: staff of a business, or an operator."""
    door: Door = "operator" if business_id is None else "business"
    email = f"staff{business_id or 0}@shop.example"
    await create_staff(house, QUICK, email=email, name="Anne", password=PASSWORD, business_id=business_id)
    async with browsing(house, door) as browser:
        answer = await browser.post("link", {"link": await make_link(house, email)})
        assert answer.status_code == 200, answer.text
        yield browser
