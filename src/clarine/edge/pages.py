"""The built pages: one HTML file per face, hashed assets beside them; strict about what a page may load."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_CONTENT_SECURITY_POLICY: Final = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_PAGE_HEADERS: Final = {
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
_FOREVER: Final = "public, max-age=31536000, immutable"

#: From the address of a face to its folder in *dist*.
FACES: Final = {"/": "door", "/people": "people", "/business": "business", "/operator": "operator", "/docs": "docs"}


def page_routes(dist: Path) -> list[BaseRoute]:
    """The pages of *dist* (web/vite.config.ts writes it); a face that was not built answers 503 and says so."""
    routes: list[BaseRoute] = [
        Route(address, _page(dist / face / "index.html"), methods=["GET"]) for address, face in FACES.items()
    ]
    if (dist / "assets").is_dir():
        assets = GZipMiddleware(_HashedFiles(directory=dist / "assets"), minimum_size=1000)
        routes.append(Mount("/assets", assets))
    return routes


def _page(path: Path) -> Callable[[Request], Response]:
    def page(_: Request) -> Response:
        if not path.is_file():
            raise HTTPException(503, "The pages were not built; run the set-up (make run) or npm run build in web/")
        return FileResponse(path, headers=_PAGE_HEADERS)

    return page


class _HashedFiles(StaticFiles):
    """Files whose name changes with their content, so they may be kept for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 200:
            response.headers["Cache-Control"] = _FOREVER
            response.headers["X-Content-Type-Options"] = "nosniff"
        return response
