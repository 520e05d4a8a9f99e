"""A person looks at what a business offers, asks about it, and sends an order; prices are those of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from clarine.domain.catalogue import is_for_sale
from clarine.domain.errors import Conflict, Invalid, NotFound
from clarine.domain.message import Order, OrderedItem, ProductSection, ProductShown, Question, Shelf, Status
from clarine.flow.catalogue import product_shown
from clarine.flow.house import House
from clarine.ports.catalogue_rows import CatalogueRow, ProductRow
from clarine.ports.records import MessageState
from clarine.ports.store import Transaction

#: The setting of a number that holds the shop's switches (Cloud API: whatsapp_commerce_settings).
COMMERCE_SETTING: Final = "commerce"
PAGE_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class Offered:
    """Products in the order in which they are shown, by section; *more* follow after the last one."""

    catalogue_id: int
    sections: list[tuple[str | None, list[ProductRow]]]
    cart: bool
    more: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many of a product; *price_micros* is what the person saw, None: nobody says."""

    retailer_id: str
    quantity: int
    price_micros: int | None = None


class Switches(msgspec.Struct):
    """Whether orders are taken, and whether everyone may look through the catalogue, on one number."""

    is_cart_enabled: bool = True
    is_catalog_visible: bool = False


class _Shelved(msgspec.Struct):
    shelf: Shelf | None = None


class _Carded(msgspec.Struct):
    product: ProductShown | None = None


class _Stored(msgspec.Struct):
    shelf: Shelf | None = None
    buttons: list[_Shelved] = []
    cards: list[_Carded] = []

    def found(self) -> Shelf | None:
        """The products behind the message, by itself, by a button of a template, or on its cards."""
        shelf = self.shelf or next((each.shelf for each in self.buttons if each.shelf is not None), None)
        names = tuple(card.product.retailer_id for card in self.cards if card.product is not None)
        return Shelf("", sections=(ProductSection(names),)) if shelf is None and names else shelf


async def shelf_products(
    house: House, business_id: int, shelves: Sequence[Shelf]
) -> tuple[CatalogueRow | None, dict[str, ProductRow]]:
    """(the connected catalogue, those products of it that *shelves* name and people may see).

    Of a whole catalogue the first product is among them.
    """
    async with house.store.transaction() as tx:
        catalogue = await _connected(tx, business_id)
        if catalogue is None:
            return None, {}
        catalogue_id = catalogue.catalogue_id
        names = {name for shelf in shelves for section in shelf.sections for name in section.retailer_ids}
        names |= {shelf.front.retailer_id for shelf in shelves if shelf.front is not None}
        found = await tx.products(business_id, catalogue_id, names)
        if any(not shelf.sections and shelf.front is None for shelf in shelves):
            first = await tx.products_of(business_id, catalogue_id, after_id=None, limit=1, shown_only=True)
            found = {row.retailer_id: row for row in first} | found
    return catalogue, {name: row for name, row in found.items() if not row.hidden}


async def shelf_of(house: House, person_id: int, business_id: int, *, seq: int, after_id: int | None) -> Offered:
    """What message *seq* of this chat offers, as it is now: its sections, or a page of the catalogue. Raises NotFound."""
    async with house.store.transaction() as tx:
        state = (await tx.messages([(person_id, seq)])).get((person_id, seq))
        shelf = _shelf(state, business_id)
        if state is None or shelf is None:
            raise NotFound("this message offers no products")
        return await _offered(tx, business_id, state.message.phone_number_id, shelf, after_id)


async def shop_of(house: House, business_id: int, *, after_id: int | None) -> Offered:
    """A page of the catalogue that the business shows to everyone. Raises NotFound when it shows none."""
    async with house.store.transaction() as tx:
        numbers = (await tx.phone_numbers([business_id])).get(business_id, [])
        if not numbers or not (await _switches(tx, business_id, numbers[0].phone_number_id)).is_catalog_visible:
            raise NotFound("this business shows no catalogue")
        return await _offered(tx, business_id, numbers[0].phone_number_id, Shelf(""), after_id)


async def shows_shop(house: House, business_id: int) -> bool:
    """Whether the business shows a catalogue to everyone."""
    async with house.store.transaction() as tx:
        numbers = (await tx.phone_numbers([business_id])).get(business_id, [])
        if not numbers or not (await _switches(tx, business_id, numbers[0].phone_number_id)).is_catalog_visible:
            return False
        return await _connected(tx, business_id) is not None


async def switches(house: House, business_id: int) -> Switches:
    """The switches of the business's first number."""
    async with house.store.transaction() as tx:
        numbers = (await tx.phone_numbers([business_id])).get(business_id, [])
        return await _switches(tx, business_id, numbers[0].phone_number_id) if numbers else Switches()


async def set_switches(house: House, business_id: int, wanted: Switches) -> None:
    """The same switches for every number of the business."""
    setting = {COMMERCE_SETTING: msgspec.json.encode(wanted).decode()}
    async with house.store.transaction() as tx:
        for number in (await tx.phone_numbers([business_id])).get(business_id, []):
            await tx.put_settings(business_id, number.phone_number_id, setting, house.clock.now())


async def ordered(house: House, business_id: int, *, wanted: Sequence[Wanted], text: str) -> Order:
    """The order as the business gets it, at the prices of now.

    Raises Invalid; Conflict ``not_for_sale`` and ``price_changed``, which name the product.
    """
    async with house.store.transaction() as tx:
        catalogue, rows = await _named(tx, business_id, [item.retailer_id for item in wanted])
        numbers = (await tx.phone_numbers([business_id])).get(business_id, [])
        if not numbers or not (await _switches(tx, business_id, numbers[0].phone_number_id)).is_cart_enabled:
            raise Conflict("this business takes no orders here", code="not_for_sale")
    items = []
    for item in wanted:
        row = rows.get(item.retailer_id)
        if catalogue is None or row is None or not is_for_sale(row.availability):
            raise Conflict(f"{item.retailer_id} is not for sale", code="not_for_sale", field="content.items")
        if item.price_micros not in (None, row.price_micros):
            raise Conflict(f"{row.name} has another price now", code="price_changed", field="content.items")
        items.append(OrderedItem(row.retailer_id, row.name, item.quantity, row.price_micros))
    if len({item.retailer_id for item in items}) < len(items):
        raise Invalid("a product stands in an order once", field="content.items")
    if len({row.currency for row in rows.values()}) > 1:
        raise Invalid("an order has one currency", field="content.items")
    assert catalogue is not None
    return Order(str(catalogue.catalogue_id), next(iter(rows.values())).currency, tuple(items), text)


async def asked_about(house: House, business_id: int, *, body: str, retailer_id: str) -> Question:
    """Words about a product. Raises Invalid when the business shows no such product."""
    async with house.store.transaction() as tx:
        _, rows = await _named(tx, business_id, [retailer_id])
    if retailer_id not in rows:
        raise Invalid("the business shows no such product", field="content.about")
    return Question(body, product_shown(rows[retailer_id]))


async def _named(
    tx: Transaction, business_id: int, retailer_ids: Sequence[str]
) -> tuple[CatalogueRow | None, dict[str, ProductRow]]:
    catalogue = await _connected(tx, business_id)
    if catalogue is None:
        return None, {}
    found = await tx.products(business_id, catalogue.catalogue_id, set(retailer_ids))
    return catalogue, {name: row for name, row in found.items() if not row.hidden}


async def _connected(tx: Transaction, business_id: int) -> CatalogueRow | None:
    return next((row for row in await tx.catalogues(business_id) if row.connected), None)


async def _switches(tx: Transaction, business_id: int, phone_number_id: int) -> Switches:
    stored = (await tx.settings(business_id)).get(phone_number_id, {}).get(COMMERCE_SETTING)
    return msgspec.json.decode(stored, type=Switches) if stored else Switches()


def _shelf(state: MessageState | None, business_id: int) -> Shelf | None:
    if state is None or state.status is Status.FAILED or state.message.business_id != business_id:
        return None
    return msgspec.json.decode(state.message.content_json, type=_Stored).found()


async def _offered(
    tx: Transaction, business_id: int, phone_number_id: int, shelf: Shelf, after_id: int | None
) -> Offered:
    cart = (await _switches(tx, business_id, phone_number_id)).is_cart_enabled
    catalogue = await _connected(tx, business_id)
    if catalogue is None:
        return Offered(0, [], cart=False)
    catalogue_id = catalogue.catalogue_id
    if not shelf.sections:
        rows = await tx.products_of(business_id, catalogue_id, after_id=after_id, limit=PAGE_MAX + 1, shown_only=True)
        return Offered(catalogue_id, [(None, rows[:PAGE_MAX])], cart, more=len(rows) > PAGE_MAX)
    names = [name for section in shelf.sections for name in section.retailer_ids]
    found = await tx.products(business_id, catalogue_id, set(names))
    sections = [
        (section.title, [row for name in section.retailer_ids if (row := found.get(name)) and not row.hidden])
        for section in shelf.sections
    ]
    return Offered(catalogue_id, sections, cart)
