"""Resumable uploads (Cloud API: ``/{app}/uploads`` and ``/upload:…``), whose handles templates and profiles name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

from clarine.domain.errors import NotFound
from clarine.edge.graph.asking import Ask
from clarine.edge.graph.callers import Caller
from clarine.edge.graph.errors import ApiError, invalid, no_object
from clarine.edge.graph.rooms import Rooms
from clarine.flow import resumable

#: What the path of a session begins with.
PREFIX: Final = "upload:"


async def begin(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``POST /{app}/uploads?file_length=&file_type=&file_name=``."""
    length = ask.text("file_length")
    if length is None or not length.isdecimal() or len(length) > 12:
        raise invalid("The parameter file_length is required.")
    row = await resumable.open_session(
        rooms.house,
        caller.business.business_id,
        size=int(length),
        mime=ask.text("file_type") or "",
        filename=ask.text("file_name"),
    )
    return {"id": f"{PREFIX}{row.upload_id}"}


async def answer(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``POST /upload:…`` with the bytes and ``file_offset``; ``GET`` says how far it has come."""
    text = ask.path[0].removeprefix(PREFIX)
    upload_id = int(text) if text.isdecimal() and len(text) <= 18 else 0
    business_id = caller.business.business_id
    try:
        if ask.method == "GET":
            row = await resumable.session(rooms.house, business_id, upload_id)
            return {"id": ask.path[0], "file_offset": row.received}
        if ask.method != "POST":
            raise ApiError(100, message=f"Unsupported {ask.method.lower()} request.")
        row, medium = await resumable.append_part(
            rooms.house, business_id, upload_id, _chunks(ask), offset=_offset(ask)
        )
    except NotFound:
        raise no_object(ask.method, ask.path[0]) from None
    if medium is None:
        return {"id": ask.path[0], "file_offset": row.received}
    return {"h": resumable.handle_of(medium)}


def _offset(ask: Ask) -> int:
    text = ask.headers.get("file_offset") or ask.query.get("file_offset") or "0"
    if not text.isdecimal() or len(text) > 12:
        raise invalid("The header file_offset must be a number")
    return int(text)


async def _chunks(ask: Ask) -> AsyncIterator[bytes]:
    """The body as it arrives: it is never held in memory whole. Raises ApiError 100 when the client breaks off."""
    assert ask.receive is not None
    more = True
    while more:
        message = await ask.receive()
        if message["type"] == "http.disconnect":
            raise invalid("the upload broke off")
        if message.get("body"):
            yield message["body"]
        more = message.get("more_body", False)
