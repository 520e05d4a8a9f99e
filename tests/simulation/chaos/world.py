"""The world around the house: businesses that ask again until they are answered, devices that repeat themselves, receivers
that refuse, and time that jumps. It remembers what it was told, so that the house can be held to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

import msgspec

from clarine.adapters.bus import LocalBus
from clarine.adapters.clock import TurnedClock
from clarine.flow.accept import SendRequest
from clarine.flow.house import House
from clarine.flow.inbound import Written
from clarine.flow.notify import Post
from clarine.ports.http import Answer
from clarine.ports.records import Business, NoticeRow, PhoneNumberRow
from tests.cast import Shop, Someone
from tests.simulation.chaos.dying import Fate, MortalStore


@dataclass
class Device:
    """A person's device: what it has of the stream, and the receipts it has not been thanked for."""

    someone: Someone
    last_seq: int = 0
    unthanked: set[int] = field(default_factory=set)
    received: set[int] = field(default_factory=set)  #: business messages it ever had
    online: bool = True


@dataclass
class Receiver:
    """Implements ports.http.Http: a business's receiver of webhooks, in a mood that *random* gives it."""

    random: Random
    calm: bool = False
    acknowledged: dict[tuple[int, int | None], list[int]] = field(default_factory=lambda: defaultdict(list))

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        mood = "acknowledges" if self.calm else self.random.choice(("acknowledges", "acknowledges", "refuses", "hangs"))
        if mood == "hangs":
            return Answer(None, "timeout", 10_000)
        if mood == "refuses":
            return Answer(500, None, 3)
        business_id, person_id, numbers = msgspec.json.decode(body, type=tuple[int, int | None, list[int]])
        self.acknowledged[business_id, person_id] += numbers
        return Answer(200, None, 3)

    async def get(self, url: str, query: dict[str, str]) -> tuple[int | None, bytes]:
        raise AssertionError("nobody asks here")


def render(business: Business, number: PhoneNumberRow | None, notices: Sequence[NoticeRow]) -> Post:
    """A webhook that says only which notices it carries."""
    told = (business.business_id, notices[0].person_id, [notice.number for notice in notices])
    return Post(msgspec.json.encode(told), {})


@dataclass
class World:
    """Everything outside of the house, and the house itself as the processes that come and go see it."""

    random: Random
    house: House
    clock: TurnedClock
    shops: list[Shop]
    devices: list[Device]
    receiver: Receiver
    sends: dict[str, SendRequest] = field(default_factory=dict)  #: by key: not answered yet
    answers: dict[str, str] = field(default_factory=dict)  #: by key: the id it was answered with
    writes: dict[str, Written] = field(default_factory=dict)  #: by client key: not answered yet
    lists: dict[str, tuple[Shop, str]] = field(
        default_factory=dict
    )  #: by key: (shop, template) of campaigns not started yet
    running: dict[int, int] = field(default_factory=dict)  #: from started campaign to its business
    written: dict[str, tuple[int, int]] = field(default_factory=dict)  #: by client key: (person, seq)
    deaths: int = 0
    made: int = 0

    def process(self, *, immortal: bool = False) -> tuple[House, Fate]:
        """A new process of the house, with no memory and a fate of its own; its bells ring for nobody."""
        fate = Fate(None if immortal else self.random)
        return replace(self.house, store=MortalStore(self.house.store, fate), bus=LocalBus()), fate

    def number(self) -> int:
        """A fresh number."""
        self.made += 1
        return self.made

    def turn(self, *, hours: float) -> None:
        """Time jumps."""
        self.clock.turn(timedelta(hours=hours))
