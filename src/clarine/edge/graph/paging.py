"""Pages: opaque cursors, and absolute links to the next and previous page on the origin that the client used."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from clarine.edge.graph.asking import Ask
from clarine.edge.graph.errors import invalid

LIMIT: Final = 25
LIMIT_MAX: Final = 1000


def limit_of(ask: Ask, *, usual: int = LIMIT) -> int:
    """How many items a page shall have; raises ApiError 100 when it is no number."""
    text = ask.text("limit")
    if text is None:
        return usual
    if not text.isdecimal() or len(text) > 9:
        raise invalid("Param limit must be a number")
    return max(1, min(int(text), LIMIT_MAX))


def cursor(item: int) -> str:
    """The place after *item*."""
    return base64.urlsafe_b64encode(str(item).encode()).decode().rstrip("=")


def place(ask: Ask, name: str) -> int | None:
    """The item that the cursor *name* (after, before) stands for; raises ApiError 100 for one that is not ours."""
    text = ask.text(name)
    if text is None:
        return None
    try:
        found = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, ValueError):
        found = ""
    if not found.isdecimal() or len(found) > 18:
        raise invalid(f"Invalid cursors values for {name} cursor")
    return int(found)


def page(
    ask: Ask, data: list[dict[str, Any]], *, first: int | None, last: int | None, more: bool, origin: str
) -> dict[str, Any]:
    """``data`` with ``paging``; *first* and *last* are the items at its ends, *more* whether a page follows."""
    if first is None or last is None:
        return {"data": data}
    paging: dict[str, Any] = {"cursors": {"before": cursor(first), "after": cursor(last)}}
    if more:
        paging["next"] = _link(ask, origin, {"after": cursor(last)})
    if ask.text("after") is not None:
        paging["previous"] = _link(ask, origin, {"before": cursor(first)})
    return {"data": data, "paging": paging}


def _link(ask: Ask, origin: str, place: Mapping[str, str]) -> str:
    kept = {name: value for name, value in ask.query.items() if name not in ("after", "before")}
    return f"{origin}{ask.scope['path']}?{urlencode({**kept, **place})}"
