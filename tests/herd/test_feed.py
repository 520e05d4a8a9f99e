"""Over a real MQTT client and NATS server: what the broker acknowledged is taken in once, whatever is killed meanwhile."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import aiomqtt
import asyncpg
import cbor2
import httpx
import nats
import pytest

from clarine_herd.broker import USER, Broker, Listen, configuration, free_port
from clarine_herd.feed import STREAM, Feed, durable, prepare
from clarine_herd.receiver import Receiver
from clarine_herd.settings import Settings
from clarine_herd.store.intake import Intake, open_intake
from clarine_herd.store.postgres import Store
from clarine_herd.worker import Counts, take_in
from tests.herd.collars import MINUTE, chirpstack, frame

PASSWORD = "a long one"
BOUND_S = 15.0

#: What ``clarine-herd ingest`` runs, without the time that the rest of the command line takes to load.
WORKER = "import asyncio, sys; from clarine_herd.worker import work; asyncio.run(work(*sys.argv[1:], partitions=1, mine=[0]))"

Message = tuple[str, bytes]


def listening(port: int, partitions: int) -> Listen:
    # A test's disk has other work to do; that every publish is flushed is what the configuration says.
    return Listen("127.0.0.1", port, PASSWORD, sync=False, partitions=partitions)


@asynccontextmanager
async def broker(folder: Path, *, partitions: int = 1) -> AsyncIterator[tuple[Broker, str, int]]:
    port = free_port()
    made = Broker(folder, listening(port, partitions), prepare=partial(prepare, partitions=partitions))
    async with made as url:
        yield made, url, port


async def passes(seconds: float) -> None:
    """Between two questions to another process, or two messages of a gateway: no test is right because of it."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.Event().wait()


async def publish(port: int, messages: Sequence[Message], *, pause_s: float = 0.0) -> None:
    """As a gateway does: QoS 1, each again until it is acknowledged, whatever happens to the connection."""
    left = list(messages)
    async with asyncio.timeout(BOUND_S):
        while left:
            try:
                async with aiomqtt.Client("127.0.0.1", port, username=USER, password=PASSWORD, timeout=2) as client:
                    while left:
                        await client.publish(*left[0], qos=1)
                        left.pop(0)
                        if pause_s:
                            await passes(pause_s)
            except aiomqtt.MqttError:
                await passes(0.05)


def frames(farm: str, *, collars: int, count: int) -> list[Message]:
    return [
        (f"herd/v1/{farm}/c{collar}/summary", cbor2.dumps({"seq": n, "frame": frame(MINUTE + 15 * n)}))
        for n in range(count)
        for collar in range(collars)
    ]


async def stored(url: str, farm: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        found: int = await connection.fetchval(
            "SELECT count(*) FROM clarine_herd.frames JOIN clarine_herd.farms ON id = farm_id WHERE farm = $1", farm
        )
        return found
    finally:
        await connection.close()


async def reaches(found: Callable[[], Awaitable[int]], wanted: int) -> None:
    """Ask until it is there; the bound is what fails."""
    async with asyncio.timeout(BOUND_S):
        while await found() < wanted:
            await passes(0.03)


@asynccontextmanager
async def feeding(url: str, intake: Intake, *, partitions: int = 1) -> AsyncIterator[Counts]:
    counts = Counts()
    task = asyncio.create_task(Feed(url, partitions, intake, counts.add).run(range(partitions)))
    yield counts
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_came_while_herd_was_down_is_taken_in_and_twice_is_once(
    tmp_path: Path, herd_database_url: str, farm: str
) -> None:
    pool, intake = await open_intake(herd_database_url)
    messages = frames(farm, collars=4, count=6)
    uplink = ("application/app/device/70b3d57ed0000001/event/up", chirpstack(farm=farm))
    async with broker(tmp_path) as (_, url, port):
        await publish(port, [*messages, uplink, ("herd/v1/" + farm + "/c1/summary", b"{"), *messages[:5]])
        async with feeding(url, intake) as counts:

            async def came() -> int:
                return counts.new + counts.known + counts.refused

            await reaches(came, 31)
        assert await stored(herd_database_url, farm) == 25
        assert (counts.new, counts.known, counts.refused) == (25, 5, 1)
    await pool.close()


async def handed_over(url: str, *, number: int, partitions: int) -> None:
    """Until the consumer has nothing that it has not given to somebody; whether they keep it is theirs."""
    client = await nats.connect(url)

    async def left() -> int:
        info = await client.jetstream().consumer_info(STREAM, durable(number, partitions))
        return -(info.num_pending or 0)

    await reaches(left, 0)
    await client.close()


async def taken_alone(feed: Feed, number: int, farms: Sequence[str]) -> set[str]:
    """The farms of which something came while this partition alone was open, until its consumer has nothing left."""
    client = await nats.connect(feed.url)

    async def left() -> int:
        info = await client.jetstream().consumer_info(STREAM, durable(number, feed.partitions))
        return -(info.num_pending or 0) - (info.num_ack_pending or 0)

    task = asyncio.create_task(feed.run([number]))
    await reaches(left, 0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await client.close()
    rows = await feed.intake.pool.fetch(
        "SELECT DISTINCT farm FROM clarine_herd.frames JOIN clarine_herd.farms ON id = farm_id WHERE farm = ANY($1)",
        farms,
    )
    return {row["farm"] for row in rows}


async def test_farms_are_spread_over_partitions_and_each_is_whole_in_one(
    tmp_path: Path, herd_database_url: str, farm: str
) -> None:
    pool, intake = await open_intake(herd_database_url)
    names = [f"{farm}-{n}" for n in range(12)]
    parts: dict[int, set[str]] = {}
    async with broker(tmp_path, partitions=3) as (_, url, port):
        await publish(port, [message for name in names for message in frames(name, collars=2, count=2)])
        for number in range(3):
            # Alone: what one partition holds is there before the next is opened, and the last one completes it.
            parts[number] = await taken_alone(Feed(url, 3, intake, lambda _: None), number, names)
        assert [await stored(herd_database_url, name) for name in names] == [4] * 12
    # Each partition brings farms of its own, and none of what was there changes.
    assert set() < parts[0] < parts[1] < parts[2] == set(names)
    await pool.close()


async def test_a_collar_without_the_password_is_not_heard(tmp_path: Path) -> None:
    async with broker(tmp_path) as (_, _url, port):
        with pytest.raises(aiomqtt.MqttError, match=r"Not authorized|Bad user name"):
            await aiomqtt.Client("127.0.0.1", port, username=USER, password="guess", timeout=2).__aenter__()


async def test_a_collar_s_password_opens_no_other_topic(tmp_path: Path, herd_database_url: str, farm: str) -> None:
    pool, intake = await open_intake(herd_database_url)
    async with broker(tmp_path) as (_, url, port), feeding(url, intake) as counts:
        await publish(port, [("other/topic", b"x"), (f"$MQTT/msgs/herd/v1/{farm}/1/summary", b"x")])
        await publish(port, frames(farm, collars=1, count=1))
        await reaches(partial(stored, herd_database_url, farm), 1)
    assert (counts.new, counts.known, counts.refused) == (1, 0, 0)
    await pool.close()


async def test_a_kill_of_the_broker_during_a_replay_loses_and_doubles_nothing(
    tmp_path: Path, herd_database_url: str, farm: str
) -> None:
    pool, intake = await open_intake(herd_database_url)
    messages = frames(farm, collars=40, count=8)
    async with broker(tmp_path) as (made, url, port), feeding(url, intake):
        sending = asyncio.create_task(publish(port, messages, pause_s=0.002))
        for wanted in (60, 180):
            await reaches(partial(stored, herd_database_url, farm), wanted)
            os.kill(made.pid, signal.SIGKILL)
        await sending
        await reaches(partial(stored, herd_database_url, farm), len(messages))
        assert await stored(herd_database_url, farm) == len(messages)
    await pool.close()


async def test_a_kill_of_herd_in_the_middle_of_a_batch_loses_and_doubles_nothing(
    tmp_path: Path, herd_database_url: str, farm: str
) -> None:
    messages = frames(farm, collars=40, count=8)
    pool, intake = await open_intake(herd_database_url)
    command = (sys.executable, "-c", WORKER, herd_database_url)
    async with broker(tmp_path) as (_, url, port), pool.acquire() as other:
        await publish(port, messages)
        # Herd has the batch, and stands before its commit because somebody else holds the table.
        async with other.transaction():
            await other.execute("LOCK TABLE clarine_herd.frames IN SHARE MODE")
            process = await asyncio.create_subprocess_exec(*command, url)
            await handed_over(url, number=0, partitions=1)
            os.kill(process.pid, signal.SIGKILL)
            await process.wait()
        assert await stored(herd_database_url, farm) == 0
        # The next one is killed after a commit whose acknowledgements may have been lost; another doubles nothing.
        process = await asyncio.create_subprocess_exec(*command, url)
        await reaches(partial(stored, herd_database_url, farm), len(messages))
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()
        async with feeding(url, intake):
            await publish(port, [*messages[:3], *frames(farm, collars=41, count=1)[40:]])
            await reaches(partial(stored, herd_database_url, farm), len(messages) + 1)
        assert await stored(herd_database_url, farm) == len(messages) + 1
    await pool.close()


async def test_a_farm_that_runs_alone_has_a_broker_of_its_own_and_stops_it(
    tmp_path: Path, herd_database_url: str, farm: str
) -> None:
    pool, intake = await open_intake(herd_database_url)
    port, counts = free_port(), Counts()
    settings = Settings("", "", "", data=tmp_path, farm=farm, mqtt=listening(port, 1))
    async with AsyncExitStack() as stack:
        await take_in(stack, settings, intake, counts.add)
        await publish(port, frames(farm, collars=2, count=3))
        await reaches(partial(stored, herd_database_url, farm), 6)
    with pytest.raises(OSError, match="Connect"):
        await asyncio.open_connection("127.0.0.1", port)
    await pool.close()


def test_the_broker_flushes_before_it_acknowledges_and_its_users_may_do_no_more_than_they_must(tmp_path: Path) -> None:
    told = configuration(tmp_path, Listen("127.0.0.1", 1883, PASSWORD), 4222, "secret")
    assert told["jetstream"]["sync_interval"] == "always"
    assert told["host"] == "127.0.0.1"
    (collars,) = [it for it in told["authorization"]["users"] if it["user"] == USER]
    assert collars["permissions"]["subscribe"] == {"deny": ">"}
    assert PASSWORD not in repr(Listen("127.0.0.1", 1883, PASSWORD))


async def test_the_payload_of_a_topic_may_come_by_http(herd_store: Store, herd_database_url: str, farm: str) -> None:
    receiver = Receiver(herd_store, "", "", "token-of-the-farm", zone=ZoneInfo("UTC"), ring=lambda: None)
    transport = httpx.ASGITransport(receiver.app())
    minute = int(time.time() // 60) - 20
    body = cbor2.dumps({"seq": 1, "frame": frame(minute)})
    headers = {"Authorization": "Bearer token-of-the-farm"}
    async with httpx.AsyncClient(transport=transport, base_url="http://herd.test/herd/v1/collars") as client:
        first = await client.post("/1217/summary", content=body, headers=headers)
        again = await client.post("/1217/summary", content=body, headers=headers)
        wrong = await client.post("/1217/summary", content=b"{", headers=headers)
        large = await client.post("/1217/summary", content=b"x" * 1_000_001, headers=headers)
        closed = await client.post("/1217/summary", content=body)
    assert [(it.status_code, it.json()) for it in (first, again)] == [
        (202, {"new": 1, "known": 0}),
        (202, {"new": 0, "known": 1}),
    ]
    assert (wrong.status_code, large.status_code, closed.status_code) == (422, 413, 401)
    assert wrong.json()["error"]["message"].startswith("shape: ")
    assert await stored(herd_database_url, farm) == 1
