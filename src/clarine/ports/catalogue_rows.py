"""The store's door for catalogues and the products in them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """A business's catalogue; people see the one that is *connected*."""

    business_id: int
    catalogue_id: int
    name: str
    connected: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product; *retailer_id* is the business's own name for it, *details* JSON of what is rarely set, *picture* JSON of
    domain.message.Media, *position* where it stands in its catalogue. *price_micros* is that of one piece."""

    business_id: int
    catalogue_id: int
    retailer_id: str
    product_id: int
    name: str
    description: str
    price_micros: int
    currency: str
    availability: str
    hidden: bool
    details: str
    position: int
    picture: str | None
    created_at: datetime
    updated_at: datetime


class CatalogueRows(Protocol):
    """Every method takes a batch or a page."""

    async def add_catalogue(self, row: CatalogueRow) -> None: ...

    async def rename_catalogue(self, business_id: int, catalogue_id: int, name: str) -> None: ...

    async def connect_catalogue(self, business_id: int, catalogue_id: int | None) -> None:
        """Let people see this catalogue of the business and no other; None: none."""
        ...

    async def drop_catalogue(self, business_id: int, catalogue_id: int) -> None:
        """Forget a catalogue and its products."""
        ...

    async def catalogues(self, business_id: int) -> list[CatalogueRow]:
        """The business's catalogues, oldest first, locked against a second change."""
        ...

    async def put_products(self, rows: Collection[ProductRow]) -> None:
        """Products, new or changed; one that is there keeps its id and the time it was made."""
        ...

    async def drop_products(self, business_id: int, catalogue_id: int, retailer_ids: Collection[str]) -> set[str]:
        """Forget products; those that were there."""
        ...

    async def products(
        self, business_id: int, catalogue_id: int, retailer_ids: Collection[str]
    ) -> dict[str, ProductRow]:
        """From retailer_id to the product."""
        ...

    async def product_by_id(self, business_id: int, product_id: int) -> ProductRow | None: ...

    async def products_of(
        self,
        business_id: int,
        catalogue_id: int,
        *,
        after_id: int | None,
        limit: int,
        shown_only: bool = False,
        search: str = "",
    ) -> list[ProductRow]:
        """A page of a catalogue in the order in which products were added; *shown_only* leaves out what is hidden,
        *search* what has it neither in its name nor in the business's own name for it."""
        ...

    async def product_tally(self, business_id: int, catalogue_id: int) -> tuple[int, int]:
        """(how many products a catalogue has, the position of the last)."""
        ...
