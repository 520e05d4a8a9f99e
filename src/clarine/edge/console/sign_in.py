"""Signing in to a console and out again; both consoles have the same four requests."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clarine.domain.errors import ClarineError
from clarine.edge.console.door import SESSION_COOKIE, Visit, behind, check_origin, let_in, let_out, read_body, refusal
from clarine.flow.house import House
from clarine.flow.staff import Door, SignIn, sign_out
from clarine.ports.console_rows import StaffRow


class Credentials(msgspec.Struct, forbid_unknown_fields=True):
    email: str
    password: str


class Link(msgspec.Struct, forbid_unknown_fields=True):
    link: str


def sign_in_routes(house: House, sign_in: SignIn, door: Door) -> list[Route]:
    """``sign-in``, ``link``, ``sign-out`` and ``me`` of one console."""

    async def with_password(request: Request) -> Response:
        try:
            check_origin(house, request)
            asked = await read_body(request, Credentials)
            signed_in = await sign_in.with_password(
                email=asked.email, password=asked.password, door=door, address=_address(request)
            )
            return let_in(house, request, door, signed_in, await _me(house, signed_in.staff))
        except ClarineError as error:
            return refusal(error)

    async def with_link(request: Request) -> Response:
        try:
            check_origin(house, request)
            asked = await read_body(request, Link)
            signed_in = await sign_in.with_link(asked.link, door=door, address=_address(request))
            return let_in(house, request, door, signed_in, await _me(house, signed_in.staff))
        except ClarineError as error:
            return refusal(error)

    async def leave(visit: Visit) -> Response:
        await sign_out(house, visit.request.cookies[SESSION_COOKIE])
        return let_out(door)

    async def me(visit: Visit) -> dict[str, Any]:
        return await _me(house, visit.staff)

    base = f"/console/v1/{door}"
    return [
        Route(f"{base}/sign-in", with_password, methods=["POST"]),
        Route(f"{base}/link", with_link, methods=["POST"]),
        Route(f"{base}/sign-out", behind(house, door, leave), methods=["POST"]),
        Route(f"{base}/me", behind(house, door, me)),
    ]


async def _me(house: House, staff: StaffRow) -> dict[str, Any]:
    found: dict[str, Any] = {"email": staff.email, "name": staff.name, "business": None}
    if staff.business_id is not None:
        async with house.store.transaction() as tx:
            business = (await tx.businesses([staff.business_id]))[staff.business_id]
        found["business"] = {
            "business_id": str(business.business_id),
            "name": business.name,
            "verified": business.verified,
            "currency": business.currency,
        }
    return found


def _address(request: Request) -> str:
    return request.client.host if request.client is not None else ""
