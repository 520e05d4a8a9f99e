"""A person (or the evidence a business brings) changes what stands between the two: consent, stop, block, report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from clarine.domain.consent import Act, ConsentRecord, ReportReason
from clarine.domain.conversation import Relation, consent_after
from clarine.domain.errors import NotFound
from clarine.domain.events import PreferenceNotice
from clarine.domain.policy import Reason
from clarine.flow.house import House, shown_to
from clarine.flow.withdraw import take_back
from clarine.ports.records import ChangeRow, ConsentRow, NoticeRow, RelationRow, ReportRow
from clarine.ports.store import Transaction


@dataclass(frozen=True, slots=True)
class Decision:
    """What changes between one person and one business; None leaves a part as it is."""

    person_id: int
    business_id: int
    records: tuple[ConsentRecord, ...] = ()
    blocked: bool | None = None
    report: ReportReason | None = None
    report_seq: int | None = None


def relation_json(relation: Relation) -> dict[str, Any]:
    """The relation as the people's API shows it."""
    return {
        "blocked": relation.blocked,
        "stopped": relation.stopped,
        "marketing_consent": relation.marketing_consent,
        "utility_consent": relation.utility_consent,
    }


async def relate(house: House, decisions: Sequence[Decision]) -> list[Relation]:
    """Apply decisions; the relations after. Raises NotFound for a person or business that does not exist."""
    now = house.clock.now()
    async with house.store.transaction() as tx:
        streams = await tx.lock_streams({decision.person_id for decision in decisions})
        businesses = await tx.businesses({decision.business_id for decision in decisions})
        for decision in decisions:
            if decision.person_id not in streams or decision.business_id not in businesses:
                raise NotFound("there is no such person or business")
        relations = [await decide(house, tx, decision, now) for decision in decisions]
    house.bus.ring(people=streams, businesses=businesses)
    return relations


async def decide(house: House, tx: Transaction, decision: Decision, now: datetime) -> Relation:
    """One decision inside *tx*, whose stream is locked: evidence, state, the person's devices, the business's webhook.

    Messages that no device has are taken back when the person stops or blocks (in the same transaction).
    """
    key = (decision.person_id, decision.business_id)
    before = (await tx.relations([key])).get(key, Relation())
    after = before
    for record in decision.records:
        stopped, marketing, utility = consent_after(after, record.act, record.category)
        after = replace(after, stopped=stopped, marketing_consent=marketing, utility_consent=utility)
    if decision.blocked is not None:
        after = replace(after, blocked=decision.blocked)
    if after.stopped and not before.stopped:
        after = replace(after, window_until=None)
    if decision.records:
        await tx.append_consents([ConsentRow(*key, record) for record in decision.records], now)
    if decision.report is not None:
        await tx.append_reports([ReportRow(*key, decision.report, decision.report_seq, now)])
        await tx.append_complaint(
            decision.business_id, decision.person_id, kind="report", seq=decision.report_seq, at=now
        )
    if after.blocked and not before.blocked:
        await tx.append_complaint(decision.business_id, decision.person_id, kind="block", seq=None, at=now)
    if after != before:
        await tx.put_relations([RelationRow(*key, after)])
        await _tell_devices(tx, decision, after, now)
    closed = Reason.BLOCKED if after.blocked and not before.blocked else None
    if after.stopped and not before.stopped:
        closed = closed or Reason.STOPPED
    if closed is not None:
        await take_back(house, tx, await tx.undelivered([key]), reason=closed, now=now)
    if after.stopped != before.stopped:
        await _tell_business(house, tx, decision, stopped=after.stopped, now=now)
    return after


async def _tell_devices(tx: Transaction, decision: Decision, after: Relation, now: datetime) -> None:
    body = msgspec.json.encode({"business_id": str(decision.business_id), "relation": relation_json(after)}).decode()
    seq = (await tx.lock_streams([decision.person_id]))[decision.person_id] + 1
    await tx.append_changes([ChangeRow(decision.person_id, seq, "relation", decision.business_id, body=body, at=now)])
    await tx.move_streams({decision.person_id: seq})


async def _tell_business(house: House, tx: Transaction, decision: Decision, *, stopped: bool, now: datetime) -> None:
    person = (await tx.people_by_id([decision.person_id]))[decision.person_id]
    account = (await tx.lock_accounts([decision.business_id]))[decision.business_id]
    numbers = (await tx.phone_numbers([decision.business_id])).get(decision.business_id, [])
    fact = PreferenceNotice(now, shown_to(house, person, decision.business_id), "stop" if stopped else "resume")
    await tx.append_notices(
        [
            NoticeRow(
                business_id=decision.business_id,
                number=account.last_notice + 1,
                field="user_preferences",
                phone_number_id=numbers[0].phone_number_id if numbers else None,
                person_id=decision.person_id,
                fact=fact,
                at=now,
            )
        ]
    )


def act_of(word: str) -> Act:
    """The consent act behind a stop or start word (domain.stopwords)."""
    return Act.STOPPED if word == "stop" else Act.RESUMED
