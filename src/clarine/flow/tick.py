"""A person's own message moves forward: delivered when the business's system acknowledged it, read when the business says so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from clarine.domain.ids import MessageKey
from clarine.domain.message import Direction, Status, may_move
from clarine.flow.house import House
from clarine.ports.records import ChangeRow, ReceiptRow
from clarine.ports.store import Transaction


async def mark_read(house: House, keys: Sequence[MessageKey]) -> None:
    """A business read these messages (Cloud API: status read)."""
    async with house.store.transaction() as tx:
        people = await tick(tx, keys, Status.READ, house.clock.now())
    house.bus.ring(people=people)


async def tick(tx: Transaction, keys: Collection[MessageKey], status: Status, now: datetime) -> set[int]:
    """Move people's own messages to *status* inside *tx* and tell their devices; the people who have news."""
    if not keys:
        return set()
    seqs = await tx.lock_streams({key.person_id for key in keys})
    states = await tx.messages({(key.person_id, key.seq) for key in keys})
    receipts: list[ReceiptRow] = []
    changes: list[ChangeRow] = []
    for state in states.values():
        message = state.message
        if message.direction is not Direction.TO_BUSINESS or not may_move(state.status, status):
            continue
        receipts.append(ReceiptRow(message.person_id, message.seq, status, None, now))
        seqs[message.person_id] += 1
        body = {"business_id": str(message.business_id), "message_seq": message.seq, "status": status.name.lower()}
        changes.append(
            ChangeRow(
                message.person_id,
                seqs[message.person_id],
                "status",
                message.business_id,
                body=msgspec.json.encode(body).decode(),
                at=now,
            )
        )
    if receipts:
        await tx.append_receipts(receipts)
        await tx.append_changes(changes)
        await tx.move_streams({row.person_id: seqs[row.person_id] for row in receipts})
    return {row.person_id for row in receipts}
