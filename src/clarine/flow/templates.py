"""A template's life: filed by a business, reviewed by an operator (or refused at sight), edited, deleted; the business is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from clarine.domain.errors import Conflict, Invalid, NotFound, TooMany
from clarine.domain.events import AccountNotice, TemplateNotice
from clarine.domain.ids import Kind, object_id
from clarine.domain.template import validate_template
from clarine.flow.announce import announce
from clarine.flow.house import House
from clarine.flow.template_flows import check_flow
from clarine.ports.records import TemplateRow
from clarine.ports.store import Transaction

#: Living templates of one business, and of one that the operator verified (Cloud API: message_templates, limits).
TEMPLATES_MAX: Final = 250
TEMPLATES_VERIFIED_MAX: Final = 6_000
#: Templates that one business may file in an hour.
HOUR_TEMPLATES_MAX: Final = 100
#: How long the name of an approved template that was deleted stays taken.
NAME_REST: Final = timedelta(days=30)
#: In a template's options: it was edited, and that has not been approved yet.
_EDITED: Final = "edited"
CATEGORIES: Final = ("MARKETING", "UTILITY", "AUTHENTICATION")
EDITABLE: Final = ("APPROVED", "REJECTED", "PAUSED")

#: Why a template may be refused (Cloud API: rejected_reason).
REJECTED_REASONS: Final = (
    "ABUSIVE_CONTENT",
    "INCORRECT_CATEGORY",
    "INVALID_FORMAT",
    "PROMOTIONAL",
    "SCAM",
    "TAG_CONTENT_MISMATCH",
)

_HELLO: Final = [
    {"type": "HEADER", "format": "TEXT", "text": "Hello World"},
    {
        "type": "BODY",
        "text": "Welcome and congratulations!! This message demonstrates your ability to send a message notification. "
        "Thank you for taking the time to test with us.",
    },
    {"type": "FOOTER", "text": "Clarine sample message"},
]


def first_template(house: House, business_id: int) -> TemplateRow:
    """hello_world, which every new business has, approved, as clients' first steps expect."""
    now = house.clock.now()
    return TemplateRow(
        business_id=business_id,
        template_id=object_id(Kind.TEMPLATE, house.entropy(64)),
        name="hello_world",
        language="en_US",
        category="UTILITY",
        status="APPROVED",
        parameter_format="POSITIONAL",
        components=json.dumps(_HELLO),
        rejected_reason="NONE",
        quality="UNKNOWN",
        created_at=now,
        updated_at=now,
    )


async def create_template(
    house: House,
    business_id: int,
    *,
    name: str,
    language: str,
    category: str,
    components: object,
    parameter_format: str | None = None,
    options: Mapping[str, Any] | None = None,
    approved: bool = False,
) -> TemplateRow:
    """File a template: PENDING until it is reviewed, or REJECTED at once for what a machine can see.

    *options* are what is rarely set (sub_category …); *approved* is for texts of the house's own library.
    Raises Invalid (``template_invalid``), Conflict (``template_exists``, ``template_name_resting``, ``template_limit``),
    TooMany (``template_rate``).
    """
    checked = validate_template(
        name=name, language=language, category=category, components=components, parameter_format=parameter_format
    )
    now = house.clock.now()
    row = TemplateRow(
        business_id=business_id,
        template_id=object_id(Kind.TEMPLATE, house.entropy(64)),
        name=checked.name,
        language=checked.language,
        category=checked.category,
        status="REJECTED" if checked.findings else "APPROVED" if approved else "PENDING",
        parameter_format=checked.parameter_format,
        components=json.dumps(checked.components, ensure_ascii=False),
        rejected_reason="INVALID_FORMAT" if checked.findings else "NONE",
        quality="UNKNOWN",
        created_at=now,
        updated_at=now,
        options=json.dumps(options or {}, ensure_ascii=False),
    )
    async with house.store.transaction() as tx:
        await tx.lock_accounts([business_id])
        key = (business_id, row.name, row.language)
        if await tx.deleted_names([key], now - NAME_REST):
            raise Conflict(
                "an approved template of this name and language was deleted less than 30 days ago",
                code="template_name_resting",
            )
        await _check_room(tx, business_id, now)
        await check_flow(tx, business_id, checked.components)
        if not await tx.add_templates([row]):
            raise Conflict(
                f"there is already {row.language} content for the template {row.name}", code="template_exists"
            )
        if row.status != "PENDING":
            await tell_template(house, tx, row)
    house.bus.ring(businesses=[business_id])
    return row


async def _check_room(tx: Transaction, business_id: int, now: datetime) -> None:
    """Raises Conflict (``template_limit``), TooMany (``template_rate``)."""
    verified = (await tx.businesses([business_id]))[business_id].verified
    most = TEMPLATES_VERIFIED_MAX if verified else TEMPLATES_MAX
    if await tx.count_templates(business_id) >= most:
        raise Conflict(f"a business has at most {most} templates", code="template_limit")
    if await tx.count_created_templates(business_id, now - timedelta(hours=1)) >= HOUR_TEMPLATES_MAX:
        raise TooMany(f"{HOUR_TEMPLATES_MAX} templates were filed in an hour", retry_after_s=600, code="template_rate")


async def edit_template(
    house: House, business_id: int, template_id: int, changes: Mapping[str, Any], *, waiting_too: bool = False
) -> TemplateRow:
    """Change category, components or parameter_format; it goes back to review. *waiting_too* allows it while it waits.

    Raises NotFound; Conflict (``template_not_editable``) while it is under review; Invalid as create_template.
    """
    now = house.clock.now()
    async with house.store.transaction() as tx:
        row = await _locked(tx, business_id, template_id)
        if row.status not in EDITABLE and not (waiting_too and row.status == "PENDING"):
            raise Conflict(f"a template that is {row.status} cannot be edited", code="template_not_editable")
        category = str(changes.get("category") or row.category)
        if row.status == "APPROVED" and category.upper() != row.category:
            raise Conflict("the category of an approved template cannot be changed", code="template_not_editable")
        checked = validate_template(
            name=row.name,
            language=row.language,
            category=category,
            components=changes.get("components") or json.loads(row.components),
            parameter_format=changes.get("parameter_format") or row.parameter_format,
        )
        row = replace(
            row,
            category=checked.category,
            status="REJECTED" if checked.findings else "PENDING",
            parameter_format=checked.parameter_format,
            components=json.dumps(checked.components, ensure_ascii=False),
            rejected_reason="INVALID_FORMAT" if checked.findings else "NONE",
            updated_at=now,
            options=json.dumps(json.loads(row.options) | {_EDITED: True}, ensure_ascii=False),
        )
        await tx.put_templates([row])
        if checked.findings:
            await tell_template(house, tx, row)
    house.bus.ring(businesses=[business_id])
    return row


async def delete_templates(house: House, business_id: int, template_ids: list[int]) -> None:
    """Delete these templates; their approved names rest for 30 days. Raises NotFound when one is not there."""
    keys = [(business_id, template_id) for template_id in template_ids]
    async with house.store.transaction() as tx:
        found = await tx.templates_by_id(keys)
        if len(found) != len(set(keys)):
            raise NotFound("there is no such template", code="template_missing")
        await tx.end_templates(keys, house.clock.now())
        for row in found.values():
            await tell_template(house, tx, replace(row, status="DELETED", rejected_reason="NONE"))
    house.bus.ring(businesses=[business_id])


async def approve_template(
    house: House, business_id: int, template_id: int, *, category: str | None = None
) -> TemplateRow:
    """A reviewer found it right; it may be sent from now on. With *category* the reviewer corrects that too, and the
    webhook template_category_update says so. Raises NotFound, Conflict (``template_not_waiting``), Invalid.
    """
    if category is not None and category not in CATEGORIES:
        raise Invalid(f"category must be one of {', '.join(CATEGORIES)}", field="category")
    return await _review(house, business_id, template_id, status="APPROVED", reason="NONE", category=category)


async def reject_template(house: House, business_id: int, template_id: int, *, reason: str) -> TemplateRow:
    """A reviewer refuses it; *reason* is one of REJECTED_REASONS. Raises as approve_template, and Invalid."""
    if reason not in REJECTED_REASONS:
        raise Invalid(f"reason must be one of {', '.join(REJECTED_REASONS)}", field="reason")
    return await _review(house, business_id, template_id, status="REJECTED", reason=reason)


async def _review(
    house: House, business_id: int, template_id: int, *, status: str, reason: str, category: str | None = None
) -> TemplateRow:
    async with house.store.transaction() as tx:
        before = await _locked(tx, business_id, template_id)
        if before.status not in ("PENDING", "IN_APPEAL"):
            raise Conflict(
                f"this template is {before.status} and does not wait for review", code="template_not_waiting"
            )
        options = json.loads(before.options)
        edited = options.pop(_EDITED, False)
        if category is not None and category != before.category:
            options["previous_category"] = before.category
        row = replace(
            before,
            status=status,
            rejected_reason=reason,
            updated_at=house.clock.now(),
            category=category or before.category,
            options=json.dumps(options, ensure_ascii=False),
        )
        await tx.put_templates([row])
        await tell_template(house, tx, row)
        if row.category != before.category:
            await _tell_category(house, tx, row, previous=before.category)
        if edited and status == "APPROVED":
            await _tell_components(house, tx, row)
    house.bus.ring(businesses=[business_id])
    return row


async def _locked(tx: Transaction, business_id: int, template_id: int) -> TemplateRow:
    found = (await tx.templates_by_id([(business_id, template_id)])).get((business_id, template_id))
    if found is None:
        raise NotFound("there is no such template", code="template_missing")
    return found


async def tell_template(house: House, tx: Transaction, row: TemplateRow) -> None:
    """The webhook message_template_status_update, as a row of the same transaction."""
    fact = TemplateNotice(
        at=house.clock.now(),
        event=row.status,
        template_id=row.template_id,
        name=row.name,
        language=row.language,
        category=row.category,
        reason=row.rejected_reason,
    )
    await announce(tx, row.business_id, fact)


def _named(row: TemplateRow) -> dict[str, Any]:
    return {
        "message_template_id": row.template_id,
        "message_template_name": row.name,
        "message_template_language": row.language,
    }


async def _tell_components(house: House, tx: Transaction, row: TemplateRow) -> None:
    """The webhook message_template_components_update: an edited template may be sent as it is now."""
    value = _named(row)
    for component in json.loads(row.components):
        match component["type"]:
            case "HEADER" if component.get("text"):
                value["message_template_title"] = component["text"]
            case "BODY":
                value["message_template_element"] = component.get("text", "")
            case "FOOTER" if component.get("text"):
                value["message_template_footer"] = component["text"]
            case "BUTTONS":
                value["message_template_buttons"] = [_shown_button(button) for button in component["buttons"]]
    await announce(tx, row.business_id, AccountNotice(house.clock.now(), "message_template_components_update", value))


def _shown_button(button: Mapping[str, Any]) -> dict[str, Any]:
    shown = {"message_template_button_type": button["type"], "message_template_button_text": button.get("text", "")}
    names = {"url": "message_template_button_url", "phone_number": "message_template_button_phone_number"}
    return shown | {names[name]: button[name] for name in names if name in button}


async def _tell_category(house: House, tx: Transaction, row: TemplateRow, *, previous: str) -> None:
    value = _named(row) | {
        "previous_category": previous,
        "new_category": row.category,
    }
    await announce(tx, row.business_id, AccountNotice(house.clock.now(), "template_category_update", value))
