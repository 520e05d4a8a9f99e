"""What can be done with templates besides filing them: several languages at once, the library, archive, pauses, figures."""

from __future__ import annotations

from typing import Any, Final

from clarine.domain.errors import NotFound
from clarine.domain.template_library import LibraryTemplate, found
from clarine.edge.graph.asking import Ask
from clarine.edge.graph.callers import Caller
from clarine.edge.graph.errors import invalid, no_object
from clarine.edge.graph.paging import limit_of
from clarine.edge.graph.periods import end_of, period_of, seconds
from clarine.edge.graph.rooms import Rooms
from clarine.flow import template_care
from clarine.flow.template_care import Moved
from clarine.ports.account_rows import ClickFigure, TemplateFigure

TEMPLATES_COMPARED_MAX: Final = 10
ANALYTICS_DAYS_MAX: Final = 90
_METRICS: Final = ("SENT", "DELIVERED", "READ", "CLICKED", "COST")
#: From a report's reason to what the API calls it.
_BLOCK_REASONS: Final = {
    "never_signed_up": "NO_SIGN_UP",
    "not_interested": "NO_LONGER_NEEDED",
    "offensive": "OFFENSIVE_MESSAGES",
    "scam": "SPAM",
    "too_often": "SPAM",
    "political": "OTHER",
}


async def upsert(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``POST /{waba}/upsert_message_templates``: an authentication template in several languages."""
    languages = ask.structure("languages")
    names = languages if isinstance(languages, list) else str(languages or "").split(",")
    rows = await template_care.upsert_templates(
        rooms.house,
        caller.business.business_id,
        name=ask.text("name") or "",
        category=ask.text("category") or "",
        languages=[str(each).strip() for each in names if str(each).strip()],
        components=ask.structure("components"),
    )
    # The original leaves the category out, and pywa cannot do without it.
    return {
        "data": [
            {"id": str(row.template_id), "status": row.status, "language": row.language, "category": row.category}
            for row in rows
        ]
    }


async def archive(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``POST /{waba}/message_templates/archive``."""
    moved = await template_care.archive(rooms.house, caller.business.business_id, _ids(ask, "hsm_ids"))
    return _moved(moved, "archived_templates")


async def unarchive(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``POST /{waba}/message_templates/unarchive``."""
    moved = await template_care.unarchive(rooms.house, caller.business.business_id, _ids(ask, "hsm_ids"))
    return _moved(moved, "unarchived_templates")


def _moved(moved: Moved, name: str) -> dict[str, Any]:
    return {
        name: [str(each) for each in moved.done],
        "failed_templates": {str(each): why for each, why in moved.failed.items()},
    }


def _ids(ask: Ask, name: str) -> list[int]:
    """Template ids as CSV or a JSON list."""
    value = ask.structure(name)
    items = [str(each).strip() for each in (value if isinstance(value, list) else str(value or "").split(","))]
    items = [each for each in items if each]
    if not items or not all(each.isdecimal() and len(each) <= 18 for each in items):
        raise invalid(f"The parameter {name} is required: ids, with commas between them.")
    return [int(each) for each in items]


async def migrate(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``POST /{waba}/migrate_message_templates``: a portfolio has one account here, so only itself can be named."""
    source = ask.text("source_waba_id")
    if source is None:
        raise invalid("The parameter source_waba_id is required.")
    if source != str(caller.business.waba_id):
        raise no_object("GET", source)
    return {"migrated_templates": [], "failed_templates": []}


async def unpause(rooms: Rooms, caller: Caller, ask: Ask, template_id: int) -> dict[str, Any]:
    """``POST /{template}/unpause``."""
    try:
        await template_care.unpause(rooms.house, caller.business.business_id, template_id)
    except NotFound:
        raise no_object(ask.method, str(template_id)) from None
    return {"success": True}


async def compare(rooms: Rooms, caller: Caller, ask: Ask, template_id: int) -> dict[str, Any]:
    """``GET /{template}/compare?template_ids=&start=&end=``."""
    others = _ids(ask, "template_ids")
    if len(others) >= TEMPLATES_COMPARED_MAX:
        raise invalid(f"Param template_ids has at most {TEMPLATES_COMPARED_MAX - 1} entries")
    period = period_of(ask.text("start"), ask.text("end"), "DAY", now=rooms.house.clock.now())
    try:
        compared = await template_care.compare(rooms.house, caller.business.business_id, [template_id, *others], period)
    except NotFound:
        raise no_object(ask.method, str(template_id)) from None
    reasons = [
        {"key": str(each.template_id), "value": _BLOCK_REASONS.get(each.reason or "", "UNKNOWN_BLOCK_REASON")}
        for each in compared
    ]
    sends = [{"key": str(each.template_id), "value": each.sent} for each in compared]
    order = [str(each.template_id) for each in compared]
    return {
        "data": [
            {"metric": "BLOCK_RATE", "type": "RELATIVE", "order_by_relative_metric": order},
            {"metric": "MESSAGE_SENDS", "type": "NUMBER_VALUES", "number_values": sends},
            {"metric": "TOP_BLOCK_REASON", "type": "STRING_VALUES", "string_values": reasons},
        ]
    }


async def analytics(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``GET /{waba}/template_analytics``: days of the last 90 on which a template was sent, by the day of sending."""
    template_ids = _ids(ask, "template_ids")
    if len(template_ids) > TEMPLATES_COMPARED_MAX:
        raise invalid(f"Param template_ids has at most {TEMPLATES_COMPARED_MAX} entries")
    granularity = ask.text("granularity") or "DAILY"
    if granularity.upper() not in ("DAILY", "DAY"):
        raise invalid("Param granularity must be one of {DAILY}")
    period = period_of(ask.text("start"), ask.text("end"), granularity, now=rooms.house.clock.now())
    if (period.end - period.start).days > ANALYTICS_DAYS_MAX:
        raise invalid(f"Param start: figures are given for at most {ANALYTICS_DAYS_MAX} days")
    business_id = caller.business.business_id
    async with rooms.house.store.transaction() as tx:
        figures = await tx.template_figures(business_id, template_ids, period)
        clicks = await tx.click_figures(business_id, template_ids, period)
    metrics = _metrics(ask)
    points = [_point(figure, clicks, metrics) for figure in figures]
    return {"data": [{"granularity": "DAILY", "product_type": "cloud_api", "data_points": points}]}


def _metrics(ask: Ask) -> set[str]:
    value = ask.structure("metric_types")
    items = value if isinstance(value, list) else str(value or "").split(",")
    found = {str(each).strip().upper() for each in items if str(each).strip()}
    if not found <= set(_METRICS):
        raise invalid(f"Param metric_types must be of {{{', '.join(_METRICS)}}}")
    return found or set(_METRICS)


def _point(figure: TemplateFigure, clicks: list[ClickFigure], metrics: set[str]) -> dict[str, Any]:
    point: dict[str, Any] = {
        "template_id": str(figure.template_id),
        "start": seconds(figure.start),
        "end": seconds(end_of(figure.start, "DAY")),
    }
    values = {
        "sent": figure.sent,
        "delivered": figure.delivered,
        "read": figure.read,
        "clicked": [
            {"type": "quick_reply_button", "button_content": each.title, "count": each.clicks}
            for each in clicks
            if (each.template_id, each.start) == (figure.template_id, figure.start)
        ],
        "cost": [{"type": "amount_spent", "value": figure.cost_micros / 1_000_000}],
    }
    return point | {name: value for name, value in values.items() if name.upper() in metrics}


def library(ask: Ask) -> dict[str, Any]:
    """``GET /message_template_library``."""
    asked = {name: ask.text(name) or "" for name in ("search", "name", "topic", "usecase", "industry", "language")}
    rows = list(found(**asked))[: limit_of(ask)]
    return {"data": [_worded(row, place) for place, row in enumerate(rows, 1)]}


def _worded(row: LibraryTemplate, place: int) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "name": row.name,
        "language": row.language,
        "category": row.category,
        "topic": row.topic,
        "usecase": row.usecase,
        "industry": list(row.industry),
        "body": row.body,
        "body_params": list(row.params),
        "body_param_types": ["TEXT"] * len(row.params),
        "id": str(place),
    }
    if row.header is not None:
        shown["header"] = row.header
    if row.buttons:
        shown["buttons"] = [dict(each) for each in row.buttons]
    return shown
