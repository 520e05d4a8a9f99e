"""Rows of ports/catalogue_rows.py."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import astuple, fields

from clarine.adapters.postgres.connected import Connected, columns
from clarine.ports.catalogue_rows import CatalogueRow, ProductRow


class CatalogueQueries(Connected):
    """Implements ports.catalogue_rows.CatalogueRows."""

    async def add_catalogue(self, row: CatalogueRow) -> None:
        await self.connection.execute(self.sql.add_catalogue, *astuple(row))

    async def rename_catalogue(self, business_id: int, catalogue_id: int, name: str) -> None:
        await self.connection.execute(self.sql.rename_catalogue, business_id, catalogue_id, name)

    async def connect_catalogue(self, business_id: int, catalogue_id: int | None) -> None:
        await self.connection.execute(self.sql.disconnect_catalogues, business_id)
        if catalogue_id is not None:
            await self.connection.execute(self.sql.connect_catalogue, business_id, catalogue_id)

    async def drop_catalogue(self, business_id: int, catalogue_id: int) -> None:
        await self.connection.execute(self.sql.drop_all_products, business_id, catalogue_id)
        await self.connection.execute(self.sql.drop_catalogue, business_id, catalogue_id)

    async def catalogues(self, business_id: int) -> list[CatalogueRow]:
        return [CatalogueRow(**record) for record in await self.connection.fetch(self.sql.catalogues, business_id)]

    async def put_products(self, rows: Collection[ProductRow]) -> None:
        values = [astuple(row) for row in rows]
        await self.connection.execute(self.sql.put_products, *columns(values, len(fields(ProductRow))))

    async def drop_products(self, business_id: int, catalogue_id: int, retailer_ids: Collection[str]) -> set[str]:
        records = await self.connection.fetch(self.sql.drop_products, business_id, catalogue_id, list(retailer_ids))
        return {record[0] for record in records}

    async def products(
        self, business_id: int, catalogue_id: int, retailer_ids: Collection[str]
    ) -> dict[str, ProductRow]:
        records = await self.connection.fetch(self.sql.products, business_id, catalogue_id, list(retailer_ids))
        return {record["retailer_id"]: ProductRow(**record) for record in records}

    async def product_by_id(self, business_id: int, product_id: int) -> ProductRow | None:
        record = await self.connection.fetchrow(self.sql.product_by_id, business_id, product_id)
        return ProductRow(**record) if record is not None else None

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
        records = await self.connection.fetch(
            self.sql.products_of, business_id, catalogue_id, after_id, limit, shown_only, search
        )
        return [ProductRow(**record) for record in records]

    async def product_tally(self, business_id: int, catalogue_id: int) -> tuple[int, int]:
        record = await self.connection.fetchrow(self.sql.product_tally, business_id, catalogue_id)
        assert record is not None, "an aggregate answers one row"
        return record[0], record[1]
