"""The bus: everybody hears, what is rung at once goes out together, nobody waits for it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from nats.aio.client import Client

from clarine.adapters.bus import LocalBus
from clarine.adapters.nats_bus import NatsBus, open_nats_bus, pieces
from clarine.adapters.nats_server import NatsServer, nats_server
from clarine.adapters.processes import Kept, Program
from clarine.ports.bus import Bus, Ring

SOON_S = 20
SUBJECT = "clarine.test"


@dataclass
class Ear:
    """Hears a bus, and can wait for what it should hear."""

    rings: list[Ring] = field(default_factory=list)
    _heard: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, ring: Ring) -> None:
        self.rings.append(ring)
        self._heard.set()

    @property
    def people(self) -> set[int]:
        return {person for ring in self.rings for person in ring.people}

    async def until(self, enough: Callable[[Ear], bool]) -> None:
        async with asyncio.timeout(SOON_S):
            while not enough(self):
                self._heard.clear()
                await self._heard.wait()


@asynccontextmanager
async def running(server: NatsServer) -> AsyncIterator[Kept]:
    kept = Kept(Program("bell", server.command))
    await kept.start()
    try:
        yield kept
    finally:
        await kept.stop()


async def connected(bus: NatsBus) -> None:
    """Wait until *bus* is heard and hears."""
    async with asyncio.timeout(SOON_S):
        while not bus.connected:  # noqa: ASYNC110 - a bus tells nobody
            await asyncio.sleep(0)


@pytest_asyncio.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[NatsServer]:
    found = nats_server(tmp_path_factory.mktemp("nats"))
    async with running(found):
        async with open_nats_bus(found.url, subject="clarine.warm") as bus:
            await connected(bus)
        yield found


@pytest_asyncio.fixture(params=["local", "nats", "nats-without-a-server"])
async def bus(request: pytest.FixtureRequest, server: NatsServer) -> AsyncIterator[Bus]:
    """Every kind of bus, as one process of a house sees it."""
    if request.param == "local":
        yield LocalBus()
        return
    url = server.url if request.param == "nats" else "nats://127.0.0.1:1"
    async with open_nats_bus(url, subject=SUBJECT) as opened:
        yield opened


async def test_every_listener_hears_a_ring_of_its_own_process_at_once_and_once(bus: Bus) -> None:
    ears = [Ear(), Ear()]
    for ear in ears:
        bus.listen(ear)
    bus.ring(people=[1, 2], businesses=iter([3]), typing=[(1, 3)], ended_devices=[(2, 9)])
    expected = Ring(frozenset({1, 2}), frozenset({3}), ((1, 3),), ((2, 9),))
    assert [ear.rings for ear in ears] == [[expected], [expected]]
    if isinstance(bus, NatsBus):
        await bus.flush()  # had it come back from the server, it would be here now
    assert [ear.rings for ear in ears] == [[expected], [expected]]


async def test_who_stopped_listening_hears_nothing_more_and_an_empty_ring_is_none(bus: Bus) -> None:
    ear, other = Ear(), Ear()
    stop = bus.listen(ear)
    bus.listen(other)
    bus.ring()
    stop()
    bus.ring(people=[1])
    assert (ear.rings, len(other.rings)) == ([], 1)


@pytest_asyncio.fixture
async def neighbours(server: NatsServer) -> AsyncIterator[list[NatsBus]]:
    """Three processes of one house."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(open_nats_bus(server.url, subject=SUBJECT)) for _ in range(3)]


async def test_every_other_process_hears_all_kinds_of_hints(neighbours: list[NatsBus]) -> None:
    ears = [Ear() for _ in neighbours]
    for each, ear in zip(neighbours, ears, strict=True):
        each.listen(ear)
    neighbours[0].ring(people=[1 << 62], businesses=[3], typing=[(1, 3)], ended_devices=[(2, 9)])
    for ear in ears:
        await ear.until(lambda heard: bool(heard.rings))
        assert ear.rings == [Ring(frozenset({1 << 62}), frozenset({3}), ((1, 3),), ((2, 9),))]


async def test_what_is_rung_in_one_tick_goes_out_together(neighbours: list[NatsBus]) -> None:
    ear = Ear()
    neighbours[1].listen(ear)
    for person_id in range(1, 1001):
        neighbours[0].ring(people=[person_id, 1], typing=[(1, 3)])
    await ear.until(lambda heard: len(heard.people) == 1000)
    assert ear.rings == [Ring(frozenset(range(1, 1001)), typing=((1, 3),))]


async def test_another_house_on_the_same_server_hears_nothing(neighbours: list[NatsBus], server: NatsServer) -> None:
    stranger, ear = Ear(), Ear()
    async with open_nats_bus(server.url, subject="clarine.other") as other:
        other.listen(stranger)
        neighbours[1].listen(ear)
        neighbours[0].ring(people=[1])
        await ear.until(lambda heard: bool(heard.rings))
        await other.flush()
    assert stranger.rings == []


async def test_a_bell_that_nobody_understands_is_ignored(neighbours: list[NatsBus], server: NatsServer) -> None:
    ear, client = Ear(), Client()
    neighbours[1].listen(ear)
    await client.connect(server.url)
    for payload in (b"", b"\xff\xff", b"\x81\xa6people\xa3all"):
        await client.publish(SUBJECT, payload)
    await client.flush()
    await client.close()
    neighbours[0].ring(people=[1])
    await ear.until(lambda heard: bool(heard.rings))
    assert ear.rings == [Ring(frozenset({1}))]


async def test_nobody_rings_without_the_servers_secret(server: NatsServer) -> None:
    async with open_nats_bus(server.url.replace("nats://", "nats://wrong"), subject=SUBJECT) as bus:
        assert not bus.connected


async def test_a_bus_that_is_closed_while_its_connection_closes_ends_all_the_same(
    server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    closing, close = asyncio.Event(), Client.close

    async def closes(client: Client) -> None:
        """What the client does: a cancellation that finds it closing goes no further."""
        closing.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await close(client)

    monkeypatch.setattr(Client, "close", closes)
    async with asyncio.timeout(SOON_S), open_nats_bus(server.url.replace("nats://", "nats://wrong"), subject=SUBJECT):
        await closing.wait()


def test_the_secret_stands_in_a_file_of_its_owner_and_not_on_the_command_line(tmp_path: Path) -> None:
    found = nats_server(tmp_path)
    token = found.url.removeprefix("nats://").partition("@")[0]
    assert len(token) >= 24
    assert token not in " ".join(found.command)
    assert token not in repr(found)
    assert os.stat(tmp_path / "nats.conf").st_mode & 0o077 == 0


def test_a_large_ring_goes_out_in_pieces_that_the_server_takes() -> None:
    ring = Ring(frozenset(range(7)), frozenset({9}), ((1, 2),), ((3, 4),))
    parts = list(pieces(ring, items_max=3))
    assert [sum(map(len, (p.people, p.businesses, p.typing, p.ended_devices))) for p in parts] == [3, 3, 3, 1]
    assert frozenset().union(*(part.people for part in parts)) == ring.people
    assert [part.ended_devices for part in parts][-1] == ((3, 4),)


async def test_a_bus_whose_server_comes_late_dies_and_comes_back_rings_again(tmp_path: Path) -> None:
    found, ear = nats_server(tmp_path), Ear()
    async with open_nats_bus(found.url, subject=SUBJECT) as one, open_nats_bus(found.url, subject=SUBJECT) as other:
        other.listen(ear)
        one.ring(people=[1])  # nobody is there to carry it
        async with running(found) as kept:
            await asyncio.gather(connected(one), connected(other))
            one.ring(people=[2])
            await ear.until(lambda heard: 2 in heard.people)
            before = kept.pid
            os.kill(before, 9)  # it is started again
            async with asyncio.timeout(SOON_S):
                while one.connected or other.connected or kept.pid == before:  # noqa: ASYNC110 - as above
                    await asyncio.sleep(0)
            one.ring(people=[3])
            await asyncio.gather(connected(one), connected(other))
            one.ring(people=[4])
            await ear.until(lambda heard: 4 in heard.people)
    assert ear.people == {2, 4}
