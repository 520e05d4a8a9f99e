"""Messages that no device has are taken back: when their time is over, or when the person stopped or blocked the business."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from clarine.domain.message import Status
from clarine.domain.policy import Reason
from clarine.flow.house import House
from clarine.flow.receipt import Move, apply_moves, people_of
from clarine.ports.records import ChangeRow, MessageRow, MessageState
from clarine.ports.store import Transaction

SWEEP = "expired_messages"
EXPIRED_BATCH = 1000


async def expire(house: House, *, limit: int = EXPIRED_BATCH) -> int:
    """Give up messages whose time is over; how many. Returns *limit* when there may be more."""
    now = house.clock.now()
    async with house.store.transaction() as tx:
        swept_to = await tx.lock_sweep(SWEEP)
        if swept_to is None:
            return 0
        rows = await tx.expired(swept_to, now, limit)
        await tx.lock_streams({row.person_id for row in rows})
        states = await tx.messages({(row.person_id, row.seq) for row in rows})
        still = [state.message for state in states.values() if state.status < Status.DELIVERED]
        businesses = await take_back(house, tx, still, reason=Reason.EXPIRED, now=now)
        complete = len(rows) < limit
        last = now if complete else max(row.expires_at for row in rows if row.expires_at is not None)
        await tx.move_sweep(SWEEP, last)
    house.bus.ring(people={row.person_id for row in still}, businesses=businesses)
    return len(rows)


async def take_back(
    house: House, tx: Transaction, messages: Sequence[MessageRow], *, reason: str, now: datetime
) -> set[int]:
    """Fail *messages* (locked, undelivered) and tell the person's devices; the businesses that have news."""
    if not messages:
        return set()
    locked = await tx.lock_people({message.person_id for message in messages})
    seqs = {person_id: last_seq for person_id, (_, last_seq) in locked.items()}
    moves = [Move(MessageState(message, Status.SENT), Status.FAILED, reason) for message in messages]
    businesses = await apply_moves(house, tx, moves, people=people_of(locked), now=now)
    unread = await tx.unread_counts({(message.person_id, message.business_id) for message in messages})
    changes = []
    for message in messages:
        seqs[message.person_id] += 1
        body = {
            "business_id": str(message.business_id),
            "message_seq": message.seq,
            "unread": unread[message.person_id, message.business_id],
        }
        changes.append(
            ChangeRow(
                message.person_id,
                seqs[message.person_id],
                "withdrawn",
                message.business_id,
                body=msgspec.json.encode(body).decode(),
                at=now,
            )
        )
    await tx.append_changes(changes)
    await tx.move_streams(seqs)
    return businesses
