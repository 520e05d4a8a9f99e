"""Accounts, apps and tokens: the WABA and app nodes, ``/me``, ``/oauth/access_token``, ``/debug_token``."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from typing import Any, Final

from clarine.edge.graph import figures
from clarine.edge.graph.asking import Ask
from clarine.edge.graph.callers import Caller
from clarine.edge.graph.errors import ApiError, invalid
from clarine.edge.graph.fields import choose, parse_fields
from clarine.edge.graph.numbers import settings_of
from clarine.edge.graph.paging import page
from clarine.edge.graph.rooms import Rooms
from clarine.flow.registration import rename_account
from clarine.ports.account_rows import AssignedRow

#: What somebody assigned to an account may do.
TASKS: Final = (
    "FULL_CONTROL", "MANAGE", "DEVELOP", "MANAGE_TEMPLATES", "MANAGE_PHONE", "VIEW_COST", "MANAGE_EXTENSIONS", "VIEW_PHONE_ASSETS",
    "MANAGE_PHONE_ASSETS", "VIEW_TEMPLATES", "VIEW_INSIGHTS", "MESSAGING", "MANAGE_BUSINESS_PHONES",
)  # fmt: skip
ASSIGNED_MAX: Final = 200
_ACCOUNT_FIELDS: Final = ("id", "name", "currency", "timezone_id", "message_template_namespace")
SCOPES: Final = ("whatsapp_business_management", "whatsapp_business_messaging", "business_management", "public_profile")


async def account(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``GET /{waba}``, with figures when fields asks for them."""
    fields = ask.text("fields")
    values = _account(caller, await settings_of(rooms, caller, caller.business.waba_id))
    for asked in parse_fields(fields) if fields else ():
        if asked.name in figures.FIELDS:
            business_id = caller.business.business_id
            values[asked.name] = await figures.figures(rooms, business_id, asked.name, asked.modifiers)
    return choose(values, fields, usual=_ACCOUNT_FIELDS, node="WhatsAppBusinessAccount")


async def figures_edge(rooms: Rooms, caller: Caller, ask: Ask, name: str) -> dict[str, Any]:
    """``GET /{waba}/pricing_analytics`` and its kin: the figures as an edge, asked for by parameters."""
    names = ("start", "end", "granularity", "phone_numbers", "country_codes", "dimensions", "metric_types")
    asked = {each: _folded(ask.params[each]) for each in names if each in ask.params}
    return await figures.figures(rooms, caller.business.business_id, name, asked)


def _folded(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _account(caller: Caller, settings: Mapping[str, Any]) -> dict[str, Any]:
    """An account's fields; those that nothing here fills are known and left out."""
    business = caller.business
    return {
        "id": str(business.waba_id),
        "name": business.name,
        "currency": business.currency,
        "timezone_id": settings.get("timezone_id", "1"),
        "message_template_namespace": f"{business.waba_id:032x}",
        "account_review_status": "APPROVED",
        "business_verification_status": "verified" if business.verified else "not_verified",
        "country": caller.country,
        "ownership_type": "SELF",
        "owner_business_info": {"id": str(business.business_id), "name": business.name},
        "status": "ACTIVE",
        "health_status": {"can_send_message": "AVAILABLE", "entities": []},
        "is_enabled_for_insights": True,
        **dict.fromkeys(figures.FIELDS),
        "disable_marketing_messages_on_cloud_api": False,
        "marketing_messages_lite_api_status": None,
        "marketing_messages_onboarding_status": None,
        "on_behalf_of_business_info": None,
        "primary_business_location": None,
        "primary_funding_id": None,
        "purchase_order_number": None,
        "subscribed_apps": None,
        "whatsapp_business_manager_messaging_limit": caller.tier,
    }


async def change(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``POST /{waba}``: name, timezone_id, is_enabled_for_insights (always so)."""
    name, timezone = ask.text("name"), ask.text("timezone_id")
    if name is None and timezone is None and ask.text("is_enabled_for_insights") is None:
        raise invalid("One of name, timezone_id, is_enabled_for_insights is required.")
    if timezone is not None and not (timezone.isdecimal() and len(timezone) <= 3):
        raise invalid("Param timezone_id must be a timezone's number")
    business = caller.business
    await rename_account(rooms.house, business.business_id, business.waba_id, name=name, timezone_id=timezone)
    rooms.callers.forget()
    return {"success": True, "id": str(business.waba_id)}


async def assigned(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``GET /{waba}/assigned_users``: the portfolio's own user, then those that were assigned."""
    async with rooms.house.store.transaction() as tx:
        rows = await tx.assigned_users(caller.business.business_id)
    own = {"id": str(caller.business.business_id), "name": caller.business.name, "tasks": list(TASKS)}
    others = [{"id": str(row.user_id), "name": str(row.user_id), "tasks": list(row.tasks)} for row in rows]
    fields = ask.text("fields")
    data = [choose(each, fields, usual=("id", "name", "tasks"), node="AssignedUser") for each in (own, *others)]
    found = page(ask, data, first=0, last=len(data) - 1, more=False, origin=ask.origin(rooms.house.settings.public_url))
    return found | ({"summary": {"total_count": len(data)}} if "summary" in ask.params else {})


async def assign(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``POST /{waba}/assigned_users?user=&tasks=``."""
    value = ask.structure("tasks")
    items = value if isinstance(value, list) else str(value or "").split(",")
    tasks = tuple(dict.fromkeys(str(each).strip(" '\"[]").upper() for each in items if str(each).strip(" '\"[]")))
    if not tasks or not set(tasks) <= set(TASKS):
        raise invalid(f"Param tasks must be of {{{', '.join(TASKS)}}}")
    row = AssignedRow(caller.business.business_id, _user(ask), tasks)
    async with rooms.house.store.transaction() as tx:
        if len(await tx.assigned_users(row.business_id)) >= ASSIGNED_MAX:
            raise invalid(f"An account has at most {ASSIGNED_MAX} assigned users")
        await tx.put_assigned_user(row, rooms.house.clock.now())
    return {"success": True}


async def unassign(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``DELETE /{waba}/assigned_users?user=``."""
    user_id = _user(ask)
    async with rooms.house.store.transaction() as tx:
        if not await tx.drop_assigned_user(caller.business.business_id, user_id):
            raise invalid("Param user: nobody with this id is assigned")
    return {"success": True}


def _user(ask: Ask) -> int:
    user = ask.text("user")
    if user is None or not user.isdecimal() or len(user) > 18:
        raise invalid("The parameter user is required: a user's id.")
    return int(user)


def of_portfolio(rooms: Rooms, caller: Caller, ask: Ask, edge: str) -> dict[str, Any] | None:
    """``GET /{business}/owned_whatsapp_business_accounts`` and ``client_…``: its own account, and nobody else's."""
    match ask.method, edge:
        case "GET", "owned_whatsapp_business_accounts":
            values = _account(caller, {})
            shown = choose(values, ask.text("fields"), usual=_ACCOUNT_FIELDS, node="WhatsAppBusinessAccount")
            origin = ask.origin(rooms.house.settings.public_url)
            return page(ask, [shown], first=0, last=0, more=False, origin=origin)
        case "GET", "client_whatsapp_business_accounts":
            return {"data": []}
    return None


def app(caller: Caller, ask: Ask) -> dict[str, Any]:
    """``GET /{app}``."""
    values: dict[str, Any] = {
        "id": str(caller.business.app_id),
        "name": caller.business.name,
        "link": None,
        "category": "Business",
        "namespace": None,
    }
    return choose(values, ask.text("fields"), usual=("category", "name", "id"), node="Application")


def owner(caller: Caller, ask: Ask) -> dict[str, Any]:
    """``GET /me`` and ``GET /{business}``: the business that the token stands for."""
    values: dict[str, Any] = {
        "id": str(caller.business.business_id),
        "name": caller.business.name,
        "verification_status": "verified" if caller.business.verified else "not_verified",
    }
    return choose(values, ask.text("fields"), usual=("name", "id"), node="Business")


async def access_token(rooms: Rooms, ask: Ask) -> dict[str, Any]:
    """``GET|POST /oauth/access_token``: the app's own token for client_credentials, the same token for an exchange."""
    grant = ask.text("grant_type") or ("authorization_code" if ask.text("code") else None)
    client_id, secret = ask.text("client_id"), ask.text("client_secret")
    for name, value in (("client_id", client_id), ("client_secret", secret)):
        if value is None:
            raise ApiError(100, message=f"Missing {name} parameter.")
    app_token = f"{client_id}|{secret}"
    caller = await rooms.callers.look_up(app_token)
    if caller is None:
        raise ApiError(100, message="Error validating client secret.")
    match grant:
        case "client_credentials":
            return {"access_token": app_token, "token_type": "bearer"}
        case "fb_exchange_token":
            given = ask.text("fb_exchange_token") or ""
            holder = await rooms.callers.look_up(given)
            if holder is None or holder.business.business_id != caller.business.business_id:
                raise ApiError(190, message="Invalid OAuth access token - Cannot parse access token")
            return {"access_token": given, "token_type": "bearer"}
        case "authorization_code":
            raise ApiError(100, message="Invalid verification code format.")
        case _:
            raise ApiError(100, message="Missing or unsupported grant_type parameter.")


async def debug_token(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``GET /debug_token?input_token=``: what a token of the caller's own is good for; of others only that it is not valid."""
    token = ask.text("input_token")
    if token is None:
        raise invalid("The parameter input_token is required.")
    holder = await rooms.callers.look_up(token)
    if holder is None or not hmac.compare_digest(str(holder.business.business_id), str(caller.business.business_id)):
        error = {"code": 190, "message": "Invalid OAuth access token - Cannot parse access token", "subcode": 463}
        return {"data": {"error": error, "is_valid": False, "scopes": []}}
    business = holder.business
    targets = [str(business.waba_id)]
    data: dict[str, Any] = {
        "app_id": str(business.app_id),
        "type": "SYSTEM_USER" if holder.issued_at is not None else "APP",
        "application": business.name,
        "data_access_expires_at": 0,
        "expires_at": 0,
        "is_valid": True,
        "scopes": list(SCOPES),
        "granular_scopes": [{"scope": scope, "target_ids": targets} for scope in SCOPES[:2]],
        "user_id": str(business.business_id),
    }
    if holder.issued_at is not None:
        data["issued_at"] = int(holder.issued_at.timestamp())
    return {"data": data}
