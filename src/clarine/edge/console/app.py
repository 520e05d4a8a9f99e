"""All routes of the consoles."""

from __future__ import annotations

from starlette.routing import Route

from clarine.edge.console.business import business_routes
from clarine.edge.console.operator import operator_routes
from clarine.edge.console.sign_in import sign_in_routes
from clarine.flow.house import House
from clarine.flow.notify import Render
from clarine.flow.staff import SignIn


def console_routes(house: House, sign_in: SignIn, render: Render) -> list[Route]:
    """The routes of both consoles, to be hung under no prefix; *sign_in* is the one of this process,
    *render* makes webhooks."""
    return [
        *sign_in_routes(house, sign_in, "business"),
        *business_routes(house, render),
        *sign_in_routes(house, sign_in, "operator"),
        *operator_routes(house),
    ]
