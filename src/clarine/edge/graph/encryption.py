"""A number's public key, to which the data of its flows is encrypted (Cloud API: whatsapp-business-encryption)."""

from __future__ import annotations

from typing import Any

from clarine.edge.graph.asking import Ask
from clarine.edge.graph.callers import Caller
from clarine.edge.graph.errors import invalid
from clarine.edge.graph.rooms import Rooms
from clarine.flow.flow_keys import flow_key, put_flow_key


async def show_key(rooms: Rooms, caller: Caller, phone_number_id: int) -> dict[str, Any]:
    """``GET /{phone}/whatsapp_business_encryption``: an empty list when there is none."""
    public_key = await flow_key(rooms.house, caller.business.business_id, phone_number_id)
    if public_key is None:
        return {"data": []}
    return {"data": [{"business_public_key": public_key, "business_public_key_signature_status": "VALID"}]}


async def change_key(rooms: Rooms, caller: Caller, ask: Ask, phone_number_id: int) -> dict[str, Any]:
    """``POST /{phone}/whatsapp_business_encryption``."""
    public_key = ask.text("business_public_key")
    if public_key is None:
        raise invalid("The parameter business_public_key is required.")
    await put_flow_key(rooms.house, caller.business.business_id, phone_number_id, public_key=public_key)
    return {"success": True}
