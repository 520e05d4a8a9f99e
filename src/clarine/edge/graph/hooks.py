"""Where webhooks go: ``/{waba}/subscribed_apps`` with its override, and ``/{app}/subscriptions``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from clarine.edge.graph.asking import Ask
from clarine.edge.graph.callers import Caller
from clarine.edge.graph.errors import invalid
from clarine.edge.graph.rooms import Rooms
from clarine.flow.subscribe import FIELDS, subscribe, subscriptions, unsubscribe

OBJECT: Final = "whatsapp_business_account"
FIELDS_MAX: Final = 100


async def subscribed(rooms: Rooms, caller: Caller) -> dict[str, Any]:
    """``GET /{waba}/subscribed_apps``."""
    business = caller.business
    app = {"link": "", "name": business.name, "id": str(business.app_id)}
    data: list[dict[str, Any]] = []
    for route in await subscriptions(rooms.house, business.business_id):
        if route.scope == "account":
            item: dict[str, Any] = {"whatsapp_business_api_data": app}
            if route.url is not None:
                item["override_callback_uri"] = route.url
            data.append(item)
    return {"data": data}


async def subscribe_account(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``POST /{waba}/subscribed_apps``: with an override, or without one (which takes an earlier one away)."""
    await subscribe(
        rooms.house,
        rooms.http,
        business_id=caller.business.business_id,
        scope="account",
        object_id=caller.business.waba_id,
        url=ask.text("override_callback_uri"),
        verify_token=ask.text("verify_token") or "",
    )
    return {"success": True}


async def unsubscribe_account(rooms: Rooms, caller: Caller) -> dict[str, Any]:
    """``DELETE /{waba}/subscribed_apps``."""
    business = caller.business
    await unsubscribe(rooms.house, business_id=business.business_id, scope="account", object_id=business.waba_id)
    return {"success": True}


async def app_subscriptions(rooms: Rooms, caller: Caller, version: str) -> dict[str, Any]:
    """``GET /{app}/subscriptions``."""
    return {
        "data": [
            {
                "object": OBJECT,
                "callback_url": route.url,
                "active": True,
                "fields": [{"name": name, "version": version} for name in route.fields],
            }
            for route in await subscriptions(rooms.house, caller.business.business_id)
            if route.scope == "app"
        ]
    }


async def subscribe_app(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``POST /{app}/subscriptions``: the challenge GET arrives at the callback while this call is open."""
    if (ask.text("object") or OBJECT) != OBJECT:
        raise invalid(f"Param object must be one of {{{OBJECT.upper()}}}")
    url = ask.text("callback_url")
    if url is None:
        raise invalid("The parameter callback_url is required.")
    await subscribe(
        rooms.house,
        rooms.http,
        business_id=caller.business.business_id,
        scope="app",
        object_id=caller.business.app_id,
        url=url,
        verify_token=ask.text("verify_token") or "",
        fields=_fields(ask) or FIELDS,
    )
    return {"success": True}


async def unsubscribe_app(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``DELETE /{app}/subscriptions[?fields=]``: some fields, or all."""
    business = caller.business
    gone = _fields(ask)
    routes = await subscriptions(rooms.house, business.business_id)
    route = next((each for each in routes if each.scope == "app"), None)
    kept = tuple(name for name in route.fields if name not in gone) if route is not None and gone else ()
    if route is not None and kept:
        async with rooms.house.store.transaction() as tx:
            await tx.put_subscriptions([replace(route, fields=kept)], rooms.house.clock.now())
        return {"success": True}
    await unsubscribe(rooms.house, business_id=business.business_id, scope="app", object_id=business.app_id)
    return {"success": True}


def _fields(ask: Ask) -> tuple[str, ...]:
    """``fields`` as CSV or as a JSON list of names (or of objects with a name)."""
    value = ask.structure("fields")
    items = value if isinstance(value, list) else str(value or "").split(",")
    names = [str(each.get("name", "")) if isinstance(each, dict) else str(each) for each in items]
    found = tuple(name.strip() for name in names if name.strip())
    if len(found) > FIELDS_MAX or any("," in name for name in found):
        raise invalid("Param fields is not a list of webhook fields")
    return found
