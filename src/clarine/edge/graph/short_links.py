"""Short links and their QR pictures (Cloud API: message_qrdls), and what happens when somebody opens one."""

from __future__ import annotations

from typing import Any, Final, get_args
from urllib.parse import quote, urlencode

from starlette.responses import RedirectResponse, Response

from clarine.domain.errors import NotFound
from clarine.edge.graph.asking import Ask
from clarine.edge.graph.callers import Caller
from clarine.edge.graph.errors import ApiError, invalid
from clarine.edge.graph.fields import choose, parse_fields
from clarine.edge.graph.media import DOWNLOAD_PATH
from clarine.edge.graph.paging import limit_of, page, place
from clarine.edge.graph.rooms import Rooms
from clarine.flow import short_links
from clarine.flow.short_links import PictureKind
from clarine.ports.account_rows import ShortLinkRow

_FIELDS: Final = ("code", "prefilled_message", "deep_link_url")
_NODE: Final = "WhatsAppMessageQRDL"


async def create(rooms: Rooms, caller: Caller, ask: Ask, number_id: int) -> dict[str, Any]:
    """``POST /{phone}/message_qrdls``: a new link, or with ``code`` another message for one."""
    business_id, code = caller.business.business_id, ask.text("code")
    prefilled = ask.text("prefilled_message")
    if prefilled is None:
        raise invalid("The parameter prefilled_message is required.")
    kind = _kind(ask.text("generate_qr_image"))
    if code is None:
        row = await short_links.create_link(rooms.house, business_id, number_id, prefilled=prefilled)
    else:
        row = await short_links.change_link(rooms.house, business_id, number_id, code, prefilled=prefilled)
    found = _values(rooms, ask, row)
    if kind is not None:
        found["qr_image_url"] = await _picture(rooms, ask, row, kind)
    return found


async def listed(rooms: Rooms, caller: Caller, ask: Ask, number_id: int) -> dict[str, Any]:
    """``GET /{phone}/message_qrdls``, or one of them with ``?code=``."""
    business_id, limit, code = caller.business.business_id, limit_of(ask), ask.text("code")
    if code is not None:
        return await show(rooms, caller, ask, number_id, code)
    rows = await short_links.links(rooms.house, business_id, number_id, after=place(ask, "after"), limit=limit + 1)
    more, rows = len(rows) > limit, rows[:limit]
    data = [await _shown(rooms, ask, row) for row in rows]
    ends = [short_links.place_of(row) for row in rows]
    first, last = (ends[0], ends[-1]) if ends else (None, None)
    origin = ask.origin(rooms.house.settings.public_url)
    return page(ask, data, first=first, last=last, more=more, origin=origin)


async def show(rooms: Rooms, caller: Caller, ask: Ask, number_id: int, code: str) -> dict[str, Any]:
    """``GET /{phone}/message_qrdls/{code}``."""
    row = await _found(rooms, caller, number_id, code)
    return {"data": [await _shown(rooms, ask, row)]}


async def delete(rooms: Rooms, caller: Caller, ask: Ask, number_id: int, code: str | None) -> dict[str, Any]:
    """``DELETE /{phone}/message_qrdls/{code}``."""
    code = code or ask.text("code")
    if code is None:
        raise invalid("The parameter code is required.")
    try:
        await short_links.drop_link(rooms.house, caller.business.business_id, number_id, code)
    except NotFound as error:
        raise ApiError(100, error.details) from None
    return {"success": True}


async def open_link(rooms: Rooms, code: str) -> Response:
    """``GET /message/{code}``: into the people's app, to that business; the message to write stands in the address."""
    try:
        row = await short_links.opened(rooms.house, code)
    except NotFound:
        return Response("This link leads nowhere any more", status_code=404, media_type="text/plain")
    return RedirectResponse(
        f"/people#/chat/{row.business_id}/say/{row.code}/{quote(row.prefilled, safe='')}", status_code=302
    )


async def _found(rooms: Rooms, caller: Caller, number_id: int, code: str) -> ShortLinkRow:
    try:
        return await short_links.link(rooms.house, caller.business.business_id, number_id, code)
    except NotFound as error:
        raise ApiError(100, error.details) from None


def _values(rooms: Rooms, ask: Ask, row: ShortLinkRow) -> dict[str, Any]:
    origin = ask.origin(rooms.house.settings.public_url)
    return {
        "code": row.code,
        "prefilled_message": row.prefilled,
        "deep_link_url": f"{origin}/message/{row.code}",
    }


async def _shown(rooms: Rooms, ask: Ask, row: ShortLinkRow) -> dict[str, Any]:
    fields = ask.text("fields")
    values = _values(rooms, ask, row) | {"creation_time": int(row.created_at.timestamp()), "qr_image_url": None}
    for asked in parse_fields(fields) if fields else ():
        if asked.name == "qr_image_url":
            kind = _kind(asked.modifiers.get("format") or "SVG")
            values["qr_image_url"] = await _picture(rooms, ask, row, kind or "SVG")
    return choose(values, fields, usual=_FIELDS, node=_NODE)


async def _picture(rooms: Rooms, ask: Ask, row: ShortLinkRow, kind: PictureKind) -> str:
    origin = ask.origin(rooms.house.settings.public_url)
    signed = await short_links.picture(rooms.house, f"{origin}/message/{row.code}", kind)
    return f"{origin}/{'/'.join(DOWNLOAD_PATH)}/?{urlencode({'source': 'qr', 'hash': signed})}"


def _kind(text: str | None) -> PictureKind | None:
    if text is None:
        return None
    for kind in get_args(PictureKind):
        if text.upper() == kind:
            return kind  # type: ignore[no-any-return]
    raise invalid("Param generate_qr_image must be one of {PNG, SVG}")
