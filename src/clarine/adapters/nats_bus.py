"""The doorbell between processes: rings are hints on a NATS subject. Nothing waits for NATS; what it loses is found by polling."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import chain
from typing import Final

import msgspec
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from clarine.ports.bus import Ring
from clarine.ports.records import StreamEvent

log = logging.getLogger(__name__)

#: How many people, businesses and pairs one publish names; 9 bytes each stay far below the server's 1 MiB.
RING_ITEMS_MAX: Final = 10_000
#: How many may wait for a connection; what is beyond it is a lost bell.
WAITING_ITEMS_MAX: Final = 100_000
CONNECT_S: Final = 5
RETRY_S: Final = 0.5
FLUSH_S: Final = 1


class _Carried(msgspec.Struct, frozen=True, array_like=True):
    """What of a ring leaves the process."""

    people: frozenset[int]
    businesses: frozenset[int]
    typing: tuple[tuple[int, int], ...]
    ended_devices: tuple[tuple[int, int], ...]


_decoder: Final = msgspec.msgpack.Decoder(_Carried)
_encoder: Final = msgspec.msgpack.Encoder()


class NatsBus:
    """Implements ports.bus.Bus over one core NATS subject; open it with `open_nats_bus`.

    Listeners of this process hear a ring at once, those of others after NATS carried it. What is rung while one publish is on
    its way goes out together with the next.
    """

    def __init__(self, urls: str, *, subject: str) -> None:
        self._urls = [url.strip() for url in urls.split(",")]
        self._subject = subject
        self._listeners: list[Callable[[Ring], None]] = []
        self._client: Client | None = None
        self._first_try = asyncio.Event()
        self._closed = False
        self._waiting = asyncio.Event()
        self._people: set[int] = set()
        self._businesses: set[int] = set()
        self._typing: dict[tuple[int, int], None] = {}
        self._ended: dict[tuple[int, int], None] = {}

    def ring(
        self,
        *,
        people: Iterable[int] = (),
        businesses: Iterable[int] = (),
        typing: Iterable[tuple[int, int]] = (),
        ended_devices: Iterable[tuple[int, int]] = (),
        written: Mapping[int, Sequence[StreamEvent]] | None = None,
    ) -> None:
        ring = Ring(frozenset(people), frozenset(businesses), tuple(typing), tuple(ended_devices), written or {})
        if ring == Ring():
            return
        self._hear(ring)
        waiting = len(self._people) + len(self._businesses) + len(self._typing) + len(self._ended)
        if waiting < WAITING_ITEMS_MAX:
            self._people |= ring.people
            self._businesses |= ring.businesses
            self._typing.update(dict.fromkeys(ring.typing))
            self._ended.update(dict.fromkeys(ring.ended_devices))
            self._waiting.set()

    def listen(self, heard: Callable[[Ring], None]) -> Callable[[], None]:
        self._listeners.append(heard)
        return lambda: self._listeners.remove(heard)

    @property
    def connected(self) -> bool:
        """Whether other processes can be heard now."""
        return self._client is not None and self._client.is_connected

    def _hear(self, ring: Ring) -> None:
        for heard in tuple(self._listeners):
            heard(ring)

    def _take(self) -> Ring:
        ring = Ring(frozenset(self._people), frozenset(self._businesses), tuple(self._typing), tuple(self._ended))
        for waiting in (self._people, self._businesses, self._typing, self._ended):
            waiting.clear()
        return ring

    async def publish(self) -> None:
        """Carry what was rung to the others, until cancelled; without a connection it is forgotten."""
        while True:
            await self._waiting.wait()
            self._waiting.clear()
            client, ring = self._client, self._take()
            if client is None:
                continue
            # What cannot be told is a lost bell: whoever listens also polls.
            with suppress(nats.errors.Error, OSError):
                for piece in pieces(ring):
                    await client.publish(self._subject, _encode(piece))

    async def stay_connected(self) -> None:
        """Connect, and again whenever the connection is lost, until the bus is closed."""
        while not self._closed:
            client, closed = Client(), asyncio.Event()
            try:
                async with asyncio.timeout(CONNECT_S):  # its own tries would go on for minutes
                    await self._connect(client, closed)
                log.info("the bell between processes rings", extra={"action": "bus"})
                self._client = client
                self._first_try.set()
                await closed.wait()
                log.warning("the bell between processes is silent; everybody polls", extra={"action": "bus"})
            except (nats.errors.Error, OSError, TimeoutError) as error:
                log.debug("no bell between processes", extra={"action": "bus", "because": type(error).__name__})
            finally:
                self._client = None
                self._first_try.set()
                with suppress(nats.errors.Error, OSError, TimeoutError):
                    async with asyncio.timeout(FLUSH_S):
                        await client.close()
            await asyncio.sleep(RETRY_S)

    async def _connect(self, client: Client, closed: asyncio.Event) -> None:
        async def ended() -> None:
            closed.set()

        async def told(_: Exception) -> None:
            """Its own log would write an error with a traceback for each try."""

        # Its own reconnecting gives up on some errors, and keeps old bells for later; a new connection does neither.
        await client.connect(
            self._urls,
            name="clarine",
            no_echo=True,
            allow_reconnect=False,
            connect_timeout=CONNECT_S,
            reconnect_time_wait=1,
            max_reconnect_attempts=1,
            closed_cb=ended,
            error_cb=told,
        )
        await client.subscribe(self._subject, cb=self._received)
        await client.flush(CONNECT_S)

    async def _received(self, message: Msg) -> None:
        try:
            carried = _decoder.decode(message.data)
        except msgspec.DecodeError:
            log.warning("a bell that nobody understands", extra={"action": "bus"})
            return
        self._hear(Ring(carried.people, carried.businesses, carried.typing, carried.ended_devices))

    async def first_try(self) -> None:
        """Wait until the first connection is made or failed."""
        await self._first_try.wait()

    async def flush(self) -> None:
        """Give what was rung to the server, where there is one; waits FLUSH_S at most."""
        await asyncio.sleep(0)  # the publisher takes what waits
        if self._client is not None:
            with suppress(nats.errors.Error, OSError, TimeoutError):
                await self._client.flush(FLUSH_S)

    async def close(self) -> None:
        """Ring for the last time, and connect no more: the client swallows a cancellation that finds it closing."""
        await self.flush()
        self._closed = True


def _encode(ring: Ring) -> bytes:
    return _encoder.encode(_Carried(ring.people, ring.businesses, ring.typing, ring.ended_devices))


def pieces(ring: Ring, *, items_max: int = RING_ITEMS_MAX) -> Iterator[Ring]:
    """*ring* as rings of at most *items_max* items each."""
    items = chain(
        (("people", each) for each in ring.people),
        (("businesses", each) for each in ring.businesses),
        (("typing", each) for each in ring.typing),
        (("ended_devices", each) for each in ring.ended_devices),
    )
    everything = list(items)
    for start in range(0, len(everything), items_max):
        part = everything[start : start + items_max]
        yield Ring(
            frozenset(each for kind, each in part if kind == "people" and isinstance(each, int)),
            frozenset(each for kind, each in part if kind == "businesses" and isinstance(each, int)),
            tuple(each for kind, each in part if kind == "typing" and isinstance(each, tuple)),
            tuple(each for kind, each in part if kind == "ended_devices" and isinstance(each, tuple)),
        )


@asynccontextmanager
async def open_nats_bus(urls: str, *, subject: str) -> AsyncIterator[NatsBus]:
    """A bus on the servers *urls* (comma-separated), which need not be there yet; every house has a *subject* of its own."""
    bus = NatsBus(urls, subject=subject)
    tasks = [asyncio.create_task(bus.publish()), asyncio.create_task(bus.stay_connected())]
    try:
        await bus.first_try()
        yield bus
    finally:
        await bus.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
