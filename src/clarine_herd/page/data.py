"""The farm's data as files: out as CSV and as ICAR resources, in by a file that is taken whole or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from clarine_herd.exchange import icar, table
from clarine_herd.exchange.brought import FILE_BYTES_MAX, Brought, RefusedFileError
from clarine_herd.page.ask import HEADERS, Ask, go
from clarine_herd.store.events import EVENTS_BACK

READINGS_DAYS = 90
ALERTS_BACK = timedelta(days=365)
#: A little more than the file itself: the form around it.
FORM_BYTES_MAX = FILE_BYTES_MAX + 10_000


async def shown(ask: Ask) -> Response:
    """What can be taken out and brought in."""
    counts = {name: ask.query(name) for name in ("readings", "events", "passed") if ask.query(name).isdigit()}
    return await _page(ask, counts=counts if len(counts) == 3 else {})


async def out(ask: Ask) -> Response:
    """One file: readings.csv (90 days), events.csv, alerts.csv or icar.json."""
    now, name = ask.now, ask.request.path_params["file"]
    match name:
        case "readings.csv":
            return StreamingResponse(_readings(ask), headers=_headers(name, "text/csv; charset=utf-8"))
        case "events.csv":
            return _file(name, table.events_csv(await ask.store.events(now - EVENTS_BACK)).encode())
        case "alerts.csv":
            past = await ask.store.history(now - ALERTS_BACK, now + timedelta(minutes=1))
            return _file(name, table.alerts_csv(past).encode())
        case "icar.json":
            return _file(name, await _resources(ask), kind="application/json")
        case _:
            return ask.problem(ask.says.not_found, status=404)


async def brought(ask: Ask) -> Response:
    """Take a file in: everything that it holds, or nothing and where it is wrong."""
    body = await _uploaded(ask)
    if body is None:
        return await _page(ask, why="size", status=413)
    zone = await ask.store.zone()
    try:
        taken = await asyncio.to_thread(_read, body, zone, ask.now)
    except RefusedFileError as refused:
        return await _page(ask, why=refused.why, wrong=refused.wrong, status=422)
    await ask.store.bring_in(taken.readings, taken.events, by=ask.contact.phone)
    ask.changed()
    counts = (len(taken.readings), len(taken.events), taken.passed_over)
    return go("data", readings=str(counts[0]), events=str(counts[1]), passed=str(counts[2]))


async def _page(ask: Ask, *, why: str = "", status: int = 200, **facts: object) -> Response:
    given = {"counts": {}, "wrong": []} | facts
    return ask.page("data.html", status=status, place="data", title=ask.says.nav["data"], why=why, **given)


def _read(body: bytes, zone: ZoneInfo, now: datetime) -> Brought:
    if body.lstrip()[:1] in (b"{", b"["):
        return icar.read(body, zone, now)
    try:
        return table.read(body.decode("utf-8-sig"), zone, now)
    except UnicodeDecodeError:
        raise RefusedFileError("shape") from None


async def _uploaded(ask: Ask) -> bytes | None:
    """The file of the form, None when it is too large."""
    try:
        form = await ask.request.form(max_files=1, max_fields=2)
    except HTTPException:
        return b""
    file = form.get("file")
    body = await file.read(FILE_BYTES_MAX + 1) if isinstance(file, UploadFile) else b""
    return body if len(body) <= FILE_BYTES_MAX else None


async def _readings(ask: Ask) -> AsyncIterator[str]:
    """Day by day, so that a large herd needs no more memory than a day of it."""
    yield table.readings_head()
    midnight = ask.now.replace(hour=0, minute=0, second=0, microsecond=0)
    for back in range(READINGS_DAYS, -1, -1):
        day = midnight - timedelta(days=back)
        found = await ask.store.readings_between(day, day + timedelta(days=1))
        if not found.is_empty():
            yield table.readings_lines(found)


async def _resources(ask: Ask) -> bytes:
    past = await ask.store.history(ask.now - ALERTS_BACK, ask.now + timedelta(minutes=1))
    return icar.written(
        ask.store.farm,
        await ask.store.zone(),
        ask.words.species,
        animals=await ask.store.animals(),
        events=await ask.store.events(ask.now - EVENTS_BACK),
        alerts=[one.alert for one in past],
    )


def _file(name: str, body: bytes, *, kind: str = "text/csv; charset=utf-8") -> Response:
    return Response(body, headers=_headers(name, kind))


def _headers(name: str, kind: str) -> dict[str, str]:
    return HEADERS | {"Content-Type": kind, "Content-Disposition": f'attachment; filename="herd-{name}"'}
