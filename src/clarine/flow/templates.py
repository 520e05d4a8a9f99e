"""A template's life: filed by a business, reviewed by an operator (or refused at sight), edited, deleted; the business is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from clarine.domain.errors import Conflict, Invalid, NotFound
from clarine.domain.events import TemplateNotice
from clarine.domain.ids import Kind, object_id
from clarine.domain.template import validate_template
from clarine.flow.house import House
from clarine.ports.records import NoticeRow, TemplateRow
from clarine.ports.store import Transaction

#: Living templates of one business (Cloud API: message_templates, limits).
TEMPLATES_MAX: Final = 250
#: How long the name of an approved template that was deleted stays taken.
NAME_REST: Final = timedelta(days=30)
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
) -> TemplateRow:
    """File a template: PENDING until it is reviewed, or REJECTED at once for what a machine can see.

    Raises Invalid (``template_invalid``), Conflict (``template_exists``, ``template_name_resting``, ``template_limit``).
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
        status="REJECTED" if checked.findings else "PENDING",
        parameter_format=checked.parameter_format,
        components=json.dumps(checked.components, ensure_ascii=False),
        rejected_reason="INVALID_FORMAT" if checked.findings else "NONE",
        quality="UNKNOWN",
        created_at=now,
        updated_at=now,
    )
    async with house.store.transaction() as tx:
        await tx.lock_accounts([business_id])
        key = (business_id, row.name, row.language)
        if await tx.deleted_names([key], now - NAME_REST):
            raise Conflict(
                "an approved template of this name and language was deleted less than 30 days ago",
                code="template_name_resting",
            )
        if await tx.count_templates(business_id) >= TEMPLATES_MAX:
            raise Conflict(f"a business has at most {TEMPLATES_MAX} templates", code="template_limit")
        if not await tx.add_templates([row]):
            raise Conflict(
                f"there is already {row.language} content for the template {row.name}", code="template_exists"
            )
        if checked.findings:
            await tell_template(house, tx, row)
    house.bus.ring(businesses=[business_id])
    return row


async def edit_template(house: House, business_id: int, template_id: int, changes: Mapping[str, Any]) -> TemplateRow:
    """Change category, components or parameter_format; it goes back to review.

    Raises NotFound; Conflict (``template_not_editable``) while it is under review; Invalid as create_template.
    """
    now = house.clock.now()
    async with house.store.transaction() as tx:
        row = await _locked(tx, business_id, template_id)
        if row.status not in EDITABLE:
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
        if len(await tx.templates_by_id(keys)) != len(set(keys)):
            raise NotFound("there is no such template", code="template_missing")
        await tx.end_templates(keys, house.clock.now())


async def approve_template(house: House, business_id: int, template_id: int) -> TemplateRow:
    """A reviewer found it right; it may be sent from now on. Raises NotFound, Conflict (``template_not_waiting``)."""
    return await _review(house, business_id, template_id, status="APPROVED", reason="NONE")


async def reject_template(house: House, business_id: int, template_id: int, *, reason: str) -> TemplateRow:
    """A reviewer refuses it; *reason* is one of REJECTED_REASONS. Raises as approve_template, and Invalid."""
    if reason not in REJECTED_REASONS:
        raise Invalid(f"reason must be one of {', '.join(REJECTED_REASONS)}", field="reason")
    return await _review(house, business_id, template_id, status="REJECTED", reason=reason)


async def _review(house: House, business_id: int, template_id: int, *, status: str, reason: str) -> TemplateRow:
    async with house.store.transaction() as tx:
        row = await _locked(tx, business_id, template_id)
        if row.status not in ("PENDING", "IN_APPEAL"):
            raise Conflict(f"this template is {row.status} and does not wait for review", code="template_not_waiting")
        row = replace(row, status=status, rejected_reason=reason, updated_at=house.clock.now())
        await tx.put_templates([row])
        await tell_template(house, tx, row)
    house.bus.ring(businesses=[business_id])
    return row


async def _locked(tx: Transaction, business_id: int, template_id: int) -> TemplateRow:
    found = (await tx.templates_by_id([(business_id, template_id)])).get((business_id, template_id))
    if found is None:
        raise NotFound("there is no such template", code="template_missing")
    return found


async def tell_template(house: House, tx: Transaction, row: TemplateRow) -> None:
    """The webhook message_template_status_update, as a row of the same transaction."""
    now = house.clock.now()
    account = (await tx.lock_accounts([row.business_id]))[row.business_id]
    fact = TemplateNotice(
        at=now,
        event=row.status,
        template_id=row.template_id,
        name=row.name,
        language=row.language,
        category=row.category,
        reason=row.rejected_reason,
    )
    await tx.append_notices(
        [
            NoticeRow(
                business_id=row.business_id,
                number=account.last_notice + 1,
                field="message_template_status_update",
                phone_number_id=None,
                person_id=None,
                fact=fact,
                at=now,
            )
        ]
    )
