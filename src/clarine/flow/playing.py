"""A person plays a flow: its screens are fetched for a message, its data goes to the business's endpoint, its answers back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec

from clarine.domain.conversation import Relation
from clarine.domain.errors import Conflict, Denied, Invalid, NotFound, Overloaded
from clarine.domain.flow_json import SUCCESS, completions
from clarine.domain.message import Direction, FlowLaunch, FlowReply, Status
from clarine.flow.exchanging import Asked, ask_endpoint, tell_error
from clarine.flow.house import House
from clarine.ports.exchange import Exchange
from clarine.ports.flow_rows import FlowRow
from clarine.ports.records import Business, MessageState

RESPONSE_CHARACTERS_MAX: Final = 60_000


@dataclass(frozen=True, slots=True)
class Played:
    """The form behind one message: *public_key* is that of the number which sent it.

    Without a key no data is exchanged: the number has none, or its business does not want to hear from this person.
    """

    row: FlowRow
    launch: FlowLaunch
    business: Business
    public_key: str | None

    @property
    def document(self) -> dict[str, Any]:
        """The Flow JSON; it was found right before the message was sent."""
        assert self.row.flow_json is not None
        found: dict[str, Any] = json.loads(self.row.flow_json)
        return found


@dataclass(frozen=True, slots=True)
class Step:
    """What a device asks of the endpoint: *action* as the API names it."""

    action: Literal["INIT", "BACK", "data_exchange"]
    screen: str | None = None
    data: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """The screen that follows and its data; ``error_message`` in the data is a sentence for the person."""

    screen: str
    data: dict[str, Any]


class _Opens(msgspec.Struct):
    flow: FlowLaunch | None = None


class _Stored(_Opens):
    buttons: list[_Opens] = []

    def launch(self) -> FlowLaunch | None:
        """The form that the message opens, by itself or by a button of a template."""
        return next((each.flow for each in (self, *self.buttons) if each.flow is not None), None)


async def played(house: House, person_id: int, business_id: int, *, seq: int) -> Played:
    """The form behind message *seq* of this chat. Raises NotFound, Denied (``blocked``), Conflict (``flow_over``)."""
    key = (person_id, seq)
    async with house.store.transaction() as tx:
        state = (await tx.messages([key])).get(key)
        launch = None
        if state is not None and state.status is not Status.FAILED and state.message.business_id == business_id:
            stored = msgspec.json.decode(state.message.content_json, type=_Stored)
            launch = stored.launch() if state.message.direction is Direction.TO_PERSON else None
        if state is None or launch is None:
            raise NotFound("this message opens no form")
        relation = (await tx.relations([(person_id, business_id)])).get((person_id, business_id), Relation())
        shut_out = bool(await tx.shut_out_among([(business_id, person_id)]))
        flow_key = (business_id, int(launch.flow_id))
        row = (await tx.flows([flow_key])).get(flow_key)
        keys = await tx.flow_keys(business_id)
        business = (await tx.businesses([business_id]))[business_id]
    if relation.blocked:
        raise Denied("you blocked this business; unblock it to write", code="blocked")
    if row is None or row.status in ("DEPRECATED", "BLOCKED") or row.flow_json is None or json.loads(row.findings):
        raise Conflict("this form is over", code="flow_over")
    return Played(row, launch, business, None if shut_out else keys.get(state.message.phone_number_id))


async def answered(house: House, person_id: int, client_key: str) -> MessageState | None:
    """The message that was already written under *client_key*, so that asking again asks no endpoint twice."""
    async with house.store.transaction() as tx:
        seq = (await tx.client_keys([(person_id, client_key)])).get((person_id, client_key))
        return None if seq is None else (await tx.messages([(person_id, seq)]))[person_id, seq]


def completed(play: Played, response: dict[str, Any]) -> FlowReply:
    """The person's answers, as a screen of the form completes it. Raises Invalid when no screen answers with these names."""
    if frozenset(response) not in completions(play.document):
        raise Invalid("no screen of this form answers so", field="content.response")
    return _reply(play, response)


async def exchange_data(house: House, exchange: Exchange | None, play: Played, step: Step) -> Shown | FlowReply:
    """Ask the endpoint what follows: a screen, or the end of the form.

    Raises Conflict, Denied (``flow_over``), Invalid, Overloaded (``flow_unreachable``).
    """
    row, launch = play.row, play.launch
    if row.data_api_version is None:
        raise Invalid("this form exchanges no data", field="action")
    if exchange is None or row.endpoint_uri is None or play.public_key is None:
        raise Overloaded("the business does not answer; try again later", code="flow_unreachable")
    screens = {screen["id"] for screen in play.document["screens"]}
    if step.action != "INIT" and step.screen not in screens:
        raise Invalid("the form has no such screen", field="screen")
    request: dict[str, Any] = {"action": step.action, "flow_token": launch.token}
    if step.action != "INIT":
        request["screen"] = step.screen
    if step.action == "data_exchange":
        request["data"] = step.data or {}
    asked = Asked(row, play.business, play.public_key, request)
    answer = await ask_endpoint(house, exchange, asked)
    screen, data = answer.get("screen"), answer.get("data") or {}
    if screen == SUCCESS and isinstance(data, dict):
        return _reply(play, _params(data))
    if screen not in screens or not isinstance(data, dict):
        await tell_error(house, exchange, asked, error="invalid-screen-transition", message=f"No screen {screen}")
        raise Overloaded("the business's answer cannot be shown", code="flow_unreachable")
    return Shown(str(screen), data)


def _params(data: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a final response (Cloud API: Flows, final response payload)."""
    response = data.get("extension_message_response")
    params = response.get("params") if isinstance(response, dict) else None
    return params if isinstance(params, dict) else {}


def _reply(play: Played, response: dict[str, Any]) -> FlowReply:
    text = json.dumps({"flow_token": play.launch.token, **response}, ensure_ascii=False)
    if len(text) > RESPONSE_CHARACTERS_MAX:
        raise Invalid(
            f"the answers to a form have at most {RESPONSE_CHARACTERS_MAX} characters", field="content.response"
        )
    return FlowReply(text, play.launch.label)
