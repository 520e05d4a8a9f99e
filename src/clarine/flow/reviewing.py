"""The sandbox's reviewer of templates: says yes at once, follows a script, or leaves it to a person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Final, Literal

from clarine.domain.errors import Invalid, NotFound
from clarine.domain.quality import pause_after
from clarine.flow.house import House
from clarine.flow.limits import starting_tier
from clarine.flow.templates import approve_template, reject_template, tell_template
from clarine.ports.limit_rows import RestRow
from clarine.ports.records import TemplateRow

Mode = Literal["instant", "scripted", "manual"]
PENDING_MAX: Final = 500
#: What a template can be set to by hand.
STATUSES: Final = ("APPROVED", "REJECTED", "PAUSED", "DISABLED")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a script: templates whose name fits *name* (``*`` and ``?`` as in file names) end so after *after_s*."""

    name: str = "*"
    status: Literal["APPROVED", "REJECTED"] = "APPROVED"
    reason: str = "NONE"
    after_s: int = 0


@dataclass(frozen=True, slots=True)
class Review:
    """How a business's templates are reviewed; what fits no line of the *script* is approved at once."""

    mode: Mode = "instant"
    script: tuple[Line, ...] = ()


class Reviewer:
    """Who reviews how; businesses that nobody spoke about are reviewed at once."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Everything is approved at once again."""
        self._reviews: dict[int, Review] = {}
        self._next: datetime | None = None

    def instruct(self, business_id: int, review: Review) -> None:
        """From now on the templates of this business are reviewed so."""
        self._reviews[business_id] = review

    def review_of(self, business_id: int) -> Review:
        """How this business's templates are reviewed."""
        return self._reviews.get(business_id, Review())

    def next_due(self) -> datetime | None:
        """When the next verdict falls, as far as the last round saw."""
        return self._next

    async def review(self, house: House) -> int:
        """Give every verdict that is due; how many."""
        now = house.clock.now()
        async with house.store.transaction() as tx:
            rows = [found.template for found in await tx.templates_in(["PENDING", "IN_APPEAL"], PENDING_MAX)]
        verdicts = [(row, line) for row in rows if (line := self._line(row)) is not None]
        due = [(row, line) for row, line in verdicts if _at(row, line) <= now]
        self._next = min((_at(row, line) for row, line in verdicts if _at(row, line) > now), default=None)
        for row, line in due:
            if line.status == "APPROVED":
                await approve_template(house, row.business_id, row.template_id)
            else:
                await reject_template(house, row.business_id, row.template_id, reason=line.reason)
        return len(due)

    def _line(self, row: TemplateRow) -> Line | None:
        review = self.review_of(row.business_id)
        match review.mode:
            case "manual":
                return None
            case "instant":
                return Line()
            case "scripted":
                return next((line for line in review.script if fnmatchcase(row.name, line.name)), Line())


def _at(row: TemplateRow, line: Line) -> datetime:
    return row.updated_at + timedelta(seconds=line.after_s)


async def set_status(house: House, template: TemplateRow, *, status: str, reason: str) -> TemplateRow:
    """Give a verdict by hand: a review when it waits for one, else a change of state. Raises Invalid, NotFound."""
    if status not in STATUSES:
        raise Invalid(f"status must be one of {', '.join(STATUSES)}", field="status")
    key = (template.business_id, template.template_id)
    if template.status in ("PENDING", "IN_APPEAL"):
        if status == "APPROVED":
            return await approve_template(house, *key)
        if status == "REJECTED":
            return await reject_template(house, *key, reason=reason)
    return await move_template(house, *key, status=status, reason=reason)


async def move_template(
    house: House, business_id: int, template_id: int, *, status: str, reason: str = "NONE"
) -> TemplateRow:
    """Put a template into *status*, and tell the business; a pause ends by itself as a first one does. Raises NotFound."""
    now = house.clock.now()
    async with house.store.transaction() as tx:
        found = (await tx.templates_by_id([(business_id, template_id)])).get((business_id, template_id))
        if found is None:
            raise NotFound("there is no such template", code="template_missing")
        row = replace(found, status=status, rejected_reason=reason, updated_at=now)
        await tx.put_templates([row])
        pause = pause_after(0) if status == "PAUSED" else None
        if pause is not None:
            await tx.put_rests([RestRow(business_id, template_id, 1, now + pause, now + pause)])
            await tx.review_by(business_id, now + pause, tier=starting_tier(house.settings))
        await tell_template(house, tx, row)
    house.bus.ring(businesses=[business_id])
    return row
