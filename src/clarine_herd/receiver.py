"""Herd's own front door: the API's webhooks and the collars' readings; nothing is acknowledged before it is kept."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from clarine.client import OtherEvent, SignatureError, Status, WebhookError, challenge_answer, parse_webhook
from clarine_herd.ingest.arrived import Arrived
from clarine_herd.ingest.decode import decoded
from clarine_herd.ingest.rows import BODY_BYTES_MAX, RefusedRowsError, table_of
from clarine_herd.ingest.shapes import MESSAGE_BYTES_MAX
from clarine_herd.store.intake import Intake
from clarine_herd.store.postgres import Store

WEBHOOK_BYTES_MAX = 3_000_000
WEBHOOK_PATH = "/herd/v1/webhook"
UNAUTHORIZED = "This door needs Authorization: Bearer and the readings token of this farm."


@dataclass(slots=True)
class Counts:
    """What came in since the start."""

    webhooks: int = 0
    #: Whatever may change the judgement: readings, events, what was said of alerts.
    changes: int = 0
    signature_failures: int = 0


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where events are kept and whom to ring afterwards; an empty ``readings_token`` closes the readings door."""

    store: Store
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    readings_token: str = field(repr=False)
    zone: ZoneInfo
    ring: Callable[[], None]
    counts: Counts = field(default_factory=Counts)

    def app(self, pages: Sequence[BaseRoute] = ()) -> Starlette:
        """The ASGI application, with the farm's pages beside these doors."""
        return Starlette(
            routes=[
                *pages,
                Route(WEBHOOK_PATH, self.challenge, methods=["GET"]),
                Route(WEBHOOK_PATH, self.webhook, methods=["POST"]),
                Route("/herd/v1/readings", self.readings, methods=["POST"]),
                Route("/herd/v1/collars/{collar}/{kind}", self.collar, methods=["POST"]),
                Route("/healthz", self.health, methods=["GET"]),
            ]
        )

    async def health(self, _: Request) -> Response:
        """The process answers."""
        return JSONResponse({"ok": True})

    async def challenge(self, request: Request) -> Response:
        """The subscription's challenge (Cloud API: webhooks)."""
        answer = challenge_answer(dict(request.query_params), self.verify_token)
        return PlainTextResponse("", 403) if answer is None else PlainTextResponse(answer)

    async def webhook(self, request: Request) -> Response:
        """One signed webhook: kept, then acknowledged. 403 unsigned, 400 not a webhook, 413 too large."""
        body = await _body(request, WEBHOOK_BYTES_MAX)
        if body is None:
            return _problem(413, f"A webhook has at most {WEBHOOK_BYTES_MAX} bytes.")
        try:
            events = parse_webhook(body, request.headers.get("x-hub-signature-256"), self.app_secret)
        except SignatureError:
            self.counts.signature_failures += 1
            return _problem(403, "The signature does not belong to this body.")
        except WebhookError as reason:
            return _problem(400, str(reason))
        self.counts.webhooks += 1
        statuses: list[Status] = []
        for event in events:
            match event:
                case Status():
                    statuses.append(event)
                case OtherEvent():
                    pass
                case _:
                    await self.store.save_inbound(event)
        if statuses:
            await self.store.save_statuses(statuses)
        self.ring()
        return JSONResponse({"ok": True})

    async def readings(self, request: Request) -> Response:
        """A batch of readings: kept, then acknowledged with 202. 401, 413, 422 say what is wrong."""
        if not self._allowed(request):
            return _problem(401, UNAUTHORIZED)
        body = await _body(request, BODY_BYTES_MAX)
        if body is None:
            return _problem(413, f"A batch has at most {BODY_BYTES_MAX} bytes.")
        try:
            table = table_of(body, self.zone)
        except RefusedRowsError as reason:
            return _problem(422, str(reason))
        await self.store.add_readings(table)
        self.counts.changes += 1
        self.ring()
        return JSONResponse({"accepted": len(table)}, 202)

    async def collar(self, request: Request) -> Response:
        """The payload of ``herd/v1/{farm}/{collar}/{kind}`` by HTTP: kept, then acknowledged. 401, 413, 422."""
        if not self._allowed(request):
            return _problem(401, UNAUTHORIZED)
        body = await _body(request, MESSAGE_BYTES_MAX)
        if body is None:
            return _problem(413, f"A message has at most {MESSAGE_BYTES_MAX} bytes.")
        topic = ("herd", "v1", self.store.farm, request.path_params["collar"], request.path_params["kind"])
        taken = await Intake(self.store.pool).take(found := decoded([Arrived(topic, body, time.time_ns() // 1000)]))
        self.counts.changes += taken.is_news
        self.ring()
        if found.refused:
            return _problem(422, f"{found.refused[0].reason}: {found.refused[0].detail}")
        return JSONResponse({"new": taken.new, "known": taken.known}, 202)

    def _allowed(self, request: Request) -> bool:
        given, wanted = request.headers.get("authorization", ""), f"Bearer {self.readings_token}"
        return bool(self.readings_token) and hmac.compare_digest(given.encode(), wanted.encode())


async def _body(request: Request, bytes_max: int) -> bytes | None:
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > bytes_max:
            return None
    return bytes(found)


def _problem(status: int, message: str) -> Response:
    return JSONResponse({"error": {"message": message}}, status)
