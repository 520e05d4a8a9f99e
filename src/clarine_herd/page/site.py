"""The farm's pages behind their door: a code of a link is used up for a visit, a visit opens the pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from clarine_herd.link import ROOT
from clarine_herd.page import alerts, animal, collars, data, herd, settings
from clarine_herd.page.ask import Ask, go, language_of, written
from clarine_herd.page.shares import Shares
from clarine_herd.store.keys import VISIT_LIFE
from clarine_herd.store.postgres import Store
from clarine_herd.words import Words

COOKIE = "herd_visit"
#: An address has at most this many signs of a code; ours are 32.
CODE_MAX = 100
FORM_BYTES_MAX = 20_000

View = Callable[[Ask], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Site:
    """The pages of one farm. ``now`` gives farm time; *secure* when people reach them by https."""

    store: Store
    now: Callable[[], datetime]
    changed: Callable[[], None]
    secure: bool = False
    shares: Shares = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shares", Shares(self.store))

    def routes(self) -> list[BaseRoute]:
        """All of them, compressed, under ROOT."""
        pages = [
            Route("/", self._page(herd.glance)),
            Route("/animal", self._page(animal.shown)),
            Route("/animal", self._page(animal.entered, changes=True), methods=["POST"]),
            Route("/alerts", self._page(alerts.history)),
            Route("/collars", self._page(collars.devices)),
            Route("/collars", self._page(collars.worn, changes=True), methods=["POST"]),
            Route("/settings", self._page(settings.shown)),
            Route("/settings", self._page(settings.saved, changes=True), methods=["POST"]),
            Route("/people", self._page(settings.people, changes=True), methods=["POST"]),
            Route("/person", self._page(settings.added, changes=True), methods=["POST"]),
            Route("/data", self._page(data.shown)),
            Route("/data", self._page(data.brought, changes=True, bytes_max=data.FORM_BYTES_MAX), methods=["POST"]),
            Route("/data/{file}", self._page(data.out)),
            Route("/enter", self.door, methods=["GET"]),
            Route("/enter", self.enter, methods=["POST"]),
            Route("/leave", self.leave, methods=["POST"]),
            Mount("/assets", _Hashed(packages=[("clarine_herd.page", "dist/assets")], check_dir=False)),
            Route("/{path:path}", self._page(_nowhere)),
        ]
        return [Mount(ROOT, routes=pages, middleware=[Middleware(GZipMiddleware, minimum_size=500)])]

    async def door(self, request: Request) -> Response:
        """What a link opens. Looking uses nothing up: programs that preview links look too."""
        code = request.query_params.get("code", "")[:CODE_MAX]
        contact = await self.store.whose_code(code) if code else None
        if contact is not None:
            return written(Words.of(contact.language), "enter.html", code=code)
        return _closed(request, over=bool(code))

    async def enter(self, request: Request) -> Response:
        """Use up the code for a visit, which a cookie remembers that no script can read."""
        if not _same_origin(request) or not _within(request, FORM_BYTES_MAX):
            return _closed(request, over=True)
        form = await request.form(max_files=0, max_fields=1)
        visit = await self.store.begin_visit(str(form.get("code", ""))[:CODE_MAX])
        if visit is None:
            return _closed(request, over=True)
        answer = go("")
        age = int(VISIT_LIFE.total_seconds())
        answer.set_cookie(COOKIE, visit, max_age=age, path=ROOT, secure=self.secure, httponly=True, samesite="lax")
        return answer

    async def leave(self, request: Request) -> Response:
        """End the visit, here and in the store."""
        if _same_origin(request):
            await self.store.end_visit(request.cookies.get(COOKIE, ""))
        answer = go("enter")
        answer.delete_cookie(COOKIE, path=ROOT)
        return answer

    def _page(self, view: View, *, changes: bool = False, bytes_max: int = FORM_BYTES_MAX) -> Endpoint:
        async def answer(request: Request) -> Response:
            contact = await self.store.visitor(request.cookies.get(COOKIE, ""))
            if contact is None:
                return _closed(request, over=False)
            words = Words.of(contact.language, (await self.store.wishes()).species)
            ask = Ask(request, self.store, contact, words, self.now(), self.changed, self.shares)
            if changes and not _same_origin(request):
                return ask.problem(ask.says.elsewhere, status=403)
            if changes and not ask.may_change:
                return ask.problem(ask.says.not_allowed, status=403)
            if changes and not _within(request, bytes_max):
                return ask.problem(ask.says.too_large, status=413)
            return await view(ask)

        return answer


def _closed(request: Request, *, over: bool) -> Response:
    return written(Words.of(language_of(request)), "closed.html", status=401, over=over)


async def _nowhere(ask: Ask) -> Response:
    return ask.problem(ask.says.not_found, status=404)


def _same_origin(request: Request) -> bool:
    """Whether a form came from our own page (Fetch Metadata; browsers without it send Origin)."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _within(request: Request, bytes_max: int) -> bool:
    """Whether a form says its length, as every browser does, and is no longer; the server reads no more than that."""
    length = request.headers.get("content-length", "")
    return length.isdigit() and int(length) <= bytes_max


class _Hashed(StaticFiles):
    """Files whose name changes with their content, so they may be kept for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
            response.headers["X-Content-Type-Options"] = "nosniff"
        return response
