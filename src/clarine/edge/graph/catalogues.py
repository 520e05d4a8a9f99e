"""Catalogues and their products: made, filled, shown, connected to an account (Graph API: product catalogs, product items)."""

from __future__ import annotations

import json
from typing import Any, Final

from clarine.domain.catalogue import (
    AVAILABILITIES,
    DESCRIPTION_CHARACTERS_MAX,
    NAME_CHARACTERS_MAX,
    RETAILER_ID_CHARACTERS_MAX,
    URL_CHARACTERS_MAX,
    checked_currency,
    in_text,
    of_coins,
    of_text,
)
from clarine.domain.errors import ClarineError, Invalid, NotFound
from clarine.edge.graph import unoffered
from clarine.edge.graph.asking import Ask
from clarine.edge.graph.callers import Caller
from clarine.edge.graph.errors import invalid, no_object
from clarine.edge.graph.fields import choose
from clarine.edge.graph.paging import limit_of, page, place
from clarine.edge.graph.rooms import Rooms
from clarine.flow import catalogue as flow
from clarine.flow.catalogue import ProductChange
from clarine.ports.catalogue_rows import CatalogueRow, ProductRow

BATCH_MAX: Final = 500
USUAL_FIELDS: Final = ("id", "name")
_PRODUCT_FIELDS: Final = ("id", "retailer_id", "name")
_NODE: Final = "ProductCatalog"
_PRODUCT_NODE: Final = "ProductItem"
_DETAILS: Final = ("url", "image_url", "brand", "category", "condition")
#: From the names of a batch's data to those of a product.
_OF_BATCH: Final = {"id": "retailer_id", "title": "name", "link": "url", "image_link": "image_url"}


async def of_account(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any] | None:
    """``/{waba}/product_catalogs``: which catalogue people see."""
    business_id = caller.business.business_id
    if ask.method == "GET":
        rows = [row for row in await flow.catalogues(rooms.house, business_id) if row.connected]
        return _page(rooms, caller, ask, rows)
    catalogue_id = ask.text("catalog_id")
    if catalogue_id is None:
        raise invalid("The parameter catalog_id is required.")
    if not catalogue_id.isdecimal() or len(catalogue_id) > 18:
        raise invalid("Param catalog_id must be the id of a catalog")
    row = await _found(rooms, caller, ask, int(catalogue_id))
    await flow.connect(rooms.house, business_id, row.catalogue_id if ask.method == "POST" else None)
    return {"success": True}


async def of_business(rooms: Rooms, caller: Caller, ask: Ask, edge: str) -> dict[str, Any] | None:
    """``/{business}/owned_product_catalogs``, and nobody else's."""
    match ask.method, edge:
        case "GET", "owned_product_catalogs":
            return _page(rooms, caller, ask, await flow.catalogues(rooms.house, caller.business.business_id))
        case "GET", "client_product_catalogs":
            return {"data": []}
        case "POST", "owned_product_catalogs":
            row = await flow.create_catalogue(rooms.house, caller.business.business_id, _name(ask))
            return {"id": str(row.catalogue_id)}
    return None


async def node(rooms: Rooms, caller: Caller, ask: Ask, catalogue_id: int, *, edge: str) -> dict[str, Any] | None:
    """The calls on one catalogue; None when there is no such call."""
    unoffered.refuse(edge)
    row = await _found(rooms, caller, ask, catalogue_id)
    business_id = caller.business.business_id
    match ask.method, edge:
        case "GET", "":
            async with rooms.house.store.transaction() as tx:
                count, _ = await tx.product_tally(business_id, catalogue_id)
            return choose(_shown(caller, row, count), ask.text("fields"), usual=USUAL_FIELDS, node=_NODE)
        case "POST", "":
            async with rooms.house.store.transaction() as tx:
                await tx.rename_catalogue(business_id, catalogue_id, _name(ask))
            return {"success": True}
        case "DELETE", "":
            async with rooms.house.store.transaction() as tx:
                await tx.drop_catalogue(business_id, catalogue_id)
            return {"success": True}
        case "GET", "products":
            return await _products(rooms, ask, row)
        case "POST", "products":
            (made,) = await flow.put_products(rooms.house, rooms.linked, row, [_change(dict(ask.sent))])
            return {"id": str(_there(made).product_id)}
        case "POST", "items_batch" | "batch":
            return await _batch(rooms, ask, row)
    return None


async def product(rooms: Rooms, caller: Caller, ask: Ask, product_id: int) -> dict[str, Any] | None:
    """The calls on one product."""
    business_id = caller.business.business_id
    async with rooms.house.store.transaction() as tx:
        row = await tx.product_by_id(business_id, product_id)
    if row is None:
        raise no_object(ask.method, str(product_id))
    owner = await _found(rooms, caller, ask, row.catalogue_id)
    match ask.method:
        case "GET":
            return choose(_product_shown(owner, row), ask.text("fields"), usual=_PRODUCT_FIELDS, node=_PRODUCT_NODE)
        case "POST":
            sent = {**ask.sent, "retailer_id": row.retailer_id, "currency": ask.text("currency") or row.currency}
            (made,) = await flow.put_products(rooms.house, rooms.linked, owner, [_change(sent)])
            _there(made)
            return {"success": True}
        case "DELETE":
            async with rooms.house.store.transaction() as tx:
                await tx.drop_products(business_id, row.catalogue_id, [row.retailer_id])
            return {"success": True}
    return None


async def _found(rooms: Rooms, caller: Caller, ask: Ask, catalogue_id: int) -> CatalogueRow:
    try:
        return await flow.catalogue(rooms.house, caller.business.business_id, catalogue_id)
    except NotFound:
        raise no_object(ask.method, str(catalogue_id)) from None


def _name(ask: Ask) -> str:
    name = (ask.text("name") or "").strip()
    if not name:
        raise invalid("The parameter name is required.")
    if len(name) > NAME_CHARACTERS_MAX:
        raise invalid(f"Param name has at most {NAME_CHARACTERS_MAX} characters")
    return name


def _page(rooms: Rooms, caller: Caller, ask: Ask, rows: list[CatalogueRow]) -> dict[str, Any]:
    data = [choose(_shown(caller, row), ask.text("fields"), usual=USUAL_FIELDS, node=_NODE) for row in rows]
    first, last = (rows[0].catalogue_id, rows[-1].catalogue_id) if rows else (None, None)
    origin = ask.origin(rooms.house.settings.public_url)
    return page(ask, data, first=first, last=last, more=False, origin=origin)


def _shown(caller: Caller, row: CatalogueRow, count: int | None = None) -> dict[str, Any]:
    business = {"id": str(caller.business.business_id), "name": caller.business.name}
    return {
        "id": str(row.catalogue_id),
        "name": row.name,
        "vertical": "commerce",
        "product_count": count,
        "business": business,
    }


async def _products(rooms: Rooms, ask: Ask, owner: CatalogueRow) -> dict[str, Any]:
    limit = limit_of(ask)
    async with rooms.house.store.transaction() as tx:
        rows = await tx.products_of(
            owner.business_id, owner.catalogue_id, after_id=place(ask, "after"), limit=limit + 1
        )
    more, rows = len(rows) > limit, rows[:limit]
    data = [
        choose(_product_shown(owner, row), ask.text("fields"), usual=_PRODUCT_FIELDS, node=_PRODUCT_NODE)
        for row in rows
    ]
    first, last = (rows[0].product_id, rows[-1].product_id) if rows else (None, None)
    return page(ask, data, first=first, last=last, more=more, origin=ask.origin(rooms.house.settings.public_url))


def _product_shown(owner: CatalogueRow, row: ProductRow) -> dict[str, Any]:
    details: dict[str, Any] = json.loads(row.details)
    fetched = "FETCHED" if row.picture is not None else "FETCH_FAILED" if details.get("image_url") else "NO_STATUS"
    return {
        "id": str(row.product_id),
        "retailer_id": row.retailer_id,
        "name": row.name,
        "description": row.description or None,
        "price": in_text(row.price_micros, row.currency),
        "currency": row.currency,
        "availability": row.availability,
        "visibility": "hidden" if row.hidden else "published",
        "review_status": "approved",
        "image_fetch_status": fetched,
        "product_catalog": {"id": str(owner.catalogue_id), "name": owner.name},
        **{name: details.get(name) for name in _DETAILS},
    }


async def _batch(rooms: Rooms, ask: Ask, owner: CatalogueRow) -> dict[str, Any]:
    """``POST /{catalog}/items_batch``: many products at once; what is wrong with one is said about that one."""
    requests = ask.structure("requests")
    if not isinstance(requests, list) or not requests or not all(isinstance(each, dict) for each in requests):
        raise invalid("The parameter requests is required: a JSON list of objects.")
    if len(requests) > BATCH_MAX:
        raise invalid(f"Param requests has at most {BATCH_MAX} entries")
    changes, gone, problems = [], [], []
    for each in requests:
        sent = _of_batch(each)
        try:
            if str(each.get("method", "UPDATE")).upper() == "DELETE":
                gone.append(_retailer_id(sent))
            else:
                changes.append(_change(sent))
        except ClarineError as error:
            problems.append(_problem(sent.get("retailer_id"), error))
    answers = await flow.put_products(rooms.house, rooms.linked, owner, changes) if changes else []
    for change, answer in zip(changes, answers, strict=True):
        if isinstance(answer, ClarineError):
            problems.append(_problem(change.retailer_id, answer))
    if gone:
        async with rooms.house.store.transaction() as tx:
            await tx.drop_products(owner.business_id, owner.catalogue_id, gone)
    handle = f"{rooms.house.entropy(64):016x}"
    return {"handles": [handle], "validation_status": problems}


def _problem(retailer_id: Any, error: ClarineError) -> dict[str, Any]:
    return {"retailer_id": str(retailer_id or ""), "errors": [{"message": error.details}]}


def _of_batch(request: dict[str, Any]) -> dict[str, Any]:
    data = request.get("data")
    found = {
        _OF_BATCH.get(str(name), str(name)): value for name, value in (data if isinstance(data, dict) else {}).items()
    }
    if "retailer_id" in request:
        found["retailer_id"] = request["retailer_id"]
    return found


def _retailer_id(sent: dict[str, Any]) -> str:
    return _text(sent, "retailer_id", RETAILER_ID_CHARACTERS_MAX) or _missing("retailer_id")


def _missing(name: str) -> str:
    raise Invalid(f"The parameter {name} is required.")


def _there(made: ProductRow | ClarineError) -> ProductRow:
    if isinstance(made, ClarineError):
        raise made
    return made


def _change(sent: dict[str, Any]) -> ProductChange:
    """What a product is to be. Raises Invalid."""
    availability = _text(sent, "availability", 32)
    if availability is not None and availability not in AVAILABILITIES:
        raise Invalid(f"Param availability must be one of {{{', '.join(AVAILABILITIES)}}}")
    visibility = _text(sent, "visibility", 32)
    price, currency = _price(sent)
    details = {name: text for name in _DETAILS if (text := _text(sent, name, URL_CHARACTERS_MAX)) is not None}
    return ProductChange(
        retailer_id=_retailer_id(sent),
        name=_text(sent, "name", NAME_CHARACTERS_MAX),
        description=_text(sent, "description", DESCRIPTION_CHARACTERS_MAX),
        price_micros=price,
        currency=currency,
        availability=availability,
        hidden=None if visibility is None else visibility in ("hidden", "staging"),
        details=details or None,
    )


def _price(sent: dict[str, Any]) -> tuple[int | None, str | None]:
    """A price in the smallest coins beside its currency, or both in one text; micros and currency."""
    price, currency = sent.get("price"), _text(sent, "currency", 3)
    if price is None:
        return None, checked_currency(currency) if currency else None
    text = str(price).strip()
    if text.isascii() and text.isdecimal() and len(text) <= 15:
        return of_coins(int(text), currency or _missing("currency")), (currency or "").upper()
    return of_text(text)


def _text(sent: dict[str, Any], name: str, characters_max: int) -> str | None:
    value = sent.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str | int):
        raise Invalid(f"Param {name} must be a string")
    if len(str(value)) > characters_max:
        raise Invalid(f"Param {name} has at most {characters_max} characters")
    return str(value)
