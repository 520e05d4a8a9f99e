"""A number's own life: added, verified by a code, registered with a PIN, renamed (Cloud API: registration)."""

from __future__ import annotations

import json
from typing import Any, Final

from clarine.edge.graph import numbers
from clarine.edge.graph.asking import Ask
from clarine.edge.graph.callers import Caller
from clarine.edge.graph.errors import ApiError, invalid
from clarine.edge.graph.rooms import Rooms
from clarine.flow import registration

_VISIBILITIES: Final = ("VISIBLE", "NON_VISIBLE")


async def add(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``POST /{waba}/phone_numbers``: a further number, to be verified and registered next."""
    phone, code = ask.text("phone_number"), ask.text("cc")
    if phone is None:
        raise invalid("The parameter phone_number is required.")
    digits = phone.strip().lstrip("+") if code is None else f"{code.strip().lstrip('+')}{phone.strip().lstrip('+0')}"
    row = await registration.add_number(
        rooms.house,
        caller.business.business_id,
        phone=f"+{digits}",
        verified_name=ask.text("verified_name") or caller.business.name,
    )
    rooms.callers.forget()
    return {"id": str(row.phone_number_id)}


async def request_code(rooms: Rooms, caller: Caller, ask: Ask, number_id: int) -> dict[str, Any]:
    """``POST /{phone}/request_code``."""
    if rooms.sender is None:
        raise ApiError(3, "Codes cannot be sent from here")
    await registration.request_code(
        rooms.house,
        rooms.sender,
        caller.business.business_id,
        number_id,
        method=(ask.text("code_method") or "").upper(),
        language=ask.text("language") or ask.text("locale") or "en_US",
    )
    return {"success": True}


async def verify_code(rooms: Rooms, caller: Caller, ask: Ask, number_id: int) -> dict[str, Any]:
    """``POST /{phone}/verify_code``."""
    code = ask.text("code")
    if code is None:
        raise invalid("The parameter code is required.")
    digits = code.replace("-", "").replace(" ", "")
    await registration.verify_code(rooms.house, caller.business.business_id, number_id, digits)
    rooms.callers.forget()
    return {"success": True, "id": str(number_id)}


async def register(rooms: Rooms, caller: Caller, ask: Ask, number_id: int) -> dict[str, Any]:
    """``POST /{phone}/register``."""
    if str(ask.params.get("messaging_product", "")).lower() != "whatsapp":
        raise invalid("The parameter messaging_product is required.")
    pin = ask.text("pin")
    if pin is None:
        raise invalid("The parameter pin is required.")
    await registration.register(
        rooms.house,
        caller.business.business_id,
        number_id,
        pin=pin,
        region=ask.text("data_localization_region"),
    )
    rooms.callers.forget()
    return {"success": True}


async def deregister(rooms: Rooms, caller: Caller, number_id: int) -> dict[str, Any]:
    """``POST /{phone}/deregister``."""
    await registration.deregister(rooms.house, caller.business.business_id, number_id)
    rooms.callers.forget()
    return {"success": True}


async def change(rooms: Rooms, caller: Caller, ask: Ask, number_id: int) -> dict[str, Any]:
    """``POST /{phone}``: webhook_configuration, pin, new_display_name, search_visibility; each is optional, one is not."""
    if ask.text("username") is not None:
        raise ApiError(3, "Usernames are not offered here")
    inner = ask.structure("whatsapp_business_api_data")
    pin = ask.text("pin") or (inner.get("pin") if isinstance(inner, dict) else None)
    name, visibility = ask.text("new_display_name"), ask.text("search_visibility")
    webhook = ask.structure("webhook_configuration") is not None
    if not (pin or name or visibility or webhook or ask.text("connection_status")):
        raise invalid("The parameter webhook_configuration is required.")
    if visibility is not None and visibility not in _VISIBILITIES:
        raise invalid(f"Param search_visibility must be one of {{{', '.join(_VISIBILITIES)}}}")
    business_id = caller.business.business_id
    if webhook:
        await numbers.change(rooms, caller, ask, number_id)
    if pin:
        await registration.change_pin(rooms.house, business_id, number_id, pin=str(pin))
    if name:
        await registration.ask_name(rooms.house, business_id, number_id, name=name)
    if visibility:
        async with rooms.house.store.transaction() as tx:
            values = {"search_visibility": json.dumps(visibility)}
            await tx.put_settings(business_id, number_id, values, rooms.house.clock.now())
    rooms.callers.forget()
    return {"success": True}
