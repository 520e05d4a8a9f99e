"""A telephone with the people's app, without a screen: it acknowledges what arrives, and its owner may read and answer."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from clarine.demo.cast import Player
from clarine.demo.inbox import Inbox, Json, differences
from clarine.demo.watch import Watch

AGAIN_S = 0.5
PAGE = 200

#: Called for each message of a business that arrives after the telephone was switched on.
Arrived = Callable[["Phone", Json], None]


class Phone:
    """One device of *player*, who has *role* in the cast. `run` until it is cancelled."""

    def __init__(self, url: str, role: str, *, player: Player, watch: Watch, arrived: Arrived) -> None:
        self.role = role
        self.player = player
        self.inbox = Inbox()
        self.connected = False
        self._socket_url = url.replace("http", "ws", 1) + "/people/v1/socket"
        self._token = player.session_token
        self._http = httpx.AsyncClient(
            base_url=f"{url}/people/v1/", headers={"Authorization": f"Bearer {self._token}"}, timeout=20
        )
        self._watch = watch
        self._arrived = arrived
        self._since = datetime.now(UTC)

    async def run(self) -> None:
        """Hold the socket; when it breaks, go on where the stream was left."""
        try:
            while True:
                try:
                    async with connect(
                        self._socket_url,
                        subprotocols=["clarine.v1", f"token.{self._token}"],  # type: ignore[list-item]
                        max_size=None,
                        proxy=None,
                    ) as socket:
                        await self._listen(socket)
                except (OSError, ConnectionClosed, InvalidHandshake):
                    self.connected = False
                    await asyncio.sleep(AGAIN_S)
        finally:
            await self._http.aclose()

    async def _listen(self, socket: ClientConnection) -> None:
        await socket.send(json.dumps({"type": "hello", "after": self.inbox.seq}))
        async for text in socket:
            frame = json.loads(text)
            match frame["type"]:
                case "ping":
                    await socket.send('{"type":"pong"}')
                case "events":
                    self.connected = True
                    await self._take(socket, frame["events"])
                    self._watch.ring()

    async def _take(self, socket: ClientConnection, events: list[Json]) -> None:
        came = [message for event in events if event["seq"] > self.inbox.seq if (message := self.inbox.apply(event))]
        if came:
            await socket.send(json.dumps({"type": "received", "seqs": [message["seq"] for message in came]}))
        for message in came:
            if datetime.fromisoformat(message["at"]) >= self._since:
                self._arrived(self, message)

    async def read(self, message: Json) -> None:
        """The owner has seen everything up to *message*."""
        await self._post(f"chats/{message['business_id']}/read", {"seq": message["seq"]})

    async def write(self, business_id: int | str, body: str) -> None:
        """The owner writes *body*."""
        await self._send(business_id, {"type": "text", "body": body}, None)

    async def tap(self, message: Json, button_id: str) -> None:
        """The owner taps the button of *message* whose id is *button_id*."""
        content = message["content"]
        button = next(each for each in content["buttons"] if each["id"] == button_id)
        kind = "template_button" if content["type"] == "template" else "button_reply"
        choice = {"type": "choice", "kind": kind, "id": button_id, "title": button["title"]}
        await self._send(message["business_id"], choice, message["seq"])

    async def report(self, message: Json, reason: str) -> None:
        """The owner reports *message*."""
        await self._post(f"chats/{message['business_id']}/reports", {"reason": reason, "seq": message["seq"]})

    def received(self, business_id: int, kind: str) -> list[Json]:
        """The business's messages with content of *kind*, oldest first."""
        chat = self.inbox.chat(str(business_id))
        return [m for m in chat.messages.values() if m["from"] == "business" and m["content"]["type"] == kind]

    async def differences(self) -> list[str]:
        """Where old state + events is not what a fresh fetch shows."""
        fresh = await self._get("chats")
        threads = {chat["business_id"]: await self._thread(chat["business_id"]) for chat in fresh["chats"]}
        return differences(self.inbox, fresh, threads)

    async def _thread(self, business_id: str) -> list[Json]:
        found: list[Json] = []
        before = ""
        while True:
            page = (await self._get(f"chats/{business_id}/messages?limit={PAGE}{before}"))["messages"]
            found += page
            if len(page) < PAGE:
                return found
            before = f"&before={page[-1]['seq']}"

    async def _send(self, business_id: int | str, content: Json, reply_to: int | None) -> None:
        body = {"client_key": uuid.uuid4().hex, "content": content, "reply_to": reply_to}
        await self._post(f"chats/{business_id}/messages", body)

    async def _get(self, path: str) -> Json:
        return _answer(await self._http.get(path))

    async def _post(self, path: str, body: Json) -> Json:
        return _answer(await self._http.post(path, json=body))


def _answer(response: httpx.Response) -> Json:
    response.raise_for_status()
    found: Json = response.json()
    return found
