"""The whole way of a message: POST, commit, the recipient's open socket, its receipt, the signed webhook at the sender."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.devices import connect
from bench.posts import Latencies, Poster, open_posters
from bench.receiver import Receiver
from bench.serving import Served
from clarine.build import open_house
from clarine.config import Settings
from clarine.domain.phone import parse_phone
from clarine.flow.business import create_business
from clarine.flow.people import create_person
from clarine.ports.records import Subscription

#: How long the last messages may take to arrive once nobody sends any more.
LAST_S = 20.0
#: In an answer, or in an answer that is text inside another.
_ID = re.compile(rb'"id\\?":\\?"(wamid\.[^"\\]+)')
_DELIVERED = re.compile(rb'"id":"(wamid\.[^"]+)","status":"delivered"')


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part: businesses with money (token, phone number id) and people with an open session (phone, token)."""

    businesses: list[tuple[str, int]]
    business_ids: list[int]
    people: list[tuple[int, str]]


async def invite(folder: Path, *, businesses: int, people: int) -> Cast:
    """Create the cast in *folder*."""
    async with open_house(Settings(data=folder, log_level="warning")) as house:
        keys = [
            await create_business(house, name=f"Bench {n}", phone=f"+1555078{n:04}", balance_micros=10**12)
            for n in range(businesses)
        ]
        found = []
        for number in range(people):
            phone = parse_phone(f"+9198765{number:05}")
            found.append((phone.digits, (await create_person(house, phone, name="Someone")).token))
        return Cast(
            [(each.access_token, each.phone_number.phone_number_id) for each in keys],
            [each.business.business_id for each in keys],
            found,
        )


async def listen_at(folder: Path, cast: Cast, url: str) -> None:
    """All webhooks of the cast's businesses go to *url*."""
    async with open_house(Settings(data=folder, log_level="warning")) as house, house.store.transaction() as tx:
        rows = [Subscription(business_id, "account", 0, url, "", ("messages",)) for business_id in cast.business_ids]
        await tx.put_subscriptions(rows, datetime.now(UTC))


def send_request(host: str, token: str, phone_number_id: int, phone: int) -> bytes:
    """One HTTP request that sends a utility template."""
    template = {"name": "hello_world", "language": {"code": "en_US"}}
    body = {"messaging_product": "whatsapp", "to": str(phone), "type": "template", "template": template}
    return http_request(host, f"/v23.0/{phone_number_id}/messages", token, json.dumps(body).encode())


def http_request(host: str, path: str, token: str, body: bytes) -> bytes:
    """A JSON POST as bytes."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Way:
    """One measurement: a number of messages kept under way until the time is over; then the last ones arrive.

    A message is under way from its POST to the webhook that says it is delivered, so nothing piles up unseen.
    """

    def __init__(self, requests: list[bytes], *, parts: int = 1) -> None:
        self._requests = requests
        self._parts = parts  # messages in one request
        self._left: dict[int, int] = {}  # messages of an answered request that are not delivered yet
        self._next = 0
        self._until = 0.0
        self._started: dict[int, float] = {}
        self._number_of: dict[bytes, int] = {}  # answered, the webhook is awaited
        self._early: dict[bytes, float] = {}  # the webhook came before its answer was read
        self._free: deque[Poster] = (
            deque()
        )  # in turn, so that no connection is idle for so long that the server ends it
        self._over = asyncio.Event()
        self._room = 0
        self.answered, self.whole = Latencies(), Latencies()
        self.took_s = 0.0

    async def run(self, posters: list[Poster], *, in_flight: int, seconds: float) -> None:
        """Keep *in_flight* messages under way for *seconds*. Raises TimeoutError when the last ones do not arrive."""
        self._free, self._room = deque(posters), in_flight
        began = time.perf_counter()
        self._until = began + seconds
        self._go()
        async with asyncio.timeout(seconds + LAST_S):
            await self._over.wait()
        self.took_s = time.perf_counter() - began

    def answer(self, poster: Poster) -> Callable[[int, int, bytes], None]:
        """What hears the answers of *poster*."""

        def heard(number: int, status: int, body: bytes) -> None:
            self._free.append(poster)
            ids = _ID.findall(body) if status == 200 else []
            if len(ids) != self._parts:
                self.answered.failed[status] += 1
                del self._started[number]
                self._ended()
                return
            self.answered.add(self._started[number])
            self._left[number] = self._parts
            for message_id in ids:
                self._number_of[message_id] = number
            for message_id in ids:
                if (came := self._early.pop(message_id, None)) is not None:
                    self._delivered(message_id, came)
            self._go()

        return heard

    def told(self, body: bytes) -> None:
        """A webhook came."""
        for message_id in _DELIVERED.findall(body):
            if message_id in self._number_of:
                self._delivered(message_id, time.perf_counter())
            else:
                self._early[message_id] = time.perf_counter()

    def _delivered(self, message_id: bytes, came: float) -> None:
        number = self._number_of.pop(message_id)
        self.whole.taken_s.append(came - self._started[number])
        self._left[number] -= 1
        if not self._left[number]:
            del self._left[number], self._started[number]
            self._ended()

    def figures(self) -> dict[str, float]:
        """Messages a second, and how long they took."""
        return {
            "per_s": len(self.whole.taken_s) / self.took_s,
            "answered_p50_ms": self.answered.percentile_ms(50),
            "answered_p99_ms": self.answered.percentile_ms(99),
            "whole_p50_ms": self.whole.percentile_ms(50),
            "whole_p99_ms": self.whole.percentile_ms(99),
        }

    def _ended(self) -> None:
        self._room += 1
        self._go()

    def _go(self) -> None:
        now = time.perf_counter()
        while self._room and self._free and now < self._until:
            self._room -= 1
            number = self._next
            self._next += 1
            self._started[number] = now
            self._free.popleft().post(self._requests[number % len(self._requests)], number)
        if now >= self._until and not self._started:
            self._over.set()


@asynccontextmanager
async def sending_devices(served: Served, cast: Cast, *, pairs: int) -> AsyncIterator[None]:
    """The first *pairs* people of *cast* hold an open socket while the block runs, and send a receipt for what comes."""
    devices = await connect(served.host, served.port, [token for _, token in cast.people[:pairs]])
    try:
        yield
    finally:
        for device in devices:
            device.close()


async def measure_way(
    served: Served, cast: Cast, receiver: Receiver, *, pairs: int, in_flight: int, seconds: float
) -> dict[str, float]:
    """Figures of *pairs* pairs with *in_flight* messages under way, whose webhooks *receiver* gets."""
    host = f"{served.host}:{served.port}"
    requests = [
        send_request(host, *cast.businesses[number % len(cast.businesses)], cast.people[number][0])
        for number in range(pairs)
    ]
    async with sending_devices(served, cast, pairs=pairs):
        warm, way = Way(requests), Way(requests)
        for each, lasts_s in ((warm, min(1.0, seconds)), (way, seconds)):
            posters = await open_posters(served.host, served.port, in_flight, each.answer)
            receiver.heard = each.told
            before = await served.spent()
            await each.run(posters, in_flight=in_flight, seconds=lasts_s)
            after = await served.spent()
            for poster in posters:
                poster.close()
            assert not each.answered.failed, f"the server refused: {each.answered.failed}"
    return {**way.figures(), **after.per(len(way.whole.taken_s), before), "memory_mib": served.memory_mib()}
