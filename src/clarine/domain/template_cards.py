"""The cards of a carousel template and the other parts that only some templates have: what may be filed.

The limits are the Cloud API's (media card carousel, product card carousel and limited-time offer templates).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

Component = Mapping[str, Any]
Problems = Callable[[Component], Iterator[str]]

CARDS_MIN: Final = 2
CARDS_MAX: Final = 10
CARD_BUTTONS_MAX: Final = 2
CARD_BODY_CHARACTERS_MAX: Final = 160
OFFER_CHARACTERS_MAX: Final = 16
CARD_HEADERS: Final = ("IMAGE", "VIDEO", "PRODUCT")
#: Buttons that say themselves what they open.
SHELF_BUTTONS: Final = ("CATALOG", "MPM", "SPM")


def offer_problems(component: Component, category: str) -> Iterator[str]:
    """What is wrong with a LIMITED_TIME_OFFER."""
    offer = component.get("limited_time_offer")
    text = offer.get("text") if isinstance(offer, dict) else None
    if category != "MARKETING":
        yield "LIMITED_TIME_OFFER: only marketing templates have one"
    if not isinstance(text, str) or not text.strip():
        yield "LIMITED_TIME_OFFER: text is missing"
    elif len(text) > OFFER_CHARACTERS_MAX:
        yield f"LIMITED_TIME_OFFER: text has {len(text)} characters, the limit is {OFFER_CHARACTERS_MAX}"
    if isinstance(offer, dict) and not isinstance(offer.get("has_expiration", False), bool):
        yield "LIMITED_TIME_OFFER: has_expiration must be true or false"


def carousel_problems(component: Component, *, body: Problems, buttons: Problems) -> Iterator[str]:
    """What is wrong with a CAROUSEL; *body* and *buttons* find what is wrong with those of a card."""
    cards = component.get("cards")
    if not isinstance(cards, list) or not all(isinstance(card, dict) for card in cards):
        yield "CAROUSEL: cards must be a list of objects"
        return
    if not CARDS_MIN <= len(cards) <= CARDS_MAX:
        yield f"CAROUSEL: {CARDS_MIN} to {CARDS_MAX} cards are allowed"
    shapes = set()
    for number, card in enumerate(cards):
        parts = card.get("components")
        if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
            yield f"CAROUSEL[{number}]: components must be a list of objects"
            continue
        yield from (f"CAROUSEL[{number}].{each}" for each in _card_problems(parts, body=body, buttons=buttons))
        shapes.add(_shape(parts))
    if len(shapes) > 1:
        yield "CAROUSEL: all cards have the same components"


def _card_problems(parts: list[dict[str, Any]], *, body: Problems, buttons: Problems) -> Iterator[str]:
    kinds = [part.get("type") for part in parts]
    for kind in dict.fromkeys(kinds):
        if kind not in ("HEADER", "BODY", "BUTTONS") or kinds.count(kind) > 1:
            yield f"{kind}: a card has one HEADER, at most one BODY and one BUTTONS"
    for needed in ("HEADER", "BUTTONS"):
        if needed not in kinds:
            yield f"{needed}: a card needs one"
    for part in parts:
        match part.get("type"):
            case "HEADER" if part.get("format") not in CARD_HEADERS:
                yield f"HEADER: format must be one of {', '.join(CARD_HEADERS)}"
            case "BODY":
                yield from body(part)
                if len(str(part.get("text", ""))) > CARD_BODY_CHARACTERS_MAX:
                    yield f"BODY: the limit is {CARD_BODY_CHARACTERS_MAX} characters"
            case "BUTTONS":
                yield from buttons(part)
                if len(part.get("buttons") or ()) > CARD_BUTTONS_MAX:
                    yield f"BUTTONS: at most {CARD_BUTTONS_MAX} buttons are allowed"


def _shape(parts: list[dict[str, Any]]) -> tuple[str, ...]:
    """What cards must have in common."""
    found = []
    for part in parts:
        kinds = [str(button.get("type")) for button in part.get("buttons") or () if isinstance(button, dict)]
        found.append(f"{part.get('type')} {part.get('format', '')} {','.join(kinds)}")
    return tuple(sorted(found))
