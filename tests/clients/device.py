"""The person at the other end: a device on the people's API that acknowledges what it gets and does what it is told."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

#: Everything here happens on one machine; what takes longer did not happen.
PATIENCE_S = 20.0


@dataclass
class Noticed:
    """Things that happened and were not looked at yet."""

    things: list[dict[str, Any]] = field(default_factory=list)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def add(self, thing: dict[str, Any]) -> None:
        async with self._changed:
            self.things.append(thing)
            self._changed.notify_all()

    async def take(self, is_it: Callable[[dict[str, Any]], bool], *, what: str) -> dict[str, Any]:
        """The first thing that *is_it*, waited for. Raises AssertionError naming *what* when it does not come."""

        def found() -> dict[str, Any] | None:
            return next((thing for thing in self.things if is_it(thing)), None)

        async with self._changed:
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await self._changed.wait_for(lambda: found() is not None)
            except TimeoutError:
                raise AssertionError(f"{what} did not come; what came is {self.things[-5:]}") from None
            thing = found()
            assert thing is not None
            self.things.remove(thing)
            return thing


@dataclass
class Device:
    """One person's device: *events* of the person's stream, and *signs* such as typing that are not part of it."""

    http: httpx.AsyncClient
    noticed: Noticed = field(default_factory=Noticed)

    async def says(self, business_id: str, content: dict[str, Any], reply_to: int | None = None) -> None:
        """Send one message to a business."""
        body: dict[str, Any] = {"client_key": str(uuid.uuid4()), "content": content}
        if reply_to is not None:
            body["reply_to"] = reply_to
        answer = await self.http.post(f"/people/v1/chats/{business_id}/messages", json=body)
        assert answer.status_code == 200, answer.text

    async def reads(self, business_id: str, seq: int) -> None:
        """Read everything of a business up to *seq*."""
        answer = await self.http.post(f"/people/v1/chats/{business_id}/read", json={"seq": seq})
        assert answer.status_code == 200, answer.text

    async def uploads(self, file: bytes, kind: str) -> str:
        """Upload a file; its media id."""
        answer = await self.http.post("/people/v1/media", files={"file": file}, data={"type": kind})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["media_id"])

    async def message(self, business_id: str, kind: str) -> dict[str, Any]:
        """The next message of that type from that business."""

        def is_it(event: dict[str, Any]) -> bool:
            if event["type"] != "message" or event["message"]["business_id"] != business_id:
                return False
            return bool(event["message"]["from"] == "business" and event["message"]["content"]["type"] == kind)

        event = await self.noticed.take(is_it, what=f"a message of type {kind} on the device")
        message: dict[str, Any] = event["message"]
        return message

    async def listen(self, socket: ClientConnection) -> None:
        """Take what comes and acknowledge it, as an app does."""
        async for frame in socket:
            said = json.loads(frame)
            match said["type"]:
                case "events":
                    seqs = [event["seq"] for event in said["events"]]
                    await socket.send(json.dumps({"type": "received", "seqs": seqs}))
                    for event in said["events"]:
                        await self.noticed.add(event)
                case "ping":
                    await socket.send('{"type":"pong"}')
                case _:
                    await self.noticed.add(said)


@asynccontextmanager
async def open_device(url: str, token: str) -> AsyncIterator[Device]:
    """The person's device, online."""
    async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30) as http:
        device = Device(http)
        address = f"{url.replace('http', 'ws', 1)}/people/v1/socket"
        protocols = [Subprotocol("clarine.v1"), Subprotocol(f"token.{token}")]
        async with connect(address, subprotocols=protocols) as socket:
            await socket.send('{"type":"hello","after":0}')
            listening = asyncio.create_task(device.listen(socket))
            try:
                yield device
            finally:
                listening.cancel()
