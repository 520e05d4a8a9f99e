"""Interactive messages: what each kind needs, and what it may hold (Cloud API: messages#interactive-object).

Errors are 131008 (missing), 131009 (value), 131051 (type), with details that name the parameter as the original does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, get_args

from clarine.domain.message import Interactive, InteractiveKind, MediaKind, Text
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
from clarine.edge.graph.products import one_product, product_list, whole_catalogue
from clarine.edge.graph.wire import ActionIn, InteractiveIn, MediaIn

BODY_CHARACTERS_MAX: Final = 1024
FOOTER_CHARACTERS_MAX: Final = 60
_WHERE: Final = "interactive"
_ACTION: Final = f"{_WHERE}['action']"
#: From a kind that only asks to the name of its action.
_REQUESTS: Final = {"location_request_message": "send_location", "request_contact_info": "request_contact_info"}
#: Kinds that are a body and an action.
_BODY_ONLY: Final = (*_REQUESTS, "carousel")
#: Kinds whose picture is that of a product.
_NO_HEADER: Final = ("product", "catalog_message")
_TEXT_HEADER: Final = ("list", "product_list")


def interactive_links(sent: InteractiveIn) -> Iterator[tuple[MediaKind, MediaIn | None]]:
    """The media of the header and of each card."""
    for header in (sent.header, *(card.header for card in (sent.action.cards if sent.action else None) or ())):
        if header is not None:
            yield from (("image", header.image), ("video", header.video), ("document", header.document))


def interactive_of(sent: InteractiveIn) -> Interactive:
    """The message that *sent* describes; what a form or a product is, is filled in later."""
    action = given(sent.action, _ACTION)
    if sent.type is None:
        raise missing(f"{_WHERE}['type']")
    frame = _frame(sent)
    match sent.type:
        case "button":
            return replace(frame, buttons=reply_buttons(action.buttons, f"{_ACTION}['buttons']"))
        case "list":
            label = line(action.button, f"{_ACTION}['button']", BUTTON_TITLE_CHARACTERS_MAX)
            return replace(frame, list_label=label, sections=tuple(list_sections(action.sections)))
        case "cta_url":
            return replace(frame, buttons=(link_button(action.parameters or {}, f"{_ACTION}['parameters']"),))
        case "flow":
            return frame
        case "location_request_message" | "request_contact_info" | "address_message" | "carousel":
            return _request(frame, action)
        case _:
            return _products(frame, action)


def _frame(sent: InteractiveIn) -> Interactive:
    """Kind, header, body and footer. Raises ApiError 131051 for a kind that is not offered."""
    kind = next((each for each in get_args(InteractiveKind) if each == sent.type), None)
    if kind is None:
        raise ApiError(131051, f"Interactive type '{sent.type}' is not supported")
    header = header_of(sent.header, f"{_WHERE}['header']") if sent.header is not None else None
    footer = sent.footer.text if sent.footer is not None else None
    if header is not None and kind in (*_BODY_ONLY, *_NO_HEADER):
        raise wrong(f"{_WHERE}['type'] '{kind}' has no header")
    if header is not None and kind in _TEXT_HEADER and not isinstance(header, Text):
        raise wrong(f"{_WHERE}['header']['type'] of a {kind} must be text")
    if footer and kind in _BODY_ONLY:
        raise wrong(f"{_WHERE}['type'] '{kind}' has no footer")
    footer = fits(footer, f"{_WHERE}['footer']['text']", FOOTER_CHARACTERS_MAX) if footer else None
    return Interactive(kind, _body(sent), header, footer)


def _request(frame: Interactive, action: ActionIn) -> Interactive:
    """What asks for something that is no choice among words."""
    if frame.kind == "carousel":
        return replace(frame, cards=tuple(cards_of(action.cards)))
    _named(action, _REQUESTS.get(frame.kind, frame.kind))
    if frame.kind == "address_message":
        return replace(frame, address=address_request(action.parameters or {}))
    return frame


def _products(frame: Interactive, action: ActionIn) -> Interactive:
    """What shows products of the catalogue."""
    match frame.kind:
        case "product":
            return replace(frame, shelf=one_product(action))
        case "product_list":
            if frame.header is None:
                raise missing(f"{_WHERE}['header']['text']")
            return replace(frame, shelf=product_list(action))
        case _:
            _named(action, frame.kind)
            return replace(frame, shelf=whole_catalogue(action.parameters or {}))


def _body(sent: InteractiveIn) -> str:
    """The words; only a product may stand there without any."""
    text, where = sent.body.text if sent.body is not None else None, f"{_WHERE}['body']['text']"
    if sent.type == "product" and not text:
        return ""
    return line(text, where, BODY_CHARACTERS_MAX)


def _named(action: ActionIn, name: str) -> None:
    if line(action.name, f"{_ACTION}['name']", 64) != name:
        raise wrong(f"{_ACTION}['name'] must be {name}")
