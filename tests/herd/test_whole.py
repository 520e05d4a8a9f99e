"""Herd whole, against a sandboxed Clarine: collars over MQTT into JetStream, history, judgement and the farmer's chat.

The server is killed between taking a message and saying so; it comes back, and every alert is in the chat once.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import cbor2
import httpx
import pytest

from clarine.pytest_plugin import Business, Clarine, Message, Person
from clarine_herd import service
from clarine_herd.broker import free_port
from clarine_herd.kinds import Rule
from clarine_herd.settings import Settings
from clarine_herd.store.postgres import Store
from tests.herd.collars import frame
from tests.herd.stub_cloud import FARMER
from tests.herd.test_feed import listening as mqtt
from tests.herd.test_feed import passes, publish

COWS, STILL, DAYS = 6, 3, 5
BOUND_S = 60.0
#: At how many messages that the server took it is killed, before it can say so.
KILLED_AT = 2
#: How long what the dead server had in hand waits for it, at most; time is the sandbox's own.
LEASE_S = 61


class Server:
    """A sandbox that can be killed and comes back at the same place with the same data."""

    def __init__(self, folder: Path) -> None:
        self._words = ("serve", "--sandbox", "--json", "--data", str(folder), "--port", str(free_port()), "--seed", "1")
        self._process: asyncio.subprocess.Process | None = None
        self.url = ""

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "clarine", *self._words),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=os.environ | {"DATABASE_URL": ""},
        )
        assert self._process.stdout is not None
        self.url = json.loads(await self._process.stdout.readline())["url"]

    async def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()


class Killing(httpx.AsyncHTTPTransport):
    """Herd's way to the API, on which the server dies once: it has taken a message, and nobody hears that it did."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.server = server
        self.taken: list[str] = []
        self.killed = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        is_alert = request.url.path.endswith("/messages") and b"herd_alert" in request.content
        if is_alert and response.is_success:
            self.taken.append(request.headers["idempotency-key"])
        if len(self.taken) < KILLED_AT or self.killed.is_set():
            return response
        self.killed.set()
        await self.server.kill()
        raise httpx.ReadError("the connection ended before the answer", request=request)


async def asked(call: Callable[[], Any]) -> Any:
    """A call of the sandbox beside the loop, which has to answer the server meanwhile."""
    return await asyncio.to_thread(call)


async def until(found: Callable[[], Awaitable[bool]]) -> None:
    """Ask until it is so; the bound is what fails."""
    async with asyncio.timeout(BOUND_S):
        while not await found():
            await passes(0.2)


def told(farm: str, end_minute: int) -> Iterator[tuple[str, bytes]]:
    """Five days of a calm herd as its gateway gathers them, up to a minute; the first cows lie still for the last four hours."""
    quarters = enumerate(range(end_minute - DAYS * 1440, end_minute, 15))
    for some in batched(quarters, 16):
        rows = [(str(1201 + cow), seq, minute, cow) for seq, minute in some for cow in range(COWS)]
        bodies = [
            _quarter(minute, seq, is_still=cow < STILL and minute >= end_minute - 240) for _, seq, minute, cow in rows
        ]
        body = {"collars": [row[0] for row in rows], "seqs": [row[1] for row in rows], "frames": b"".join(bodies)}
        yield f"herd/v1/{farm}/gateway/frames", cbor2.dumps(body)


def batched(items: Iterable[tuple[int, int]], size: int) -> Iterator[list[tuple[int, int]]]:
    """So many at a time."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some


def _quarter(minute: int, seq: int, *, is_still: bool) -> bytes:
    if is_still:
        return frame(minute, activity=(0,) * 15, behaviour=(1,) * 15)
    return frame(minute, activity=tuple(20 + (seq * 7 + place * 3) % 9 for place in range(15)))


@contextlib.asynccontextmanager
async def living(settings: Settings, transport: httpx.AsyncBaseTransport) -> AsyncIterator[None]:
    """The farm as ``clarine-herd run`` runs it, until the block ends."""
    task = asyncio.create_task(service.live(settings, transport=transport))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@pytest.mark.timeout(240)
async def test_collars_reach_the_chat_and_a_kill_of_the_server_loses_and_doubles_nothing(
    tmp_path: Path, herd_database_url: str, farm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "POLL_S", 0.5)
    # A zone in which it is about noon: at night no animal is expected to move.
    zone = ZoneInfo(f"Etc/GMT{(datetime.now(UTC).hour - 13):+d}")
    end = int(datetime.now(zone).replace(hour=12, minute=0, second=0, microsecond=0).timestamp()) // 60
    server, port = Server(tmp_path / "clarine"), free_port()
    await server.start()
    with httpx.Client(base_url=server.url, timeout=BOUND_S) as http:
        sandbox = Clarine(server.url, http)
        business: Business = await asked(lambda: sandbox.business)
        farmer: Person = await asked(lambda: sandbox.person(f"+{FARMER}"))
        settings = Settings(
            f"{business.base_url}/v23.0",
            business.phone_number_id,
            f"+{FARMER}",
            token=business.access_token,
            waba_id=business.waba_id,
            app_secret=business.app_secret,
            farm=farm,
            zone=zone,
            data=tmp_path,
            database_url=herd_database_url,
            mqtt=mqtt(port, 1),
            page_url="http://farm.test",
        )
        way = Killing(server)

        async def sent() -> list[Message]:
            return list(await asked(lambda: sandbox.sent_to(f"+{FARMER}")))

        try:
            async with await Store.open(herd_database_url, farm) as store, living(settings, way):
                await publish(port, list(told(farm, end)))
                await way.killed.wait()
                await server.start()

                async def all_told() -> bool:
                    tallies = await store.tally()
                    return len(tallies) == STILL and all(tally.state == "accepted" for tally in tallies)

                await until(all_told)
                episodes = [episode for tally in await store.tally() for episode in tally.episodes]
                assert Counter(episode.split(":")[:2][1] for episode in episodes) == {
                    str(1201 + n): 1 for n in range(STILL)
                }
                assert all(episode.startswith(Rule.NO_MOVEMENT) for episode in episodes)
                rows = await store.pool.fetch("SELECT wamid FROM clarine_herd.messages WHERE farm = $1", farm)
                kept = {row["wamid"] for row in rows}
                alerts = [message for message in await sent() if message.type == "template"]
                assert {message.id for message in alerts} == kept
                assert len(alerts) == STILL
                # The farmer answers, asks, and gets the link to the farm's pages.
                await asked(lambda: sandbox.clock.advance(seconds=LEASE_S))
                await asked(lambda: farmer.says("page"))

                async def answered() -> bool:
                    return any("/farm/enter?code=" in (message.text or "") for message in await sent())

                await until(answered)
        finally:
            await server.stop()
