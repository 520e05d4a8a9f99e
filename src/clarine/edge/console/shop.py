"""The shop of a business: its catalogues, the products in them, their pictures, and what people may do with them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Annotated, Any, Final, Literal, get_args

import msgspec
from msgspec import UNSET, Meta, UnsetType

from clarine.domain.catalogue import (
    DESCRIPTION_CHARACTERS_MAX,
    NAME_CHARACTERS_MAX,
    RETAILER_ID_CHARACTERS_MAX,
    of_text,
)
from clarine.domain.errors import ClarineError, NotFound
from clarine.domain.message import Media
from clarine.edge.console.door import Handler, Visit
from clarine.flow import catalogue, shop, uploads
from clarine.flow.catalogue import ProductChange
from clarine.flow.links import signed
from clarine.ports.catalogue_rows import CatalogueRow, ProductRow

PAGE_MAX: Final = 200

Name = Annotated[str, Meta(min_length=1, max_length=NAME_CHARACTERS_MAX, pattern=r"\S")]
Availability = Literal["in stock", "out of stock", "preorder", "available for order", "discontinued"]


class NewCatalogue(msgspec.Struct, forbid_unknown_fields=True):
    name: Name


class CatalogueChange(msgspec.Struct, forbid_unknown_fields=True):
    name: Name | UnsetType = UNSET
    #: Whether people see this one; there is one at most that they see.
    connected: bool | UnsetType = UNSET


class SwitchesSaid(msgspec.Struct, forbid_unknown_fields=True):
    orders: bool
    open: bool


class ProductSaid(msgspec.Struct, forbid_unknown_fields=True):
    name: Name
    #: An amount and a currency, such as ``9.99 USD``.
    price: Annotated[str, Meta(max_length=40)]
    #: The business's own name for it; a new product without one gets one.
    retailer_id: Annotated[str, Meta(max_length=RETAILER_ID_CHARACTERS_MAX)] = ""
    description: Annotated[str, Meta(max_length=DESCRIPTION_CHARACTERS_MAX)] = ""
    availability: Availability = get_args(Availability)[0]
    hidden: bool = False
    #: An upload of POST pictures; null: no picture; left out: the one that it has.
    picture_id: Annotated[str, Meta(pattern="^[0-9]{1,18}$")] | UnsetType | None = UNSET


def shop_routes() -> list[tuple[str, Handler, str]]:
    """(path, handler, method) of each, to be hung behind the sign-in of a business."""
    one = "catalogues/{catalogue_id:int}"
    product = f"{one}/products/{{product_id:int}}"
    return [
        ("shop", _shop, "GET"),
        ("shop", _set_switches, "POST"),
        ("catalogues", _create, "POST"),
        (one, _change, "POST"),
        (f"{one}/remove", _remove, "POST"),
        (f"{one}/products", _products, "GET"),
        (f"{one}/products", _add_product, "POST"),
        (product, _change_product, "POST"),
        (f"{product}/remove", _remove_product, "POST"),
        ("pictures", _upload, "POST"),
    ]


async def _shop(visit: Visit) -> Any:
    rows = await catalogue.catalogues(visit.house, visit.business_id)
    switches = await shop.switches(visit.house, visit.business_id)
    return {
        "catalogues": [_catalogue_json(row) for row in rows],
        "orders": switches.is_cart_enabled,
        "open": switches.is_catalog_visible,
    }


async def _set_switches(visit: Visit) -> Any:
    asked = await visit.body(SwitchesSaid)
    await shop.set_switches(visit.house, visit.business_id, shop.Switches(asked.orders, asked.open))
    return {}


async def _create(visit: Visit) -> Any:
    asked = await visit.body(NewCatalogue)
    return _catalogue_json(await catalogue.create_catalogue(visit.house, visit.business_id, asked.name.strip()))


async def _change(visit: Visit) -> Any:
    row, asked = await _found(visit), await visit.body(CatalogueChange)
    if asked.name is not UNSET:
        async with visit.house.store.transaction() as tx:
            await tx.rename_catalogue(visit.business_id, row.catalogue_id, asked.name.strip())
    if asked.connected is not UNSET and asked.connected != row.connected:
        await catalogue.connect(visit.house, visit.business_id, row.catalogue_id if asked.connected else None)
    return _catalogue_json(await _found(visit))


async def _remove(visit: Visit) -> Any:
    row = await _found(visit)
    async with visit.house.store.transaction() as tx:
        await tx.drop_catalogue(visit.business_id, row.catalogue_id)
    return {}


async def _products(visit: Visit) -> Any:
    row, limit = await _found(visit), min(max(1, visit.whole("limit", 50)), PAGE_MAX)
    async with visit.house.store.transaction() as tx:
        rows = await tx.products_of(
            visit.business_id,
            row.catalogue_id,
            after_id=visit.whole("cursor", 0) or None,
            limit=limit + 1,
            search=visit.text("search"),
        )
        count, _ = await tx.product_tally(visit.business_id, row.catalogue_id)
    more, rows = len(rows) > limit, rows[:limit]
    shown = [_product_json(visit, each) for each in rows]
    return {"products": shown, "count": count, "cursor": shown[-1]["product_id"] if more else None}


async def _add_product(visit: Visit) -> Any:
    row, asked = await _found(visit), await visit.body(ProductSaid)
    retailer_id = asked.retailer_id.strip() or f"item-{visit.house.entropy(40):010x}"
    return await _put(visit, row, _product_change(asked, retailer_id), only_new=True)


async def _change_product(visit: Visit) -> Any:
    row, asked = await _found(visit), await visit.body(ProductSaid)
    known = await _found_product(visit, row)
    return await _put(visit, row, _product_change(asked, known.retailer_id), only_new=False)


async def _remove_product(visit: Visit) -> Any:
    row = await _found(visit)
    known = await _found_product(visit, row)
    async with visit.house.store.transaction() as tx:
        await tx.drop_products(visit.business_id, row.catalogue_id, [known.retailer_id])
    return {}


async def _upload(visit: Visit) -> Any:
    row = await uploads.upload_media(
        visit.house, visit.business_id, visit.request.stream(), filename=None, kind="image"
    )
    return {"picture_id": str(row.media_id)}


async def _put(visit: Visit, row: CatalogueRow, change: ProductChange, *, only_new: bool) -> dict[str, Any]:
    (made,) = await catalogue.put_products(visit.house, None, row, [change], only_new=only_new)
    if isinstance(made, ClarineError):
        raise made
    return _product_json(visit, made)


def _product_change(asked: ProductSaid, retailer_id: str) -> ProductChange:
    price_micros, currency = of_text(asked.price)
    picture = asked.picture_id
    return ProductChange(
        retailer_id=retailer_id,
        name=asked.name.strip(),
        description=asked.description.strip(),
        price_micros=price_micros,
        currency=currency,
        availability=asked.availability,
        hidden=asked.hidden,
        # An address that a program gave is not where this picture came from.
        details=None if picture is UNSET else {"image_url": None},
        picture_id=None if picture is UNSET else int(picture or 0),
    )


async def _found(visit: Visit) -> CatalogueRow:
    return await catalogue.catalogue(visit.house, visit.business_id, visit.path_id("catalogue_id"))


async def _found_product(visit: Visit, owner: CatalogueRow) -> ProductRow:
    async with visit.house.store.transaction() as tx:
        row = await tx.product_by_id(visit.business_id, visit.path_id("product_id"))
    if row is None or row.catalogue_id != owner.catalogue_id:
        raise NotFound("there is no such product")
    return row


def _catalogue_json(row: CatalogueRow) -> dict[str, Any]:
    return {
        "catalogue_id": str(row.catalogue_id),
        "name": row.name,
        "connected": row.connected,
        "created_at": row.created_at,
    }


def _product_json(visit: Visit, row: ProductRow) -> dict[str, Any]:
    return {
        "product_id": str(row.product_id),
        "retailer_id": row.retailer_id,
        "name": row.name,
        "description": row.description,
        "price_micros": row.price_micros,
        "currency": row.currency,
        "availability": row.availability,
        "hidden": row.hidden,
        "picture": _picture(visit, row),
        "picture_from": json.loads(row.details).get("image_url"),
        "updated_at": row.updated_at,
    }


def _picture(visit: Visit, row: ProductRow) -> dict[str, str | None] | None:
    if row.picture is None:
        return None
    medium = msgspec.json.decode(row.picture, type=Media)
    expires_at = visit.house.clock.now() + timedelta(seconds=visit.house.settings.media_link_ttl_s)
    link, root = signed(visit.house, medium, expires_at), "/people/v1/media/files/"
    return {"url": root + link.path, "thumbnail_url": root + link.thumbnail if link.thumbnail is not None else None}
