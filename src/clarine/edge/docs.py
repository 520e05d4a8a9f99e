"""The OpenAPI document under ``/docs/openapi.json``; the page under ``/docs`` shows it (edge/pages.py hands that out)."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from clarine.edge.graph.app import LATEST_VERSION
from clarine.edge.graph.openapi import document

_MEDIA_TYPE: Final = "application/vnd.oai.openapi+json;version=3.1"


def docs_routes() -> list[BaseRoute]:
    """``GET /docs/openapi.json``: for everyone, from any origin, so that tools elsewhere can load it."""
    return [Route("/docs/openapi.json", _document, methods=["GET"])]


async def _document(request: Request) -> Response:
    plain, packed, tag = _bytes()
    headers = {
        "ETag": tag,
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
        "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
    }
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=_MEDIA_TYPE)
    return Response(plain, headers=headers, media_type=_MEDIA_TYPE)


@cache
def _bytes() -> tuple[bytes, bytes, str]:
    """(the document, the same packed, its tag); made at the first visit, because most processes never have one."""
    plain = msgspec.json.encode(document(LATEST_VERSION))
    return plain, gzip.compress(plain, mtime=0), f'"{hashlib.sha256(plain).hexdigest()[:16]}"'
