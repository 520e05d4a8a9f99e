"""What the simulations share: a business and a person, a phone that keeps what it gets, a receiver of webhooks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
from aiohttp import web
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from clarine.config import Settings
from clarine.domain.phone import parse_phone
from clarine.flow.business import BusinessKeys, create_business
from clarine.flow.house import House
from clarine.flow.people import create_person
from clarine.ports.records import Subscription

#: How long something may take to come.
COMES_S = 40
RECEIPTS_AGAIN = 90


@dataclass
class Heard:
    """Something that was counted up to now, and a way to wait for more."""

    _more: asyncio.Event = field(default_factory=asyncio.Event)

    def happened(self) -> None:
        self._more.set()

    async def until(self, enough: Callable[[], bool]) -> None:
        """Raises TimeoutError when it does not come."""
        async with asyncio.timeout(COMES_S):
            while not enough():
                self._more.clear()
                await self._more.wait()


@dataclass
class Phone(Heard):
    """A device that keeps what it gets by seq, receipts it, and connects again whenever its socket ends.

    A receipt that was on its way when the socket ended may be lost; so the latest go out again, and count once.
    """

    token: str = ""
    last_seq: int = 0
    messages: list[str] = field(default_factory=list)

    async def live(self, url: str) -> None:
        """Be online at *url* until cancelled."""
        address = url.replace("http", "ws") + "/people/v1/socket"
        protocols = [Subprotocol("clarine.v1"), Subprotocol(f"token.{self.token}")]
        while True:
            with suppress(WebSocketException, OSError, EOFError):
                async with connect(address, subprotocols=protocols, open_timeout=60) as socket:
                    await socket.send(json.dumps({"type": "hello", "after": self.last_seq}))
                    latest = list(range(max(1, self.last_seq - RECEIPTS_AGAIN), self.last_seq + 1))
                    await socket.send(json.dumps({"type": "received", "seqs": latest}))
                    async for frame in socket:
                        await socket.send(json.dumps(self._taken(json.loads(frame))))

    def _taken(self, frame: dict[str, Any]) -> dict[str, Any]:
        """Keep what *frame* brings; the answer to it."""
        if frame["type"] != "events":
            return {"type": "pong"}
        for event in frame["events"]:
            assert event["seq"] == self.last_seq + 1, "the stream has a gap or repeats itself"
            self.last_seq = event["seq"]
            if event["type"] == "message":
                self.messages.append(event["message"]["content"].get("body", ""))
        self.happened()
        return {"type": "received", "seqs": [event["seq"] for event in frame["events"]]}


@dataclass
class Receiver(Heard):
    """The business's webhook receiver: which message ids it heard in which status."""

    url: str = ""
    statuses: dict[str, set[str]] = field(default_factory=dict)

    async def answer(self, request: web.Request) -> web.Response:
        for entry in (await request.json())["entry"]:
            for change in entry["changes"]:
                for status in change["value"].get("statuses", ()):
                    self.statuses.setdefault(status["status"], set()).add(status["id"])
        self.happened()
        return web.Response()

    def delivered(self) -> set[str]:
        return self.statuses.get("delivered", set())


@asynccontextmanager
async def open_receiver(*middlewares: Any) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    application = web.Application(middlewares=middlewares)
    application.router.add_post("/", receiver.answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        yield receiver
    finally:
        await runner.cleanup()


@dataclass
class Story:
    """A shop with *balance_micros* that sends hello_world to Ann; who was accepted, and who refused with which code."""

    keys: BusinessKeys
    to: str
    phone: Phone
    receiver: Receiver
    accepted: dict[str, str] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)
    unanswered: int = 0
    progress: Heard = field(default_factory=Heard)

    def has_accepted(self, count: int) -> bool:
        return len(self.accepted) >= count

    async def send(self, url: str, numbers: list[str], *, at_once: int = 8, again: bool = False) -> None:
        """Send one message for each of *numbers*; whoever gets no answer asks again under the same key.

        With *again* also whoever is told that the fault is not theirs, until they are accepted.
        """
        left = iter(numbers)

        async def work(client: httpx.AsyncClient) -> None:
            for number in left:
                await self._send_one(client, number, again=again)

        async with httpx.AsyncClient(base_url=url, timeout=60) as client:
            await asyncio.gather(*[work(client) for _ in range(at_once)])

    async def _send_one(self, client: httpx.AsyncClient, number: str, *, again: bool) -> None:
        template = {"name": "hello_world", "language": {"code": "en_US"}}
        body = {"messaging_product": "whatsapp", "to": self.to, "type": "template", "template": template}
        headers = {"Authorization": f"Bearer {self.keys.access_token}", "Idempotency-Key": f"send-{number}"}
        path = f"/v23.0/{self.keys.phone_number.phone_number_id}/messages"
        while True:
            try:
                answer = await client.post(path, json=body, headers=headers)
            except httpx.TransportError:
                continue  # nobody knows whether it was accepted
            if not again or answer.status_code < 500:
                break
            self.unanswered += 1
            self.progress.happened()
        if answer.status_code == 200:
            self.accepted[number] = answer.json()["messages"][0]["id"]
        else:
            self.refused.append(answer.json()["error"]["code"])
        self.progress.happened()


@asynccontextmanager
async def story(house: House, *, balance_micros: int) -> AsyncIterator[Story]:
    """A new shop whose webhooks come to the story, and Ann."""
    keys = await create_business(house, name="Shop", phone="+15550783881", balance_micros=balance_micros)
    signed_in = await create_person(house, parse_phone("+919876543210"), name="Ann")
    async with open_receiver() as receiver:
        business = keys.business
        row = Subscription(business.business_id, "app", business.app_id, receiver.url, "", ("messages",))
        async with house.store.transaction() as tx:
            await tx.put_subscriptions([row], house.clock.now())
        yield Story(keys, str(signed_in.person.phone), Phone(token=signed_in.token), receiver)


def unhurried(data: Path, database_url: str = "") -> Settings:
    """Settings of a house in a hurry: hundreds of messages to one person at once, and refusals told at once."""
    return replace(
        Settings(data=data, database_url=database_url, port=0, errors_mode="sync"),
        pair_burst=1_000_000,
        throughput_per_s=1_000_000,
    )
