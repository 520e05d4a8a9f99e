"""Accounts, apps and tokens: the WABA and app nodes, ``/me``, ``/oauth/access_token``, ``/debug_token``."""

from __future__ import annotations

import hmac
from typing import Any, Final

from clarine.edge.graph.asking import Ask
from clarine.edge.graph.callers import Caller
from clarine.edge.graph.errors import ApiError, invalid
from clarine.edge.graph.fields import choose
from clarine.edge.graph.rooms import Rooms

SCOPES: Final = ("whatsapp_business_management", "whatsapp_business_messaging", "business_management", "public_profile")


def account(caller: Caller, ask: Ask) -> dict[str, Any]:
    """``GET /{waba}``."""
    business = caller.business
    values: dict[str, Any] = {
        "id": str(business.waba_id),
        "name": business.name,
        "currency": business.currency,
        "timezone_id": "1",
        "message_template_namespace": f"{business.waba_id:032x}",
        "account_review_status": "APPROVED",
        "business_verification_status": "verified" if business.verified else "not_verified",
        "country": caller.country,
        "ownership_type": "SELF",
        "owner_business_info": {"id": str(business.business_id), "name": business.name},
        "status": "ACTIVE",
        "health_status": {"can_send_message": "AVAILABLE", "entities": []},
        "is_enabled_for_insights": False,
        "marketing_messages_lite_api_status": None,
        "on_behalf_of_business_info": None,
        "primary_business_location": None,
        "primary_funding_id": None,
        "purchase_order_number": None,
        "whatsapp_business_manager_messaging_limit": "TIER_UNLIMITED",
    }
    usual = ("id", "name", "currency", "timezone_id", "message_template_namespace")
    return choose(values, ask.text("fields"), usual=usual, node="WhatsAppBusinessAccount")


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
