"""A person plays the form behind a message: its screens, and what its business's endpoint answers."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from clarine.domain.errors import ClarineError
from clarine.domain.message import FlowReply
from clarine.edge.people.door import Door, answering, body_of, id_in
from clarine.edge.people.wire import FlowStep
from clarine.flow.inbound import Written
from clarine.flow.playing import Step, answered, exchange_data, played


def flow_routes(door: Door) -> list[BaseRoute]:
    """The calls under ``/chats/{business_id}/flows/{seq}``."""

    async def screens(request: Request) -> Any:
        caller = await door.caller(request)
        play = await played(door.house, caller.person_id, id_in(request, "business_id"), seq=id_in(request, "seq"))
        launch = play.launch
        assert play.row.flow_json is not None
        return {
            "flow": msgspec.Raw(play.row.flow_json.encode()),
            "action": launch.action,
            "screen": launch.screen,
            "data": launch.data or {},
        }

    async def step(request: Request) -> Any:
        caller = await door.caller(request)
        door.writes.take(caller.person_id)
        business_id, seq = id_in(request, "business_id"), id_in(request, "seq")
        sent: FlowStep = await body_of(request, FlowStep)
        state = await answered(door.house, caller.person_id, sent.client_key)
        if state is None:
            play = await played(door.house, caller.person_id, business_id, seq=seq)
            following = await exchange_data(door.house, door.exchange, play, Step(sent.action, sent.screen, sent.data))
            if not isinstance(following, FlowReply):
                return {"screen": following.screen, "data": following.data}
            answer = await door.verbs.write(
                Written(caller.person_id, business_id, sent.client_key, following, reply_to_seq=seq)
            )
            if isinstance(answer, ClarineError):
                raise answer
            state = answer
        return {"message": (await door.shelf.messages([state]))[0]}

    return [
        Route("/chats/{business_id}/flows/{seq}", answering(screens), methods=["GET"]),
        Route("/chats/{business_id}/flows/{seq}/steps", answering(step), methods=["POST"]),
    ]
