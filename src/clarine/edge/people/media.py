"""Media of people: uploads, links that expire, and the bytes behind a link, whole or in ranges."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast, get_args
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from clarine.domain.errors import Invalid, NotFound
from clarine.domain.links import Link, opened
from clarine.domain.message import MediaKind
from clarine.edge.people.door import Door, answering, body_of
from clarine.edge.people.shown import at_text
from clarine.edge.people.upload import Form
from clarine.edge.people.wire import LinksWanted
from clarine.flow.links import SignedLink, Wanted, keep_bytes, links, name_upload

_CHUNK_BYTES = 256 * 1024
#: Shown inside a page by browsers; everything else is downloaded.
_SHOWN_INLINE = ("image/", "video/", "audio/")
_SAFETY = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


def media_routes(door: Door) -> list[BaseRoute]:
    """The calls under ``/media``."""
    house = door.house

    async def keep(request: Request) -> Any:
        caller = await door.caller(request)
        door.uploads.take(caller.person_id)
        form = Form(request)
        blob = await keep_bytes(house, form.file())
        row = await name_upload(house, caller.person_id, blob, filename=form.filename, kind=kind_in(form))
        shown: dict[str, Any] = {"media_id": str(row.media_id), "mime": row.mime, "size": row.size}
        if row.width is not None and row.height is not None:
            shown |= {"width": row.width, "height": row.height}
        return shown

    async def link(request: Request) -> Any:
        caller = await door.caller(request)
        asked: LinksWanted = await body_of(request, LinksWanted)
        wanted = [Wanted(int(item.media_id), item.seq) for item in asked.media]
        found = await links(house, caller.person_id, wanted)
        return {"links": [link_shown(request, each, house.settings.public_url) for each in found]}

    async def fetch(request: Request) -> Response:
        now_s = int(house.clock.now().timestamp())
        found = opened(str(request.path_params["link"]), house.link_key, now_s=now_s)
        if found is None:
            raise NotFound("this link does not work, or no longer")
        if found.thumbnail:
            path, mime = await house.blobs.thumbnail(found.sha256), "image/webp"
        else:
            path, mime = house.blobs.path(found.sha256), found.mime
        return await file_response(request, path, mime=mime, link=found, now_s=now_s)

    return [
        Route("/media", answering(keep), methods=["POST"]),
        Route("/media/links", answering(link), methods=["POST"]),
        Route("/media/files/{link}", answering(fetch), methods=["GET", "HEAD"]),
    ]


def kind_in(form: Form) -> MediaKind:
    """What the sender calls the file. Raises Invalid."""
    kind = form.fields.get("type", "")
    if kind not in get_args(MediaKind):
        raise Invalid(f"type is one of {', '.join(get_args(MediaKind))}", field="type")
    return cast("MediaKind", kind)


async def file_response(request: Request, path: Path, *, mime: str, link: Link, now_s: int) -> Response:
    """The file at *path*, or the one range of it that was asked for (RFC 9110:14); 416 for a range outside it."""
    size = (await asyncio.to_thread(path.stat)).st_size
    etag = f'"{link.sha256[:32]}{"t" if link.thumbnail else ""}"'
    headers = {
        **_SAFETY,
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Cache-Control": f"private, max-age={max(0, link.expires_s - now_s)}, immutable",
        "Content-Disposition": _disposition(link.filename, mime),
    }
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    asked = request.headers.get("range")
    if asked is not None and request.headers.get("if-range", etag) != etag:
        asked = None
    span = _span(asked, size) if asked is not None else None
    if span is None:
        first, last, status = 0, size - 1, 200
    elif span == _OUTSIDE:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    else:
        (first, last), status = span, 206
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    headers["Content-Length"] = str(last - first + 1)
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=mime)
    return StreamingResponse(_bytes(path, first, last), status, headers, mime)


_OUTSIDE = (-1, -1)


def _span(asked: str, size: int) -> tuple[int, int] | None:
    """(first, last) of a single range; None to answer with the whole (RFC 9110:14.2 allows it); _OUTSIDE for 416."""
    unit, _, spec = asked.partition("=")
    first_text, dash, last_text = (each.strip() for each in spec.partition("-"))
    numbers = [each for each in (first_text, last_text) if each]
    if unit.strip() != "bytes" or not dash or not numbers or "," in spec:
        return None
    if not all(each.isascii() and each.isdecimal() and len(each) <= 18 for each in numbers):
        return None
    if not first_text:
        length = int(last_text)
        return (max(0, size - length), size - 1) if length and size else _OUTSIDE
    first = int(first_text)
    last = min(int(last_text), size - 1) if last_text else size - 1
    if last_text and int(last_text) < first:
        return None
    return (first, last) if first < size else _OUTSIDE


async def _bytes(path: Path, first: int, last: int) -> AsyncIterator[bytes]:
    left = last - first + 1
    file = await asyncio.to_thread(path.open, "rb")
    with file:
        file.seek(first)
        while left > 0:
            chunk = await asyncio.to_thread(file.read, min(_CHUNK_BYTES, left))
            if not chunk:
                return
            left -= len(chunk)
            yield chunk


def _disposition(filename: str | None, mime: str) -> str:
    kind = "inline" if mime.startswith(_SHOWN_INLINE) else "attachment"
    return f"{kind}; filename*=UTF-8''{quote(filename, safe='')}" if filename else kind


def link_shown(request: Request, link: SignedLink, public_url: str) -> dict[str, Any]:
    """A link of the API."""
    base = public_url.rstrip("/") or str(request.base_url).rstrip("/")
    root = f"{base}/people/v1/media/files"
    shown = {
        "media_id": str(link.media_id),
        "url": f"{root}/{link.path}",
        "expires_at": at_text(link.expires_at),
    }
    if link.thumbnail is not None:
        shown["thumbnail_url"] = f"{root}/{link.thumbnail}"
    return shown
