"""Flows of a business: create, change, assets, publish, deprecate, delete (Cloud API: Flows); and the messages that open them."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import urlencode

from clarine.domain.errors import NotFound
from clarine.domain.links import Link, sign
from clarine.domain.message import FlowLaunch
from clarine.edge.graph.asking import Ask, chunks_of
from clarine.edge.graph.callers import Caller
from clarine.edge.graph.errors import ApiError, invalid, missing, no_object, wrong
from clarine.edge.graph.fields import Field, choose
from clarine.edge.graph.media import DOWNLOAD_PATH
from clarine.edge.graph.paging import limit_of, page, place
from clarine.edge.graph.rooms import Rooms
from clarine.edge.graph.wire import InteractiveIn
from clarine.flow import flows
from clarine.ports.flow_rows import FlowRow

USUAL_FIELDS: Final = ("id", "name", "status", "categories", "validation_errors")
LABEL_CHARACTERS_MAX: Final = 30
TOKEN_CHARACTERS_MAX: Final = 200
DATA_CHARACTERS_MAX: Final = 16_000
_NODE: Final = "WhatsAppFlow"
_ASSET_NODE: Final = "WhatsAppFlowAsset"
_UNUSED: Final = "unused"  #: the token of a message that names none, as in the original
_TIME: Final = "%Y-%m-%dT%H:%M:%S%z"


async def create(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``POST /{waba}/flows``: a draft, with *flow_json* drawn, with *publish* published if nothing is wrong with it."""
    business_id = caller.business.business_id
    clone = ask.text("clone_flow_id")
    for name in ("name", "categories"):
        if ask.params.get(name) in (None, "", []):
            raise invalid(f"The parameter {name} is required.")
    if clone is not None and not (clone.isdecimal() and len(clone) <= 18):
        raise no_object(ask.method, clone)
    draft = flows.FlowDraft(
        name=ask.text("name") or "",
        categories=ask.structure("categories"),
        endpoint_uri=ask.text("endpoint_uri"),
        flow_json=_json_text(ask.params.get("flow_json")),
        clone_flow_id=int(clone) if clone else None,
    )
    row = await flows.create_flow(rooms.house, business_id, draft)
    findings = json.loads(row.findings)
    if row.flow_json is not None and not findings and ask.text("publish") == "true":
        await flows.publish_flow(rooms.house, rooms.exchange, business_id, row.flow_id)
    return {"id": str(row.flow_id), "success": not findings, "validation_errors": findings}


async def listed(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``GET /{waba}/flows``, in pages, newest first."""
    limit, before = limit_of(ask), place(ask, "before")
    async with rooms.house.store.transaction() as tx:
        rows = await tx.flows_of(
            caller.business.business_id, after_id=place(ask, "after"), before_id=before, limit=limit + 1
        )
    more = len(rows) > limit
    rows = (rows[1:] if before is not None else rows[:limit]) if more else rows
    data = [shown(caller, row, ask.text("fields")) for row in rows]
    first, last = (rows[0].flow_id, rows[-1].flow_id) if rows else (None, None)
    origin = ask.origin(rooms.house.settings.public_url)
    return page(ask, data, first=first, last=last, more=more or (before is not None and bool(rows)), origin=origin)


async def show(rooms: Rooms, caller: Caller, ask: Ask, flow_id: int) -> dict[str, Any]:
    """``GET /{flow}``."""
    return shown(caller, await _found(rooms, caller, ask, flow_id), ask.text("fields"))


async def change(rooms: Rooms, caller: Caller, ask: Ask, flow_id: int) -> dict[str, Any]:
    """``POST /{flow}``: name, categories, endpoint_uri; *application_id* must be the account's own app."""
    await _found(rooms, caller, ask, flow_id)
    changes: dict[str, Any] = {
        name: ask.structure(name) for name in ("name", "categories", "endpoint_uri") if ask.params.get(name) is not None
    }
    application = ask.text("application_id")
    if application is not None and application != str(caller.business.app_id):
        raise invalid("Param application_id must be the app of this account")
    if not changes and application is None:
        raise invalid("Specify name, categories, endpoint_uri or application_id")
    if changes:
        await flows.change_flow(rooms.house, caller.business.business_id, flow_id, changes)
    return {"success": True}


async def delete(rooms: Rooms, caller: Caller, ask: Ask, flow_id: int) -> dict[str, Any]:
    """``DELETE /{flow}``: drafts only."""
    await _found(rooms, caller, ask, flow_id)
    await flows.delete_flow(rooms.house, caller.business.business_id, flow_id)
    return {"success": True}


async def upload(rooms: Rooms, caller: Caller, ask: Ask, flow_id: int) -> dict[str, Any]:
    """``POST /{flow}/assets``: multipart with ``file``, ``name`` flow.json and ``asset_type`` FLOW_JSON."""
    await _found(rooms, caller, ask, flow_id)
    if (ask.text("asset_type") or "FLOW_JSON").upper() != "FLOW_JSON":
        raise invalid("Param asset_type must be one of {FLOW_JSON}")
    file = ask.files.get("file")
    if file is None:
        raise invalid("The parameter file is required.")
    sent = bytearray()
    async for chunk in chunks_of(file):
        sent += chunk
        if len(sent) > flows.FLOW_JSON_BYTES_MAX:
            raise ApiError(139001, f"A flow has at most {flows.FLOW_JSON_BYTES_MAX} bytes of JSON")
    text = sent.decode(errors="replace")
    row = await flows.put_flow_json(rooms.house, caller.business.business_id, flow_id, text)
    findings = json.loads(row.findings)
    return {"success": not findings, "validation_errors": findings}


async def assets(rooms: Rooms, caller: Caller, ask: Ask, flow_id: int) -> dict[str, Any]:
    """``GET /{flow}/assets``: the Flow JSON, behind a link that works for a few minutes."""
    row = await _found(rooms, caller, ask, flow_id)
    if row.sha256 is None or row.flow_json is None:
        return {"data": []}
    house = rooms.house
    expires_s = int(house.clock.now().timestamp()) + house.settings.media_link_ttl_s
    link = Link(row.sha256, "application/json", len(row.flow_json.encode()), expires_s, "flow.json")
    query = urlencode({"ext": expires_s, "hash": sign(link, house.link_key)})
    url = f"{ask.origin(house.settings.public_url)}/{'/'.join(DOWNLOAD_PATH)}/?{query}"
    values = {"name": "flow.json", "asset_type": "FLOW_JSON", "download_url": url}
    data = choose(values, ask.text("fields"), usual=tuple(values), node=_ASSET_NODE)
    return page(ask, [data], first=flow_id, last=flow_id, more=False, origin="")


async def publish(rooms: Rooms, caller: Caller, ask: Ask, flow_id: int) -> dict[str, Any]:
    """``POST /{flow}/publish``."""
    await _found(rooms, caller, ask, flow_id)
    await flows.publish_flow(rooms.house, rooms.exchange, caller.business.business_id, flow_id)
    return {"success": True}


async def deprecate(rooms: Rooms, caller: Caller, ask: Ask, flow_id: int) -> dict[str, Any]:
    """``POST /{flow}/deprecate``."""
    await _found(rooms, caller, ask, flow_id)
    await flows.deprecate_flow(rooms.house, caller.business.business_id, flow_id)
    return {"success": True}


def shown(caller: Caller, row: FlowRow, fields: str | None) -> dict[str, Any]:
    """A flow by the ``fields`` grammar; fields that nothing here fills are known and left out."""

    def health(asked: Field) -> dict[str, Any]:
        can = {"BLOCKED": "BLOCKED", "DEPRECATED": "BLOCKED", "THROTTLED": "LIMITED"}.get(row.status, "AVAILABLE")
        entity = {"entity_type": "FLOW", "id": str(row.flow_id), "can_send_message": can}
        return {"can_send_message": can, "entities": [entity]}

    values: dict[str, Any] = {
        "id": str(row.flow_id),
        "name": row.name,
        "status": row.status,
        "categories": json.loads(row.categories),
        "validation_errors": json.loads(row.findings),
        "json_version": row.json_version,
        "data_api_version": row.data_api_version,
        "endpoint_uri": row.endpoint_uri,
        "data_channel_uri": row.endpoint_uri,
        "updated_at": row.updated_at.strftime(_TIME),
        "health_status": health,
        "whatsapp_business_account": {
            "id": str(caller.business.waba_id),
            "name": caller.business.name,
            "currency": caller.business.currency,
            "timezone_id": "1",
            "message_template_namespace": str(caller.business.waba_id),
        },
        "application": {"id": str(caller.business.app_id), "name": caller.business.name, "link": ""},
        "preview": None,
        "metric": None,
    }
    return choose(values, fields, usual=USUAL_FIELDS, node=_NODE)


async def fill_in(rooms: Rooms, caller: Caller, sent: InteractiveIn) -> FlowLaunch:
    """The flow that a message opens, which may be sent now (Cloud API: messages, interactive flow)."""
    launch, name = _launch(sent)
    return await flows.launched(rooms.house, caller.business.business_id, launch, name=name)


def _launch(sent: InteractiveIn) -> tuple[FlowLaunch, str | None]:
    """(what the parameters say, the flow's name when it is not given by its id)."""
    where = "interactive['action']['parameters']"
    parameters = (sent.action.parameters if sent.action is not None else None) or {}
    if sent.action is not None and sent.action.name not in ("flow", None):
        raise wrong("interactive['action']['name'] must be flow")
    version = parameters.get("flow_message_version")
    if version is None:
        raise missing(f"{where}['flow_message_version']")
    if str(version) != "3":
        raise wrong(f"{where}['flow_message_version'] must be 3")
    flow_id, name = parameters.get("flow_id"), parameters.get("flow_name")
    if (flow_id is None) == (name is None):
        raise wrong(f"{where}: either flow_id or flow_name is needed")
    if flow_id is not None and not (str(flow_id).isdecimal() and len(str(flow_id)) <= 18):
        raise wrong(f"{where}['flow_id'] is not the id of a flow")
    mode, action = parameters.get("mode", "published"), parameters.get("flow_action", "navigate")
    if mode not in ("published", "draft"):
        raise wrong(f"{where}['mode'] must be one of draft, published")
    if action not in ("navigate", "data_exchange"):
        raise wrong(f"{where}['flow_action'] must be one of navigate, data_exchange")
    screen, data = _payload(parameters.get("flow_action_payload"), f"{where}['flow_action_payload']")
    launch = FlowLaunch(
        flow_id=str(flow_id or 0),
        label=_line(parameters.get("flow_cta"), f"{where}['flow_cta']", LABEL_CHARACTERS_MAX),
        token=_line(parameters.get("flow_token") or _UNUSED, f"{where}['flow_token']", TOKEN_CHARACTERS_MAX),
        action=action,
        draft=mode == "draft",
        screen=screen,
        data=data,
    )
    return launch, str(name) if name is not None else None


def _payload(payload: Any, where: str) -> tuple[str | None, dict[str, Any] | None]:
    """(screen, data) that a form begins with."""
    if payload is None:
        return None, None
    if not isinstance(payload, dict):
        raise wrong(f"{where} must be an object")
    screen, data = payload.get("screen"), payload.get("data")
    if screen is not None and not isinstance(screen, str):
        raise wrong(f"{where}['screen'] must be text")
    if data is not None and not (isinstance(data, dict) and data):
        raise wrong(f"{where}['data'] must be an object that is not empty")
    if data is not None and len(json.dumps(data)) > DATA_CHARACTERS_MAX:
        raise wrong(f"{where}['data'] has at most {DATA_CHARACTERS_MAX} characters")
    return screen, data


def _line(value: Any, where: str, characters_max: int) -> str:
    if value is None or value == "":
        raise missing(where)
    if not isinstance(value, str) or len(value) > characters_max:
        raise wrong(f"{where} must be text of at most {characters_max} characters")
    return value


def _json_text(value: Any) -> str | None:
    """Flow JSON as text; clients also send it as an object."""
    if value is None or isinstance(value, str):
        return value or None
    return json.dumps(value, ensure_ascii=False)


async def _found(rooms: Rooms, caller: Caller, ask: Ask, flow_id: int) -> FlowRow:
    try:
        return await flows.find_flow(rooms.house, caller.business.business_id, flow_id)
    except NotFound:
        raise no_object(ask.method, str(flow_id)) from None


async def node(rooms: Rooms, caller: Caller, ask: Ask, flow_id: int, *, edge: str) -> dict[str, Any] | None:
    """The calls on one flow; None when there is no such call."""
    match ask.method, edge:
        case "GET", "":
            return await show(rooms, caller, ask, flow_id)
        case "POST", "":
            return await change(rooms, caller, ask, flow_id)
        case "DELETE", "":
            return await delete(rooms, caller, ask, flow_id)
        case "GET", "assets":
            return await assets(rooms, caller, ask, flow_id)
        case "POST", "assets":
            return await upload(rooms, caller, ask, flow_id)
        case "POST", "publish":
            return await publish(rooms, caller, ask, flow_id)
        case "POST", "deprecate":
            return await deprecate(rooms, caller, ask, flow_id)
    return None
