"""A business's flows: drawn as drafts, published once and for all, deprecated; and which of them a message may open."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from clarine.domain.errors import Conflict, Invalid, NotFound
from clarine.domain.events import AccountNotice
from clarine.domain.flow_json import check_flow_json, entry_screen
from clarine.domain.ids import Kind, object_id
from clarine.domain.message import FlowLaunch
from clarine.flow.announce import announce
from clarine.flow.exchanging import is_alive
from clarine.flow.house import House
from clarine.ports.exchange import Exchange
from clarine.ports.flow_rows import FlowRow
from clarine.ports.store import Transaction

NAME_CHARACTERS_MAX: Final = 200
URL_CHARACTERS_MAX: Final = 2_000
FLOW_JSON_BYTES_MAX: Final = 1024 * 1024
CATEGORIES: Final = (
    "SIGN_UP", "SIGN_IN", "APPOINTMENT_BOOKING", "LEAD_GENERATION", "CONTACT_US", "CUSTOMER_SUPPORT", "SURVEY",
    "SHOPPING", "OTHER",
)  # fmt: skip
#: A throttled flow may be sent so often in an hour (Cloud API: error 132069).
THROTTLED_MAX: Final = 10
THROTTLED_OVER: Final = timedelta(hours=1)
_SENDABLE: Final = ("PUBLISHED", "THROTTLED")


@dataclass(frozen=True, slots=True)
class FlowDraft:
    """What a new flow shall be; with *clone_flow_id* it begins as a copy of that one."""

    name: str
    categories: Any
    endpoint_uri: str | None = None
    flow_json: str | None = None
    clone_flow_id: int | None = None


async def create_flow(house: House, business_id: int, draft: FlowDraft) -> FlowRow:
    """A new draft. Raises Invalid, Conflict (``flow_name_taken``), NotFound (``flow_missing``)."""
    now = house.clock.now()
    row = FlowRow(
        business_id=business_id,
        flow_id=object_id(Kind.FLOW, house.entropy(64)),
        name=_name(draft.name),
        status="DRAFT",
        categories=_categories(draft.categories),
        endpoint_uri=_endpoint(draft.endpoint_uri),
        flow_json=None,
        sha256=None,
        findings="[]",
        json_version=None,
        data_api_version=None,
        created_at=now,
        updated_at=now,
    )
    if draft.clone_flow_id is not None:
        source = await find_flow(house, business_id, draft.clone_flow_id)
        row = replace(
            row,
            flow_json=source.flow_json,
            sha256=source.sha256,
            findings=source.findings,
            json_version=source.json_version,
            data_api_version=source.data_api_version,
            endpoint_uri=row.endpoint_uri or source.endpoint_uri,
        )
    if draft.flow_json is not None:
        row = await _with_json(house, row, draft.flow_json)
    async with house.store.transaction() as tx:
        if not await tx.add_flows([row]):
            raise _name_taken(row.name)
    return row


async def change_flow(house: House, business_id: int, flow_id: int, changes: Mapping[str, Any]) -> FlowRow:
    """Change name, categories or endpoint_uri. Raises as create_flow, and Conflict (``flow_immutable``)."""
    async with house.store.transaction() as tx:
        row = await _locked(tx, business_id, flow_id)
        if row.status == "DEPRECATED":
            raise Conflict("Flow can't be updated: it is deprecated", code="flow_immutable")
        _not_blocked(row)
        row = replace(
            row,
            name=_name(changes["name"]) if "name" in changes else row.name,
            categories=_categories(changes["categories"]) if "categories" in changes else row.categories,
            endpoint_uri=_endpoint(changes["endpoint_uri"]) if "endpoint_uri" in changes else row.endpoint_uri,
            updated_at=house.clock.now(),
        )
        if not await tx.put_flows([row]):
            raise _name_taken(row.name)
    return row


async def put_flow_json(house: House, business_id: int, flow_id: int, flow_json: str) -> FlowRow:
    """The screens of a draft; what is wrong with them stands in ``findings``. Raises NotFound, Conflict (``flow_immutable``)."""
    drawn = await _with_json(house, await find_flow(house, business_id, flow_id), flow_json)
    async with house.store.transaction() as tx:
        row = await _locked(tx, business_id, flow_id)
        _not_blocked(row)
        if row.status != "DRAFT":
            raise Conflict("Flow can't be updated: it was published already", code="flow_immutable")
        row = replace(
            row,
            flow_json=drawn.flow_json,
            sha256=drawn.sha256,
            findings=drawn.findings,
            json_version=drawn.json_version,
            data_api_version=drawn.data_api_version,
            updated_at=house.clock.now(),
        )
        await tx.put_flows([row])
    return row


async def publish_flow(house: House, exchange: Exchange | None, business_id: int, flow_id: int) -> FlowRow:
    """Publish a draft; a flow that exchanges data first hears a ping. Raises NotFound, Conflict (``flow_publish``)."""
    row = await find_flow(house, business_id, flow_id)
    _check_publishable(row)
    if row.data_api_version is not None:
        await _check_endpoint(house, exchange, row)
    async with house.store.transaction() as tx:
        now = await _locked(tx, business_id, flow_id)
        if now.sha256 != row.sha256 or now.endpoint_uri != row.endpoint_uri:
            raise Conflict("Publishing Flow in invalid state: it was changed meanwhile", code="flow_publish")
        _check_publishable(now)
        row = await _move(house, tx, now, "PUBLISHED")
    house.bus.ring(businesses=[business_id])
    return row


async def deprecate_flow(house: House, business_id: int, flow_id: int) -> FlowRow:
    """A published flow is never sent or opened again. Raises NotFound, Conflict (``flow_deprecate``)."""
    async with house.store.transaction() as tx:
        row = await _locked(tx, business_id, flow_id)
        if row.status == "DRAFT":
            raise Conflict("Can't deprecate unpublished flow", code="flow_deprecate")
        if row.status == "DEPRECATED":
            raise Conflict("Flow is already deprecated", code="flow_deprecate")
        row = await _move(house, tx, row, "DEPRECATED")
    house.bus.ring(businesses=[business_id])
    return row


async def delete_flow(house: House, business_id: int, flow_id: int) -> None:
    """Forget a draft. Raises NotFound, Conflict (``flow_delete``)."""
    async with house.store.transaction() as tx:
        row = await _locked(tx, business_id, flow_id)
        if row.status != "DRAFT":
            raise Conflict("Can't delete published Flow", code="flow_delete")
        await tx.drop_flows([(business_id, flow_id)])


async def judge_flow(house: House, business_id: int, flow_id: int, *, status: str) -> FlowRow:
    """An operator blocks or throttles a published flow, or lets it go on. *status*: BLOCKED, THROTTLED or PUBLISHED.

    Raises NotFound, Conflict (``flow_state``).
    """
    assert status in ("BLOCKED", "THROTTLED", "PUBLISHED")
    async with house.store.transaction() as tx:
        row = await _locked(tx, business_id, flow_id)
        if row.status in ("DRAFT", "DEPRECATED", status):
            raise Conflict(f"a flow that is {row.status} does not become {status}", code="flow_state")
        row = await _move(house, tx, row, status)
    house.bus.ring(businesses=[business_id])
    return row


async def find_flow(house: House, business_id: int, flow_id: int) -> FlowRow:
    """A flow of this business. Raises NotFound (``flow_missing``)."""
    async with house.store.transaction() as tx:
        row = (await tx.flows([(business_id, flow_id)])).get((business_id, flow_id))
    if row is None:
        raise _missing()
    return row


async def launched(house: House, business_id: int, launch: FlowLaunch, *, name: str | None) -> FlowLaunch:
    """*launch* with the flow's id and first screen, for a flow that may be sent now; *name* finds it when there is no id.

    Raises Invalid (``flow_unknown``, ``flow_not_sendable``), Conflict (``flow_blocked``, ``flow_throttled``).
    """
    async with house.store.transaction() as tx:
        if name is not None:
            row = (await tx.flows_named([(business_id, name)])).get((business_id, name))
        else:
            key = (business_id, int(launch.flow_id))
            row = (await tx.flows([key])).get(key)
        if row is None:
            raise Invalid("Flow with specified ID does not exist", code="flow_unknown")
        if row.status == "BLOCKED":
            raise Conflict("Flow is in blocked state", code="flow_blocked")
        if row.status == "DRAFT" if not launch.draft else row.status != "DRAFT":
            raise Invalid(
                f"a flow that is {row.status} is not sent with mode {'draft' if launch.draft else 'published'}",
                code="flow_not_sendable",
            )
        if not launch.draft and row.status not in _SENDABLE:
            raise Invalid(f"a flow that is {row.status} is not sent", code="flow_not_sendable")
        begun = _begun(row, launch)
        now = house.clock.now()
        if row.status == "THROTTLED" and not await tx.use_throttled(
            business_id, row.flow_id, now=now, since=now - THROTTLED_OVER, most=THROTTLED_MAX
        ):
            raise Conflict(
                f"Flow is in throttled state and {THROTTLED_MAX} messages were sent with it in the last hour",
                code="flow_throttled",
            )
    return begun


def _begun(row: FlowRow, launch: FlowLaunch) -> FlowLaunch:
    if row.flow_json is None or json.loads(row.findings):
        raise Invalid("the flow has no screens that can be shown; see its validation_errors", code="flow_not_sendable")
    document = json.loads(row.flow_json)
    if launch.action == "data_exchange":
        if row.data_api_version is None:
            raise Invalid("flow_action data_exchange needs a flow with an endpoint", code="flow_not_sendable")
        return replace(launch, flow_id=str(row.flow_id), screen=None, data=None)
    screen = launch.screen or entry_screen(document)
    if screen not in {each["id"] for each in document["screens"]}:
        raise Invalid(f"the flow has no screen {screen}", code="flow_not_sendable")
    return replace(launch, flow_id=str(row.flow_id), screen=screen)


async def _with_json(house: House, row: FlowRow, flow_json: str) -> FlowRow:
    sent = flow_json.encode()
    if len(sent) > FLOW_JSON_BYTES_MAX:
        raise Invalid(f"a flow has at most {FLOW_JSON_BYTES_MAX} bytes of JSON", code="flow_json")
    if "\0" in flow_json or "\\u0000" in flow_json:
        raise Invalid("the character NUL cannot be part of a flow", code="flow_json")  # PostgreSQL keeps no such text

    async def chunks() -> AsyncIterator[bytes]:
        yield sent

    checked = check_flow_json(flow_json)
    blob = await house.blobs.put(chunks(), bytes_max=FLOW_JSON_BYTES_MAX)
    return replace(
        row,
        flow_json=flow_json,
        sha256=blob.sha256,
        findings=json.dumps(checked.findings, ensure_ascii=False),
        json_version=checked.version,
        data_api_version=checked.data_api_version,
    )


def _check_publishable(row: FlowRow) -> None:
    _not_blocked(row)
    if row.status != "DRAFT":
        raise Conflict(f"Publishing Flow in invalid state: it is {row.status}", code="flow_publish")
    if row.flow_json is None:
        raise Conflict("Publishing Flow in invalid state: it has no Flow JSON yet", code="flow_publish")
    if json.loads(row.findings):
        raise Conflict("Publishing Flow with validation errors", code="flow_publish")


async def _check_endpoint(house: House, exchange: Exchange | None, row: FlowRow) -> None:
    if row.endpoint_uri is None:
        raise Conflict("Publishing Flow without endpoint_uri", code="flow_publish")
    async with house.store.transaction() as tx:
        keys = await tx.flow_keys(row.business_id)
        business = (await tx.businesses([row.business_id]))[row.business_id]
    if not keys:
        raise Conflict("Missing Flows Signed Public Key", code="flow_publish")
    if exchange is None or not await is_alive(house, exchange, row, business, next(iter(keys.values()))):
        raise Conflict("The endpoint did not answer the health check (action ping) as it should", code="flow_publish")


async def _move(house: House, tx: Transaction, row: FlowRow, status: str) -> FlowRow:
    """The new state, and the webhook that tells of it."""
    now = house.clock.now()
    moved = replace(row, status=status, updated_at=now)
    await tx.put_flows([moved])
    value = {
        "event": "FLOW_STATUS_CHANGE",
        "message": f"Flow {row.name} changed status from {row.status} to {status}",
        "flow_id": str(row.flow_id),
        "old_status": row.status,
        "new_status": status,
    }
    await announce(tx, row.business_id, AccountNotice(now, "flows", value))
    return moved


async def _locked(tx: Transaction, business_id: int, flow_id: int) -> FlowRow:
    row = (await tx.lock_flows([(business_id, flow_id)])).get((business_id, flow_id))
    if row is None:
        raise _missing()
    return row


def _missing() -> NotFound:
    return NotFound("Flow with specified ID does not exist", code="flow_missing")


def _name_taken(name: str) -> Conflict:
    return Conflict(f"another flow of this account is named {name}", code="flow_name_taken")


def _not_blocked(row: FlowRow) -> None:
    if row.status == "BLOCKED":
        raise Conflict("Blocked by integrity: this flow was blocked", code="flow_integrity")


def _name(value: Any) -> str:
    name = str(value or "").strip()
    if not 0 < len(name) <= NAME_CHARACTERS_MAX:
        raise Invalid(f"name has 1 to {NAME_CHARACTERS_MAX} characters", field="name")
    return name


def _categories(value: Any) -> str:
    found = value if isinstance(value, list) else str(value or "").split(",")
    names = [str(each).strip().upper() for each in found if str(each).strip()]
    if not names or any(name not in CATEGORIES for name in names):
        raise Invalid(f"categories must be some of {', '.join(CATEGORIES)}", field="categories")
    return json.dumps(list(dict.fromkeys(names)))


def _endpoint(value: str | None) -> str | None:
    if not value:
        return None
    try:
        parsed = urlsplit(value)
        leads = parsed.scheme in ("http", "https") and bool(parsed.hostname) and len(value) <= URL_CHARACTERS_MAX
    except ValueError:
        leads = False
    if not leads:
        raise Invalid("endpoint_uri must begin with https:// or http://", field="endpoint_uri")
    return value
