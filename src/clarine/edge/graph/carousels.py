"""The cards of a carousel: side by side, each a picture or film with the same kind of buttons, or each a product.

Errors are 131008 (missing) and 131009 (value) (Cloud API: interactive media carousel messages).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from clarine.domain.message import Button, Card, Media, ProductShown
from clarine.edge.graph.actions import header_of, link_button, reply_buttons
from clarine.edge.graph.checking import fits, given
from clarine.edge.graph.errors import missing, wrong
from clarine.edge.graph.products import one_product
from clarine.edge.graph.wire import ActionIn, CardIn

CARDS_MIN: Final = 2
CARDS_MAX: Final = 10
CARD_BODY_CHARACTERS_MAX: Final = 160
CARD_LINES_MAX: Final = 3
_WHERE: Final = "interactive['action']['cards']"


def cards_of(sent: Sequence[CardIn] | None) -> Iterator[Card]:
    """The cards of a carousel in the order of their ``card_index``."""
    if not sent:
        raise missing(_WHERE)
    if not CARDS_MIN <= len(sent) <= CARDS_MAX:
        raise wrong(f"{_WHERE}: {CARDS_MIN} to {CARDS_MAX} cards are allowed")
    if sorted(-1 if card.card_index is None else card.card_index for card in sent) != list(range(len(sent))):
        raise wrong(f"{_WHERE}: card_index counts the cards from 0")
    cards = [
        (_card(card, f"{_WHERE}[{card.card_index}]")) for card in sorted(sent, key=lambda card: card.card_index or 0)
    ]
    if len({(card.header.type if card.header else None, _shape(card.buttons)) for card in cards}) > 1:
        raise wrong(f"{_WHERE}: every card has the same type of header and of buttons")
    ids = [button.id for card in cards for button in card.buttons if button.kind == "reply"]
    if len(set(ids)) < len(ids):
        raise wrong(f"{_WHERE}: the ids of buttons must be unique")
    yield from cards


def _shape(buttons: tuple[Button, ...]) -> tuple[str, ...]:
    return tuple(button.kind for button in buttons)


def _card(sent: CardIn, where: str) -> Card:
    action: ActionIn = given(sent.action, f"{where}['action']")
    if action.product_retailer_id is not None:
        shelf = one_product(action, f"{where}['action']")
        return Card(product=ProductShown(shelf.catalog_id, shelf.sections[0].retailer_ids[0], "", 0, ""))
    header = header_of(given(sent.header, f"{where}['header']"), f"{where}['header']")
    if not isinstance(header, Media) or header.type == "document":
        raise wrong(f"{where}['header']['type'] must be one of image, video")
    body = sent.body.text if sent.body is not None else None
    if body and len(fits(body, f"{where}['body']['text']", CARD_BODY_CHARACTERS_MAX).splitlines()) > CARD_LINES_MAX:
        raise wrong(f"{where}['body']['text'] has at most {CARD_LINES_MAX - 1} line breaks")
    return Card(header, body or None, _buttons(action, f"{where}['action']"))


def _buttons(action: ActionIn, where: str) -> tuple[Button, ...]:
    if action.name == "cta_url":
        return (link_button(action.parameters or {}, f"{where}['parameters']"),)
    buttons = action.buttons or ()
    kind = "quick_reply" if all(button.type == "quick_reply" for button in buttons) else "reply"
    return reply_buttons(buttons, f"{where}['buttons']", kind=kind)
