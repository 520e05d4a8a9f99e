"""What a business can put into a message: typed pieces, and the JSON the API wants for them (Cloud API: messages)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

BUTTONS_MAX = 3
BUTTON_TITLE_MAX = 20
ROWS_MAX = 10
ROW_TITLE_MAX = 24
ROW_DESCRIPTION_MAX = 72
BODY_MAX = 1024


@dataclass(frozen=True, slots=True)
class Button:
    """A reply button: ``id`` (≤ 256) comes back in the webhook, ``title`` (≤ 20) is what the person reads."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: ``id`` ≤ 200, ``title`` ≤ 24, ``description`` ≤ 72."""

    id: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A titled (≤ 24) group of rows; a list has at most ten rows in all."""

    title: str
    rows: tuple[Row, ...]


def buttons(body: str, items: Sequence[Button], *, header: str = "", footer: str = "") -> Json:
    """An interactive object with one to three reply buttons. Raises ValueError beyond the API's limits."""
    _within(bool(items) and len(items) <= BUTTONS_MAX, "one to three buttons")
    _within(all(len(item.title) <= BUTTON_TITLE_MAX for item in items), "button titles of at most 20 characters")
    action = {"buttons": [{"type": "reply", "reply": {"id": item.id, "title": item.title}} for item in items]}
    return _interactive("button", action, body, header=header, footer=footer)


def list_of(body: str, sections: Sequence[Section], *, button: str, header: str = "", footer: str = "") -> Json:
    """An interactive list behind one *button* (≤ 20). Raises ValueError beyond the API's limits."""
    rows = [row for section in sections for row in section.rows]
    _within(0 < len(rows) <= ROWS_MAX, "one to ten rows")
    _within(len(button) <= BUTTON_TITLE_MAX, "a list button of at most 20 characters")
    _within(all(len(row.title) <= ROW_TITLE_MAX for row in rows), "row titles of at most 24 characters")
    _within(all(len(row.description) <= ROW_DESCRIPTION_MAX for row in rows), "descriptions of at most 72 characters")
    action = {"button": button, "sections": [_section(section) for section in sections]}
    return _interactive("list", action, body, header=header, footer=footer)


def cta_url(body: str, *, display_text: str, url: str, header: str = "", footer: str = "") -> Json:
    """An interactive object with one button (≤ 20) that opens *url*."""
    action = {"name": "cta_url", "parameters": {"display_text": display_text, "url": url}}
    return _interactive("cta_url", action, body, header=header, footer=footer)


def template(name: str, language: str, *, body: Sequence[str] = (), button_payloads: Sequence[str] = ()) -> Json:
    """A template object: positional body texts, and one payload for each quick-reply button in order."""
    components: list[Json] = []
    if body:
        components.append({"type": "body", "parameters": [{"type": "text", "text": text} for text in body]})
    components += [
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": str(index),
            "parameters": [{"type": "payload", "payload": payload}],
        }
        for index, payload in enumerate(button_payloads)
    ]
    return {"name": name, "language": {"code": language}, "components": components}


def _section(section: Section) -> Json:
    rows = [
        {"id": row.id, "title": row.title} | ({"description": row.description} if row.description else {})
        for row in section.rows
    ]
    return {"title": section.title, "rows": rows}


def _interactive(kind: str, action: Json, body: str, *, header: str, footer: str) -> Json:
    _within(0 < len(body) <= BODY_MAX, "a body of 1 to 1024 characters")
    found: Json = {"type": kind, "body": {"text": body}, "action": action}
    if header:
        found["header"] = {"type": "text", "text": header}
    if footer:
        found["footer"] = {"text": footer}
    return found


def _within(holds: bool, promise: str) -> None:
    if not holds:
        raise ValueError(f"The Cloud API takes {promise}.")
