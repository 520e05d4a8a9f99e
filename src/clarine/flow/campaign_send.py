"""A running campaign goes out in chunks, one transaction each, under the same locks, rules and tables as flow.accept.

A chunk commits its messages together with its recipients' outcomes and how far its lane has come, so a crash between
chunks skips nobody and writes to nobody twice.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from clarine.domain.campaign import State
from clarine.domain.errors import ClarineError
from clarine.domain.message import Category
from clarine.flow.campaign import setting_of
from clarine.flow.campaign_plan import Plan, decide
from clarine.flow.house import House
from clarine.flow.limits import Limits, read_limits
from clarine.ports.campaign_rows import CampaignRow, Known, LaneRow, Packed, Postmark
from clarine.ports.store import Transaction

CHUNK: Final = 500
#: Beside single sends, which wait for the account while a chunk is written.
CHUNK_BESIDE: Final = 50
SENT: Final = "sent"
#: How long a lane rests whose next person just heard from the number too often, or whose number has no tokens left.
REST: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Done:
    """What a chunk did; *stopped* is why the campaign must pause."""

    people: tuple[int, ...] = ()
    stopped: str | None = None


async def send_chunk(house: House, *, chunk: int = CHUNK) -> int:
    """Work on the lane that waited longest; 0 when none is due."""
    now = house.clock.now()
    async with house.store.transaction() as tx:
        lane = await tx.claim_lane(now)
        if lane is None:
            await tx.finish_campaigns(now)
            return 0
        done = await _work(house, tx, lane, chunk=chunk, now=now)
    if done.stopped is not None:
        await _pause(house, lane, done.stopped, now)
    if done.people:
        house.bus.ring(people=done.people, businesses=[lane.business_id])
    return 1


async def _pause(house: House, lane: LaneRow, reason: str, now: datetime) -> None:
    """A transaction of its own, because a campaign is locked before its lanes. If it never happens, the next chunk asks again."""
    business_id, campaign_id = lane.business_id, lane.campaign_id
    async with house.store.transaction() as tx:
        if await tx.move_campaign(business_id, campaign_id, State.RUNNING, State.PAUSED, reason=reason, now=now):
            await tx.wake_lanes(business_id, campaign_id, None)


async def _work(house: House, tx: Transaction, lane: LaneRow, *, chunk: int, now: datetime) -> _Done:
    row = await tx.campaign(lane.business_id, lane.campaign_id)
    assert row is not None, "a lane belongs to a campaign"
    try:
        setting = await setting_of(house, tx, row, sent=chunk)
    except ClarineError as error:
        return _Done(stopped=error.code)
    found = await tx.next_recipients(lane, chunk)
    known = await tx.lock_recipients(
        [recipient for recipient in found.recipients if recipient > 0],
        business_id=row.business_id,
        phone_number_id=row.phone_number_id,
        now=now,
        marketing=setting.category is Category.MARKETING,
    )
    # From here on the business's other sends wait: people are locked before accounts, as in every verb.
    account = (await tx.lock_accounts([row.business_id]))[row.business_id]
    plan = Plan(now, row, setting, account, await _limits(house, tx, row, known=known, now=now))
    decide(house, plan, found, known)
    await _write(tx, plan, lane)
    taken = len(plan.outcomes.recipients)
    await tx.move_lane(
        lane,
        after=plan.outcomes.recipients[-1] if taken else lane.after,
        counts=Counter(lane.counts) + Counter(reason or SENT for reason in plan.outcomes.reasons),
        done=taken == len(found.recipients) < chunk,
        due_at=now + REST if plan.rests else now,
    )
    return _Done(tuple(plan.letters.people), plan.stopped)


async def _limits(house: House, tx: Transaction, row: CampaignRow, *, known: Known, now: datetime) -> Limits:
    """What is left to spend; the buckets of pairs only for the few that were used a moment ago."""
    ahead = [person for person, packed in zip(known.people, known.packed, strict=True) if Packed.of(packed).ahead]
    _, pairs = await tx.between({(person, row.business_id) for person in ahead})
    return await read_limits(
        house,
        tx,
        pairs=pairs,
        numbers={(row.business_id, row.phone_number_id)},
        marketing_to=(),
        templates=(),
        now=now,
    )


async def _write(tx: Transaction, plan: Plan, lane: LaneRow) -> None:
    """Each table once, whatever the size of the chunk."""
    letters, now, row = plan.letters, plan.now, plan.row
    if letters.people:
        postmark = Postmark(
            business_id=row.business_id,
            phone_number_id=row.phone_number_id,
            category=plan.setting.category,
            at=now,
            expires_at=now + timedelta(seconds=plan.setting.ttl_s),
            paid_until=now + plan.limits.pair.interval,
        )
        await tx.append_letters(postmark, letters)
        await tx.hold_letters(postmark, letters, last_notice=plan.account.last_notice)
        sending, paces = plan.limits.sending[row.business_id], plan.limits.paces
        paid_until = plan.limits.throughput.take_many(paces.get(plan.number), now, len(letters.people))
        await tx.spend(
            [replace(sending, reached=sending.reached + plan.newly_reached)],
            pairs=plan.ahead,
            paces={plan.number: paid_until},
            reached=plan.reached,
            now=now,
        )
    if plan.outcomes.recipients:
        await tx.append_outcomes(lane, plan.outcomes)
