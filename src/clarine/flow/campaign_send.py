"""A running campaign goes out in chunks, one transaction each, under the same locks, rules and tables as flow.accept.

A chunk commits its messages together with its recipients' outcomes and how far its lane has come, so a crash between
chunks skips nobody and writes to nobody twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from clarine.domain.campaign import State
from clarine.domain.errors import ClarineError
from clarine.domain.events import AccountNotice
from clarine.domain.message import Category, Direction, Status
from clarine.domain.pacing import first_pace
from clarine.flow.campaign import Setting, setting_of
from clarine.flow.campaign_plan import Plan, decide
from clarine.flow.charging import read_charges, write_charges
from clarine.flow.house import House
from clarine.flow.limits import Limits, read_limits, shut_out_among
from clarine.ports.campaign_rows import CampaignRow, Known, LaneRow, Packed, Postmark
from clarine.ports.records import MessageRow, MessageState, NoticeRow, StreamEvent
from clarine.ports.store import Transaction

CHUNK: Final = 2_000
#: Beside single sends, which wait for the account while a chunk is written.
CHUNK_BESIDE: Final = 50
SENT: Final = "sent"
#: How long a lane rests whose next person just heard from the number too often, or whose number has no tokens left.
REST: Final = timedelta(seconds=1)
#: How long a lane rests whose template waits for what people make of its first group (domain.pacing looks after minutes).
PACED_REST: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class _Done:
    """What a chunk did; *stopped* is why the campaign must pause."""

    written: _Written | None = None
    stopped: str | None = None


class _Written(Mapping[int, Sequence[StreamEvent]]):
    """What devices are shown of a chunk's letters, by person. Made only when it is asked for: few of a campaign's people
    hold a socket of this process."""

    def __init__(self, plan: Plan, postmark: Postmark) -> None:
        self._letters = plan.letters
        self._postmark = postmark
        self._places = {person_id: place for place, person_id in enumerate(plan.letters.people)}

    def __iter__(self) -> Iterator[int]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, person_id: int) -> Sequence[StreamEvent]:
        letters, postmark, place = self._letters, self._postmark, self._places[person_id]
        price = letters.prices[letters.price[place] - 1]
        row = MessageRow(
            person_id=person_id,
            seq=letters.seqs[place],
            business_id=postmark.business_id,
            phone_number_id=postmark.phone_number_id,
            direction=Direction.TO_PERSON,
            content_json=letters.contents[place],
            at=postmark.at,
            category=postmark.category,
            billable=price.billable,
            pricing_type=price.pricing_type,
            price_micros=price.micros,
            rate_version=price.rate_version,
            expires_at=postmark.expires_at,
        )
        return [StreamEvent(row.seq, row.at, MessageState(row, Status.SENT))]


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
    if done.written is not None:
        house.bus.ring(people=done.written, businesses=[lane.business_id], written=done.written)
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
    chunk, paced = await _room(tx, setting, chunk)
    found = await tx.next_recipients(lane, chunk)
    if paced and found.recipients:
        await tx.move_lane(lane, after=lane.after, counts=lane.counts, done=False, due_at=now + PACED_REST)
        return _Done()
    known = await tx.lock_recipients(
        [recipient for recipient in found.recipients if recipient > 0],
        business_id=row.business_id,
        phone_number_id=row.phone_number_id,
        now=now,
        marketing=setting.category is Category.MARKETING,
    )
    # From here on the business's other sends wait: people are locked before accounts, as in every verb.
    account = (await tx.lock_accounts([row.business_id]))[row.business_id]
    limits = await _limits(house, tx, row, setting, known=known, now=now)
    charges = await read_charges(house, tx, (), businesses=[row.business_id], free_used={}, now=now)
    plan = Plan(now, row, setting, account, limits, charges)
    decide(house, plan, found, known)
    written = await _write(tx, plan, lane)
    taken = len(plan.outcomes.recipients)
    await tx.move_lane(
        lane,
        after=plan.outcomes.recipients[-1] if taken else lane.after,
        counts=Counter(lane.counts) + Counter(reason or SENT for reason in plan.outcomes.reasons),
        done=taken == len(found.recipients) < chunk,
        due_at=now + REST if plan.rests else now,
    )
    return _Done(written, plan.stopped)


async def _room(tx: Transaction, setting: Setting, chunk: int) -> tuple[int, bool]:
    """The chunk that pacing has room for, and whether it has none: a hint, before anybody is locked for nothing."""
    pace = (await tx.trust([setting.template])).get(setting.template) or first_pace(setting.category)
    return (chunk, False) if pace.room is None else (max(1, min(chunk, pace.room)), not pace.room)


async def _limits(
    house: House, tx: Transaction, row: CampaignRow, setting: Setting, *, known: Known, now: datetime
) -> Limits:
    """What is left to spend; the buckets of pairs only for the few that were used a moment ago."""
    ahead = [person for person, packed in zip(known.people, known.packed, strict=True) if Packed.of(packed).ahead]
    _, pairs = await tx.between({(person, row.business_id) for person in ahead})
    limits = await read_limits(
        house,
        tx,
        pairs=pairs,
        numbers={(row.business_id, row.phone_number_id)},
        marketing_to=(),
        templates=[setting.template],
        now=now,
    )
    pairs_of_all = {(row.business_id, person) for person in known.people}
    limits.shut_out = await shut_out_among(tx, limits.sending, pairs_of_all)
    return limits


async def _write(tx: Transaction, plan: Plan, lane: LaneRow) -> _Written | None:
    """Each table once, whatever the size of the chunk; what devices are shown of it."""
    letters, now, row = plan.letters, plan.now, plan.row
    written = None
    if letters.people:
        postmark = Postmark(
            business_id=row.business_id,
            phone_number_id=row.phone_number_id,
            category=plan.setting.category,
            at=now,
            expires_at=now + timedelta(seconds=plan.setting.ttl_s),
            paid_until=now + plan.limits.pair.interval,
        )
        written = _Written(plan, postmark)
        await tx.append_letters(postmark, letters)
        await tx.hold_letters(postmark, letters, last_notice=plan.account.last_notice)
        await _charge(tx, plan)
        sending, paces = plan.limits.sending[row.business_id], plan.limits.paces
        paid_until = plan.limits.throughput.take_many(paces.get(plan.number), now, len(letters.people))
        await tx.spend(
            [replace(sending, reached=sending.reached + plan.newly_reached)],
            pairs=plan.ahead,
            paces={plan.number: paid_until},
            reached=plan.reached,
            now=now,
        )
        if plan.pace.room is not None:
            await tx.put_trust({plan.setting.template: plan.pace.taken(len(letters.people), now)}, now)
    if plan.outcomes.recipients:
        await tx.append_outcomes(lane, plan.outcomes)
    return written


async def _charge(tx: Transaction, plan: Plan) -> None:
    """Count what was billed where a month's volume decides the price; the business is told of a step after the messages."""
    await write_charges(tx, plan.charges)
    first, row = plan.account.last_notice + len(plan.letters.people) + 1, plan.row
    notices = [
        NoticeRow(
            business_id=row.business_id,
            number=number,
            field="account_update",
            phone_number_id=row.phone_number_id,
            person_id=None,
            fact=AccountNotice(plan.now, "account_update", value),
            at=plan.now,
        )
        for number, value in enumerate(plan.steps, first)
    ]
    if notices:
        await tx.append_notices(notices)
