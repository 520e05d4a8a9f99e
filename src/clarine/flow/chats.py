"""What the people's app reads and decides: its chats, one thread, the card of a business, whom it could write to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import msgspec

from clarine.domain.consent import Act, ConsentCategory, ConsentRecord, ReportReason
from clarine.domain.conversation import Relation
from clarine.domain.errors import ClarineError, Invalid, NotFound
from clarine.domain.ids import SEQ_MAX
from clarine.domain.message import Choice, Direction, Status
from clarine.domain.phone import parse_phone
from clarine.flow.house import House
from clarine.flow.relate import Decision
from clarine.ports.people_rows import ChatRow
from clarine.ports.records import Business, MessageState

CHATS_MAX = 1000
THREAD_MAX = 200
CONSENTS_MAX = 50
FOUND_MAX = 20
QUERY_CHARACTERS_MAX = 64


@dataclass(frozen=True, slots=True)
class KnownBusiness:
    """A business as people see it; *phone* is its oldest number."""

    business: Business
    phone: int | None


@dataclass(frozen=True, slots=True)
class Card:
    """Who a business is and why it may write: the evidence, newest first."""

    known: KnownBusiness
    relation: Relation
    why: list[ConsentRecord]


@dataclass(frozen=True, slots=True)
class RelationChange:
    """What the person wants between them and a business; None leaves it as it is."""

    blocked: bool | None = None
    stopped: bool | None = None
    marketing_consent: bool | None = None
    utility_consent: bool | None = None


async def chats(house: House, person_id: int) -> tuple[int, list[ChatRow]]:
    """The state of the person's account at the seq that comes with it; the chats with the newest message first."""
    async with house.store.transaction() as tx:
        return await tx.chats(person_id, CHATS_MAX)


async def thread(house: House, person_id: int, business_id: int, *, before: int, limit: int) -> list[MessageState]:
    """At most THREAD_MAX messages of one chat below seq *before*, newest first, without those that were withdrawn.

    A replica may answer for an older page, once it has everything that stands below *before*.
    """
    limit = min(limit, THREAD_MAX)
    if before < SEQ_MAX:
        async with house.store.transaction(lagging=True) as tx:
            if await tx.last_seq(person_id) >= before - 1:
                return await tx.thread(person_id, business_id, before=before, limit=limit)
    async with house.store.transaction() as tx:
        return await tx.thread(person_id, business_id, before=before, limit=limit)


async def card(house: House, person_id: int, business_id: int) -> Card:
    """The card of a business. Raises NotFound."""
    async with house.store.transaction() as tx:
        key = (person_id, business_id)
        businesses = await tx.businesses([business_id])
        if business_id not in businesses:
            raise NotFound("there is no such business")
        numbers = (await tx.phone_numbers([business_id])).get(business_id, [])
        relation = (await tx.relations([key])).get(key, Relation())
        why = await tx.consents(person_id, business_id, CONSENTS_MAX)
    known = KnownBusiness(businesses[business_id], numbers[0].phone if numbers else None)
    return Card(known, relation, why)


async def known_businesses(house: House, business_ids: Collection[int]) -> dict[int, KnownBusiness]:
    """These businesses as people see them; those that do not exist are left out."""
    async with house.store.transaction() as tx:
        businesses = await tx.businesses(business_ids)
        numbers = await tx.phone_numbers(businesses)
    return {
        business_id: KnownBusiness(business, found[0].phone if (found := numbers.get(business_id)) else None)
        for business_id, business in businesses.items()
    }


async def find_businesses(house: House, query: str) -> list[KnownBusiness]:
    """Businesses whose name contains *query*, or whose number it spells; at most FOUND_MAX."""
    query = query.strip()[:QUERY_CHARACTERS_MAX]
    try:
        phone = parse_phone(query).digits
    except ClarineError:
        phone = None
    async with house.store.transaction() as tx:
        found = await tx.find_businesses(query, phone, FOUND_MAX)
        numbers = await tx.phone_numbers({business.business_id for business in found})
    return [KnownBusiness(business, numbers[business.business_id][0].phone) for business in found]


async def messages(house: House, person_id: int, seqs: Collection[int]) -> dict[int, MessageState]:
    """From seq to the message of this person's stream that stands there and was not withdrawn."""
    async with house.store.transaction() as tx:
        found = await tx.messages({(person_id, seq) for seq in seqs})
    return {seq: state for (_, seq), state in found.items() if state.status is not Status.FAILED}


async def check_target(house: House, person_id: int, business_id: int, *, seq: int, choice: Choice | None) -> None:
    """A reply, reaction or choice is about a message of the same chat, and a choice is one that the message offers.

    Raises Invalid: else a business would be told of another's message, or of an answer that it never offered.
    """
    state = (await messages(house, person_id, [seq])).get(seq)
    if state is None or state.message.business_id != business_id:
        raise Invalid("there is no such message in this chat", field="reply_to")
    if choice is None:
        return
    offered = _offered(state) if state.message.direction is Direction.TO_PERSON else set()
    if (choice.kind, choice.id, choice.title) not in offered:
        raise Invalid("the message does not offer this choice", field="content.id")


def decision(house: House, person_id: int, business_id: int, change: RelationChange) -> Decision:
    """*change* as evidence: what the person pressed in the app, and when."""
    acts: list[tuple[Act, ConsentCategory]] = []
    if change.stopped is not None:
        acts.append((Act.STOPPED if change.stopped else Act.RESUMED, ConsentCategory.ALL))
    consents = (
        (change.marketing_consent, ConsentCategory.MARKETING),
        (change.utility_consent, ConsentCategory.UTILITY),
    )
    for given, category in consents:
        if given is not None:
            acts.append((Act.GRANTED if given else Act.WITHDRAWN, category))
    now = house.clock.now()
    records = tuple(
        ConsentRecord(act, category, f"{act} {category}", "app-1", source="app", actor="person", given_at=now)
        for act, category in acts
    )
    return Decision(person_id, business_id, records=records, blocked=change.blocked)


async def report_decision(
    house: House, person_id: int, business_id: int, *, reason: ReportReason, seq: int | None, block: bool
) -> Decision:
    """A report as a decision. Raises Invalid when *seq* names no message of this chat."""
    if seq is not None:
        await check_target(house, person_id, business_id, seq=seq, choice=None)
    return Decision(person_id, business_id, report=reason, report_seq=seq, blocked=True if block else None)


class _OfferedButton(msgspec.Struct):
    id: str
    title: str
    kind: str = "reply"


class _OfferedSection(msgspec.Struct):
    rows: list[_OfferedButton] = []


class _OfferedCard(msgspec.Struct):
    buttons: list[_OfferedButton] = []


class _Offer(msgspec.Struct):
    type: str
    buttons: list[_OfferedButton] = []
    sections: list[_OfferedSection] = []
    cards: list[_OfferedCard] = []


def _offered(state: MessageState) -> set[tuple[str, str, str]]:
    """(kind, id, title) of each choice that a stored message offers."""
    offer = msgspec.json.decode(state.message.content_json, type=_Offer)
    kind = {"interactive": "button_reply", "template": "template_button"}.get(offer.type, "")
    buttons = [*offer.buttons, *(button for card in offer.cards for button in card.buttons)]
    found = {(kind, button.id, button.title) for button in buttons if button.kind == "reply"}
    rows: Sequence[_OfferedButton] = [row for section in offer.sections for row in section.rows]
    return found | {("list_reply", row.id, row.title) for row in rows}
