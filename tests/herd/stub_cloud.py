"""A Cloud API for one business, in memory: it accepts, remembers keys, and reports statuses by signed webhook."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from clarine.client import signature_of

SECRET = "app-secret"
PHONE = "106540352242922"
WABA = "102290129340398"
FARMER = "919876543210"


@dataclass
class StubCloud:
    """``sent`` are accepted bodies by wamid. ``unavailable`` counts down 503s.

    ``windows`` False answers free messages with a late 131047, as the original does when nobody wrote for 24 hours; with
    ``sync`` it refuses them at once. ``plain`` is a network without buttons and lists.
    """

    templates: dict[tuple[str, str], str] = field(default_factory=dict)
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    media: dict[str, bytes] = field(default_factory=dict)
    callback: str = ""
    unavailable: int = 0
    windows: bool = True
    sync: bool = False
    plain: bool = False
    #: A type of message that it cannot take just now.
    away: str = ""
    review: str = "APPROVED"
    statuses: tuple[str, ...] = ("sent", "delivered", "read")
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    said: asyncio.Event = field(default_factory=asyncio.Event)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def transport(self) -> httpx.ASGITransport:
        """What CloudApi is given in place of a network."""
        return httpx.ASGITransport(self.app)

    @property
    def app(self) -> Starlette:
        """The same for a real network."""
        routes = [
            Route(f"/v23.0/{PHONE}/messages", self._messages, methods=["POST"]),
            Route(f"/v23.0/{PHONE}/media", self._media, methods=["POST"]),
            Route(f"/v23.0/{WABA}/message_templates", self._list, methods=["GET"]),
            Route(f"/v23.0/{WABA}/message_templates", self._create, methods=["POST"]),
            Route(f"/v23.0/{WABA}/subscribed_apps", self._subscribe, methods=["POST"]),
        ]
        return Starlette(routes=routes)

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        """Accepted bodies of one message type, in order."""
        return [body for body in self.sent.values() if body["type"] == kind]

    async def write(self, *, text: str = "", tap: str = "", sender: str = FARMER, context: str = "") -> None:
        """Somebody writes *text*, or taps the button whose id is *tap*; an emoji with a *context* is a reaction."""
        wamid = f"wamid.in{next(self.numbers)}"
        message: dict[str, Any] = {"from": sender, "id": wamid, "timestamp": _now()}
        if tap:
            message |= {"type": "interactive", "interactive": {"type": "button_reply"}}
            message["interactive"]["button_reply"] = {"id": tap, "title": "x"}
        elif context:
            message |= {"type": "reaction", "reaction": {"message_id": context, "emoji": text}}
        else:
            message |= {"type": "text", "text": {"body": text}}
        contact = {"profile": {"name": "Asha"}, "wa_id": sender, "user_id": "IN.1"}
        await self.post({"contacts": [contact], "messages": [message]})

    async def post(self, value: dict[str, Any], *, secret: str = SECRET) -> int:
        """Post one signed webhook to the subscriber; gives its HTTP status."""
        value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": PHONE}} | value
        envelope = {
            "object": "whatsapp_business_account",
            "entry": [{"id": WABA, "changes": [{"field": "messages", "value": value}]}],
        }
        body = json.dumps(envelope).encode()
        headers = {"X-Hub-Signature-256": signature_of(body, secret)}
        async with httpx.AsyncClient(verify=False) as http:
            return (await http.post(self.callback, content=body, headers=headers)).status_code

    async def quiet(self) -> None:
        """All webhooks so far are posted."""
        while self.tasks:
            await asyncio.gather(*self.tasks)

    async def _messages(self, request: Request) -> Response:
        if self.unavailable:
            self.unavailable -= 1
            return _error(503, 2, "Temporarily unavailable")
        body = await request.json()
        if body.get("status") == "read":
            return JSONResponse({"success": True})
        if body["type"] == self.away:
            return _error(503, 2, "Temporarily unavailable", {"retry-after": "0"})
        if body["type"] == "template" and self._review(body) != "APPROVED":
            return _error(404, 132001, "Template does not exist in the translation")
        if self.sync and not self.windows and body["type"] != "template":
            return _error(400, 131047, "Re-engagement message")
        if self.plain and body["type"] == "interactive":
            return _error(400, 131051, "Unsupported message type")
        key = request.headers["idempotency-key"]
        if key in self.keys and self.sent[self.keys[key]] != body:
            return _error(400, 100, "This idempotency key was used for another message")
        if key not in self.keys:
            self.keys[key] = f"wamid.out{next(self.numbers)}"
            self.sent[self.keys[key]] = body
            self._report(self.keys[key], body)
            self.said.set()
        wamid = self.keys[key]
        contacts = [{"input": body["to"], "wa_id": FARMER}]
        return JSONResponse({"messaging_product": "whatsapp", "contacts": contacts, "messages": [{"id": wamid}]})

    def _review(self, body: dict[str, Any]) -> str:
        return self.templates.get((body["template"]["name"], body["template"]["language"]["code"]), "")

    def _report(self, wamid: str, body: dict[str, Any]) -> None:
        late = not self.windows and body["type"] != "template"
        for status in ("failed",) if late else self.statuses:
            item: dict[str, Any] = {"id": wamid, "status": status, "timestamp": _now(), "recipient_id": FARMER}
            if late:
                item["errors"] = [{"code": 131047, "title": "Re-engagement message"}]
            if self.callback:
                task = asyncio.create_task(self._status(item))
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)

    async def _status(self, item: dict[str, Any]) -> None:
        await self.post({"statuses": [item]})

    async def _media(self, request: Request) -> Response:
        form = await request.form()
        file = form["file"]
        assert not isinstance(file, str)
        number = str(next(self.numbers))
        self.media[number] = await file.read()
        return JSONResponse({"id": number})

    async def _list(self, _: Request) -> Response:
        items = [
            {"id": "1", "name": name, "language": language, "status": status, "category": "UTILITY"}
            for (name, language), status in self.templates.items()
        ]
        return JSONResponse({"data": items, "paging": {}})

    async def _create(self, request: Request) -> Response:
        body = await request.json()
        self.templates[body["name"], body["language"]] = self.review
        return JSONResponse({"id": str(next(self.numbers)), "status": self.review, "category": body["category"]})

    async def _subscribe(self, request: Request) -> Response:
        body = await request.json()
        query = {"hub.mode": "subscribe", "hub.challenge": "42", "hub.verify_token": body["verify_token"]}
        async with httpx.AsyncClient(verify=False) as http:
            answer = await http.get(body["override_callback_uri"], params=query)
        if answer.text != "42":
            return _error(400, 100, "The challenge was not answered")
        self.callback = body["override_callback_uri"]
        return JSONResponse({"success": True})


def _error(status: int, code: int, details: str, headers: dict[str, str] | None = None) -> Response:
    error = {"message": f"(#{code}) x", "code": code, "error_data": {"details": details}, "fbtrace_id": "A1"}
    return JSONResponse({"error": error}, status, headers)


def _now() -> str:
    return str(int(time.time()))
