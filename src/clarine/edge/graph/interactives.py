"""Interactive messages: what each kind needs, and what it may hold (Cloud API: messages#interactive-object).

Errors are 131008 (missing), 131009 (value), 131051 (type), with details that name the parameter as the original does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from clarine.domain.message import Interactive, MediaKind, Text
from clarine.edge.graph.actions import (
    BUTTON_TITLE_CHARACTERS_MAX,
    header_of,
    link_button,
    list_sections,
    reply_buttons,
)
from clarine.edge.graph.addresses import address_request
from clarine.edge.graph.carousels import cards_of
from clarine.edge.graph.checking import fits, given, line
from clarine.edge.graph.errors import ApiError, missing, wrong
from clarine.edge.graph.wire import ActionIn, InteractiveIn, MediaIn

BODY_CHARACTERS_MAX: Final = 1024
FOOTER_CHARACTERS_MAX: Final = 60
_WHERE: Final = "interactive"
_ACTION: Final = f"{_WHERE}['action']"
#: From a kind that only asks to the name of its action.
_REQUESTS: Final = {"location_request_message": "send_location", "request_contact_info": "request_contact_info"}
#: Kinds that are a body and an action.
_BODY_ONLY: Final = (*_REQUESTS, "carousel")


def interactive_links(sent: InteractiveIn) -> Iterator[tuple[MediaKind, MediaIn | None]]:
    """The media of the header and of each card."""
    for header in (sent.header, *(card.header for card in (sent.action.cards if sent.action else None) or ())):
        if header is not None:
            yield from (("image", header.image), ("video", header.video), ("document", header.document))


def interactive_of(sent: InteractiveIn) -> Interactive:
    """The message that *sent* describes; what a form or a product is, is filled in later."""
    action = given(sent.action, _ACTION)
    body = line(sent.body.text if sent.body is not None else None, f"{_WHERE}['body']['text']", BODY_CHARACTERS_MAX)
    footer = sent.footer.text if sent.footer is not None else None
    footer = fits(footer, f"{_WHERE}['footer']['text']", FOOTER_CHARACTERS_MAX) if footer else None
    header = header_of(sent.header, f"{_WHERE}['header']") if sent.header is not None else None
    if sent.type in _BODY_ONLY and (header is not None or footer is not None):
        raise wrong(f"{_WHERE}['type'] '{sent.type}' has neither header nor footer")
    match sent.type:
        case "button":
            buttons = reply_buttons(action.buttons, f"{_ACTION}['buttons']")
            return Interactive("button", body, header, footer, buttons=buttons)
        case "list":
            if header is not None and not isinstance(header, Text):
                raise wrong(f"{_WHERE}['header']['type'] of a list must be text")
            label = line(action.button, f"{_ACTION}['button']", BUTTON_TITLE_CHARACTERS_MAX)
            sections = tuple(list_sections(action.sections))
            return Interactive("list", body, header, footer, list_label=label, sections=sections)
        case "cta_url":
            button = link_button(action.parameters or {}, f"{_ACTION}['parameters']")
            return Interactive("cta_url", body, header, footer, buttons=(button,))
        case "flow":
            return Interactive("flow", body, header, footer)
        case "location_request_message" | "request_contact_info" as kind:
            _named(action, _REQUESTS[kind])
            return Interactive(kind, body)
        case "address_message" as kind:
            _named(action, kind)
            return Interactive(kind, body, header, footer, address=address_request(action.parameters or {}))
        case "carousel" as kind:
            return Interactive(kind, body, cards=tuple(cards_of(action.cards)))
        case None:
            raise missing(f"{_WHERE}['type']")
        case other:
            raise ApiError(131051, f"Interactive type '{other}' is not supported")


def _named(action: ActionIn, name: str) -> None:
    if line(action.name, f"{_ACTION}['name']", 64) != name:
        raise wrong(f"{_ACTION}['name'] must be {name}")
