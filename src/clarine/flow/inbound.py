"""A person writes: the message is stored, the 24-hour window opens, stop words are obeyed, the webhook is queued."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from clarine.domain.consent import ConsentCategory, ConsentRecord
from clarine.domain.conversation import WINDOW, Relation
from clarine.domain.errors import ClarineError, Denied, Invalid, NotFound
from clarine.domain.events import InboundNotice
from clarine.domain.ids import MessageKey
from clarine.domain.message import Content, Direction, Interactive, Media, Reaction, Template
from clarine.domain.pricing import ENTRY_ANSWER
from clarine.domain.stopwords import stop_or_start
from clarine.flow.drafts import resolved
from clarine.flow.house import House, id_of, shown_to
from clarine.flow.relate import Decision, act_of, decide
from clarine.flow.uploads import RECEIVED_TTL
from clarine.ports.records import (
    AccountState,
    MediaRow,
    MessageRow,
    MessageState,
    NoticeRow,
    Person,
    PhoneNumberRow,
    RelationRow,
)
from clarine.ports.store import Transaction


@dataclass(frozen=True, slots=True)
class Written:
    """What a person sends; *client_key* makes sending it again harmless. Media need only their ``media_id``.

    *referral* says that the person came through an advertisement or link, as the webhook will (Cloud API: referral).
    """

    person_id: int
    business_id: int
    client_key: str
    content: Content
    reply_to_seq: int | None = None
    referral: dict[str, Any] | None = None


@dataclass(slots=True)
class _Batch:
    now: datetime
    seqs: dict[int, int]
    people: dict[int, Person]
    known: dict[tuple[int, str], int]
    relations: dict[tuple[int, int], Relation]
    numbers: dict[int, list[PhoneNumberRow]]
    media: dict[tuple[int, int], MediaRow]
    targets: dict[tuple[int, int], MessageState]
    accounts: dict[int, AccountState]
    shut_out: set[tuple[int, int]]  # (business, person): blocked by the business, which is told nothing
    messages: list[MessageRow]
    notices: list[NoticeRow]
    received: list[MediaRow]


async def write(house: House, batch: Sequence[Written]) -> list[MessageState | ClarineError]:
    """Store what people wrote; each answer is the stored message (the first one again for a known client_key) or what was wrong."""
    now = house.clock.now()
    async with house.store.transaction() as tx:
        work = await _read(tx, batch, now)
        answers = [_take(house, work, item) for item in batch]
        fresh = work.messages
        await tx.append_messages(fresh)
        if work.received:
            await tx.add_media(work.received)
        await tx.move_streams({row.person_id: work.seqs[row.person_id] for row in fresh})
        await _open_windows(tx, work)
        if referred := {(item.person_id, item.business_id) for item in batch if item.referral is not None}:
            known = {(row.person_id, row.business_id) for row in fresh}
            await tx.begin_entries(referred & known, now + ENTRY_ANSWER)
        if work.notices:
            await tx.append_notices(work.notices)
        await _obey_stop_words(house, tx, work)
        found = await tx.messages({answer for answer in answers if isinstance(answer, tuple)})
    house.bus.ring(people=work.seqs, businesses={row.business_id for row in fresh})
    return [found[answer] if isinstance(answer, tuple) else answer for answer in answers]


async def _read(tx: Transaction, batch: Sequence[Written], now: datetime) -> _Batch:
    people = {item.person_id for item in batch}
    pointed = {(item.person_id, item.content.target_seq) for item in batch if isinstance(item.content, Reaction)}
    pointed |= {(item.person_id, item.reply_to_seq) for item in batch if item.reply_to_seq is not None}
    seqs = await tx.lock_streams(people)
    return _Batch(
        now=now,
        seqs=seqs,
        people=await tx.people_by_id(people),
        known=await tx.client_keys({(item.person_id, item.client_key) for item in batch}),
        relations=await tx.relations({(item.person_id, item.business_id) for item in batch}),
        numbers=await tx.phone_numbers({item.business_id for item in batch}),
        media=await tx.media({(i.person_id, i.content.media_id) for i in batch if isinstance(i.content, Media)}, now),
        targets=await tx.messages(pointed),
        accounts=await tx.lock_accounts({item.business_id for item in batch}),
        shut_out=await tx.shut_out_among({(item.business_id, item.person_id) for item in batch}),
        messages=[],
        notices=[],
        received=[],
    )


def _take(house: House, batch: _Batch, item: Written) -> tuple[int, int] | ClarineError:
    """The key of the stored message, or what was wrong with it."""
    try:
        if (seq := batch.known.get((item.person_id, item.client_key))) is not None:
            return item.person_id, seq
        _check(batch, item)
        content = item.content
        if isinstance(content, Media):
            content = resolved(content, batch.media[item.person_id, content.media_id])
    except ClarineError as error:
        return error
    seq = batch.seqs[item.person_id] = batch.seqs[item.person_id] + 1
    batch.known[item.person_id, item.client_key] = seq
    content_json = msgspec.json.encode(content).decode()
    number = batch.numbers[item.business_id][0]
    batch.messages.append(
        MessageRow(
            person_id=item.person_id,
            seq=seq,
            business_id=item.business_id,
            phone_number_id=number.phone_number_id,
            direction=Direction.TO_BUSINESS,
            content_json=content_json,
            at=batch.now,
            reply_to_seq=item.reply_to_seq,
            client_key=item.client_key,
        )
    )
    if (item.business_id, item.person_id) in batch.shut_out:
        return item.person_id, seq
    if isinstance(item.content, Media):
        sent = batch.media[item.person_id, item.content.media_id]
        # The business fetches it under the same id, for a while (Cloud API: media ids of webhooks).
        batch.received.append(replace(sent, owner_id=item.business_id, expires_at=batch.now + RECEIVED_TTL))
    account = batch.accounts[item.business_id]
    batch.accounts[item.business_id] = account = replace(account, last_notice=account.last_notice + 1)
    batch.notices.append(
        NoticeRow(
            business_id=item.business_id,
            number=account.last_notice,
            field="messages",
            phone_number_id=number.phone_number_id,
            person_id=item.person_id,
            fact=_notice(house, batch, item, seq=seq, content_json=content_json),
            at=batch.now,
        )
    )
    return item.person_id, seq


def _check(batch: _Batch, item: Written) -> None:
    if item.person_id not in batch.people:
        raise NotFound("there is no such person")
    if item.business_id not in batch.accounts or not batch.numbers.get(item.business_id):
        raise NotFound("there is no such business")
    if batch.relations.get((item.person_id, item.business_id), Relation()).blocked:
        raise Denied("you blocked this business; unblock it to write", code="blocked")
    match item.content:
        case Template() | Interactive():
            raise Invalid(f"people do not send {item.content.type} messages", field="content.type")
        case Media(media_id=media_id) if (item.person_id, media_id) not in batch.media:
            raise Invalid("this file was never uploaded, or is gone", field="content.media_id")
        case Reaction(target_seq=seq) if not _is_here(batch, item, seq):
            raise Invalid("there is no message to react to", field="content.target_seq")
        case _ if item.reply_to_seq is not None and not _is_here(batch, item, item.reply_to_seq):
            raise Invalid("there is no message to reply to", field="reply_to")
        case _:
            pass


def _is_here(batch: _Batch, item: Written, seq: int) -> bool:
    """Whether message *seq* stands between the same two."""
    target = batch.targets.get((item.person_id, seq))
    return target is not None and target.message.business_id == item.business_id


def _notice(house: House, batch: _Batch, item: Written, *, seq: int, content_json: str) -> InboundNotice:
    target = batch.targets.get((item.person_id, item.reply_to_seq or 0))
    reaction_to = None
    if isinstance(item.content, Reaction):
        reaction_to = id_of(house, batch.targets[item.person_id, item.content.target_seq].message)
    return InboundNotice(
        message_id=house.seal.message_id(MessageKey(item.person_id, seq)),
        at=batch.now,
        person=shown_to(house, batch.people[item.person_id], item.business_id),
        content=json.loads(content_json),
        reply_to=id_of(house, target.message) if target is not None else None,
        reply_to_business=target is None or target.message.direction is Direction.TO_PERSON,
        reaction_to=reaction_to,
        referral=item.referral,
    )


async def _open_windows(tx: Transaction, batch: _Batch) -> None:
    until = batch.now + WINDOW
    keys = {(row.person_id, row.business_id) for row in batch.messages}
    if keys:
        relations = await tx.relations_or_new(keys)
        await tx.put_relations([RelationRow(*key, replace(relations[key], window_until=until)) for key in keys])


async def _obey_stop_words(house: House, tx: Transaction, batch: _Batch) -> None:
    for row in batch.messages:
        text = msgspec.json.decode(row.content_json.encode(), type=_Said)
        word = stop_or_start(text.body) if text.type == "text" else None
        if word is None:
            continue
        record = ConsentRecord(
            act=act_of(word),
            category=ConsentCategory.ALL,
            wording=text.body,
            wording_version="stopwords-1",
            source="chat",
            actor="person",
            given_at=batch.now,
        )
        await decide(house, tx, Decision(row.person_id, row.business_id, records=(record,)), batch.now)


class _Said(msgspec.Struct):
    type: str
    body: str = ""
