"""The farm's pages as a browser has them: a client that keeps its cookies, in front of one farm's store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest_asyncio
from starlette.applications import Starlette

from clarine_herd import simulate
from clarine_herd.link import page_link
from clarine_herd.page.site import Site
from clarine_herd.store.people import Contact
from clarine_herd.store.postgres import Store
from tests.herd.examples import NOW
from tests.herd.stub_cloud import FARMER

BASE = "https://farm.test"
NEIGHBOUR = "919800000001"


@dataclass
class Browser:
    """Somebody's telephone on the farm's pages; ``changes`` counts what the judgement was told of."""

    store: Store
    http: httpx.AsyncClient
    changes: list[None]

    async def link(self, phone: str = FARMER) -> str:
        """A link for one of the farm's people."""
        (contact,) = (who for who in await self.store.contacts() if who.phone == phone)
        return await page_link(self.store, contact, BASE)

    async def enter(self, link: str, **headers: str) -> httpx.Response:
        """Open a link and press its button."""
        code = urlsplit(link).query.removeprefix("code=")
        form = {"code": code}
        return await self.http.post("/farm/enter", data=form, headers=headers, follow_redirects=False)

    async def text(self, path: str, *, status: int = 200) -> str:
        """A page's text."""
        answer = await self.http.get(f"/farm/{path}")
        assert answer.status_code == status, answer.text
        return answer.text


@pytest_asyncio.fixture
async def stranger(herd_store: Store) -> AsyncIterator[Browser]:
    """A telephone that has not entered; the farm has a herd and two people."""
    await herd_store.add_contacts([Contact(FARMER, "en"), Contact(NEIGHBOUR, "fr", "critical")])
    farmer = (await herd_store.contacts())[0]
    await herd_store.set_language(farmer, "en")
    table = simulate.herd(NOW - timedelta(days=20), animals=8, days=20, seed=4).table
    await herd_store.add_readings(table)
    changes: list[None] = []
    site = Site(herd_store, lambda: NOW, lambda: changes.append(None), secure=True)
    transport = httpx.ASGITransport(Starlette(routes=site.routes()))
    async with httpx.AsyncClient(transport=transport, base_url=BASE, follow_redirects=True) as http:
        yield Browser(herd_store, http, changes)


@pytest_asyncio.fixture
async def farmer(stranger: Browser) -> Browser:
    """The farmer, inside."""
    await stranger.enter(await stranger.link())
    return stranger
