"""What every verb is given: the doors and the rules with data of their own. Built once, in build.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from clarine.config import Settings
from clarine.domain.events import PersonShown
from clarine.domain.ids import MessageKey, RefusalKey, Seal
from clarine.domain.pricing import PriceBook
from clarine.ports.blobs import Blobs
from clarine.ports.bus import Bus
from clarine.ports.clock import Clock
from clarine.ports.records import MessageRow, Person
from clarine.ports.store import Store


@dataclass(frozen=True, slots=True)
class House:
    """The doors; *entropy* gives fresh random bits (as many as asked for)."""

    store: Store
    bus: Bus
    clock: Clock
    blobs: Blobs
    seal: Seal
    link_key: bytes = field(repr=False)
    prices: PriceBook
    settings: Settings
    entropy: Callable[[int], int]


#: A replica that is further behind is not asked (adapters/postgres/replica.py allows it 10 seconds).
SETTLED: Final = timedelta(minutes=1)


def settled(house: House, at: datetime | None) -> bool:
    """Whether a page of history that begins at *at* has no row that a replica may lack; None begins now."""
    return at is not None and house.clock.now() - at > SETTLED


def id_of(house: House, message: MessageRow) -> str:
    """The id that the message's business knows it by."""
    if message.held_number is not None:
        return house.seal.message_id(RefusalKey(message.business_id, message.held_number))
    return house.seal.message_id(MessageKey(message.person_id, message.seq))


def shown_to(house: House, person: Person, business_id: int) -> PersonShown:
    """The person as *business_id* may see them."""
    user_id = house.seal.user_id(person.person_id, business_id=business_id, country=person.country)
    return PersonShown(str(person.phone), user_id, person.name)
