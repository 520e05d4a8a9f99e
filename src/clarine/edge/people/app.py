"""The people's door: its calls as routes to mount, its sockets as what uvicorn hands connections to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from clarine.domain.errors import NotFound
from clarine.edge.people.chats import chat_routes
from clarine.edge.people.door import Door, refusal
from clarine.edge.people.flows import flow_routes
from clarine.edge.people.hub import Hub
from clarine.edge.people.limits import PeopleRates
from clarine.edge.people.line import Line, Serving
from clarine.edge.people.media import media_routes
from clarine.edge.people.shop import shop_routes
from clarine.edge.people.sign_in import sign_in_routes
from clarine.edge.people.socket import Sockets
from clarine.flow.house import House
from clarine.flow.people import streams_of
from clarine.flow.verbs import Verbs
from clarine.ports.exchange import Exchange
from clarine.ports.sender import Sender

PREFIX = "/people/v1"


@dataclass(frozen=True, slots=True)
class PeopleFront:
    """The calls to mount, and what uvicorn makes of a connection that becomes a WebSocket (its ``ws=``)."""

    routes: list[BaseRoute]
    line: Callable[..., Line]
    hub: Hub


def people_front(
    house: House,
    verbs: Verbs,
    sender: Sender,
    *,
    rates: PeopleRates | None = None,
    exchange: Exchange | None = None,
) -> PeopleFront:
    """The people's API; from now on its sockets hear the bells of *house*. A server that stops closes them (1012).

    *exchange* asks the endpoints of flows; without one they do not answer.
    """
    door = Door(house, verbs, sender, rates=rates or PeopleRates(), exchange=exchange)
    heartbeat_s = house.settings.heartbeat_s
    hub = Hub(house.bus, forget=door.sessions.heard, alive=partial(streams_of, house), heartbeat_s=heartbeat_s)
    sockets = Sockets(door, hub)

    def line(*, server_state: Serving, **_: object) -> Line:
        return Line(sockets, server_state)

    calls = [
        *sign_in_routes(door),
        *chat_routes(door),
        *media_routes(door),
        *flow_routes(door),
        *shop_routes(door),
        Route("/{rest:path}", _nothing),
    ]
    return PeopleFront([Mount(PREFIX, routes=calls)], line, hub)


async def _nothing(request: Request) -> Response:
    return refusal(NotFound("there is no such call"))
