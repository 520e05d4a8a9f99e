"""The products that a message names become what the person sees of them (Cloud API: product messages).

Errors are 131008 (missing) and 131009 (value).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from clarine.domain.catalogue import SHELF_PRODUCTS_MAX, SHELF_SECTIONS_MAX
from clarine.domain.message import Interactive, ProductSection, ProductShown, Shelf
from clarine.edge.graph.callers import Caller
from clarine.edge.graph.checking import fits, given, line
from clarine.edge.graph.errors import missing, wrong
from clarine.edge.graph.rooms import Rooms
from clarine.edge.graph.wire import ActionIn, SectionIn
from clarine.flow.catalogue import product_shown
from clarine.flow.shop import shelf_products

SECTION_TITLE_CHARACTERS_MAX: Final = 24
_ACTION: Final = "interactive['action']"


def one_product(action: ActionIn, where: str = _ACTION) -> Shelf:
    """The shelf of a message about one product."""
    catalog_id = str(given(action.catalog_id, f"{where}['catalog_id']"))
    retailer_id = str(given(action.product_retailer_id, f"{where}['product_retailer_id']"))
    return Shelf(catalog_id, sections=(ProductSection((retailer_id,)),))


def product_list(action: ActionIn) -> Shelf:
    """The shelf of a message about several products."""
    catalog_id = str(given(action.catalog_id, f"{_ACTION}['catalog_id']"))
    return Shelf(catalog_id, sections=tuple(product_sections(action.sections, f"{_ACTION}['sections']")))


def whole_catalogue(parameters: dict[str, Any]) -> Shelf:
    """The shelf of a message about the whole catalogue; its front needs only the name of the product."""
    retailer_id = parameters.get("thumbnail_product_retailer_id")
    return Shelf("", front=_named(str(retailer_id)) if retailer_id else None)


def product_sections(sent: Sequence[SectionIn] | None, where: str) -> Iterator[ProductSection]:
    """At most 30 products in at most 10 sections; with more than one section each has a title."""
    sections = sent or ()
    items = [item for section in sections for item in section.product_items or ()]
    if not sections or not items:
        raise missing(where)
    if len(sections) > SHELF_SECTIONS_MAX or len(items) > SHELF_PRODUCTS_MAX:
        raise wrong(
            f"{where}: at most {SHELF_SECTIONS_MAX} sections and {SHELF_PRODUCTS_MAX} products in all are allowed"
        )
    for number, section in enumerate(sections):
        title = section.title or None
        if title is None and len(sections) > 1:
            raise missing(f"{where}[{number}]['title']")
        if title is not None:
            fits(title, f"{where}[{number}]['title']", SECTION_TITLE_CHARACTERS_MAX)
        found = [
            line(str(item.product_retailer_id or ""), f"{where}[{number}]['product_items']['product_retailer_id']", 100)
            for item in section.product_items or ()
        ]
        yield ProductSection(tuple(found), title)


async def filled(rooms: Rooms, caller: Caller, content: Interactive) -> Interactive:
    """*content* with its products as they are now. Raises ApiError 131009 for one that is not there."""
    shelves = [shelf for shelf in (content.shelf, *(card_shelf(card.product) for card in content.cards)) if shelf]
    if not shelves:
        return content
    catalog_id, found = await products_now(rooms, caller, shelves)
    cards = tuple(
        replace(card, product=found[card.product.retailer_id]) if card.product else card for card in content.cards
    )
    if content.shelf is None:
        return replace(content, cards=cards)
    wanted = content.shelf.front.retailer_id if content.shelf.front else first_of(content.shelf)
    front = found[wanted] if wanted else next(iter(found.values()), None)
    if front is None:
        raise wrong("The connected catalog has no products")
    return replace(content, shelf=replace(content.shelf, catalog_id=catalog_id, front=front), cards=cards)


async def products_now(rooms: Rooms, caller: Caller, shelves: Sequence[Shelf]) -> tuple[str, dict[str, ProductShown]]:
    """(catalogue, product by retailer_id) behind *shelves*; of a whole catalogue the first. Raises ApiError 131009."""
    connected, rows = await shelf_products(rooms.house, caller.business.business_id, shelves)
    if connected is None:
        raise wrong("No catalog is connected to this account")
    catalog_id = str(connected.catalogue_id)
    for shelf in shelves:
        if shelf.catalog_id not in ("", catalog_id):
            raise wrong(f"Catalog {shelf.catalog_id} is not connected to this account")
    wanted = {retailer_id for shelf in shelves for retailer_id in names_of(shelf)}
    if lost := sorted(wanted - rows.keys()):
        raise wrong(f"Products not found in catalog {catalog_id}: {', '.join(lost)}")
    return catalog_id, {retailer_id: product_shown(row) for retailer_id, row in rows.items()}


async def named(rooms: Rooms, caller: Caller, names: Collection[str]) -> dict[str, ProductShown]:
    """Those of *names* that stand in the connected catalogue; what a template lacks is said when it is filled in."""
    shelf = Shelf("", sections=(ProductSection(tuple(names)),))
    _, rows = await shelf_products(rooms.house, caller.business.business_id, [shelf])
    return {retailer_id: product_shown(row) for retailer_id, row in rows.items()}


def names_of(shelf: Shelf) -> Iterator[str]:
    """The retailer ids that *shelf* names."""
    if shelf.front is not None:
        yield shelf.front.retailer_id
    for section in shelf.sections:
        yield from section.retailer_ids


def first_of(shelf: Shelf) -> str | None:
    """The first product of its sections."""
    return next((retailer_id for section in shelf.sections for retailer_id in section.retailer_ids), None)


def card_shelf(product: ProductShown | None) -> Shelf | None:
    """The product of a card, as a shelf of its own."""
    return Shelf(product.catalog_id, sections=(ProductSection((product.retailer_id,)),)) if product else None


def _named(retailer_id: str) -> ProductShown:
    return ProductShown("", retailer_id, "", 0, "")
