"""Where a business's webhooks arrive: the signature is verified, what it says is counted, and a program behind it may get it.

It stands in front of Clarine Herd too, so that nobody has to take Herd's word for what was posted and signed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clarine.client import Event, SignatureError, challenge_answer, parse_webhook
from clarine.demo.cast import Office
from clarine.demo.watch import Watch


@dataclass(frozen=True, slots=True)
class Step:
    """A status of one message as a webhook told it; *code* is the API's error when it failed."""

    message_id: str
    status: str
    at_s: int
    recipient: str
    billable: bool
    category: str
    code: int = 0
    details: str = ""


@dataclass(slots=True)
class Letterbox:
    """The receiver of *office*. Requests are handed on to *program* (a base URL) when there is one.

    With *keeps* the box acknowledges what the program cannot take any more, because it went home when it was done.
    """

    office: Office
    watch: Watch
    verify_token: str = field(repr=False)
    program: str = ""
    keeps: bool = False
    took: Callable[[Event], None] | None = None
    verified: int = 0
    forged: int = 0
    steps: dict[tuple[str, str], Step] = field(default_factory=dict)
    _http: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=15))

    def app(self) -> Starlette:
        """The ASGI application: every path is the same box."""
        return Starlette(
            routes=[
                Route("/{path:path}", self._challenge, methods=["GET"]),
                Route("/{path:path}", self._webhook, methods=["POST"]),
            ]
        )

    def status(self, message_id: str, status: str) -> Step | None:
        """The step of a message, if a webhook told of it."""
        return self.steps.get((message_id, status))

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def _challenge(self, request: Request) -> Response:
        if self.program:
            return await self._handed_on(request, b"")
        answer = challenge_answer(dict(request.query_params), self.verify_token)
        return Response("", 403) if answer is None else Response(answer)

    async def _webhook(self, request: Request) -> Response:
        body = await request.body()
        try:
            events = parse_webhook(body, request.headers.get("x-hub-signature-256"), self.office.app_secret)
        except SignatureError:
            self.forged += 1
            return Response("", 403)
        answer = await self._handed_on(request, body) if self.program else Response("")
        if answer.status_code == 200:
            self.verified += 1
            self._note(body)
            for event in events:
                if self.took is not None:
                    self.took(event)
            self.watch.ring()
        return answer

    async def _handed_on(self, request: Request, body: bytes) -> Response:
        headers = {name: value for name, value in request.headers.items() if name.startswith(("x-hub", "content-type"))}
        url = f"{self.program}{request.url.path}"
        try:
            answer = await self._http.request(
                request.method, url, params=str(request.query_params), content=body, headers=headers
            )
        except httpx.TransportError:
            return Response("", 200 if self.keeps and body else 502)
        return Response(answer.content, answer.status_code)

    def _note(self, body: bytes) -> None:
        for entry in json.loads(body)["entry"]:
            for change in entry["changes"]:
                for raw in change["value"].get("statuses") or []:
                    step = _step(raw)
                    self.steps.setdefault((step.message_id, step.status), step)


def _step(raw: dict[str, Any]) -> Step:
    pricing, error = raw.get("pricing") or {}, (raw.get("errors") or [{}])[0]
    return Step(
        message_id=raw["id"],
        status=raw["status"],
        at_s=int(raw["timestamp"]),
        recipient=raw["recipient_id"],
        billable=bool(pricing.get("billable")),
        category=str(pricing.get("category", "")),
        code=int(error.get("code", 0)),
        details=str((error.get("error_data") or {}).get("details") or error.get("title", "")),
    )
