"""The people's door as a list of routes to mount."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from clarine.domain.errors import NotFound
from clarine.edge.people.chats import chat_routes
from clarine.edge.people.door import Door, refusal
from clarine.edge.people.flows import flow_routes
from clarine.edge.people.hub import Hub
from clarine.edge.people.limits import PeopleRates
from clarine.edge.people.media import media_routes
from clarine.edge.people.shop import shop_routes
from clarine.edge.people.sign_in import sign_in_routes
from clarine.edge.people.socket import serve_socket
from clarine.flow.house import House
from clarine.flow.verbs import Verbs
from clarine.ports.exchange import Exchange
from clarine.ports.sender import Sender

PREFIX = "/people/v1"


def people_routes(
    house: House,
    verbs: Verbs,
    sender: Sender,
    *,
    rates: PeopleRates | None = None,
    exchange: Exchange | None = None,
) -> list[BaseRoute]:
    """The people's API; from now on its sockets hear the bells of *house*. A server that stops closes them (1012).

    *exchange* asks the endpoints of flows; without one they do not answer.
    """
    door = Door(house, verbs, sender, rates=rates or PeopleRates(), exchange=exchange)
    hub = Hub(house.bus, forget=door.sessions.heard)

    async def socket(websocket: WebSocket) -> None:
        await serve_socket(door, hub, websocket)

    return [
        Mount(
            PREFIX,
            routes=[
                *sign_in_routes(door),
                *chat_routes(door),
                *media_routes(door),
                *flow_routes(door),
                *shop_routes(door),
                WebSocketRoute("/socket", socket),
                Route("/{rest:path}", _nothing),
            ],
        )
    ]


async def _nothing(request: Request) -> Response:
    return refusal(NotFound("there is no such call"))
