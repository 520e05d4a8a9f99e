"""Templates as the API shows and takes them (Cloud API: message_templates)."""

from __future__ import annotations

import json
from typing import Any, Final

from clarine.domain.errors import NotFound
from clarine.domain.template_library import LibraryTemplate, components_of
from clarine.edge.graph.asking import Ask
from clarine.edge.graph.callers import Caller
from clarine.edge.graph.errors import ApiError, invalid, no_object
from clarine.edge.graph.fields import choose
from clarine.edge.graph.paging import limit_of, page, place
from clarine.edge.graph.rooms import Rooms
from clarine.flow import templates
from clarine.ports.business_rows import TemplateSearch
from clarine.ports.records import TemplateRow

USUAL_FIELDS: Final = ("name", "parameter_format", "components", "language", "status", "category", "id")
_NODE: Final = "WhatsAppMessageTemplate"
_OPTIONS: Final = (
    "correct_category", "cta_url_link_tracking_opted_out", "library_template_name", "message_send_ttl_seconds",
    "previous_category", "sub_category",
)  # fmt: skip
#: The shortest time a template's messages may be told to live.
TTL_S_MIN: Final = 30
_TEMPLATE_NOT_FOUND: Final = 2593002
_LANGUAGES_MAX: Final = 200


async def create(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``POST /{waba}/message_templates``: file a template for review."""
    for name in ("name", "language", "category"):
        if ask.text(name) is None:
            raise invalid(f"The parameter {name} is required.")
    components, worded = ask.structure("components"), None
    if (library := ask.text("library_template_name")) is not None:
        worded, components = _of_library(ask, library)
    row = await templates.create_template(
        rooms.house,
        caller.business.business_id,
        name=ask.text("name") or "",
        language=ask.text("language") or "",
        category=ask.text("category") or "",
        components=components,
        parameter_format=ask.text("parameter_format"),
        options=_options(ask),
        approved=worded is not None,
    )
    return {"id": str(row.template_id), "status": row.status, "category": row.category}


def _of_library(ask: Ask, name: str) -> tuple[LibraryTemplate, list[dict[str, Any]]]:
    """(the template of the library, its components with what the business adds)."""
    buttons, body = ask.structure("library_template_button_inputs"), ask.structure("library_template_body_inputs")
    body = body[0] if isinstance(body, list) and body else body
    template, components = components_of(
        name,
        buttons=[each for each in buttons if isinstance(each, dict)] if isinstance(buttons, list) else [],
        body=body if isinstance(body, dict) else {},
    )
    if (ask.text("category") or "").upper() != template.category:
        raise invalid(f"Param category must be {template.category} for this library template")
    return template, components


def _options(ask: Ask) -> dict[str, Any]:
    """What is rarely set about a template, as it is stored and shown again."""
    found: dict[str, Any] = {
        name: text for name in ("sub_category", "library_template_name") if (text := ask.text(name))
    }
    if (ttl := ask.text("message_send_ttl_seconds")) is not None:
        if not ttl.lstrip("-").isdecimal() or len(ttl) > 9 or (int(ttl) < TTL_S_MIN and int(ttl) != -1):
            raise invalid(f"Param message_send_ttl_seconds must be a number of seconds from {TTL_S_MIN}, or -1")
        found["message_send_ttl_seconds"] = int(ttl)
    if (opted_out := ask.text("cta_url_link_tracking_opted_out")) is not None:
        found["cta_url_link_tracking_opted_out"] = opted_out.lower() in ("true", "1")
    return found


async def listed(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``GET /{waba}/message_templates``: filtered, in pages, newest first."""
    limit = limit_of(ask)
    before = place(ask, "before")
    search = TemplateSearch(
        name=ask.text("name"),
        content=ask.text("content"),
        name_or_content=ask.text("name_or_content"),
        language=_choices(ask, "language", upper=False),
        status=_choices(ask, "status"),
        category=_choices(ask, "category"),
        quality=_choices(ask, "quality_score"),
        after_id=place(ask, "after"),
        before_id=before,
    )
    business_id = caller.business.business_id
    async with rooms.house.store.transaction() as tx:
        rows = await tx.templates_of(business_id, search, limit + 1)
        count = await tx.count_templates(business_id) if "summary" in ask.params else 0
    more = len(rows) > limit
    rows = (rows[1:] if before is not None else rows[:limit]) if more else rows
    data = [shown(row, ask.text("fields")) for row in rows]
    origin = ask.origin(rooms.house.settings.public_url)
    first, last = (rows[0].template_id, rows[-1].template_id) if rows else (None, None)
    found = page(ask, data, first=first, last=last, more=more or (before is not None and bool(rows)), origin=origin)
    if "summary" in ask.params:
        found["summary"] = {
            "total_count": count,
            "message_template_count": count,
            "message_template_limit": templates.TEMPLATES_VERIFIED_MAX
            if caller.business.verified
            else templates.TEMPLATES_MAX,
            "are_translations_complete": True,
        }
    return found


async def delete(rooms: Rooms, caller: Caller, ask: Ask) -> dict[str, Any]:
    """``DELETE /{waba}/message_templates?name=[&hsm_id=]``: by name in every language, or one by its id."""
    name, hsm_id = ask.text("name"), ask.text("hsm_id")
    if name is None and hsm_id is None:
        raise invalid("The parameter name is required.")
    business_id = caller.business.business_id
    async with rooms.house.store.transaction() as tx:
        if hsm_id is not None:
            key = (business_id, int(hsm_id) if hsm_id.isdecimal() and len(hsm_id) <= 18 else 0)
            rows = [row for row in (await tx.templates_by_id([key])).values() if name in (None, row.name)]
        else:
            rows = await tx.templates_of(business_id, TemplateSearch(name=name), _LANGUAGES_MAX)
    try:
        if not rows:
            raise NotFound("it is not there")
        await templates.delete_templates(rooms.house, business_id, [row.template_id for row in rows])
    except NotFound:
        raise ApiError(
            100,
            f"no template matches the name {name or hsm_id}",
            subcode=_TEMPLATE_NOT_FOUND,
            user_title="Message Template Not Found",
        ) from None
    return {"success": True}


async def show(rooms: Rooms, caller: Caller, ask: Ask, template_id: int) -> dict[str, Any]:
    """``GET /{template}``."""
    key = (caller.business.business_id, template_id)
    async with rooms.house.store.transaction() as tx:
        row = (await tx.templates_by_id([key])).get(key)
    if row is None:
        raise no_object(ask.method, str(template_id))
    return shown(row, ask.text("fields"))


async def edit(rooms: Rooms, caller: Caller, ask: Ask, template_id: int) -> dict[str, Any]:
    """``POST /{template}``: change it and have it reviewed again."""
    changes = {
        "category": ask.text("category"),
        "components": ask.structure("components"),
        "parameter_format": ask.text("parameter_format"),
    }
    try:
        row = await templates.edit_template(rooms.house, caller.business.business_id, template_id, changes)
    except NotFound:
        raise no_object(ask.method, str(template_id)) from None
    return {"success": True, "id": str(row.template_id), "name": row.name, "category": row.category}


def shown(row: TemplateRow, fields: str | None) -> dict[str, Any]:
    """A template by the ``fields`` grammar; fields that nothing here fills are known and left out."""
    values: dict[str, Any] = {
        "id": str(row.template_id),
        "name": row.name,
        "language": row.language,
        "status": row.status,
        "category": row.category,
        "parameter_format": row.parameter_format,
        "components": json.loads(row.components),
        "rejected_reason": row.rejected_reason,
        "quality_score": {"score": row.quality, "date": int(row.updated_at.timestamp())},
        "last_updated_time": row.updated_at.isoformat(),
        "creative_sourcing_spec": None,
        "degrees_of_freedom_spec": None,
        "specific_rejection_reason": None,
        **dict.fromkeys(_OPTIONS),
    }
    options = json.loads(row.options)
    values |= {name: options[name] for name in _OPTIONS if name in options}
    return choose(values, fields, usual=USUAL_FIELDS, node=_NODE)


def _choices(ask: Ask, name: str, *, upper: bool = True) -> tuple[str, ...] | None:
    """A filter: one value, CSV, or a JSON list."""
    value = ask.structure(name)
    if value is None or value == "":
        return None
    found = value if isinstance(value, list) else str(value).split(",")
    return tuple(str(each).strip().upper() if upper else str(each).strip() for each in found)
