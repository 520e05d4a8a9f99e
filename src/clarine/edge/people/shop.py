"""A person looks at what a business offers: behind a message, or the catalogue that it shows to everyone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from clarine.domain.catalogue import is_for_sale
from clarine.domain.ids import SEQ_MAX
from clarine.domain.message import Media
from clarine.edge.people.door import Door, answering, id_in, number_in
from clarine.edge.people.media import link_shown
from clarine.flow.links import signed
from clarine.flow.shop import Offered, shelf_of, shop_of
from clarine.ports.catalogue_rows import ProductRow


def shop_routes(door: Door) -> list[BaseRoute]:
    """``/chats/{business_id}/shop`` and ``/chats/{business_id}/shelves/{seq}``."""

    async def shop(request: Request) -> Any:
        await door.caller(request)
        business_id = id_in(request, "business_id")
        return _shown(door, request, await shop_of(door.house, business_id, after_id=_after(request)))

    async def shelf(request: Request) -> Any:
        caller = await door.caller(request)
        business_id, seq = id_in(request, "business_id"), id_in(request, "seq")
        found = await shelf_of(door.house, caller.person_id, business_id, seq=seq, after_id=_after(request))
        return _shown(door, request, found)

    return [
        Route("/chats/{business_id}/shop", answering(shop), methods=["GET"]),
        Route("/chats/{business_id}/shelves/{seq}", answering(shelf), methods=["GET"]),
    ]


def _after(request: Request) -> int | None:
    return number_in(request, "after", default=0, least=0, most=SEQ_MAX) or None


def _shown(door: Door, request: Request, offered: Offered) -> dict[str, Any]:
    return {
        "catalog_id": str(offered.catalogue_id),
        "cart": offered.cart,
        "sections": [
            {"title": title, "products": [_product(door, request, row) for row in rows]}
            for title, rows in offered.sections
        ],
        "more": offered.more,
    }


def _product(door: Door, request: Request, row: ProductRow) -> dict[str, Any]:
    return {
        "product_id": str(row.product_id),
        "catalog_id": str(row.catalogue_id),
        "retailer_id": row.retailer_id,
        "name": row.name,
        "description": row.description,
        "price_micros": row.price_micros,
        "currency": row.currency,
        "for_sale": is_for_sale(row.availability),
        "picture": _picture(door, request, row),
    }


def _picture(door: Door, request: Request, row: ProductRow) -> dict[str, Any] | None:
    if row.picture is None:
        return None
    medium = msgspec.json.decode(row.picture, type=Media)
    expires_at = door.house.clock.now() + timedelta(seconds=door.house.settings.media_link_ttl_s)
    return link_shown(request, signed(door.house, medium, expires_at), door.house.settings.public_url)
