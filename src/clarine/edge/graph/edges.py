"""The edges that are asked rarely, of every kind of object; the frequent ones stand in app.py."""

from __future__ import annotations

from typing import Any

from clarine.domain.ids import Kind, kind_of
from clarine.edge.graph import (
    accounts,
    catalogues,
    messages,
    number_settings,
    registration,
    resumable,
    short_links,
    template_edges,
    unoffered,
)
from clarine.edge.graph.asking import Ask
from clarine.edge.graph.callers import Caller
from clarine.edge.graph.rooms import Rooms


async def answer(rooms: Rooms, caller: Caller, ask: Ask, object_id: int, *, edge: str) -> dict[str, Any] | None:
    """The answer of an edge of the caller's own object, or None when there is no such edge.

    Raises ApiError 3 for edges of the original that are not offered here.
    """
    found: dict[str, Any] | None = None
    match kind_of(object_id):
        case Kind.PHONE_NUMBER:
            found = await _number(rooms, caller, ask, object_id, edge=edge)
            if found is None:
                found = await _number_settings(rooms, caller, ask, object_id, edge=edge)
        case Kind.ACCOUNT:
            found = await _account(rooms, caller, ask, edge)
        case Kind.APP:
            if (ask.method, edge) == ("POST", "uploads"):
                found = await resumable.begin(rooms, caller, ask)
        case Kind.BUSINESS:
            found = accounts.of_portfolio(rooms, caller, ask, edge)
            if found is None:
                found = await catalogues.of_business(rooms, caller, ask, edge)
        case Kind.TEMPLATE:
            found = await _template(rooms, caller, ask, object_id, edge=edge)
    if found is None:
        unoffered.refuse(edge)
    return found


async def _number(rooms: Rooms, caller: Caller, ask: Ask, number_id: int, *, edge: str) -> dict[str, Any] | None:
    match ask.method, edge.split("/"):
        case "POST", ["marketing_messages"]:
            return await messages.post_marketing(rooms, caller, ask, number_id)
        case "POST", ["register"]:
            return await registration.register(rooms, caller, ask, number_id)
        case "POST", ["deregister"]:
            return await registration.deregister(rooms, caller, number_id)
        case "POST", ["request_code"]:
            return await registration.request_code(rooms, caller, ask, number_id)
        case "POST", ["verify_code"]:
            return await registration.verify_code(rooms, caller, ask, number_id)
        case "POST", ["message_qrdls"]:
            return await short_links.create(rooms, caller, ask, number_id)
        case "GET", ["message_qrdls"]:
            return await short_links.listed(rooms, caller, ask, number_id)
        case "GET", ["message_qrdls", code]:
            return await short_links.show(rooms, caller, ask, number_id, code)
        case "DELETE", ["message_qrdls", *code]:
            return await short_links.delete(rooms, caller, ask, number_id, code[0] if code else None)
    return None


async def _number_settings(
    rooms: Rooms, caller: Caller, ask: Ask, number_id: int, *, edge: str
) -> dict[str, Any] | None:
    match ask.method, edge:
        case "GET", "settings":
            return await number_settings.show_settings(rooms, caller, ask, number_id)
        case "POST", "settings":
            return await number_settings.change_settings(rooms, caller, ask, number_id)
        case "GET", "conversational_automation":
            return await number_settings.show_automation(rooms, caller, number_id)
        case "POST", "conversational_automation":
            return await number_settings.change_automation(rooms, caller, ask, number_id)
        case "GET", "whatsapp_commerce_settings":
            return await number_settings.show_commerce(rooms, caller, number_id)
        case "POST", "whatsapp_commerce_settings":
            return await number_settings.change_commerce(rooms, caller, ask, number_id)
    return None


async def _account(rooms: Rooms, caller: Caller, ask: Ask, edge: str) -> dict[str, Any] | None:
    match ask.method, edge:
        case "POST", "":
            return await accounts.change(rooms, caller, ask)
        case "POST", "phone_numbers":
            return await registration.add(rooms, caller, ask)
        case "POST", "upsert_message_templates":
            return await template_edges.upsert(rooms, caller, ask)
        case "POST", "message_templates/archive":
            return await template_edges.archive(rooms, caller, ask)
        case "POST", "message_templates/unarchive":
            return await template_edges.unarchive(rooms, caller, ask)
        case "POST", "migrate_message_templates":
            return await template_edges.migrate(rooms, caller, ask)
        case "GET", "template_analytics":
            return await template_edges.analytics(rooms, caller, ask)
        case "GET", "analytics" | "conversation_analytics" | "pricing_analytics":
            return await accounts.figures_edge(rooms, caller, ask, edge)
        case "GET" | "POST" | "DELETE", "product_catalogs":
            return await catalogues.of_account(rooms, caller, ask)
        case "GET", "assigned_users":
            return await accounts.assigned(rooms, caller, ask)
        case "POST", "assigned_users":
            return await accounts.assign(rooms, caller, ask)
        case "DELETE", "assigned_users":
            return await accounts.unassign(rooms, caller, ask)
    return None


async def _template(rooms: Rooms, caller: Caller, ask: Ask, template_id: int, *, edge: str) -> dict[str, Any] | None:
    match ask.method, edge:
        case "POST", "unpause":
            return await template_edges.unpause(rooms, caller, ask, template_id)
        case "GET", "compare":
            return await template_edges.compare(rooms, caller, ask, template_id)
    return None
