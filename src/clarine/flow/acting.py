"""The sandbox's people: messages to magic numbers, and to people who were told how to behave, end as their act says.

What an act still has to do lives in this process only: after a restart such messages stay as they were.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

import msgspec

from clarine.domain.conversation import WINDOW
from clarine.domain.errors import ClarineError
from clarine.domain.ids import Kind, MessageKey, RefusalKey, object_id
from clarine.domain.magic import ECHO, Act, Step, act_of, acted_reason
from clarine.domain.message import Status, Text
from clarine.domain.phone import parse_phone
from clarine.flow.accept import Accepted, Outcome, Refused, SendRequest, accept
from clarine.flow.house import House
from clarine.flow.inbound import Written, write
from clarine.flow.receipt import Read, Received, read, receive
from clarine.flow.withdraw import take_back
from clarine.ports.records import Person, RelationRow
from clarine.ports.store import Transaction

STEPS_AT_ONCE_MAX = 500


class ActedOut(ClarineError):
    """The recipient acts out an error that the API answers at once."""


@dataclass(frozen=True, slots=True, order=True)
class _Due:
    at: datetime
    number: int
    key: MessageKey = field(compare=False)
    business_id: int = field(compare=False)
    step: Step = field(compare=False)


class Acting:
    """Who acts, and what is still to be done. *codes* are the API's codes that this house knows."""

    def __init__(self, codes: frozenset[int], bell: Callable[[], None]) -> None:
        self._codes = codes
        self._bell = bell
        self.reset()

    def reset(self) -> None:
        """Nobody but the magic numbers acts, and nothing is still to be done."""
        self._told: dict[int, Act] = {}
        self._due: list[_Due] = []
        self._waiting: dict[RefusalKey, Act] = {}
        self._numbers = count()

    def tell(self, phone: int, act: Act | None) -> None:
        """From now on *phone* acts so; None leaves it to whoever holds the telephone."""
        if act is None:
            self._told.pop(phone, None)
        else:
            self._told[phone] = act

    def is_magic(self, phone: int) -> bool:
        """Whether the number itself says how its messages end."""
        return act_of(phone, self._codes) is not None

    def act_of(self, phone: int) -> Act | None:
        """What a message to *phone* leads to; None leaves it to whoever holds the telephone."""
        return self._told.get(phone) or act_of(phone, self._codes)

    def next_due(self) -> datetime | None:
        """When the next step is due."""
        return self._due[0].at if self._due else None

    async def accept(self, house: House, requests: Sequence[SendRequest]) -> list[Outcome]:
        """As flow.accept, but acts go before rules: a magic number is always there, listening, and agreed to everything."""
        phones = await self._phones(house, requests)
        acts = [self.act_of(phone) for phone in phones]
        outcomes: list[Outcome | None] = [_at_once(request, act) for request, act in zip(requests, acts, strict=True)]
        magic = {(phone, r.business_id) for r, phone in zip(requests, phones, strict=True) if self.is_magic(phone)}
        if magic:
            await _move_in(house, magic)
        going = [index for index, outcome in enumerate(outcomes) if outcome is None]
        for index, outcome in zip(going, await accept(house, [requests[index] for index in going]), strict=True):
            outcomes[index] = outcome
            self._plan(house, requests[index], acts[index], outcome)
        return [outcome for outcome in outcomes if outcome is not None]

    async def act(self, house: House) -> int:
        """Do every step that is due; how many."""
        if self._waiting:
            await self._begin_released(house)
        now = house.clock.now()
        done = 0
        while self._due and self._due[0].at <= now and done < STEPS_AT_ONCE_MAX:
            await _play(house, heapq.heappop(self._due))
            done += 1
        return done

    async def _phones(self, house: House, requests: Sequence[SendRequest]) -> list[int]:
        """The number behind each request; 0 for a person who does not exist."""
        ids = {r.person_id for r in requests if r.phone is None and r.person_id is not None}
        people: Mapping[int, Person] = {}
        if ids:
            async with house.store.transaction() as tx:
                people = await tx.people_by_id(ids)
        shown = {person_id: person.phone for person_id, person in people.items()}
        return [r.phone if r.phone is not None else shown.get(r.person_id or 0, 0) for r in requests]

    def _plan(self, house: House, request: SendRequest, act: Act | None, outcome: Outcome) -> None:
        if act is None or not isinstance(outcome, Accepted) or outcome.reason is not None:
            return
        match house.seal.message_key(outcome.message_id):
            case MessageKey() as key:
                self._begin(key, request.business_id, act, house.clock.now())
            case RefusalKey() as waits:
                self._waiting[waits] = act
        self._bell()

    def _begin(self, key: MessageKey, business_id: int, act: Act, now: datetime) -> None:
        for step in act.steps:
            at = now + timedelta(seconds=step.after_s)
            heapq.heappush(self._due, _Due(at, next(self._numbers), key, business_id, step))

    async def _begin_released(self, house: House) -> None:
        """Messages that waited have left: their acts begin; those that were dropped are forgotten."""
        keys = {(key.business_id, key.number): key for key in self._waiting}
        async with house.store.transaction() as tx:
            places = await tx.held_places(keys)
        for key, place in places.items():
            if place.ended:
                act = self._waiting.pop(keys[key])
                if place.seq is not None:
                    self._begin(MessageKey(place.person_id, place.seq), key[0], act, house.clock.now())


def _at_once(request: SendRequest, act: Act | None) -> Refused | None:
    if act is None:
        return None
    failing = next((step.code for step in act.steps if step.kind == "fail"), None)
    code = act.at_once if act.at_once is not None else failing if request.refuse_now else None
    if code is None:
        return None
    return Refused(error=ActedOut("This recipient acts out the error", code=acted_reason(code)))


async def _move_in(house: House, pairs: set[tuple[int, int]]) -> None:
    """Make the people behind these (magic phone, business), and let the business write to them."""
    now = house.clock.now()
    async with house.store.transaction() as tx:
        known = dict(await tx.people_by_phone({phone for phone, _ in pairs}))
        for phone in sorted({phone for phone, _ in pairs} - known.keys()):
            known[phone] = await _person(house, tx, phone)
        keys = sorted((known[phone].person_id, business_id) for phone, business_id in pairs)
        await tx.lock_streams({person_id for person_id, _ in keys})
        relations = await tx.relations_or_new(keys)
        rows = [
            RelationRow(*key, replace(relations[key], window_until=now + WINDOW, marketing_consent=True))
            for key in keys
        ]
        await tx.put_relations(rows)


async def _person(house: House, tx: Transaction, phone: int) -> Person:
    person_id = await tx.claim_phone(phone, object_id(Kind.PERSON, house.entropy(64)))
    person = Person(person_id, phone, parse_phone(f"+{phone}").country, f"Magic {phone % 1_000_000:06}", "en")
    await tx.add_person(person, house.clock.now())
    return person


async def _play(house: House, due: _Due) -> None:
    key = due.key
    match due.step.kind:
        case "deliver":
            await receive(house, [Received(key.person_id, (key.seq,))])
        case "read":
            await read(house, [Read(key.person_id, due.business_id, key.seq)])
        case "fail":
            await _fail(house, key, due.step.code)
        case "say":
            await _say(house, due)


async def _fail(house: House, key: MessageKey, code: int) -> None:
    async with house.store.transaction() as tx:
        await tx.lock_streams([key.person_id])
        found = (await tx.messages([(key.person_id, key.seq)])).values()
        waiting = [state.message for state in found if state.status < Status.DELIVERED]
        businesses = await take_back(house, tx, waiting, reason=acted_reason(code), now=house.clock.now())
    house.bus.ring(people=[key.person_id], businesses=businesses)


class _Body(msgspec.Struct):
    body: str | None = None


async def _say(house: House, due: _Due) -> None:
    key, text = due.key, due.step.text
    if text == ECHO:
        async with house.store.transaction() as tx:
            found = (await tx.messages([(key.person_id, key.seq)])).get((key.person_id, key.seq))
        heard = msgspec.json.decode(found.message.content_json, type=_Body).body if found is not None else None
        text = heard or "I got it"
    await write(house, [Written(key.person_id, due.business_id, f"act-{key.seq}", Text(text))])
