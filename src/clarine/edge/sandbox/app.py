"""The sandbox's door as a list of routes to mount; build.py mounts it only when the settings ask for a sandbox."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Mount, Route

from clarine.domain.errors import NotFound
from clarine.edge.sandbox.businesses import business_routes
from clarine.edge.sandbox.door import Stage, answering
from clarine.edge.sandbox.people import people_routes
from clarine.edge.sandbox.seen import seen_routes
from clarine.edge.sandbox.world import world_routes

PREFIX = "/sandbox"


def sandbox_routes(stage: Stage) -> list[BaseRoute]:
    """The sandbox's API."""

    async def nothing(_: Request) -> Any:
        raise NotFound("the sandbox has no such call")

    routes = [
        *world_routes(stage),
        *business_routes(stage),
        *people_routes(stage),
        *seen_routes(stage),
        Route("/{rest:path}", answering(stage, nothing)),
    ]
    return [Mount(PREFIX, routes=routes)]
