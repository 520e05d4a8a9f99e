"""The consoles of businesses and of the operator: JSON under /console/v1 for the pages at /business and /operator."""

from __future__ import annotations

from starlette.routing import Route

from clarine.edge.console.business import business_routes
from clarine.edge.console.operator import operator_routes
from clarine.edge.console.sign_in import sign_in_routes
from clarine.flow.house import House
from clarine.flow.staff import SignIn
from clarine.ports.passwords import Passwords


def console_routes(house: House, passwords: Passwords) -> list[Route]:
    """All routes of both consoles."""
    sign_in = SignIn(house, passwords)
    return [
        *sign_in_routes(house, sign_in, "business"),
        *business_routes(house),
        *sign_in_routes(house, sign_in, "operator"),
        *operator_routes(house),
    ]
