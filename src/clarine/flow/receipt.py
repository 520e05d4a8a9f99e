"""Step 3 of a message's life: a status moves forward; the first delivered or read posts the hold, a failure voids it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

import msgspec

from clarine.domain import ledger
from clarine.domain.events import ConversationShown, PriceShown, StatusNotice
from clarine.domain.message import Direction, Status, may_move
from clarine.domain.pricing import pricing_model
from clarine.flow.house import House, id_of, shown_to
from clarine.ports.records import (
    AccountState,
    ChangeRow,
    MessageRow,
    MessageState,
    NoticeRow,
    Person,
    ReceiptRow,
    RelationRow,
)
from clarine.ports.store import Transaction


@dataclass(frozen=True, slots=True)
class Received:
    """A device of the person has these messages."""

    person_id: int
    seqs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """The person has read everything of *business_id* up to *seq*."""

    person_id: int
    business_id: int
    seq: int


@dataclass(frozen=True, slots=True)
class Move:
    """One business message moves to *status*."""

    state: MessageState
    status: Status
    reason: str | None = None


@dataclass(slots=True)
class Moves:
    """What a batch of moves writes; built by `plan`, written by `write_moves`."""

    receipts: list[ReceiptRow] = field(default_factory=list)
    transfers: list[ledger.Transfer] = field(default_factory=list)
    notices: list[NoticeRow] = field(default_factory=list)


async def receive(house: House, batch: Sequence[Received]) -> list[None]:
    """Messages reached a device. What is already delivered, failed or not a business's message is passed over."""
    now = house.clock.now()
    async with house.store.transaction() as tx:
        locked = await tx.lock_people({item.person_id for item in batch})
        states = await tx.messages({(item.person_id, seq) for item in batch for seq in item.seqs})
        moves = [Move(state, Status.DELIVERED) for state in states.values()]
        businesses = await apply_moves(house, tx, moves, people=people_of(locked), now=now)
    house.bus.ring(businesses=businesses)
    return [None] * len(batch)


async def read(house: House, batch: Sequence[Read]) -> list[int]:
    """Chats were read; the answers are the read_seq of each chat now. The person's other devices are told."""
    now = house.clock.now()
    async with house.store.transaction() as tx:
        locked = await tx.lock_people({item.person_id for item in batch})
        seqs = {person_id: last_seq for person_id, (_, last_seq) in locked.items()}
        relations = await tx.relations({(item.person_id, item.business_id) for item in batch})
        furthest: dict[tuple[int, int], int] = {}
        for item in batch:
            known = relations.get((item.person_id, item.business_id))
            seq = min(item.seq, seqs.get(item.person_id, 0))
            if seq > max(furthest.get((item.person_id, item.business_id), 0), known.read_seq if known else 0):
                furthest[item.person_id, item.business_id] = seq
        states = await tx.unread([(person, business, seq) for (person, business), seq in furthest.items()])
        moves = [Move(state, Status.READ) for state in states]
        businesses = await apply_moves(house, tx, moves, people=people_of(locked), now=now)
        rows = await _read_marks(tx, furthest, seqs, now)
        relations.update({(row.person_id, row.business_id): row.relation for row in rows})
    house.bus.ring(people={person for person, _ in furthest}, businesses=businesses)
    return [known.read_seq if (known := relations.get((item.person_id, item.business_id))) else 0 for item in batch]


async def _read_marks(
    tx: Transaction, furthest: dict[tuple[int, int], int], seqs: dict[int, int], now: datetime
) -> list[RelationRow]:
    """Move the read marks and tell the other devices."""
    if not furthest:
        return []
    relations = await tx.relations_or_new(furthest)
    rows = [
        RelationRow(person, business, replace(relations[person, business], read_seq=seq))
        for (person, business), seq in furthest.items()
    ]
    await tx.put_relations(rows)
    unread = await tx.unread_counts(furthest)
    changes = []
    for row in rows:
        seqs[row.person_id] += 1
        body = {
            "business_id": str(row.business_id),
            "read_seq": row.relation.read_seq,
            "unread": unread[row.person_id, row.business_id],
        }
        changes.append(
            ChangeRow(
                row.person_id,
                seqs[row.person_id],
                "read",
                row.business_id,
                body=msgspec.json.encode(body).decode(),
                at=now,
            )
        )
    await tx.append_changes(changes)
    await tx.move_streams({row.person_id: seqs[row.person_id] for row in rows})
    return rows


def people_of(locked: Mapping[int, tuple[Person, int]]) -> dict[int, Person]:
    """Who is locked."""
    return {person_id: person for person_id, (person, _) in locked.items()}


async def apply_moves(
    house: House, tx: Transaction, moves: Iterable[Move], *, people: Mapping[int, Person], now: datetime
) -> set[int]:
    """Write the moves that are allowed, inside *tx* where these *people* are locked; the businesses that have news."""
    allowed = [
        move
        for move in moves
        if move.state.message.direction is Direction.TO_PERSON and may_move(move.state.status, move.status)
    ]
    if not allowed:
        return set()
    accounts = await tx.lock_accounts({move.state.message.business_id for move in allowed})
    planned = plan(house, allowed, people, accounts, now)
    await tx.append_receipts(planned.receipts)
    if planned.transfers:
        await tx.append_transfers(planned.transfers, now)
    await tx.append_notices(planned.notices)
    return set(accounts)


def plan(
    house: House, moves: Sequence[Move], people: Mapping[int, Person], accounts: dict[int, AccountState], now: datetime
) -> Moves:
    """Receipts, settlements and notices for moves that are allowed; *accounts* gives the notices their numbers."""
    planned = Moves()
    last = {business_id: account.last_notice for business_id, account in accounts.items()}
    for move in moves:
        message = move.state.message
        planned.receipts.append(ReceiptRow(message.person_id, message.seq, move.status, move.reason, now))
        settles = move.state.status < Status.DELIVERED
        if settles and message.price_micros:
            failed = move.status is Status.FAILED
            planned.transfers.append(
                ledger.Transfer(
                    message.business_id,
                    message.person_id,
                    message.seq,
                    ledger.Entry.VOID if failed else ledger.Entry.POST,
                    amount_micros=message.price_micros,
                    rate_version=message.rate_version,
                )
            )
        last[message.business_id] += 1
        planned.notices.append(
            NoticeRow(
                business_id=message.business_id,
                number=last[message.business_id],
                field="messages",
                phone_number_id=message.phone_number_id,
                person_id=message.person_id,
                fact=_status_notice(house, move, people[message.person_id], now, priced=settles),
                at=now,
            )
        )
    return planned


def _status_notice(house: House, move: Move, person: Person, now: datetime, *, priced: bool) -> StatusNotice:
    """The webhook's fact; pricing stands on exactly one of delivered and read (Cloud API: statuses.pricing)."""
    message = move.state.message
    status: Literal["delivered", "read", "failed"]
    match move.status:
        case Status.DELIVERED:
            status = "delivered"
        case Status.READ:
            status = "read"
        case Status.FAILED:
            status = "failed"
        case Status.ACCEPTED | Status.SENT:
            raise AssertionError("a message is born sent; it cannot move there")
    price = price_shown(message) if priced and status != "failed" else None
    return StatusNotice(
        message_id=id_of(house, message),
        status=status,
        at=now,
        person=shown_to(house, person, message.business_id),
        price=price,
        reason=move.reason,
        opaque=message.opaque,
    )


def price_shown(message: MessageRow) -> PriceShown:
    """What a status of a business's message says about money."""
    assert message.pricing_type is not None
    assert message.category is not None
    return PriceShown(
        message.billable,
        message.category,
        message.pricing_type,
        pricing_model(message.rate_version),
        msgspec.json.decode(message.conversation, type=ConversationShown) if message.conversation else None,
    )
