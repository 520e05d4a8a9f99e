"""The store's door for flows (forms that businesses draw) and the public keys that their data is encrypted to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FlowRow:
    """A flow. *flow_json* is the text the business sent (None: none yet), *sha256* its blob in hex, *findings* validation
    errors and *categories* names, both as JSON lists."""

    business_id: int
    flow_id: int
    name: str
    status: str
    categories: str
    endpoint_uri: str | None
    flow_json: str | None
    sha256: str | None
    findings: str
    json_version: str | None
    data_api_version: str | None
    created_at: datetime
    updated_at: datetime


class FlowRows(Protocol):
    """Every method takes a batch or a page."""

    async def add_flows(self, rows: Collection[FlowRow]) -> set[int]:
        """Add flows whose names are free; the ids of those that were added."""
        ...

    async def put_flows(self, rows: Collection[FlowRow]) -> set[int]:
        """Write everything that may change of these flows; the ids of those whose names are free."""
        ...

    async def drop_flows(self, keys: Collection[tuple[int, int]]) -> None: ...

    async def lock_flows(self, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], FlowRow]:
        """From (business_id, flow_id) to the flow, locked."""
        ...

    async def flows(self, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], FlowRow]: ...

    async def flow_states(self, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], str]:
        """From (business_id, flow_id) to its status alone."""
        ...

    async def flows_named(self, keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], FlowRow]:
        """From (business_id, name) to the flow."""
        ...

    async def flows_of(
        self, business_id: int, *, after_id: int | None, before_id: int | None, limit: int
    ) -> list[FlowRow]:
        """A page of a business's flows, newest first, each with *flow_json* None: a page of them would be megabytes."""
        ...

    async def use_throttled(self, business_id: int, flow_id: int, *, now: datetime, since: datetime, most: int) -> bool:
        """Count one message of a throttled flow; False when *most* were counted since *since*."""
        ...

    async def put_flow_key(self, business_id: int, phone_number_id: int, public_key: str, at: datetime) -> None: ...

    async def flow_keys(self, business_id: int) -> dict[int, str]:
        """From phone number to its public key (PEM)."""
        ...
