"""Step 1 of a message's life: a business's requests are judged, priced, held for and stored, one transaction for the batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from clarine.domain import ledger, policy
from clarine.domain.conversation import Relation
from clarine.domain.errors import ClarineError, Conflict, Invalid
from clarine.domain.events import AccountNotice, Notice, PersonShown, StatusNotice, field_of
from clarine.domain.ids import MessageKey, RefusalKey
from clarine.domain.message import Category, Content, Direction, Status
from clarine.domain.pricing import Price
from clarine.flow.charging import Charges, read_charges, write_charges
from clarine.flow.drafts import OF_MEDIA, Stock, TemplateDraft, media_ids
from clarine.flow.house import House, shown_to
from clarine.flow.limits import Limits, Send, read_limits, shut_out_among, write_limits
from clarine.flow.receipt import price_shown
from clarine.flow.template_flows import with_flow_states
from clarine.ports.pacing_rows import HeldRow
from clarine.ports.records import (
    KnownKey,
    MessageRow,
    MessageState,
    NoticeRow,
    Person,
    RefusalRow,
    StreamEvent,
)
from clarine.ports.store import Transaction


@dataclass(frozen=True, slots=True)
class SendRequest:
    """One business message. The person is *phone* (E.164 digits) or, when that is None, *person_id*.

    Media inside *content* need only their ``media_id``; the rest is filled in from what was uploaded.
    For a reaction *reply_to* is the message that it stands on.
    *refuse_now* asks for a policy refusal as an error instead of a later failed status.
    *broken* is why a medium of it could not be fetched.
    """

    business_id: int
    phone_number_id: int
    content: Content | TemplateDraft
    phone: int | None = None
    person_id: int | None = None
    reply_to: MessageKey | None = None
    opaque: str | None = None
    key: str | None = None
    body_hash: bytes = b""
    refuse_now: bool = False
    broken: ClarineError | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The message stands in the person's stream (or ended as refused); it is not yet delivered.

    With *waits* it is not even there: people must first be heard about other messages of its template (flow/pacing.py).
    """

    message_id: str
    person: Person | None
    held_micros: int = 0
    reason: policy.Reason | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was stored; *reason* for policy, *error* for what was wrong with the request."""

    reason: policy.Reason | None = None
    error: ClarineError | None = None


Outcome = Accepted | Refused


@dataclass(frozen=True, slots=True)
class _Bill:
    """What one message costs, and the priced conversation it belongs to (JSON)."""

    price: Price
    conversation: str | None


@dataclass(slots=True)
class _Account:
    """A locked business, as the batch moves it."""

    available_micros: int
    last_notice: int
    last_refusal: int
    last_transfer: int


@dataclass(slots=True)
class _Batch:
    """What one transaction knows and will write."""

    now: datetime
    people: dict[int, Person]
    phones: dict[int, Person]
    seqs: dict[int, int]
    relations: dict[tuple[int, int], Relation]
    accounts: dict[int, _Account]
    stock: Stock
    targets: dict[tuple[int, int], MessageState]
    known: dict[tuple[int, str], KnownKey]
    limits: Limits
    charges: Charges
    messages: list[MessageRow] = field(default_factory=list)
    transfers: list[ledger.Transfer] = field(default_factory=list)
    notices: list[NoticeRow] = field(default_factory=list)
    refusals: list[RefusalRow] = field(default_factory=list)
    held: list[HeldRow] = field(default_factory=list)
    keys: list[KnownKey] = field(default_factory=list)
    moved: set[int] = field(default_factory=set)
    texts: dict[int, tuple[Content, str]] = field(default_factory=dict)

    def person_of(self, request: SendRequest) -> Person | None:
        if request.phone is not None:
            return self.phones.get(request.phone)
        return self.people.get(request.person_id or 0)

    def text_of(self, content: Content) -> str:
        """The stored JSON; what many people are sent alike is encoded once."""
        known = self.texts.get(id(content))  # the content is kept with it, so that no other gets its id
        if known is None:
            known = self.texts[id(content)] = content, msgspec.json.encode(content).decode()
        return known[1]


async def accept(house: House, requests: Sequence[SendRequest]) -> list[Outcome]:
    """Take a batch of sends; one outcome per request, in order.

    Known idempotency keys get their first answer again (Conflict when the body differs). The hold is made here, with
    price and rate version pinned; the 'sent' or 'failed' webhook is a row of the same transaction.
    """
    now = house.clock.now()
    async with house.store.transaction() as tx:
        batch = await _read(house, tx, requests, now)
        outcomes = [_decide(house, batch, request) for request in requests]
        await _write(tx, batch)
    house.bus.ring(
        people=batch.moved,
        businesses={notice.business_id for notice in batch.notices},
        written=events_of(batch.messages),
    )
    return outcomes


def events_of(messages: Sequence[MessageRow]) -> dict[int, list[StreamEvent]]:
    """What people's devices are shown of messages that were just written, by person."""
    found: dict[int, list[StreamEvent]] = {}
    for row in messages:
        found.setdefault(row.person_id, []).append(StreamEvent(row.seq, row.at, MessageState(row, Status.SENT)))
    return found


async def _read(house: House, tx: Transaction, requests: Sequence[SendRequest], now: datetime) -> _Batch:
    locked = await tx.lock_people(
        {r.person_id for r in requests if r.phone is None and r.person_id is not None},
        phones={r.phone for r in requests if r.phone is not None},
    )
    people = {person_id: person for person_id, (person, _) in locked.items()}
    phones = {person.phone: person for person in people.values()}
    sends = {
        Send(r.business_id, r.phone_number_id, person.person_id)
        for r in requests
        if (person := phones.get(r.phone) if r.phone is not None else people.get(r.person_id or 0)) is not None
    }
    drafts = Counter((r.business_id, c.name, c.language) for r in requests if isinstance(c := r.content, TemplateDraft))
    wanted = {(r.business_id, media_id) for r in requests for media_id in media_ids(r.content)}
    targets = {(r.reply_to.person_id, r.reply_to.seq) for r in requests if r.reply_to is not None}
    keyed = {(r.business_id, r.key) for r in requests if r.key is not None}
    numbers = {(r.business_id, r.phone_number_id) for r in requests}
    relations, pairs = await tx.between({(send.person_id, send.business_id) for send in sends})
    accounts = await tx.lock_accounts({r.business_id for r in requests})
    templates = await with_flow_states(tx, await tx.templates(drafts.keys()), drafts, now) if drafts else {}
    advertises = any(row.category == "MARKETING" for row in templates.values())
    limits = await read_limits(
        house,
        tx,
        pairs=pairs,
        numbers=numbers,
        marketing_to=people if advertises else (),
        templates={(row.business_id, row.template_id) for row in templates.values()},
        now=now,
    )
    limits.shut_out = await shut_out_among(tx, limits.sending, {(s.business_id, s.person_id) for s in sends})
    return _Batch(
        now=now,
        people=people,
        phones=phones,
        seqs={person_id: last_seq for person_id, (_, last_seq) in locked.items()},
        relations=relations,
        accounts={
            key: _Account(row.available_micros, row.last_notice, row.last_refusal, row.last_transfer)
            for key, row in accounts.items()
        },
        stock=Stock(templates, await tx.media(wanted, now) if wanted else {}),
        limits=limits,
        charges=await read_charges(house, tx, sends, free_used=limits.free_used, now=now),
        targets=await tx.messages(targets),
        known=await tx.known_keys(keyed) if keyed else {},
    )


async def _write(tx: Transaction, batch: _Batch) -> None:
    await write_limits(tx, batch.limits)
    await write_charges(tx, batch.charges)
    if batch.messages:
        await tx.append_messages(batch.messages)
        await tx.move_streams({person_id: batch.seqs[person_id] for person_id in batch.moved})
    if batch.transfers:
        await tx.append_transfers(batch.transfers, batch.now)
    if batch.refusals:
        await tx.append_refusals(batch.refusals)
    if batch.held:
        await tx.append_held(batch.held)
    if batch.notices:
        await tx.append_notices(batch.notices)
    if batch.keys:
        await tx.remember_keys(batch.keys, batch.now)


def _decide(house: House, batch: _Batch, request: SendRequest) -> Outcome:
    try:
        if (known := _known(batch, request)) is not None:
            return Accepted(known.message_id, batch.person_of(request))
        number = (request.business_id, request.phone_number_id)
        batch.limits.check_throughput(number)
        _check_target(batch, request)
        outcome = _filled(house, batch, request)
    except ClarineError as error:
        return Refused(error=error)
    if isinstance(outcome, Accepted):
        batch.limits.answered(number)
        if request.key is not None:
            _remember(batch, request, request.key, outcome)
    return outcome


def _filled(house: House, batch: _Batch, request: SendRequest) -> Accepted | Refused:
    """The outcome of a request whose media are looked at first; what is wrong with them is told later, as policy is."""
    try:
        if request.broken is not None:
            raise request.broken
        content, category = batch.stock.fill(request.content, business_id=request.business_id)
    except ClarineError as error:
        reason = OF_MEDIA.get(error.code)
        if reason is None or request.refuse_now or batch.limits.locked(request.business_id):
            raise
        kind = "template" if isinstance(request.content, TemplateDraft) else request.content.type
        person = batch.person_of(request)
        category = Category.SERVICE
        return _refuse(
            house, batch, request, person=person, kind=kind, category=category, reason=reason, details=error.details
        )
    return _judge(house, batch, request, content=content, category=category)


def _remember(batch: _Batch, request: SendRequest, key: str, outcome: Accepted) -> None:
    known = KnownKey(request.business_id, key, outcome.message_id, request.body_hash)
    batch.keys.append(known)
    batch.known[request.business_id, key] = known


def _known(batch: _Batch, request: SendRequest) -> KnownKey | None:
    known = batch.known.get((request.business_id, request.key)) if request.key is not None else None
    if known is not None and known.body_hash != request.body_hash:
        raise Conflict("this idempotency key was used for another message", code="key_reused", field="Idempotency-Key")
    return known


def _check_target(batch: _Batch, request: SendRequest) -> None:
    """What is answered or reacted to must be a message between the same two."""
    target, person = request.reply_to, batch.person_of(request)
    if target is None or person is None:
        return
    known = batch.targets.get((target.person_id, target.seq))
    if known is None or target.person_id != person.person_id or known.message.business_id != request.business_id:
        raise Invalid("the message that is answered is not of this conversation", code="message_missing")


def _judge(
    house: House, batch: _Batch, request: SendRequest, *, content: Content, category: Category
) -> Accepted | Refused:
    person = batch.person_of(request)
    facts = _facts(batch, request, person, category)
    reason = policy.judge(facts)
    if reason is None:
        assert person is not None
        send = Send(request.business_id, request.phone_number_id, person.person_id)
        batch.limits.check_pair(send)
        relation = batch.relations.get((person.person_id, request.business_id), Relation())
        cost = batch.charges.price(send, person, category, relation)
        if cost.micros <= batch.accounts[request.business_id].available_micros:
            opens = category is not Category.SERVICE and not facts.window_open
            batch.limits.taken(send, opens=opens, marketing=category is Category.MARKETING)
            conversation, step = batch.charges.taken(send, person, category, relation, cost)
            if step is not None:
                _notify(batch, request, AccountNotice(batch.now, "account_update", step), person_id=None)
            bill = _Bill(cost, conversation)
            template = batch.stock.template_of(request.content, business_id=request.business_id)
            take = _hold if template is not None and batch.limits.waits(template, category) else _take
            return take(house, batch, request, person=person, content=content, category=category, bill=bill)
        reason = policy.Reason.NO_MONEY
    if request.refuse_now or reason in policy.AT_ONCE:
        return Refused(reason=reason)
    return _refuse(house, batch, request, person=person, kind=content.type, category=category, reason=reason)


def _facts(batch: _Batch, request: SendRequest, person: Person | None, category: Category) -> policy.Facts:
    if person is None:
        return policy.stranger(category, locked=batch.limits.locked(request.business_id))
    relation = batch.relations.get((person.person_id, request.business_id), Relation())
    send, limits = Send(request.business_id, request.phone_number_id, person.person_id), batch.limits
    window_open = relation.window_open(batch.now)
    return policy.Facts(
        known=True,
        blocked=relation.blocked,
        stopped=relation.stopped,
        marketing_consent=relation.marketing_consent,
        utility_consent=relation.utility_consent,
        window_open=window_open,
        category=category,
        marketing_capped=category is Category.MARKETING and limits.capped(send, window_open=window_open),
        marketing_frozen=limits.frozen(request.business_id),
        limit_reached=not window_open and limits.limit_reached(send),
        shut_out=(send.business_id, send.person_id) in limits.shut_out,
        locked=limits.locked(send.business_id),
    )


def _take(
    house: House,
    batch: _Batch,
    request: SendRequest,
    *,
    person: Person,
    content: Content,
    category: Category,
    bill: _Bill,
) -> Accepted:
    seq = batch.seqs[person.person_id] = batch.seqs[person.person_id] + 1
    ttl_s = batch.stock.ttl_s(request.content, business_id=request.business_id, longest_s=house.settings.message_ttl_s)
    batch.moved.add(person.person_id)
    row = MessageRow(
        person_id=person.person_id,
        seq=seq,
        business_id=request.business_id,
        phone_number_id=request.phone_number_id,
        direction=Direction.TO_PERSON,
        content_json=batch.text_of(content),
        at=batch.now,
        reply_to_seq=request.reply_to.seq if request.reply_to and content.type != "reaction" else None,
        category=category,
        billable=bill.price.billable,
        pricing_type=bill.price.pricing_type,
        price_micros=bill.price.micros,
        rate_version=bill.price.rate_version,
        opaque=request.opaque,
        expires_at=batch.now + timedelta(seconds=ttl_s),
        conversation=bill.conversation,
    )
    batch.messages.append(row)
    account = batch.accounts[request.business_id]
    if bill.price.micros:
        account.available_micros -= bill.price.micros
        batch.transfers.append(
            ledger.Transfer(
                request.business_id,
                person.person_id,
                seq,
                ledger.Entry.HOLD,
                amount_micros=bill.price.micros,
                rate_version=bill.price.rate_version,
            )
        )
    message_id = house.seal.message_id(MessageKey(person.person_id, seq))
    shown = shown_to(house, person, request.business_id)
    notice = StatusNotice(message_id, "sent", batch.now, shown, price=price_shown(row), opaque=request.opaque)
    _notify(batch, request, notice, person_id=person.person_id)
    return Accepted(message_id, person, held_micros=bill.price.micros)


def _hold(
    house: House,
    batch: _Batch,
    request: SendRequest,
    *,
    person: Person,
    content: Content,
    category: Category,
    bill: _Bill,
) -> Accepted:
    """The message waits; its money is held under a transfer of its own, because it has no place in a stream yet."""
    account = batch.accounts[request.business_id]
    number, transfer = account.last_refusal + 1, account.last_transfer + 1 if bill.price.micros else 0
    template = batch.stock.template_of(request.content, business_id=request.business_id)
    assert template is not None, "only templates are paced"
    ttl_s = batch.stock.ttl_s(request.content, business_id=request.business_id, longest_s=house.settings.message_ttl_s)
    batch.held.append(
        HeldRow(
            business_id=request.business_id,
            number=number,
            template_id=template[1],
            person_id=person.person_id,
            phone_number_id=request.phone_number_id,
            content_json=batch.text_of(content),
            category=category,
            billable=bill.price.billable,
            pricing_type=bill.price.pricing_type,
            price_micros=bill.price.micros,
            rate_version=bill.price.rate_version,
            transfer=transfer,
            reply_to_seq=request.reply_to.seq if request.reply_to else None,
            opaque=request.opaque,
            conversation=bill.conversation,
            at=batch.now,
            expires_at=batch.now + timedelta(seconds=ttl_s),
        )
    )
    account.last_refusal = number
    account.last_transfer = transfer or account.last_transfer
    account.available_micros -= bill.price.micros
    if bill.price.micros:
        hold = ledger.Transfer(
            request.business_id, 0, transfer, ledger.Entry.HOLD, bill.price.micros, rate_version=bill.price.rate_version
        )
        batch.transfers.append(hold)
    message_id = house.seal.message_id(RefusalKey(request.business_id, number))
    return Accepted(message_id, person, held_micros=bill.price.micros, waits=True)


def _refuse(
    house: House,
    batch: _Batch,
    request: SendRequest,
    *,
    person: Person | None,
    kind: str,
    category: Category,
    reason: policy.Reason,
    details: str | None = None,
) -> Accepted:
    account = batch.accounts[request.business_id]
    account.last_refusal = number = account.last_refusal + 1
    phone = person.phone if person else request.phone or 0
    batch.refusals.append(
        RefusalRow(
            business_id=request.business_id,
            number=number,
            phone_number_id=request.phone_number_id,
            phone=phone,
            content_type=kind,
            category=category,
            reason=reason,
            opaque=request.opaque,
            at=batch.now,
        )
    )
    message_id = house.seal.message_id(RefusalKey(request.business_id, number))
    # A person who blocked the business looks like a number that nobody has.
    seen = person if reason is not policy.Reason.BLOCKED else None
    shown = shown_to(house, seen, request.business_id) if seen else PersonShown(str(phone), "", "")
    notice = StatusNotice(message_id, "failed", batch.now, shown, reason=reason, opaque=request.opaque, details=details)
    _notify(batch, request, notice, person_id=person.person_id if person else None)
    return Accepted(message_id, person, reason=reason)


def _notify(batch: _Batch, request: SendRequest, notice: Notice, *, person_id: int | None) -> None:
    account = batch.accounts[request.business_id]
    account.last_notice = number = account.last_notice + 1
    batch.notices.append(
        NoticeRow(
            business_id=request.business_id,
            number=number,
            field=field_of(notice),
            phone_number_id=request.phone_number_id,
            person_id=person_id,
            fact=notice,
            at=batch.now,
        )
    )
