"""A periodic review: what arrived, was read and was complained about rates numbers and templates, pauses, promotes and freezes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, Final

from clarine.domain.errors import Conflict
from clarine.domain.events import AccountNotice, field_of
from clarine.domain.limits import Standing, Tier, higher, tier_after
from clarine.domain.pacing import GATES
from clarine.domain.quality import (
    FREEZE_LOOK_BACK,
    FREEZE_REPORTS,
    LOOK_BACK,
    PAUSE_TITLES,
    Rating,
    pause_after,
    rate,
)
from clarine.flow.announce import announce
from clarine.flow.house import House
from clarine.flow.limits import starting_tier
from clarine.ports.limit_rows import NumberHeard, RestRow, ReviewedRow, StandingRow, TemplateHeard
from clarine.ports.records import NoticeRow
from clarine.ports.store import Transaction

SWEEP: Final = "quality"
#: Receipts are counted this long after they were written, when no transaction that began earlier can still add one.
LAG: Final = timedelta(minutes=2)
#: The most time whose receipts one step counts.
SLICE: Final = timedelta(hours=6)
#: No rule looks back further than 30 days.
KEPT: Final = timedelta(days=31)
REVIEWS_MAX: Final = 100
#: How often a business is looked at that nobody complains about.
REVIEW_EVERY: Final = timedelta(hours=1)


@dataclass(slots=True)
class _Review:
    """What one step found and will write."""

    now: datetime
    templates: list[tuple[int, int, str, str]] = field(default_factory=list)
    numbers: list[tuple[int, int, str]] = field(default_factory=list)
    rests: list[RestRow] = field(default_factory=list)
    reviewed: list[ReviewedRow] = field(default_factory=list)
    told: list[tuple[int, AccountNotice]] = field(default_factory=list)
    woken: list[tuple[int, int]] = field(default_factory=list)  # templates whose pause ended: paced from now on
    doubted: list[tuple[int, int]] = field(default_factory=list)  # templates gone YELLOW: paced unless they are already

    def tell(self, business_id: int, field: str, value: dict[str, Any]) -> None:
        self.told.append((business_id, AccountNotice(self.now, field, value)))


async def review(house: House) -> int:
    """Count what arrived since the last step and review whoever is due; 0 when nothing is left to do now.

    Set-wise, with the accounts of those businesses locked; what changed is told by webhooks of the same transaction.
    """
    now = house.clock.now()
    async with house.store.transaction() as tx:
        swept_to = await tx.lock_sweep(SWEEP)
        until = _until(swept_to, now)
        if swept_to is None or until <= swept_to:
            return 0
        await tx.count_heard(swept_to, until)
        business_ids = await tx.due_reviews(swept_to, until, now=now, limit=REVIEWS_MAX)
        if business_ids:
            await _review(house, tx, business_ids, now)
        # With too many to review at once the slice is counted, and those left over are due by their own time.
        await tx.move_sweep(SWEEP, until)
    house.bus.ring(businesses=business_ids)
    return 1 if until < now - LAG or len(business_ids) == REVIEWS_MAX else 0


def _until(swept_to: datetime | None, now: datetime) -> datetime:
    latest = now - LAG
    fresh = swept_to is None or swept_to <= datetime.fromtimestamp(0, UTC)
    return latest if fresh or swept_to is None else min(latest, swept_to + SLICE)


async def rest_now(tx: Transaction, templates: Sequence[TemplateHeard], *, tier: Tier, now: datetime) -> None:
    """Pause these templates (or disable what was paused too often) as a review would, inside *tx*."""
    found = _Review(now)
    for row in templates:
        for until in _rest(found, row):
            await tx.review_by(row.business_id, until, tier=tier)
    accounts = await tx.lock_accounts({row.business_id for row in templates})
    await tx.put_ratings(found.templates, [], now)
    if found.rests:
        await tx.put_rests(found.rests)
    await tx.append_notices(list(_notices(found, {each: row.last_notice for each, row in accounts.items()})))


async def _review(house: House, tx: Transaction, business_ids: Sequence[int], now: datetime) -> None:
    accounts = await tx.lock_accounts(business_ids)
    starting = starting_tier(house.settings)
    found = _Review(now)
    by_number = {
        business_id: list(rows)
        for business_id, rows in groupby(await tx.numbers_heard(business_ids, now - LOOK_BACK), _business)
    }
    by_template = {
        business_id: list(rows)
        for business_id, rows in groupby(await tx.templates_heard(business_ids, now - LOOK_BACK), _business)
    }
    for row in await tx.standings(business_ids, now=now, reports_since=now - FREEZE_LOOK_BACK, starting=starting):
        numbers = by_number.get(row.business_id, [])
        ends = _rate_templates(found, by_template.get(row.business_id, []))
        reviewed = _stand(found, row, numbers, starting=starting)
        found.reviewed.append(replace(reviewed, review_at=min([now + REVIEW_EVERY, *ends])))
    await tx.put_reviewed(found.reviewed)
    await tx.forget_counts(business_ids, now - KEPT)
    await tx.put_ratings(found.templates, found.numbers, now)
    if found.rests:
        await tx.put_rests(found.rests)
    if found.woken:
        await tx.pace_again(found.woken, now)
    if found.doubted:
        await tx.pace_again(found.doubted, now, gates_min=len(GATES))
    if found.told:
        await tx.append_notices(list(_notices(found, {each: row.last_notice for each, row in accounts.items()})))


def _stand(found: _Review, row: StandingRow, numbers: Sequence[NumberHeard], *, starting: Tier) -> ReviewedRow:
    """The business's tier and freeze after this review."""
    before = higher(row.tier, starting)
    low = _rate_numbers(found, numbers, tier=before)
    red_since = (row.red_since or found.now) if low else None
    standing = Standing(
        verified=row.verified,
        reached_7_days=row.reached_7_days,
        reached_30_days=row.reached_30_days,
        delivered_30_days=row.delivered_30_days,
        low=low,
        red_since=red_since,
    )
    tier = tier_after(before, standing, floor=starting, now=found.now)
    if before > tier:
        red_since = found.now  # another day of RED costs another tier
    if tier != before:
        _tell_tier(found, row.business_id, numbers, before=before, tier=tier)
    return ReviewedRow(row.business_id, tier, red_since, _frozen_at(found, row), found.now)


def _business(row: NumberHeard | TemplateHeard) -> int:
    return row.business_id


def _notices(found: _Review, last: dict[int, int]) -> Iterator[NoticeRow]:
    for business_id, fact in found.told:
        last[business_id] += 1
        yield NoticeRow(
            business_id=business_id,
            number=last[business_id],
            field=field_of(fact),
            phone_number_id=None,
            person_id=None,
            fact=fact,
            at=found.now,
        )


def _rate_numbers(found: _Review, numbers: Iterable[NumberHeard], *, tier: Tier) -> bool:
    """Rate the numbers of one business; whether one of them is RED."""
    low = False
    for row in numbers:
        rating = rate(row.counts)
        quality = Rating.GREEN if rating is Rating.UNKNOWN else rating  # a new number is GREEN until it is known better
        low |= quality is Rating.RED
        if quality == row.quality:
            continue
        found.numbers.append((row.business_id, row.phone_number_id, quality))
        if Rating.RED in (quality, row.quality):
            event = "FLAGGED" if quality is Rating.RED else "UNFLAGGED"
            value = {"display_phone_number": str(row.phone), "event": event, "current_limit": str(tier)}
            found.tell(row.business_id, "phone_number_quality_update", value)
    return low


def _rate_templates(found: _Review, templates: Iterable[TemplateHeard]) -> list[datetime]:
    """Rate, pause and wake the templates of one business; when their pauses end."""
    ends: list[datetime] = []
    for row in templates:
        if row.status == "PAUSED":
            if row.paused_until is not None and row.paused_until > found.now:
                ends.append(row.paused_until)
            elif row.paused_until is not None:
                _wake(found, row, row.paused_until)
            continue
        quality = rate(row.counts)
        if quality is Rating.RED:
            ends.extend(_rest(found, row))
        elif quality != row.quality:
            found.templates.append((row.business_id, row.template_id, quality, row.status))
            _tell_quality(found, row, quality)
            if quality is Rating.YELLOW:
                found.doubted.append((row.business_id, row.template_id))
    return ends


def _rest(found: _Review, row: TemplateHeard) -> list[datetime]:
    """The template went RED: it is paused, or disabled when it was paused too often; when the pause ends."""
    _tell_quality(found, row, Rating.RED)
    pause = pause_after(row.pauses)
    if pause is None:
        found.templates.append((row.business_id, row.template_id, Rating.RED, "DISABLED"))
        _tell_status(found, row, event="DISABLED", title="DISABLED")
        return []
    until = found.now + pause
    found.rests.append(RestRow(row.business_id, row.template_id, row.pauses + 1, until, until))
    found.templates.append((row.business_id, row.template_id, Rating.RED, "PAUSED"))
    _tell_status(found, row, event="PAUSED", title=PAUSE_TITLES[row.pauses])
    return [until]


def _wake(found: _Review, row: TemplateHeard, since: datetime) -> None:
    """The pause is over: the template starts again, and what was complained about before it is answered for."""
    found.rests.append(RestRow(row.business_id, row.template_id, row.pauses, None, since))
    found.woken.append((row.business_id, row.template_id))
    found.templates.append((row.business_id, row.template_id, Rating.UNKNOWN, "APPROVED"))
    _tell_quality(found, row, Rating.UNKNOWN)
    _tell_status(found, row, event="APPROVED", title="UNPAUSE")


def _frozen_at(found: _Review, row: StandingRow) -> datetime | None:
    """Since when the business's marketing is frozen: since now when one report too many came."""
    if row.frozen_at is not None or row.reports < FREEZE_REPORTS:
        return row.frozen_at
    found.tell(
        row.business_id, "account_update", {"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SPAM"}}
    )
    found.tell(row.business_id, "account_update", restriction(frozen=True))
    return found.now


def restriction(*, frozen: bool) -> dict[str, Any]:
    """The value of account_update when marketing is frozen, or free again (Cloud API: account_update)."""
    info = [{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING"}] if frozen else []
    return {"event": "ACCOUNT_RESTRICTION", "restriction_info": info}


def _template_value(row: TemplateHeard) -> dict[str, Any]:
    return {
        "message_template_id": row.template_id,
        "message_template_name": row.name,
        "message_template_language": row.language,
    }


def _tell_quality(found: _Review, row: TemplateHeard, quality: Rating) -> None:
    scores = {"previous_quality_score": row.quality, "new_quality_score": str(quality)}
    if row.quality != quality:
        found.tell(row.business_id, "message_template_quality_update", scores | _template_value(row))


def _tell_status(found: _Review, row: TemplateHeard, *, event: str, title: str) -> None:
    value = {"event": event, **_template_value(row), "message_template_category": row.category, "reason": "NONE"}
    value["other_info"] = {"title": title, "description": _DESCRIPTIONS[title]}
    found.tell(row.business_id, "message_template_status_update", value)


_DESCRIPTIONS: Final = {
    "FIRST_PAUSE": "Too many people complained about this template. It is paused for 3 hours.",
    "SECOND_PAUSE": "Too many people complained about this template again. It is paused for 6 hours.",
    "DISABLED": "Too many people complained about this template a third time. It cannot be sent any more.",
    "UNPAUSE": "The pause of this template is over. It can be sent again.",
}


def _tell_tier(found: _Review, business_id: int, numbers: Iterable[NumberHeard], *, before: Tier, tier: Tier) -> None:
    """Each number's webhook and the business's own (Cloud API: phone_number_quality_update, business_capability_update)."""
    event = "UPGRADE" if tier > before else "DOWNGRADE"
    for row in numbers:
        value = {
            "display_phone_number": str(row.phone),
            "event": event,
            "current_limit": str(tier),
            "old_limit": str(before),
            "max_daily_conversations_per_business": str(tier),
        }
        found.tell(business_id, "phone_number_quality_update", value)
    found.tell(business_id, "business_capability_update", {"max_daily_conversations_per_business": str(tier)})


async def unfreeze(house: House, business_id: int) -> None:
    """An operator looked at the reports and lets marketing go on. Raises Conflict (``not_frozen``)."""
    now = house.clock.now()
    async with house.store.transaction() as tx:
        await tx.lock_accounts([business_id])
        if not await tx.lift_freeze(business_id, now):
            raise Conflict("the marketing of this business is not frozen", code="not_frozen")
        await announce(tx, business_id, AccountNotice(now, "account_update", restriction(frozen=False)))
    house.bus.ring(businesses=[business_id])
