"""The people's door for tests: in process over ASGI for calls, on an ephemeral port for sockets."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

import httpx
import uvicorn
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect

from clarine.adapters.sender import KeepingSender
from clarine.domain.phone import parse_phone
from clarine.edge.people.app import PeopleFront, people_front
from clarine.edge.people.limits import PeopleRates, Rate
from clarine.flow.house import House
from clarine.flow.people import create_person
from clarine.flow.verbs import Verbs
from tests.cast import Someone

_ALWAYS = Rate(1_000_000, 0.001)
UNLIMITED = PeopleRates(*[_ALWAYS] * 6)


@dataclass
class PeopleApp:
    """The application, and what was sent to telephones."""

    house: House
    sender: KeepingSender
    front: PeopleFront
    app: Starlette

    def client(self, token: str = "") -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        transport = httpx.ASGITransport(self.app)
        return httpx.AsyncClient(transport=transport, base_url="http://house/people/v1", headers=headers)

    async def token(self, someone: Someone, device: str = "test") -> str:
        """A session of a person of the cast."""
        made = await create_person(self.house, parse_phone(f"+{someone.phone}"), name="Zoë", device=device)
        assert made.person.person_id == someone.person_id
        return made.token


def people_app(house: House, *, rates: PeopleRates = UNLIMITED, **settings: Any) -> PeopleApp:
    """The people's door of *house*, with *settings* changed."""
    house = replace(house, settings=replace(house.settings, **settings))
    sender = KeepingSender()
    front = people_front(house, Verbs(house), sender, rates=rates)
    return PeopleApp(house, sender, front, Starlette(routes=front.routes))


@asynccontextmanager
async def listening(app: PeopleApp) -> AsyncIterator[Live]:
    """*app* on a free port, served as in production."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app.app, ws=cast(Any, app.front.line), lifespan="off", log_level="error")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event
        await asyncio.sleep(0)
    live = Live(server, serving, listener.getsockname()[1])
    try:
        yield live
    finally:
        await live.stop()


@dataclass
class Live:
    server: uvicorn.Server
    serving: asyncio.Task[None]
    port: int

    async def stop(self) -> None:
        self.server.should_exit = True
        await self.serving

    @asynccontextmanager
    async def device(self, token: str, *, after: int | None = 0) -> AsyncIterator[Device]:
        """A connected device that said hello, if *after* is given, and heard the answer."""
        uri = f"ws://127.0.0.1:{self.port}/people/v1/socket"
        protocols: Any = ["clarine.v1", f"token.{token}"]
        async with connect(uri, subprotocols=protocols) as connection:
            device = Device(connection)
            if after is not None:
                await device.send(type="hello", after=after)
            yield device


class Device:
    """The app's end of a socket."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, **frame: Any) -> None:
        await self.connection.send(json.dumps(frame))

    async def frame(self, kind: str) -> dict[str, Any]:
        """The next frame of *kind*; others are passed over."""
        async with asyncio.timeout(30):
            while True:
                frame: dict[str, Any] = json.loads(await self.connection.recv())
                if frame["type"] == kind:
                    return frame

    async def events(self, upto: int) -> list[dict[str, Any]]:
        """Events until seq *upto* is here."""
        found: list[dict[str, Any]] = []
        while True:
            frame = await self.frame("events")
            found += frame["events"]
            assert not frame["events"] or frame["last_seq"] == frame["events"][-1]["seq"]
            if frame["last_seq"] >= upto:
                return found

    async def closed(self) -> int | None:
        """Wait for the end; its code."""
        async with asyncio.timeout(30):
            await self.connection.wait_closed()
        return self.connection.close_code
