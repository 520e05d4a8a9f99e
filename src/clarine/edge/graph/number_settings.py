"""What a business sets on a number: ice breakers and commands, the shop's switches, storage (Cloud API: settings …)."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from clarine.edge.graph.asking import Ask
from clarine.edge.graph.callers import Caller
from clarine.edge.graph.errors import ApiError, invalid
from clarine.edge.graph.fields import choose
from clarine.edge.graph.numbers import settings_of
from clarine.edge.graph.rooms import Rooms
from clarine.flow.catalogue import connected
from clarine.flow.shop import COMMERCE_SETTING

PROMPTS_MAX: Final = 4
PROMPT_CHARACTERS_MAX: Final = 80
COMMANDS_MAX: Final = 30
COMMAND_NAME_CHARACTERS_MAX: Final = 32
COMMAND_DESCRIPTION_CHARACTERS_MAX: Final = 256
_AUTOMATION: Final = "conversational_automation"
_COMMERCE_USUAL: Final = {"is_cart_enabled": True, "is_catalog_visible": False}
_COMMERCE_FIELDS: Final = tuple(_COMMERCE_USUAL)
_OBJECTS: Final = ("storage_configuration", "user_identity_change")
_STATUS: Final = ("enabled", "disabled")
_BOOLS: Final = {"true": True, "1": True, "false": False, "0": False}
_SETTINGS_FIELDS: Final = ("calling", "payload_encryption", *_OBJECTS)
_REGION: Final = re.compile(r"[A-Za-z]{2,5}")


async def show_settings(rooms: Rooms, caller: Caller, ask: Ask, number_id: int) -> dict[str, Any]:
    """``GET /{phone}/settings``."""
    found = await settings_of(rooms, caller, number_id)
    values = {name: found[name] for name in _OBJECTS if name in found}
    defaults: dict[str, Any] = {
        "calling": {"status": "DISABLED"},
        "payload_encryption": {"status": "DISABLED"},
        "storage_configuration": {"status": "DEFAULT"},
        "user_identity_change": {"enable_identity_key_check": False},
    }
    return choose(
        defaults | values, ask.text("fields"), usual=_SETTINGS_FIELDS, node="WhatsAppBusinessPhoneNumberSettings"
    )


async def change_settings(rooms: Rooms, caller: Caller, ask: Ask, number_id: int) -> dict[str, Any]:
    """``POST /{phone}/settings``; calls and payload encryption can be switched off, but not on."""
    for name in ("calling", "payload_encryption"):
        wanted = _object(ask, name)
        if wanted is not None and _status(wanted, name) == "enabled":
            raise ApiError(3, f"{name} is not offered here")
    changes: dict[str, str] = {}
    for name in _OBJECTS:
        wanted = _object(ask, name)
        if wanted is not None:
            changes[name] = json.dumps(_checked(name, wanted))
    if not changes and not any(ask.structure(name) for name in ("calling", "payload_encryption")):
        raise invalid(f"One of {', '.join(_SETTINGS_FIELDS)} is required.")
    await _put(rooms, caller, number_id, changes)
    return {"success": True}


def _object(ask: Ask, name: str) -> dict[str, Any] | None:
    found = ask.structure(name)
    if found is not None and not isinstance(found, dict):
        raise invalid(f"Param {name} must be an object")
    return found


def _status(wanted: dict[str, Any], name: str) -> str:
    status = str(wanted.get("status", "")).lower()
    if status not in _STATUS:
        raise invalid(f"Param {name}['status'] must be one of {{ENABLED, DISABLED}}")
    return status


def _checked(name: str, wanted: dict[str, Any]) -> dict[str, Any]:
    if name == "user_identity_change":
        value = wanted.get("enable_identity_key_check", wanted.get("enabled"))
        if not isinstance(value, bool):
            raise invalid(f"Param {name}['enable_identity_key_check'] must be true or false")
        return {"enable_identity_key_check": value}
    region = wanted.get("data_localization_region", wanted.get("region"))
    if region is not None and not (isinstance(region, str) and _REGION.fullmatch(region)):
        raise invalid(f"Param {name}['data_localization_region'] must be a region's letters")
    found: dict[str, Any] = {"status": "IN_COUNTRY_STORAGE_ENABLED" if region else "DEFAULT"}
    if region:
        found["data_localization_region"] = region.upper()
    return found


async def show_automation(rooms: Rooms, caller: Caller, number_id: int) -> dict[str, Any]:
    """``GET /{phone}/conversational_automation``."""
    found = (await settings_of(rooms, caller, number_id)).get(_AUTOMATION)
    return found or {"enable_welcome_message": False, "prompts": [], "commands": [], "id": str(number_id)}


async def change_automation(rooms: Rooms, caller: Caller, ask: Ask, number_id: int) -> dict[str, Any]:
    """``POST /{phone}/conversational_automation``: what is given replaces what was."""
    found = await show_automation(rooms, caller, number_id)
    if "prompts" in ask.params:
        found["prompts"] = _prompts(ask.structure("prompts"))
    if "commands" in ask.params:
        found["commands"] = _commands(ask.structure("commands"))
    welcome = ask.text("enable_welcome_message")
    if welcome is not None:
        found["enable_welcome_message"] = _bool(welcome, "enable_welcome_message")
    await _put(rooms, caller, number_id, {_AUTOMATION: json.dumps({**found, "id": str(number_id)})})
    return {"success": True}


def _prompts(value: object) -> list[str]:
    found = value if isinstance(value, list) else [] if value in (None, "") else [value]
    if len(found) > PROMPTS_MAX:
        raise invalid(f"Param prompts has at most {PROMPTS_MAX} entries")
    if not all(isinstance(each, str) and 0 < len(each) <= PROMPT_CHARACTERS_MAX for each in found):
        raise invalid(f"Param prompts: each is text of at most {PROMPT_CHARACTERS_MAX} characters")
    return [str(each) for each in found]


def _commands(value: object) -> list[dict[str, str]]:
    found = [] if value in (None, "") else value
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise invalid("Param commands must be a list of objects")
    if len(found) > COMMANDS_MAX:
        raise invalid(f"Param commands has at most {COMMANDS_MAX} entries")
    commands = []
    for each in found:
        name, description = str(each.get("command_name") or ""), str(each.get("command_description") or "")
        if not 0 < len(name) <= COMMAND_NAME_CHARACTERS_MAX:
            raise invalid(f"Param commands: command_name has 1 to {COMMAND_NAME_CHARACTERS_MAX} characters")
        if not 0 < len(description) <= COMMAND_DESCRIPTION_CHARACTERS_MAX:
            raise invalid(
                f"Param commands: command_description has 1 to {COMMAND_DESCRIPTION_CHARACTERS_MAX} characters"
            )
        commands.append({"command_name": name, "command_description": description})
    return commands


async def show_commerce(rooms: Rooms, caller: Caller, number_id: int) -> dict[str, Any]:
    """``GET /{phone}/whatsapp_commerce_settings``."""
    found = {**_COMMERCE_USUAL, **(await settings_of(rooms, caller, number_id)).get(COMMERCE_SETTING, {})}
    catalogue = await connected(rooms.house, caller.business.business_id)
    return {"data": [{**found, "id": str(catalogue.catalogue_id if catalogue else number_id)}]}


async def change_commerce(rooms: Rooms, caller: Caller, ask: Ask, number_id: int) -> dict[str, Any]:
    """``POST /{phone}/whatsapp_commerce_settings``."""
    found = dict((await settings_of(rooms, caller, number_id)).get(COMMERCE_SETTING, {}))
    given = {name: text for name in _COMMERCE_FIELDS if (text := ask.text(name)) is not None}
    if not given:
        raise invalid(f"One of {', '.join(_COMMERCE_FIELDS)} is required.")
    found |= {name: _bool(text, name) for name, text in given.items()}
    await _put(rooms, caller, number_id, {COMMERCE_SETTING: json.dumps(found)})
    return {"success": True}


def _bool(text: str, name: str) -> bool:
    try:
        return _BOOLS[text.lower()]
    except KeyError:
        raise invalid(f"Param {name} must be true or false") from None


async def _put(rooms: Rooms, caller: Caller, number_id: int, changes: dict[str, str]) -> None:
    if not changes:
        return
    async with rooms.house.store.transaction() as tx:
        await tx.put_settings(caller.business.business_id, number_id, changes, rooms.house.clock.now())
