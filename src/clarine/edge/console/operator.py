"""The console of the operator: who sends here, what waits for a decision, and whether the books are right."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from starlette.routing import Route

from clarine.domain.errors import Invalid, NotFound
from clarine.edge.console.door import Handler, Visit, behind
from clarine.edge.console.shapes import audit_json, business_json, health_json, report_json, review_json, template_json
from clarine.flow import console
from clarine.flow.audit import audit
from clarine.flow.flows import judge_flow
from clarine.flow.house import House
from clarine.flow.locking import lock, unlock
from clarine.flow.registration import decide_name
from clarine.flow.templates import REJECTED_REASONS, approve_template, reject_template

_BASE = "/console/v1/operator"
_STATES = {"pending": ("PENDING",), "approved": ("APPROVED",), "rejected": ("REJECTED",)}


class Rejected(msgspec.Struct, forbid_unknown_fields=True):
    reason: str


class Approved(msgspec.Struct, forbid_unknown_fields=True):
    category: str | None = None


class FlowJudged(msgspec.Struct, forbid_unknown_fields=True):
    status: Literal["BLOCKED", "THROTTLED", "PUBLISHED"]


class NameDecision(msgspec.Struct, forbid_unknown_fields=True):
    approved: bool
    reason: str = ""


class Locked(msgspec.Struct, forbid_unknown_fields=True):
    locked: bool


class Verified(msgspec.Struct, forbid_unknown_fields=True):
    verified: bool


def operator_routes(house: House) -> list[Route]:
    """Everything behind the sign-in of an operator."""

    def route(path: str, handler: Handler, method: str = "GET") -> Route:
        return Route(f"{_BASE}/{path}", behind(house, "operator", handler), methods=[method])

    return [
        route("businesses", _businesses),
        route("businesses/{business_id:int}/verified", _verify, "POST"),
        route("businesses/{business_id:int}/locked", _lock, "POST"),
        route("templates", _templates),
        route("templates/{business_id:int}/{template_id:int}/approve", _approve, "POST"),
        route("templates/{business_id:int}/{template_id:int}/reject", _reject, "POST"),
        route("numbers/{business_id:int}/{number_id:int}/name", _decide_name, "POST"),
        route("flows/{business_id:int}/{flow_id:int}/status", _judge_flow, "POST"),
        route("reports", _reports),
        route("reports/{report_id}/handled", _handle, "POST"),
        route("audit", _audit, "POST"),
        route("health", _health),
    ]


async def _businesses(visit: Visit) -> Any:
    rows = await console.businesses(visit.house, visit.text("search"))
    return {"businesses": [business_json(row) for row in rows], "counted_days": console.COUNTED_DAYS}


async def _verify(visit: Visit) -> Any:
    asked = await visit.body(Verified)
    await console.verify(visit.house, visit.path_id("business_id"), verified=asked.verified)
    return {}


async def _lock(visit: Visit) -> Any:
    asked = await visit.body(Locked)
    await (lock if asked.locked else unlock)(visit.house, visit.path_id("business_id"))
    return {}


async def _templates(visit: Visit) -> Any:
    state = visit.text("status") or "pending"
    if state not in _STATES:
        raise Invalid(f"status is one of {', '.join(_STATES)}", field="status")
    rows = await console.reviews(visit.house, _STATES[state])
    return {"templates": [review_json(row) for row in rows], "reasons": REJECTED_REASONS}


async def _approve(visit: Visit) -> Any:
    business_id, template_id = _named(visit)
    said_more = visit.request.headers.get("content-length", "0") != "0"
    asked = await visit.body(Approved) if said_more else Approved()
    return template_json(await approve_template(visit.house, business_id, template_id, category=asked.category))


async def _judge_flow(visit: Visit) -> Any:
    """Block or throttle a flow that is reported, or let it go on."""
    asked = await visit.body(FlowJudged)
    row = await judge_flow(visit.house, visit.path_id("business_id"), visit.path_id("flow_id"), status=asked.status)
    return {"flow_id": str(row.flow_id), "name": row.name, "status": row.status}


async def _decide_name(visit: Visit) -> Any:
    asked = await visit.body(NameDecision)
    await decide_name(
        visit.house,
        visit.path_id("business_id"),
        visit.path_id("number_id"),
        approved=asked.approved,
        reason=asked.reason,
    )
    return {}


async def _reject(visit: Visit) -> Any:
    asked = await visit.body(Rejected)
    business_id, template_id = _named(visit)
    return template_json(await reject_template(visit.house, business_id, template_id, reason=asked.reason))


def _named(visit: Visit) -> tuple[int, int]:
    return visit.path_id("business_id"), visit.path_id("template_id")


async def _reports(visit: Visit) -> Any:
    rows = await console.reports(
        visit.house,
        reason=visit.text("reason") or None,
        business_id=visit.whole("business_id", 0) or None,
        handled=visit.text("handled") == "true",
    )
    return {"reports": [report_json(visit.house, row) for row in rows]}


async def _handle(visit: Visit) -> Any:
    business, _, rest = visit.request.path_params["report_id"].partition("-")
    number, _, user_id = rest.partition("-")
    if not (business.isdecimal() and number.isdecimal() and len(business) <= 18 and len(number) <= 9):
        raise NotFound("there is no such report")
    await console.handle_report(visit.house, user_id=user_id, business_id=int(business), number=int(number))
    return {}


async def _audit(visit: Visit) -> Any:
    return audit_json(await audit(visit.house))


async def _health(visit: Visit) -> Any:
    return health_json(await console.health(visit.house))
