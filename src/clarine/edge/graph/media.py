"""Media up and down: multipart to blobs, a link that expires, and the bytes behind it (Cloud API: media)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from starlette.responses import FileResponse, Response

from clarine.domain.errors import Invalid, NotFound
from clarine.domain.links import Link, opened, sign
from clarine.edge.graph.asking import Ask, chunks_of
from clarine.edge.graph.callers import Caller
from clarine.edge.graph.errors import ApiError, invalid, no_object, of_domain
from clarine.edge.graph.rooms import Rooms
from clarine.edge.graph.webhooks import MediaUrl
from clarine.flow import uploads
from clarine.flow.house import House

#: Where links lead to, on the API's own origin; the original's links have this path too.
DOWNLOAD_PATH: Final = ("whatsapp_business", "attachments")
_UNSAFE: Final = re.compile(r'[\x00-\x1f"\\/]')


async def upload(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``POST /{phone}/media``: keep a file for 30 days."""
    if str(ask.params.get("messaging_product", "")).lower() != "whatsapp":
        raise invalid("The parameter messaging_product is required.")
    file = ask.files.get("file")
    if file is None:
        raise invalid("The parameter file is required.")
    try:
        row = await uploads.upload_media(
            rooms.house, caller.business.business_id, chunks_of(file), filename=file.filename
        )
    except Invalid as error:
        raise ApiError(100, error.details, message=f"(#100) Param file is not allowed: {error.details}") from None
    finally:
        await file.close()
    return {"id": str(row.media_id)}


async def show(rooms: Rooms, caller: Caller, ask: Ask, media_id: int) -> dict[str, Any]:
    """``GET /{media}``: what it is, and a link that works for a few minutes."""
    _check_number(caller, ask, media_id)
    row = await _found(rooms, caller, ask, media_id)
    signed, expires_s = uploads.media_link(rooms.house, row)
    query = urlencode({"mid": row.media_id, "source": "getMedia", "ext": expires_s, "hash": signed})
    origin = ask.origin(rooms.house.settings.public_url)
    return {
        "messaging_product": "whatsapp",
        "url": f"{origin}/{'/'.join(DOWNLOAD_PATH)}/?{query}",
        "mime_type": row.mime,
        "sha256": row.sha256,
        "file_size": row.size,
        "id": str(row.media_id),
    }


def webhook_media_url(house: House) -> MediaUrl | None:
    """The links that webhooks of media carry; None when nobody said where users see this house (settings: public_url).

    They depend on the message alone, so that a webhook which is sent again has the same bytes.
    """
    settings = house.settings
    reachable = settings.port and settings.host not in ("0.0.0.0", "::")  # noqa: S104 - not bound here, only compared
    origin = settings.public_url.rstrip("/") or (f"http://{settings.host}:{settings.port}" if reachable else "")
    if not origin:
        return None

    def url(content: Mapping[str, Any], at: datetime) -> str:
        expires_s = int(at.timestamp()) + settings.media_link_ttl_s
        link = Link(content["sha256"], content["mime"], content["size"], expires_s, content.get("filename"))
        query = {"mid": content["media_id"], "source": "webhook", "ext": expires_s, "hash": sign(link, house.link_key)}
        return f"{origin}/{'/'.join(DOWNLOAD_PATH)}/?{urlencode(query)}"

    return url


async def delete(rooms: Rooms, caller: Caller, ask: Ask, media_id: int) -> dict[str, Any]:
    """``DELETE /{media}``: forget it; messages that carry it keep it."""
    _check_number(caller, ask, media_id)
    try:
        await uploads.delete_medium(rooms.house, caller.business.business_id, media_id)
    except NotFound:
        raise no_object(ask.method, str(media_id)) from None
    return {"success": True}


async def download(rooms: Rooms, ask: Ask) -> Response:
    """The bytes behind a link, whole or a range of them; 404 when the link is wrong or its time is over.

    The link is the permission; with strict_meta a token is needed too, as in the original.
    """
    if rooms.house.settings.strict_meta:
        await rooms.callers.of(ask.token())
    link = opened(ask.query.get("hash", ""), rooms.house.link_key, now_s=int(rooms.house.clock.now().timestamp()))
    if link is None:
        return Response("Bad URL hash", status_code=404, media_type="text/plain")
    try:
        path = rooms.house.blobs.path(link.sha256)
    except NotFound:
        return Response("Not found", status_code=404, media_type="text/plain")
    name = quote(_UNSAFE.sub("_", link.filename or link.sha256[:16]))
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
        "Cache-Control": "private, max-age=300",
    }
    return FileResponse(path, media_type=link.mime, headers=headers)


async def _found(rooms: Rooms, caller: Caller, ask: Ask, media_id: int) -> Any:
    try:
        return await uploads.medium(rooms.house, caller.business.business_id, media_id)
    except NotFound:
        raise no_object(ask.method, str(media_id)) from None
    except Invalid as error:
        raise of_domain(error) from None


def _check_number(caller: Caller, ask: Ask, media_id: int) -> None:
    """A named phone number must be the caller's own (Cloud API: media, phone_number_id)."""
    number = ask.query.get("phone_number_id")
    if number and not (number.isdecimal() and int(number) in caller.numbers):
        raise no_object(ask.method, str(media_id))
