"""A business whose flows exchange data, by pywa unchanged, and a person who plays them: real servers on both sides."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from pywa.client import WhatsApp
from pywa.types.flows import FlowRequest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from clarine.adapters.fetch import NetworkFetch
from clarine.adapters.sender import KeepingSender
from clarine.edge.graph.app import graph_app
from clarine.edge.people.app import people_front
from clarine.flow.business import BusinessKeys
from clarine.flow.house import House
from clarine.flow.verbs import Verbs
from tests.wire.conftest import FakeFetch, FakeHttp
from tests.wire.people_app import UNLIMITED


def key_pair() -> tuple[str, str]:
    """(private, public) as PEM, as a business makes them."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    return private, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """*app* on a free port; its URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", access_log=False))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@dataclass
class FlowHouse:
    """*wa* is the business; *asked* what its endpoint was asked; *answer* what it says (raise to refuse)."""

    wa: WhatsApp
    people: Callable[[str], httpx.AsyncClient]
    endpoint: str
    public_key: str
    asked: list[FlowRequest] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answer: Callable[[FlowRequest], Any] = lambda request: request.respond(screen="DAY", data={})

    async def call(self, verb: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """A call of pywa, which waits for its answer, beside this loop."""
        return await asyncio.to_thread(verb, *args, **named)

    async def publish(self, flow: dict[str, Any], name: str = "form", **more: Any) -> str:
        """A published flow; its id."""
        made = await self.call(self.wa.create_flow, name, ["OTHER"], **more)
        drawn = await self.call(self.wa.update_flow_json, made.id, flow)
        assert drawn.success, drawn.validation_errors
        assert (await self.call(self.wa.publish_flow, made.id)).success
        return str(made.id)


@asynccontextmanager
async def flow_house(house: House, keys: BusinessKeys, http: FakeHttp, fetch: FakeFetch) -> AsyncIterator[FlowHouse]:
    """The house served as in production, with a business that holds its keys."""
    private, public = key_pair()
    exchange = NetworkFetch(private=True)
    verbs = Verbs(house)
    graph = graph_app(house, verbs, http, fetch, exchange=exchange)
    front = people_front(house, verbs, KeepingSender(), rates=UNLIMITED, exchange=exchange)
    people = Starlette(routes=front.routes)

    def client(token: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(people)
        return httpx.AsyncClient(
            transport=transport, base_url="http://house/people/v1", headers={"Authorization": f"Bearer {token}"}
        )

    async with served(graph) as base_url, _endpoint() as (endpoint, hear):
        wa = WhatsApp(
            phone_id=str(keys.phone_number.phone_number_id),
            token=keys.access_token,
            waba_id=str(keys.business.waba_id),
            app_id=keys.business.app_id,
            app_secret=keys.business.app_secret,
            verify_token="vt",
            server=None,
            business_private_key=private,
        )
        wa.api._session.base_url = f"{base_url}/v25.0"
        found = FlowHouse(wa, client, endpoint, public)

        def answered(_: WhatsApp, request: FlowRequest) -> Any:
            found.asked.append(request)
            return found.answer(request)

        handler = wa.get_flow_request_handler("/flow", answered)

        async def heard(request: Request) -> Response:
            found.headers.append(dict(request.headers))
            text, status = await asyncio.to_thread(handler.handle, json.loads(await request.body()))
            return Response(text, status)

        hear.append(heard)
        yield found
    await exchange.close()


@asynccontextmanager
async def _endpoint() -> AsyncIterator[tuple[str, list[Callable[[Request], Awaitable[Response]]]]]:
    """The business's own server; whoever is put into the list answers."""
    hear: list[Callable[[Request], Awaitable[Response]]] = []

    async def flow(request: Request) -> Response:
        return await hear[0](request)

    async with served(Starlette(routes=[Route("/flow", flow, methods=["POST"])])) as url:
        yield f"{url}/flow", hear
