"""Rows of ports/flow_rows.py."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from clarine.adapters.postgres.connected import Connected, columns
from clarine.ports.flow_rows import FlowRow


class FlowQueries(Connected):
    """Implements ports.flow_rows.FlowRows."""

    async def add_flows(self, rows: Collection[FlowRow]) -> set[int]:
        return {record[0] for record in await self.connection.fetch(self.sql.add_flows, *_columns(rows))}

    async def put_flows(self, rows: Collection[FlowRow]) -> set[int]:
        return {record[0] for record in await self.connection.fetch(self.sql.put_flows, *_columns(rows))}

    async def drop_flows(self, keys: Collection[tuple[int, int]]) -> None:
        await self.connection.execute(self.sql.drop_flows, *columns(keys, 2))

    async def lock_flows(self, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], FlowRow]:
        records = await self.connection.fetch(self.sql.lock_flows, *columns(keys, 2))
        return {(row.business_id, row.flow_id): row for row in (FlowRow(**record) for record in records)}

    async def flows(self, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], FlowRow]:
        records = await self.connection.fetch(self.sql.flows, *columns(keys, 2))
        return {(row.business_id, row.flow_id): row for row in (FlowRow(**record) for record in records)}

    async def flow_states(self, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], str]:
        records = await self.connection.fetch(self.sql.flow_states, *columns(keys, 2))
        return {(record[0], record[1]): record[2] for record in records}

    async def flows_named(self, keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], FlowRow]:
        records = await self.connection.fetch(self.sql.flows_named, *columns(keys, 2))
        return {(row.business_id, row.name): row for row in (FlowRow(**record) for record in records)}

    async def flows_of(
        self, business_id: int, *, after_id: int | None, before_id: int | None, limit: int
    ) -> list[FlowRow]:
        if before_id is not None:
            records = await self.connection.fetch(self.sql.flows_before, business_id, before_id, limit)
            return [FlowRow(**record) for record in records][::-1]
        records = await self.connection.fetch(self.sql.flows_newest, business_id, after_id, limit)
        return [FlowRow(**record) for record in records]

    async def use_throttled(self, business_id: int, flow_id: int, *, now: datetime, since: datetime, most: int) -> bool:
        used = await self.connection.fetchval(self.sql.use_throttled, business_id, flow_id, now, since, most)
        return used is not None

    async def put_flow_key(self, business_id: int, phone_number_id: int, public_key: str, at: datetime) -> None:
        await self.connection.execute(self.sql.put_flow_key, business_id, phone_number_id, public_key, at)

    async def flow_keys(self, business_id: int) -> dict[int, str]:
        records = await self.connection.fetch(self.sql.flow_keys, business_id)
        return {record["phone_number_id"]: record["public_key"] for record in records}


def _columns(rows: Collection[FlowRow]) -> list[list[Any]]:
    values = [
        (
            row.business_id, row.flow_id, row.name, row.status, row.categories, row.endpoint_uri, row.flow_json, row.sha256,
            row.findings, row.json_version, row.data_api_version, row.created_at, row.updated_at,
        )
        for row in rows
    ]  # fmt: skip
    return columns(values, 13)
