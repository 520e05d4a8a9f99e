"""A phone number of a business: what it shows, its profile, its webhook override, and whom it blocks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import phonenumbers

from clarine.domain.errors import Conflict, Denied, Invalid
from clarine.domain.phone import display, parse_phone
from clarine.edge.graph.asking import Ask
from clarine.edge.graph.callers import Caller
from clarine.edge.graph.errors import invalid, of_domain
from clarine.edge.graph.fields import choose
from clarine.edge.graph.media import DOWNLOAD_PATH
from clarine.edge.graph.paging import limit_of, page, place
from clarine.edge.graph.rooms import Rooms
from clarine.flow import business as accounts
from clarine.flow.resumable import PICTURE_SETTING, picture_link, put_profile_picture
from clarine.flow.subscribe import subscribe, subscriptions, unsubscribe
from clarine.ports.records import PhoneNumberRow, Subscription

USUAL_FIELDS: Final = (
    "verified_name",
    "code_verification_status",
    "display_phone_number",
    "quality_rating",
    "platform_type",
    "throughput",
    "last_onboarded_time",
    "webhook_configuration",
    "id",
)
_NODE: Final = "WhatsAppBusinessPhoneNumber"
_PROFILE_NODE: Final = "WhatsAppBusinessProfile"
_PROFILE_FIELDS: Final = (
    "about", "address", "description", "email", "profile_picture_url", "websites", "vertical", "messaging_product",
)  # fmt: skip
_NOT_CHANGED: Final = frozenset({"messaging_product", "access_token", "profile_picture_handle", "account_name"})
BLOCKS_MAX: Final = 1_000


async def show(rooms: Rooms, caller: Caller, ask: Ask, phone_number_id: int) -> dict[str, Any]:
    """``GET /{phone}?fields=``."""
    routes = await subscriptions(rooms.house, caller.business.business_id)
    found = await settings_of(rooms, caller, phone_number_id)
    return shown(caller, caller.numbers[phone_number_id], ask.text("fields"), routes=routes, settings=found)


async def settings_of(rooms: Rooms, caller: Caller, object_id: int) -> dict[str, Any]:
    """What the business set on a number or its account, by name."""
    async with rooms.house.store.transaction() as tx:
        found = (await tx.settings(caller.business.business_id)).get(object_id, {})
    return {name: json.loads(body) for name, body in found.items()}


async def listed(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``GET /{waba}/phone_numbers``."""
    routes = await subscriptions(rooms.house, caller.business.business_id)
    after, limit = place(ask, "after"), limit_of(ask)
    rows = sorted(caller.numbers.values(), key=lambda row: row.phone_number_id)
    rows = [row for row in rows if after is None or row.phone_number_id > after]
    more, rows = len(rows) > limit, rows[:limit]
    data = [shown(caller, row, ask.text("fields"), routes=routes, settings={}) for row in rows]
    first, last = (rows[0].phone_number_id, rows[-1].phone_number_id) if rows else (None, None)
    origin = ask.origin(rooms.house.settings.public_url)
    return page(ask, data, first=first, last=last, more=more, origin=origin)


def shown(
    caller: Caller, row: PhoneNumberRow, fields: str | None, *, routes: list[Subscription], settings: Mapping[str, Any]
) -> dict[str, Any]:
    """A number by the ``fields`` grammar; fields that nothing here fills are known and left out."""
    values: dict[str, Any] = {
        "id": str(row.phone_number_id),
        "verified_name": row.verified_name,
        "display_phone_number": display(row.phone),
        "code_verification_status": "VERIFIED" if row.verified else "NOT_VERIFIED",
        "quality_rating": row.quality,
        "quality_score": {"score": row.quality},
        "platform_type": "CLOUD_API",
        "host_platform": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
        "status": "CONNECTED" if row.registered else "DISCONNECTED" if row.verified else "PENDING",
        "name_status": "APPROVED",
        "new_name_status": "PENDING_REVIEW" if row.requested_name is not None else "NONE",
        "new_display_name": row.requested_name,
        "account_mode": "LIVE" if row.allowed_to is None else "SANDBOX",
        "is_official_business_account": caller.business.verified,
        "is_on_biz_app": False,
        "is_pin_enabled": bool(settings.get("pin")),
        "is_preverified_number": False,
        "search_visibility": settings.get("search_visibility", "NON_VISIBLE"),
        "last_onboarded_time": caller.business.created_at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "webhook_configuration": _webhook_configuration(routes, row.phone_number_id) or None,
        "country_code": caller.country,
        "country_dial_code": _dial_code(row.phone),
        "whatsapp_business_manager_messaging_limit": caller.tier,
        "messaging_limit_tier": caller.tier,
        "health_status": {"can_send_message": "AVAILABLE" if row.registered else "BLOCKED", "entities": []},
        "certificate": None,
        "new_certificate": None,
        "conversational_automation": settings.get("conversational_automation"),
        "eligibility_for_api_business_global_search": None,
        "official_business_account": None,
        "unified_cert_status": None,
        "username": None,
    }
    return choose(values, fields, usual=USUAL_FIELDS, node=_NODE)


def _dial_code(phone: int) -> str | None:
    try:
        return str(phonenumbers.parse(f"+{phone}").country_code)
    except phonenumbers.NumberParseException:
        return None


def _webhook_configuration(routes: list[Subscription], phone_number_id: int) -> dict[str, str]:
    names = {"app": "application", "account": "whatsapp_business_account", "phone_number": "phone_number"}
    return {
        names[route.scope]: route.url
        for route in routes
        if route.url is not None and (route.scope != "phone_number" or route.object_id == phone_number_id)
    }


async def change(rooms: Rooms, caller: Caller, ask: Ask, phone_number_id: int) -> dict[str, Any]:
    """``POST /{phone}`` with webhook_configuration: an override of where this number's webhooks go; empty takes it away."""
    wanted = ask.structure("webhook_configuration")
    if not isinstance(wanted, dict):
        raise invalid("The parameter webhook_configuration is required.")
    url = wanted.get("override_callback_uri")
    business_id = caller.business.business_id
    if not url:
        await unsubscribe(rooms.house, business_id=business_id, scope="phone_number", object_id=phone_number_id)
        return {"success": True}
    await subscribe(
        rooms.house,
        rooms.http,
        business_id=business_id,
        scope="phone_number",
        object_id=phone_number_id,
        url=str(url),
        verify_token=str(wanted.get("verify_token") or ""),
    )
    return {"success": True}


async def profile(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``GET /{phone}/whatsapp_business_profile?fields=``."""
    business_id = caller.business.business_id
    async with rooms.house.store.transaction() as tx:
        row = (await tx.businesses([business_id]))[business_id]
    found: dict[str, Any] = json.loads(row.profile)
    values = dict.fromkeys(_PROFILE_FIELDS) | {"vertical": "UNDEFINED"} | found
    values |= {"about": row.about or None, "messaging_product": "whatsapp"}
    picture = (await settings_of(rooms, caller, business_id)).get(PICTURE_SETTING)
    if picture is not None:
        origin = ask.origin(rooms.house.settings.public_url)
        values["profile_picture_url"] = (
            f"{origin}/{'/'.join(DOWNLOAD_PATH)}/?{urlencode({'source': 'profile', 'hash': picture_link(rooms.house, *picture)})}"
        )
    return {"data": [choose(values, ask.text("fields"), usual=_PROFILE_FIELDS, node=_PROFILE_NODE)]}


async def change_profile(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``POST /{phone}/whatsapp_business_profile``."""
    if str(ask.params.get("messaging_product", "")).lower() != "whatsapp":
        raise invalid("The parameter messaging_product is required.")
    changes = {
        name: ask.structure(name) for name, value in ask.sent.items() if name not in _NOT_CHANGED and value is not None
    }
    async with rooms.house.store.transaction() as tx:
        business = (await tx.businesses([caller.business.business_id]))[caller.business.business_id]
    if (handle := ask.text("profile_picture_handle")) is not None:
        await put_profile_picture(rooms.house, business.business_id, handle)
    await accounts.put_profile(rooms.house, business, changes)
    rooms.callers.forget()
    return {"success": True}


async def blocked(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``GET /{phone}/block_users``, in pages."""
    limit = limit_of(ask)
    business_id = caller.business.business_id
    async with rooms.house.store.transaction() as tx:
        rows = await tx.shut_out_by(business_id, after_person=place(ask, "after") or 0, limit=limit + 1)
        people = await tx.people_by_id([row.person_id for row in rows])
    more, rows = len(rows) > limit, rows[:limit]
    seal = rooms.house.seal
    data = [
        {
            "messaging_product": "whatsapp",
            "input": str(row.phone),
            "wa_id": str(row.phone),
            "user_id": seal.user_id(row.person_id, business_id=business_id, country=people[row.person_id].country),
        }
        for row in rows
    ]
    first, last = (rows[0].person_id, rows[-1].person_id) if rows else (None, None)
    origin = ask.origin(rooms.house.settings.public_url)
    return page(ask, data, first=first, last=last, more=more, origin=origin)


async def block(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``POST /{phone}/block_users``: each user is answered for; one that cannot be blocked does not stop the others."""
    added, failed = [], []
    for user, person_id in await _users(rooms, caller, ask):
        try:
            if person_id is None:
                raise Denied("only people who wrote in the last 24 hours can be blocked", code="block_too_late")
            await accounts.shut_out(rooms.house, caller.business.business_id, [person_id])
            added.append(user)
        except (Denied, Conflict) as error:
            row = of_domain(error).row
            failure = {"message": row.title, "code": row.code, "error_data": {"details": error.details}}
            failed.append({**user, "errors": [failure]})
    users: dict[str, Any] = {"added_users": added}
    if failed:
        users["failed_users"] = failed
    found: dict[str, Any] = {"messaging_product": "whatsapp", "block_users": users}
    if failed:
        details = "Failed to block some users"
        found["errors"] = {"message": f"(#139100) {details}", "type": "OAuthException", "code": 139100,
                           "error_data": {"details": details}}  # fmt: skip
    return found


async def unblock(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``DELETE /{phone}/block_users`` (with a body)."""
    users = await _users(rooms, caller, ask)
    people = [person_id for _, person_id in users if person_id is not None]
    if people:
        await accounts.let_in(rooms.house, caller.business.business_id, people)
    return {"messaging_product": "whatsapp", "block_users": {"removed_users": [user for user, _ in users]}}


async def _users(rooms: Rooms, caller: Caller, ask: Ask) -> list[tuple[dict[str, str], int | None]]:
    """(what is answered about the user, person or None) for each entry of block_users."""
    entries = ask.structure("block_users")
    if not isinstance(entries, list) or not entries or not all(isinstance(each, dict) for each in entries):
        raise invalid("The parameter block_users is required.")
    if len(entries) > BLOCKS_MAX:
        raise invalid(f"Param block_users has at most {BLOCKS_MAX} entries")
    business_id, seal = caller.business.business_id, rooms.house.seal
    found: list[tuple[dict[str, str], int | None]] = []
    phones: dict[int, int] = {}
    for entry in entries:
        user = str(entry.get("user") or entry.get("user_id") or "")
        if entry.get("user_id") and not entry.get("user"):
            found.append(({"input": user, "user_id": user}, seal.person_of(user, business_id=business_id)))
            continue
        try:
            digits = parse_phone(user, default_country=caller.country).digits
        except Invalid as error:
            raise invalid(f"Param block_users: {error.details}") from None
        phones[len(found)] = digits
        found.append(({"input": user, "wa_id": str(digits)}, None))
    async with rooms.house.store.transaction() as tx:
        people = await tx.people_by_phone(set(phones.values()))
    return [
        (user, people[phones[place]].person_id if place in phones and phones[place] in people else person_id)
        for place, (user, person_id) in enumerate(found)
    ]
