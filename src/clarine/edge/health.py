"""What an operator's machinery asks: is it alive, is it ready, and how is it doing."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_FRONTS: Final = (
    "people",
    "console",
    "assets",
    "healthz",
    "readyz",
    "metrics",
    "business",
    "operator",
    "sandbox",
    "docs",
)


class Metrics:
    """The numbers of one process, in the Prometheus text format."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "clarine_http_requests", "Answered requests", ["front", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "clarine_http_seconds",
            "Time from request to answer",
            ["front"],
            buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
            registry=self.registry,
        )
        self.sockets = Gauge("clarine_sockets", "Open sockets of people's devices", registry=self.registry)
        self.batches = Histogram(
            "clarine_batch_items",
            "How many items one transaction took",
            ["verb"],
            buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500),
            registry=self.registry,
        )
        self.notices = Counter("clarine_notices", "Webhook events handled", registry=self.registry)


class Measured:
    """ASGI middleware that counts and times every HTTP request by front door."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self._counters: dict[tuple[str, int], tuple[Counter, Histogram]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        first = scope["path"].split("/", 2)[1]
        front = first if first in _FRONTS else "graph" if first else "door"
        started = time.perf_counter()
        status = 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            self.count(front, status, time.perf_counter() - started)

    def count(self, front: str, status: int, seconds: float) -> None:
        """One more answered request."""
        counted, timed = self._of(front, status)
        counted.inc()
        timed.observe(seconds)

    def _of(self, front: str, status: int) -> tuple[Counter, Histogram]:
        """The counters of an answer; looking them up by their labels each time costs more than counting."""
        found = self._counters.get((front, status))
        if found is None:
            labelled = self._metrics.requests.labels(front, str(status)), self._metrics.seconds.labels(front)
            found = self._counters[front, status] = labelled
        return found


def health_routes(*, ready: Callable[[], Awaitable[None]], metrics: Metrics) -> list[BaseRoute]:
    """``/healthz`` the process runs; ``/readyz`` it can do its work (*ready* raises when not); ``/metrics``."""

    async def healthz(_: Request) -> Response:
        return JSONResponse({"alive": True})

    async def readyz(_: Request) -> Response:
        try:
            await ready()
        except Exception as error:  # noqa: BLE001 - whatever is wrong, the answer is "not ready"
            return JSONResponse({"ready": False, "because": type(error).__name__}, status_code=503)
        return JSONResponse({"ready": True})

    async def numbers(_: Request) -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", numbers)]
