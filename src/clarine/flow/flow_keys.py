"""The public key to which a number's flow data is encrypted: put by its business, read when a person plays a flow."""

from __future__ import annotations

from clarine.flow.house import House
from clarine.flow.sealed_exchange import read_public_key


async def put_flow_key(house: House, business_id: int, phone_number_id: int, *, public_key: str) -> None:
    """Use *public_key* (PEM, RSA 2048) from now on. Raises Invalid (``flow_key``)."""
    read_public_key(public_key)
    async with house.store.transaction() as tx:
        await tx.put_flow_key(business_id, phone_number_id, public_key.strip() + "\n", house.clock.now())


async def flow_key(house: House, business_id: int, phone_number_id: int) -> str | None:
    """The key of a number (PEM), or None when it has none yet."""
    async with house.store.transaction() as tx:
        return (await tx.flow_keys(business_id)).get(phone_number_id)
