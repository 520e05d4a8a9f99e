"""What happens to templates after they were filed: put beside each other, archived, unpaused, made in several languages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from clarine.domain.errors import Conflict, Invalid, NotFound
from clarine.flow.house import House
from clarine.flow.templates import create_template, edit_template, tell_template
from clarine.ports.account_rows import Period
from clarine.ports.limit_rows import RestRow
from clarine.ports.records import TemplateRow

LANGUAGES_MAX: Final = 30
ARCHIVE_MAX: Final = 100
#: Where an archived template's status before stands in its options.
_BEFORE: Final = "status_before"


@dataclass(frozen=True, slots=True)
class Moved:
    """Which templates were archived or unarchived, and why others were not."""

    done: tuple[int, ...]
    failed: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Compared:
    """*complaints* are people who blocked or reported after the template; *reason* the most frequent one of reports."""

    template_id: int
    sent: int
    complaints: int
    reason: str | None


async def upsert_templates(
    house: House, business_id: int, *, name: str, category: str, languages: Sequence[str], components: object
) -> list[TemplateRow]:
    """The same authentication template in each of *languages*: created, or changed where it is there.

    Each language is a transaction of its own. Raises Invalid and what create_template and edit_template raise.
    """
    if category.upper() != "AUTHENTICATION":
        raise Invalid("only AUTHENTICATION templates can be made in several languages at once", field="category")
    if not 0 < len(languages) <= LANGUAGES_MAX:
        raise Invalid(f"languages has 1 to {LANGUAGES_MAX} entries", field="languages")
    async with house.store.transaction() as tx:
        known = await tx.templates({(business_id, name, language) for language in languages})
    found = []
    for language in languages:
        row = known.get((business_id, name, language))
        if row is None:
            row = await create_template(
                house, business_id, name=name, language=language, category=category, components=components
            )
        else:
            changes = {"components": components}
            row = await edit_template(house, business_id, row.template_id, changes, waiting_too=True)
        found.append(row)
    return found


async def archive(house: House, business_id: int, template_ids: Sequence[int]) -> Moved:
    """These templates rest: they cannot be sent until they are unarchived."""
    return await _move(house, business_id, template_ids, back=False)


async def unarchive(house: House, business_id: int, template_ids: Sequence[int]) -> Moved:
    """These templates get the status back that they had."""
    return await _move(house, business_id, template_ids, back=True)


async def _move(house: House, business_id: int, template_ids: Sequence[int], *, back: bool) -> Moved:
    if len(template_ids) > ARCHIVE_MAX:
        raise Invalid(f"hsm_ids has at most {ARCHIVE_MAX} entries", field="hsm_ids")
    failed: dict[int, str] = {}
    moved: list[TemplateRow] = []
    async with house.store.transaction() as tx:
        rows = await tx.templates_by_id([(business_id, template_id) for template_id in template_ids])
        for template_id in dict.fromkeys(template_ids):
            row = rows.get((business_id, template_id))
            if row is None:
                failed[template_id] = "Template not found"
            elif (row.status == "ARCHIVED") is not back:
                failed[template_id] = "Template is not archived" if back else "Template is archived already"
            else:
                moved.append(_archived(row, back=back, now=house.clock.now()))
        if moved:
            await tx.put_templates(moved)
        for row in moved:
            await tell_template(house, tx, replace(row, status="UNARCHIVED") if back else row)
    house.bus.ring(businesses=[business_id])
    return Moved(tuple(row.template_id for row in moved), failed)


def _archived(row: TemplateRow, *, back: bool, now: datetime) -> TemplateRow:
    options: dict[str, Any] = json.loads(row.options)
    if back:
        status = options.pop(_BEFORE, "APPROVED")
    else:
        status, options[_BEFORE] = "ARCHIVED", row.status
    return replace(row, status=status, options=json.dumps(options, ensure_ascii=False), updated_at=now)


async def unpause(house: House, business_id: int, template_id: int) -> None:
    """A paused template may be sent again; it is rated anew. Raises NotFound, Conflict (``template_not_paused``)."""
    now = house.clock.now()
    async with house.store.transaction() as tx:
        row = (await tx.templates_by_id([(business_id, template_id)])).get((business_id, template_id))
        if row is None:
            raise NotFound("there is no such template", code="template_missing")
        if row.status != "PAUSED":
            raise Conflict(f"this template is {row.status}, not paused", code="template_not_paused")
        heard = await tx.templates_heard([business_id], now)
        pauses = next((each.pauses for each in heard if each.template_id == template_id), 1)
        await tx.put_rests([RestRow(business_id, template_id, pauses, None, now)])
        await tx.pace_again([(business_id, template_id)], now)
        row = replace(row, status="APPROVED", updated_at=now)
        await tx.put_templates([row])
        await tell_template(house, tx, row)
    house.bus.ring(businesses=[business_id])


async def compare(house: House, business_id: int, template_ids: Sequence[int], period: Period) -> list[Compared]:
    """How these templates did in *period*, those that people complain about least first. Raises NotFound."""
    async with house.store.transaction() as tx:
        rows = await tx.templates_by_id([(business_id, template_id) for template_id in template_ids])
        if len(rows) != len(set(template_ids)):
            raise NotFound("there is no such template", code="template_missing")
        figures = await tx.template_figures(business_id, template_ids, period)
        complaints = await tx.complaint_figures(business_id, template_ids, period)
    sent = dict.fromkeys(template_ids, 0)
    for figure in figures:
        sent[figure.template_id] += figure.sent
    found = [Compared(each, sent[each], *complaints.get(each, (0, None))) for each in dict.fromkeys(template_ids)]
    return sorted(found, key=lambda each: (each.complaints / each.sent if each.sent else 0.0, each.template_id))
