"""Catalogues and products as types: what calls about them are asked and answer."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType

from clarine.domain.catalogue import (
    DESCRIPTION_CHARACTERS_MAX,
    NAME_CHARACTERS_MAX,
    RETAILER_ID_CHARACTERS_MAX,
)
from clarine.edge.graph.openapi_answers import Paging
from clarine.edge.graph.openapi_asks import Asked, Id
from clarine.edge.graph.openapi_nodes import Number, Shown, Text

Availability = Literal["in stock", "out of stock", "preorder", "available for order", "discontinued"]


class CatalogueOwner(Shown):
    """Whose catalogue."""

    id: str
    name: Text = UNSET


class Catalogue(Shown):
    """Products that a business offers."""

    id: str
    name: Text = UNSET
    vertical: Text = UNSET
    product_count: Number = UNSET
    business: CatalogueOwner | UnsetType = UNSET


class Product(Shown):
    """One thing that can be ordered; *price* is an amount and a currency."""

    id: str
    retailer_id: Text = UNSET
    name: Text = UNSET
    description: Text = UNSET
    price: Text = UNSET
    currency: Text = UNSET
    availability: Text = UNSET
    visibility: Text = UNSET
    review_status: Text = UNSET
    image_fetch_status: Literal["FETCHED", "FETCH_FAILED", "NO_STATUS"] | UnsetType = UNSET
    product_catalog: Catalogue | UnsetType = UNSET
    url: Text = UNSET
    image_url: Text = UNSET
    brand: Text = UNSET
    category: Text = UNSET
    condition: Text = UNSET


class Catalogues(Shown):
    """A business's catalogues."""

    data: list[Catalogue]
    paging: Paging | UnsetType = UNSET


class Products(Shown):
    """A page of products."""

    data: list[Product]
    paging: Paging | UnsetType = UNSET


class ProductProblem(Shown):
    """What is wrong with one product of a batch."""

    retailer_id: str
    errors: list[dict[str, Any]]


class BatchTaken(Shown):
    """What came of a batch; products that are not named in *validation_status* are there."""

    handles: list[str]
    validation_status: list[ProductProblem]


class CatalogueWanted(Asked):
    """A catalogue's name."""

    name: Annotated[str, Meta(max_length=NAME_CHARACTERS_MAX)]


class CatalogueConnected(Asked):
    """Which catalogue people see."""

    catalog_id: Id


class ProductChange(Asked):
    """What a product is to be."""

    name: Annotated[str, Meta(max_length=NAME_CHARACTERS_MAX)] | UnsetType = UNSET
    description: Annotated[str, Meta(max_length=DESCRIPTION_CHARACTERS_MAX)] | UnsetType = UNSET
    price: (
        Annotated[str, Meta(description="In the smallest coins of `currency`, or such as `9.99 USD`.")] | UnsetType
    ) = UNSET
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] | UnsetType = UNSET
    availability: Availability | UnsetType = UNSET
    visibility: Literal["published", "hidden", "staging"] | UnsetType = UNSET
    image_url: Annotated[str, Meta(description="A JPEG or PNG; it is fetched at once.")] | UnsetType = UNSET
    url: Text = UNSET
    brand: Text = UNSET
    category: Text = UNSET
    condition: Text = UNSET


class ProductWanted(ProductChange, kw_only=True):
    """A product; one with the same *retailer_id* is changed."""

    retailer_id: Annotated[str, Meta(max_length=RETAILER_ID_CHARACTERS_MAX)]


class ProductBatch(Asked):
    """Many products at once: each entry has `method` (CREATE, UPDATE, DELETE) and `data` with the product's `id`."""

    requests: Annotated[list[dict[str, Any]], Meta(min_length=1, max_length=500)]
    item_type: Text = UNSET
    allow_upsert: bool | UnsetType = UNSET
