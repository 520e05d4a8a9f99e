"""Held messages: what people made of the first ones lets the next group go, or drops the rest and pauses the template.

Two transactions take turns: one looks at the gates, the other lets go of what may leave (domain/pacing.py has the rule).
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from clarine.domain import ledger, policy
from clarine.domain.conversation import Relation
from clarine.domain.events import PersonShown, StatusNotice
from clarine.domain.ids import RefusalKey
from clarine.domain.limits import WEEK, MarketingSent, marketing_capped
from clarine.domain.message import Category, Direction
from clarine.domain.pacing import Pace, Verdict, verdict
from clarine.flow.house import House, shown_to
from clarine.flow.limits import shut_out_among, starting_tier
from clarine.flow.quality import rest_now
from clarine.flow.receipt import price_shown
from clarine.ports.limit_rows import SendingRow
from clarine.ports.pacing_rows import GateRow, HeldRow
from clarine.ports.records import AccountState, MessageRow, NoticeRow, Person, RefusalRow
from clarine.ports.store import Transaction

SWEEP: Final = "pacing"
TEMPLATES_MAX: Final = 100
#: The most messages that leave or are dropped in one transaction.
RELEASED_MAX: Final = 1_000


async def release(house: House) -> int:
    """Look at every gate that messages wait at, then let go; how many left or were dropped, 0 when nothing is left to do."""
    await _look(house)
    return await _let_go(house)


async def _look(house: House) -> None:
    now = house.clock.now()
    async with house.store.transaction() as tx:
        if await tx.lock_sweep(SWEEP) is None:
            return
        waiting = [row for row in await tx.gates_waiting(TEMPLATES_MAX) if row.template.status == "APPROVED"]
        said = {verdict: [row for row in waiting if _verdict(row, now) is verdict] for verdict in Verdict}
        if said[Verdict.OPEN]:
            await tx.lock_accounts({row.template.business_id for row in said[Verdict.OPEN]})
            await tx.put_trust({_key(row): row.pace.opened() for row in said[Verdict.OPEN]}, now)
        stopped = [row.template for row in said[Verdict.STOP]]
        if stopped:
            await rest_now(tx, stopped, tier=starting_tier(house.settings), now=now)
    house.bus.ring(businesses={row.business_id for row in stopped})


def _verdict(row: GateRow, now: datetime) -> Verdict:
    return verdict(row.pace, row.template.counts, now)


def _key(row: GateRow) -> tuple[int, int]:
    return row.template.business_id, row.template.template_id


@dataclass(slots=True)
class _Batch:
    """What one transaction knows about messages that waited, and will write."""

    now: datetime
    stopped: set[tuple[int, int]]  # templates that nothing of may leave
    paces: dict[tuple[int, int], Pace]
    people: dict[int, Person]
    seqs: dict[int, int]
    relations: dict[tuple[int, int], Relation]
    accounts: dict[int, AccountState]
    sending: dict[int, SendingRow]
    marketing: dict[int, list[MarketingSent]]
    shut_out: Set[tuple[int, int]]
    messages: list[MessageRow] = field(default_factory=list)
    refusals: list[RefusalRow] = field(default_factory=list)
    transfers: list[ledger.Transfer] = field(default_factory=list)
    notices: list[NoticeRow] = field(default_factory=list)
    ended: dict[tuple[int, int], int | None] = field(default_factory=dict)


async def _let_go(house: House) -> int:
    now = house.clock.now()
    async with house.store.transaction() as tx:
        if await tx.lock_sweep(SWEEP) is None:
            return 0
        gates = await tx.gates_waiting(TEMPLATES_MAX)
        stopped = {_key(row) for row in gates if row.template.status != "APPROVED"}
        most = _most(gates, stopped)
        rows = await tx.held_next(most) if most else []
        if not rows:
            return 0
        batch = await _read(house, tx, rows, stopped, now)
        for row in rows:
            _decide(house, batch, row)
        await _write(tx, batch)
    house.bus.ring(people=batch.people, businesses=batch.accounts)
    return len(batch.ended)


def _most(gates: Sequence[GateRow], stopped: set[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """From template to how many may leave or be dropped now, RELEASED_MAX over all."""
    most, left = {}, RELEASED_MAX
    for row in gates:
        room = None if _key(row) in stopped else row.pace.room
        count = left if room is None else min(left, room)
        if count:
            most[_key(row)] = count
            left -= count
    return most


async def _read(
    house: House, tx: Transaction, rows: Sequence[HeldRow], stopped: set[tuple[int, int]], now: datetime
) -> _Batch:
    people = {row.person_id for row in rows}
    seqs = await tx.lock_streams(people)
    relations = await tx.relations({(row.person_id, row.business_id) for row in rows})
    accounts = await tx.lock_accounts({row.business_id for row in rows})
    numbers = {(row.business_id, row.phone_number_id) for row in rows}
    sending, _ = await tx.sending(numbers, now_s=int(now.timestamp()), starting=starting_tier(house.settings))
    return _Batch(
        now=now,
        stopped=stopped,
        paces=await tx.trust({(row.business_id, row.template_id) for row in rows}),
        people=await tx.people_by_id(people),
        seqs=seqs,
        relations=relations,
        accounts=accounts,
        sending=sending,
        marketing=await tx.marketing_sent(people, now - WEEK),
        shut_out=await shut_out_among(tx, sending, {(row.business_id, row.person_id) for row in rows}),
    )


async def _write(tx: Transaction, batch: _Batch) -> None:
    if batch.messages:
        await tx.append_messages(batch.messages)
        await tx.move_streams({row.person_id: row.seq for row in batch.messages})
        await tx.put_trust(batch.paces, batch.now)
    if batch.transfers:
        await tx.append_transfers(batch.transfers, batch.now)
    if batch.refusals:
        await tx.append_refusals(batch.refusals)
    if batch.notices:
        await tx.append_notices(batch.notices)
    await tx.end_held(batch.ended, batch.now)


def _decide(house: House, batch: _Batch, row: HeldRow) -> None:
    template = row.business_id, row.template_id
    reason = _against(batch, row, template)
    pace = batch.paces.get(template, Pace())
    if reason is None and pace.room == 0:
        return  # another message took the place meanwhile
    _give_back(batch, row)
    if reason is None:
        batch.paces[template] = pace.taken(1, batch.now)
        _leave(house, batch, row)
    else:
        _drop(house, batch, row, reason)


def _against(batch: _Batch, row: HeldRow, template: tuple[int, int]) -> policy.Reason | None:
    """Why it may not leave any more: its template, its time, or what the person decided since."""
    if row.person_id not in batch.seqs:
        return policy.Reason.NOT_A_PERSON
    if template in batch.stopped:
        return policy.Reason.TEMPLATE_STOPPED
    if row.expires_at <= batch.now:
        return policy.Reason.EXPIRED
    relation = batch.relations.get((row.person_id, row.business_id), Relation())
    advertises, window_open = row.category is Category.MARKETING, relation.window_open(batch.now)
    sent = batch.marketing.get(row.person_id, ())
    return policy.judge(
        policy.Facts(
            known=True,
            blocked=relation.blocked,
            stopped=relation.stopped,
            marketing_consent=relation.marketing_consent,
            utility_consent=relation.utility_consent,
            window_open=window_open,
            category=row.category,
            marketing_capped=advertises
            and marketing_capped(sent, row.business_id, now=batch.now, window_open=window_open),
            marketing_frozen=batch.sending[row.business_id].frozen,
            shut_out=(row.business_id, row.person_id) in batch.shut_out,
            locked=batch.sending[row.business_id].locked,
        )
    )


def _give_back(batch: _Batch, row: HeldRow) -> None:
    """The hold ends that had no message; one that leaves is held for anew, under its own key."""
    if row.transfer:
        void = ledger.Transfer(
            row.business_id, 0, row.transfer, ledger.Entry.VOID, row.price_micros, rate_version=row.rate_version
        )
        batch.transfers.append(void)


def _leave(house: House, batch: _Batch, row: HeldRow) -> None:
    seq = batch.seqs[row.person_id] = batch.seqs[row.person_id] + 1
    message = MessageRow(
        person_id=row.person_id,
        seq=seq,
        business_id=row.business_id,
        phone_number_id=row.phone_number_id,
        direction=Direction.TO_PERSON,
        content_json=row.content_json,
        at=batch.now,
        reply_to_seq=row.reply_to_seq,
        category=row.category,
        billable=row.billable,
        pricing_type=row.pricing_type,
        price_micros=row.price_micros,
        rate_version=row.rate_version,
        opaque=row.opaque,
        expires_at=row.expires_at,
        held_number=row.number,
        conversation=row.conversation,
    )
    batch.messages.append(message)
    batch.ended[row.business_id, row.number] = seq
    if row.price_micros:
        hold = ledger.Transfer(
            row.business_id, row.person_id, seq, ledger.Entry.HOLD, row.price_micros, rate_version=row.rate_version
        )
        batch.transfers.append(hold)
    if row.category is Category.MARKETING:
        batch.marketing.setdefault(row.person_id, []).append(MarketingSent(row.business_id, batch.now))
    shown = shown_to(house, batch.people[row.person_id], row.business_id)
    message_id = house.seal.message_id(RefusalKey(row.business_id, row.number))
    notice = StatusNotice(message_id, "sent", batch.now, shown, price=price_shown(message), opaque=row.opaque)
    _notify(batch, row, notice)


def _drop(house: House, batch: _Batch, row: HeldRow, reason: policy.Reason) -> None:
    person = batch.people.get(row.person_id)
    phone = person.phone if person is not None else 0
    batch.ended[row.business_id, row.number] = None
    batch.refusals.append(
        RefusalRow(
            business_id=row.business_id,
            number=row.number,
            phone_number_id=row.phone_number_id,
            phone=phone,
            content_type="template",
            category=row.category,
            reason=reason,
            opaque=row.opaque,
            at=batch.now,
        )
    )
    message_id = house.seal.message_id(RefusalKey(row.business_id, row.number))
    # A person who blocked the business looks like a number that nobody has.
    seen = person if reason is not policy.Reason.BLOCKED else None
    shown = shown_to(house, seen, row.business_id) if seen is not None else PersonShown(str(phone), "", "")
    _notify(batch, row, StatusNotice(message_id, "failed", batch.now, shown, reason=reason, opaque=row.opaque))


def _notify(batch: _Batch, row: HeldRow, fact: StatusNotice) -> None:
    account = batch.accounts[row.business_id]
    batch.accounts[row.business_id] = account = replace(account, last_notice=account.last_notice + 1)
    batch.notices.append(
        NoticeRow(
            business_id=row.business_id,
            number=account.last_notice,
            field="messages",
            phone_number_id=row.phone_number_id,
            person_id=row.person_id,
            fact=fact,
            at=batch.now,
        )
    )
