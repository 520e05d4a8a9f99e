"""What the action of an interactive message is made of: a header, reply buttons, the rows of a list, a link.

Errors are 131008 (missing) and 131009 (value), with details that name the parameter as the original does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from clarine.domain.message import Button, ListRow, ListSection, Media, Text
from clarine.edge.graph.checking import fits, given, line, medium_of
from clarine.edge.graph.errors import missing, wrong
from clarine.edge.graph.wire import ButtonIn, HeaderIn, RowIn, SectionIn

HEADER_CHARACTERS_MAX: Final = 60
BUTTONS_MAX: Final = 3
BUTTON_TITLE_CHARACTERS_MAX: Final = 20
BUTTON_ID_CHARACTERS_MAX: Final = 256
SECTIONS_MAX: Final = 10
ROWS_MAX: Final = 10
ROW_ID_CHARACTERS_MAX: Final = 200
ROW_TITLE_CHARACTERS_MAX: Final = 24
ROW_DESCRIPTION_CHARACTERS_MAX: Final = 72
URL_CHARACTERS_MAX: Final = 2000


def header_of(header: HeaderIn, where: str) -> Text | Media:
    """A header of words, or a picture, film or paper."""
    match header.type:
        case "text":
            return Text(line(header.text, f"{where}['text']", HEADER_CHARACTERS_MAX))
        case "image" | "video" | "document":
            return medium_of(header.type, getattr(header, header.type))
        case None:
            raise missing(f"{where}['type']")
        case other:
            raise wrong(f"{where}['type'] '{other}' must be one of text, image, video, document")


def reply_buttons(sent: Sequence[ButtonIn] | None, where: str, *, kind: str = "reply") -> tuple[Button, ...]:
    """Buttons whose id comes back; *kind* is what their type and their object are called."""
    buttons = sent or ()
    if not 1 <= len(buttons) <= BUTTONS_MAX:
        raise wrong(f"{where}: 1 to {BUTTONS_MAX} buttons are allowed") if buttons else missing(where)
    found = []
    for number, button in enumerate(buttons):
        if button.type not in (kind, None):
            raise wrong(f"{where}[{number}]['type'] must be {kind}")
        reply = given(getattr(button, kind), f"{where}[{number}]['{kind}']")
        found.append(
            Button(
                line(reply.id, f"{where}[{number}]['{kind}']['id']", BUTTON_ID_CHARACTERS_MAX),
                line(reply.title, f"{where}[{number}]['{kind}']['title']", BUTTON_TITLE_CHARACTERS_MAX),
            )
        )
    if len({each.id for each in found}) < len(found) or len({each.title for each in found}) < len(found):
        raise wrong(f"{where}: ids and titles must be unique")
    return tuple(found)


def list_sections(sent: Sequence[SectionIn] | None) -> Iterator[ListSection]:
    """The sections of a list."""
    where = "interactive['action']['sections']"
    sections = sent or ()
    rows = [row for section in sections for row in section.rows or ()]
    if not sections or not rows:
        raise missing(where)
    if len(sections) > SECTIONS_MAX or len(rows) > ROWS_MAX:
        raise wrong(f"{where}: at most {SECTIONS_MAX} sections and {ROWS_MAX} rows in all are allowed")
    if len({row.id for row in rows}) < len(rows):
        raise wrong(f"{where}: row ids must be unique")
    for number, section in enumerate(sections):
        title = section.title or None
        if title is None and len(sections) > 1:
            raise missing(f"{where}[{number}]['title']")
        title = fits(title, f"{where}[{number}]['title']", ROW_TITLE_CHARACTERS_MAX) if title else None
        found = tuple(_row(row, f"{where}[{number}]['rows'][{index}]") for index, row in enumerate(section.rows or ()))
        yield ListSection(found, title)


def _row(row: RowIn, where: str) -> ListRow:
    return ListRow(
        line(row.id, f"{where}['id']", ROW_ID_CHARACTERS_MAX),
        line(row.title, f"{where}['title']", ROW_TITLE_CHARACTERS_MAX),
        fits(row.description, f"{where}['description']", ROW_DESCRIPTION_CHARACTERS_MAX) if row.description else None,
    )


def link_button(parameters: dict[str, Any], where: str) -> Button:
    """A button that opens an address."""
    title, url = parameters.get("display_text"), parameters.get("url")
    title = line(title if isinstance(title, str) else None, f"{where}['display_text']", BUTTON_TITLE_CHARACTERS_MAX)
    url = line(url if isinstance(url, str) else None, f"{where}['url']", URL_CHARACTERS_MAX)
    try:
        parsed = urlsplit(url)
        leads = parsed.scheme in ("http", "https") and bool(parsed.hostname)
    except ValueError:
        leads = False
    if not leads:
        raise wrong(f"{where}['url'] must begin with https:// or http://")
    return Button("0", title, "url", url=url)
