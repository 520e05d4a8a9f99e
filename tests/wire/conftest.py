"""The Cloud API over a real house: an application without a network, a business with its keys, and a person who answers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest
import pytest_asyncio

from clarine.domain.errors import Invalid
from clarine.domain.message import Content, Text
from clarine.domain.phone import parse_phone
from clarine.edge.graph.app import graph_app
from clarine.edge.graph.webhooks import renderer
from clarine.flow.business import BusinessKeys, create_business
from clarine.flow.house import House
from clarine.flow.inbound import Written, write
from clarine.flow.notify import notify
from clarine.flow.people import create_person
from clarine.flow.verbs import Verbs
from clarine.ports.http import Answer
from tests.cast import Cast, Someone
from tests.wire.documented import check

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000154a24f5d00000000"
    "49454e44ae426082"
)


@dataclass
class FakeHttp:
    """A webhook receiver that answers challenges and keeps what it is told. Implements ports.http.Http."""

    verify_token: str = "vt"
    answers: int = 200
    posts: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        self.posts.append((url, body, headers))
        return Answer(self.answers, None, 1, None if self.answers < 300 else "busy")

    async def get(self, url: str, query: dict[str, str]) -> tuple[int | None, bytes]:
        self.asked.append(query)
        if query["hub.verify_token"] != self.verify_token:
            return 403, b"no"
        return 200, query["hub.challenge"].encode()


@dataclass
class FakeFetch:
    """Links and the bytes behind them. Implements ports.fetch.Fetch."""

    files: dict[str, bytes] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def open(self, url: str) -> AsyncIterator[AsyncIterator[bytes]]:
        self.opened.append(url)
        if url not in self.files:
            raise Invalid(f"HTTP code 404 when fetching {url}", code="media_link")

        async def chunks() -> AsyncIterator[bytes]:
            yield self.files[url]

        yield chunks()


@dataclass
class FakeSender:
    """Codes that were sent to telephones. Implements ports.sender.Sender."""

    sent: list[tuple[int, str, str]] = field(default_factory=list)

    async def send_code(self, phone: int, code: str, *, language: str) -> None:
        self.sent.append((phone, code, language))


@dataclass
class Api:
    """One business's view of the API."""

    house: House
    verbs: Verbs
    keys: BusinessKeys
    client: httpx.AsyncClient
    http: FakeHttp
    fetch: FakeFetch
    cast: Cast
    sender: FakeSender = field(default_factory=FakeSender)

    @property
    def phone(self) -> str:
        return f"/v25.0/{self.keys.phone_number.phone_number_id}"

    @property
    def waba(self) -> str:
        return f"/v25.0/{self.keys.business.waba_id}"

    @property
    def app(self) -> str:
        return f"/v25.0/{self.keys.business.app_id}"

    async def send(self, to: str, kind: str = "text", **message: Any) -> httpx.Response:
        """POST one message; without content it is a text."""
        body = {"messaging_product": "whatsapp", "to": to, "type": kind, **(message or {"text": {"body": "hello"}})}
        return await self.client.post(f"{self.phone}/messages", json=body)

    async def notify(self) -> list[tuple[str, bytes, dict[str, str]]]:
        """Post what waits; what was posted now."""
        before = len(self.http.posts)
        await notify(self.house, self.http, renderer(), owner="test")
        return self.http.posts[before:]


@pytest.fixture
def fetch() -> FakeFetch:
    return FakeFetch()


@pytest.fixture
def http() -> FakeHttp:
    return FakeHttp()


@pytest_asyncio.fixture
async def keys(house: House) -> BusinessKeys:
    return await create_business(house, name="Pune Milk", phone="+15550783881", balance_micros=5_000_000)


@asynccontextmanager
async def open_api(
    house: House, keys: BusinessKeys, http: FakeHttp, fetch: FakeFetch, cast: Cast
) -> AsyncIterator[Api]:
    verbs = Verbs(house)
    sender = FakeSender()
    transport = httpx.ASGITransport(app=graph_app(house, verbs, http, fetch, sender=sender))
    async with httpx.AsyncClient(
        transport=transport,
        base_url="http://api.test",
        headers={"Authorization": f"Bearer {keys.access_token}"},
        # Every answer that any of these tests gets is one that the API's own document describes.
        event_hooks={"response": [check]},
    ) as client:
        yield Api(house, verbs, keys, client, http, fetch, cast, sender)


@pytest_asyncio.fixture
async def api(house: House, keys: BusinessKeys, http: FakeHttp, fetch: FakeFetch, cast: Cast) -> AsyncIterator[Api]:
    async with open_api(house, keys, http, fetch, cast) as opened:
        yield opened


@pytest_asyncio.fixture
async def sync_api(
    house: House, keys: BusinessKeys, http: FakeHttp, fetch: FakeFetch, cast: Cast
) -> AsyncIterator[Api]:
    """The same, with policy refusals answered at once."""
    house = replace(house, settings=replace(house.settings, errors_mode="sync"))
    async with open_api(house, keys, http, fetch, cast) as opened:
        yield opened


@pytest_asyncio.fixture
async def someone(house: House) -> Someone:
    """A person who has not written to anybody."""
    person = (await create_person(house, parse_phone("+16505551234"), name="Zoë")).person
    return Someone(person.person_id, person.phone)


@pytest_asyncio.fixture
async def guest(api: Api, someone: Someone) -> Someone:
    """A person who wrote a moment ago."""
    await says(api, someone)
    return someone


async def says(api: Api, someone: Someone, content: Content | str = "hello", key: str = "k1", **more: Any) -> int:
    """The person writes; the seq of the message."""
    content = Text(content) if isinstance(content, str) else content
    said = Written(someone.person_id, api.keys.business.business_id, key, content, **more)
    (answer,) = await write(api.house, [said])
    assert not isinstance(answer, Exception), answer
    return answer.message.seq


async def stored(api: Api, someone: Someone) -> list[dict[str, Any]]:
    query = "SELECT content FROM message WHERE person_id = $1 AND direction = 1 ORDER BY seq"
    return [json.loads(content) for (content,) in await api.cast.connection.fetch(query, someone.person_id)]


def error(response: Any) -> dict[str, Any]:
    found: dict[str, Any] = response.json()["error"]
    assert found["fbtrace_id"]
    assert found["type"]
    return found


async def uploaded(api: Api, data: bytes = PNG, mime: str = "image/png", name: str = "x.png") -> str:
    files = {"file": (name, data, mime)}
    response = await api.client.post(
        f"{api.phone}/media", files=files, data={"messaging_product": "whatsapp", "type": mime}
    )
    assert response.status_code == 200, response.text
    return str(response.json()["id"])
