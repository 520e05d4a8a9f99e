"""Signing in and out, the devices of a person, and what they say about themselves."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from clarine.domain.errors import Invalid
from clarine.domain.phone import parse_phone
from clarine.edge.people.door import Door, address_of, answering, body_of, id_in
from clarine.edge.people.shown import at_text
from clarine.edge.people.wire import CodeAsked, ProfileChange, SessionAsked
from clarine.flow.people import (
    SignIn,
    change_profile,
    devices_of,
    end_session,
    me_json,
    person_by_id,
    send_code,
    sign_in,
)

DEVICE_UNNAMED = "A device"


def sign_in_routes(door: Door) -> list[BaseRoute]:
    """The calls under ``/codes``, ``/sessions`` and ``/me``."""
    house = door.house

    async def ask_code(request: Request) -> Any:
        door.codes.take(address_of(request))
        asked: CodeAsked = await body_of(request, CodeAsked)
        phone = parse_phone(asked.phone)
        resend_after_s = await send_code(house, door.sender, phone, language=asked.language)
        return {"phone": str(phone.digits), "resend_after_s": resend_after_s}

    async def begin(request: Request) -> Any:
        door.signing_in.take(address_of(request))
        asked: SessionAsked = await body_of(request, SessionAsked)
        device = " ".join(asked.device.split()) or DEVICE_UNNAMED
        wanted = SignIn(parse_phone(asked.phone), asked.code, device, name=asked.name, language=asked.language)
        began = await sign_in(house, wanted)
        return {
            "token": began.token,
            "device_id": str(began.device_id),
            "me": me_json(began.person),
            "new": began.new,
        }

    async def sessions(request: Request) -> Any:
        caller = await door.caller(request)
        devices = await devices_of(house, caller.person_id)
        return {
            "sessions": [
                {
                    "device_id": str(device.device_id),
                    "name": device.name,
                    "created_at": at_text(device.created_at),
                    "seen_at": at_text(device.seen_at),
                    "current": device.device_id == caller.device_id,
                }
                for device in devices
            ]
        }

    async def end(request: Request) -> Any:
        caller = await door.caller(request)
        await end_session(house, caller.person_id, id_in(request, "device_id"))
        return {"ended": True}

    async def me(request: Request) -> Any:
        caller = await door.caller(request)
        return me_json(await person_by_id(house, caller.person_id))

    async def change_me(request: Request) -> Any:
        caller = await door.caller(request)
        door.writes.take(caller.person_id)
        change: ProfileChange = await body_of(request, ProfileChange)
        if change.name is not None and not change.name.strip():
            raise Invalid("a name has at least one character", field="name")
        return me_json(await change_profile(house, caller.person_id, name=change.name, language=change.language))

    return [
        Route("/codes", answering(ask_code), methods=["POST"]),
        Route("/sessions", answering(begin), methods=["POST"]),
        Route("/sessions", answering(sessions), methods=["GET"]),
        Route("/sessions/{device_id}", answering(end), methods=["DELETE"]),
        Route("/me", answering(me), methods=["GET"]),
        Route("/me", answering(change_me), methods=["PATCH"]),
    ]
