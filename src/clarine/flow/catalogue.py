"""A business puts products into its catalogue, takes them out, and says which catalogue people see."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from clarine.domain.catalogue import CATALOGUES_MAX, PRODUCTS_MAX
from clarine.domain.errors import ClarineError, Conflict, Invalid, NotFound
from clarine.domain.ids import Kind, object_id
from clarine.domain.message import Media, ProductShown
from clarine.flow.drafts import resolved
from clarine.flow.house import House
from clarine.flow.uploads import LinkedMedia, medium
from clarine.ports.catalogue_rows import CatalogueRow, ProductRow
from clarine.ports.records import MediaRow

_FETCHES_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class ProductChange:
    """What a business says of a product; None leaves it as it is (a new product needs name, price and currency)."""

    retailer_id: str
    name: str | None = None
    description: str | None = None
    price_micros: int | None = None
    currency: str | None = None
    availability: str | None = None
    hidden: bool | None = None
    details: dict[str, Any] | None = None
    #: An upload of the business that becomes its picture; 0: it has none any more.
    picture_id: int | None = None

    @property
    def image_url(self) -> str | None:
        """Where its picture is; None: nothing was said about it."""
        found = (self.details or {}).get("image_url")
        return str(found) if found else None


async def catalogues(house: House, business_id: int) -> list[CatalogueRow]:
    """A business's catalogues, oldest first."""
    async with house.store.transaction() as tx:
        return await tx.catalogues(business_id)


async def catalogue(house: House, business_id: int, catalogue_id: int) -> CatalogueRow:
    """One of them. Raises NotFound."""
    for row in await catalogues(house, business_id):
        if row.catalogue_id == catalogue_id:
            return row
    raise NotFound("there is no such catalogue")


async def create_catalogue(house: House, business_id: int, name: str) -> CatalogueRow:
    """A new catalogue, empty; the first one is the one that people see. Raises Conflict when there are too many."""
    async with house.store.transaction() as tx:
        known = await tx.catalogues(business_id)
        if len(known) >= CATALOGUES_MAX:
            raise Conflict(f"a business has at most {CATALOGUES_MAX} catalogues")
        row = CatalogueRow(
            business_id, object_id(Kind.CATALOGUE, house.entropy(64)), name, not known, house.clock.now()
        )
        await tx.add_catalogue(row)
    return row


async def connect(house: House, business_id: int, catalogue_id: int | None) -> None:
    """Let people see this catalogue and no other; None: none. Raises NotFound."""
    async with house.store.transaction() as tx:
        known = {row.catalogue_id for row in await tx.catalogues(business_id)}
        if catalogue_id is not None and catalogue_id not in known:
            raise NotFound("there is no such catalogue")
        await tx.connect_catalogue(business_id, catalogue_id)


async def connected(house: House, business_id: int) -> CatalogueRow | None:
    """The catalogue that people see."""
    return next((row for row in await catalogues(house, business_id) if row.connected), None)


async def put_products(
    house: House,
    linked: LinkedMedia | None,
    catalogue_row: CatalogueRow,
    changes: Sequence[ProductChange],
    *,
    only_new: bool = False,
) -> list[ProductRow | ClarineError]:
    """New and changed products, in one transaction; for each the product, or what was wrong with it.

    Pictures are fetched before; one that cannot be had leaves the product without, as does no *linked* to fetch with.
    With *only_new* one that is there already is a Conflict (``product_known``). Raises Conflict when there would be too many.
    """
    pictures = await _pictures(house, linked, catalogue_row.business_id, changes) if linked is not None else {}
    business_id, catalogue_id = catalogue_row.business_id, catalogue_row.catalogue_id
    async with house.store.transaction() as tx:
        await tx.catalogues(business_id)  # locks them, so that the count below stays true
        known = await tx.products(business_id, catalogue_id, {each.retailer_id for each in changes})
        uploads = {(business_id, each.picture_id) for each in changes if each.picture_id}
        uploaded = await tx.media(uploads, house.clock.now()) if uploads else {}
        count, last = await tx.product_tally(business_id, catalogue_id)
        if count + len({each.retailer_id for each in changes} - known.keys()) > PRODUCTS_MAX:
            raise Conflict(f"a catalogue has at most {PRODUCTS_MAX} products")
        answers: list[ProductRow | ClarineError] = []
        for change in changes:
            if only_new and change.retailer_id in known:
                answers.append(Conflict(f"there is a product {change.retailer_id} already", code="product_known"))
                continue
            try:
                row = _changed(house, catalogue_row, known.get(change.retailer_id), change)
                if change.picture_id:
                    row = replace(row, picture=_uploaded_picture(uploaded.get((business_id, change.picture_id))))
            except ClarineError as error:
                answers.append(error)
                continue
            if change.picture_id == 0:
                row = replace(row, picture=None)
            if change.image_url is not None:
                row = replace(row, picture=pictures.get(change.image_url))
            if not row.position:
                last += 1
                row = replace(row, position=last)
            known[row.retailer_id] = row
            answers.append(row)
        await tx.put_products(
            [known[retailer_id] for retailer_id in {each.retailer_id for each in changes} & known.keys()]
        )
    return answers


def _changed(house: House, owner: CatalogueRow, row: ProductRow | None, change: ProductChange) -> ProductRow:
    """The product after *change*. Raises Invalid when a new one lacks something."""
    now = house.clock.now()
    if row is None:
        for name in ("name", "price_micros", "currency"):
            if getattr(change, name) is None:
                raise Invalid(f"{name.removesuffix('_micros')} is missing", field=name.removesuffix("_micros"))
        row = ProductRow(
            business_id=owner.business_id,
            catalogue_id=owner.catalogue_id,
            retailer_id=change.retailer_id,
            product_id=object_id(Kind.PRODUCT, house.entropy(64)),
            name="",
            description="",
            price_micros=0,
            currency="",
            availability="in stock",
            hidden=False,
            details="{}",
            position=0,
            picture=None,
            created_at=now,
            updated_at=now,
        )
    said = {
        name: value
        for name in ("name", "description", "price_micros", "currency", "availability", "hidden")
        if (value := getattr(change, name)) is not None
    }
    details = json.dumps(json.loads(row.details) | (change.details or {}))
    return replace(row, **said, details=details, updated_at=now)


async def _pictures(
    house: House, linked: LinkedMedia, business_id: int, changes: Sequence[ProductChange]
) -> dict[str, str]:
    """From address to the picture behind it, a few at a time; those that cannot be had are left out."""
    gate = asyncio.Semaphore(_FETCHES_AT_ONCE)

    async def fetched(url: str) -> tuple[str, str | None]:
        async with gate:
            try:
                media_id = await linked.media_id(business_id, url, kind="image")
                row = await medium(house, business_id, media_id)
            except ClarineError:
                return url, None
            return url, _kept_picture(row)

    urls = {change.image_url for change in changes if change.image_url is not None}
    found = await asyncio.gather(*(fetched(url) for url in urls))
    return {url: picture for url, picture in found if picture is not None}


def _uploaded_picture(row: MediaRow | None) -> str:
    if row is None or not row.mime.startswith("image/"):
        raise Invalid("this picture was never uploaded, or is gone", field="picture_id")
    return _kept_picture(row)


def _kept_picture(row: MediaRow) -> str:
    return msgspec.json.encode(resolved(Media("image", row.media_id, "", "", 0), row)).decode()


def product_shown(row: ProductRow) -> ProductShown:
    """A product as a message shows it."""
    picture = msgspec.json.decode(row.picture, type=Media) if row.picture is not None else None
    return ProductShown(
        str(row.catalogue_id), row.retailer_id, row.name, row.price_micros, row.currency, picture=picture
    )
