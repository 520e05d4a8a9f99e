"""Several processes on one database: who is on which does not matter, nor who dies when, nor whether the bell rings."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import psutil
import pytest

from clarine.adapters.nats_server import nats_server
from clarine.adapters.postgres.store import PostgresStore
from clarine.adapters.processes import Kept, Program
from clarine.build import open_house, serving
from clarine.config import Settings
from clarine.domain.errors import Invalid
from clarine.flow.audit import audit
from clarine.flow.house import House
from clarine.flow.wallet import wallet as wallet_of
from clarine.processes import roles_of
from tests.simulation.network import COMES_S, Story, story, unhurried

BALANCE_MICROS = 100_000
TOO_MANY = 20
ROLLING_SENDS = 400
#: A port where nobody answers.
SILENT = "nats://127.0.0.1:1"


@asynccontextmanager
async def processes(settings: Settings, *roles: str) -> AsyncIterator[list[str]]:
    """One ``clarine serve`` for each of *roles*: their urls."""
    async with AsyncExitStack() as stack:
        started = [await stack.enter_async_context(process(settings, "--role", role)) for role in roles]
        yield [await url_of(each) for each in started]


@asynccontextmanager
async def process(settings: Settings, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """``clarine serve`` with *settings*, which ends with status 0 when it is asked to."""
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "clarine", "serve", "--json", *arguments,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, **settings.environment(), "CLARINE_LOG_LEVEL": "warning"},
    )  # fmt: skip
    try:
        yield running
    finally:
        running.send_signal(signal.SIGTERM)
        await running.wait()
    assert running.returncode == 0


async def url_of(process: asyncio.subprocess.Process) -> str:
    """Where it answers; empty for a worker."""
    assert process.stdout is not None
    return json.loads(await process.stdout.readline())["url"] or ""


async def wallet(house: House, told: Story) -> tuple[int, int, int]:
    """(available, held, spent) in micros."""
    found = await wallet_of(house, told.keys.business.business_id)
    return found.available_micros, found.held_micros, found.spent_micros


async def play_to_the_last_cent(house: House, told: Story, *, socket_at: str, sends_at: list[str]) -> None:
    """Ann listens at *socket_at*; the shop sends at all of *sends_at* beside each other, more than it can pay for."""
    listening = asyncio.create_task(told.phone.live(socket_at))
    await told.send(sends_at[0], ["first"])
    available, *_ = await wallet(house, told)
    price = BALANCE_MICROS - available
    affordable = BALANCE_MICROS // price
    assert 1 < affordable < 1000
    each = affordable // len(sends_at) + TOO_MANY
    await asyncio.gather(
        *(told.send(url, [f"{place}-{number}" for number in range(each)]) for place, url in enumerate(sends_at))
    )
    assert len(told.accepted) == affordable
    assert set(told.refused) == {131042}
    await told.phone.until(lambda: len(told.phone.messages) >= affordable)
    await told.receiver.until(lambda: told.receiver.delivered() >= set(told.accepted.values()))
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    assert len(told.phone.messages) == affordable
    assert told.receiver.delivered() == set(told.accepted.values())
    assert await wallet(house, told) == (BALANCE_MICROS - affordable * price, 0, affordable * price)
    assert (await audit(house)).findings == ()


@pytest.mark.timeout(60)
async def test_a_socket_here_a_send_there_and_a_webhook_from_a_third_are_one_network(
    store: PostgresStore, migrated_url: str, tmp_path: Path
) -> None:
    server = nats_server(tmp_path)
    bell = Kept(Program("bell", server.command))
    await bell.start()
    # Nobody finds anything by looking: what arrives in time was heard of.
    settings = replace(unhurried(tmp_path, migrated_url), nats_url=server.url, heartbeat_s=600.0, poll_s=600.0)
    try:
        async with (
            open_house(settings) as house,
            story(house, balance_micros=BALANCE_MICROS) as told,
            processes(settings, "web", "web", "worker") as (one, other, _),
        ):
            await play_to_the_last_cent(house, told, socket_at=one, sends_at=[other, one])
    finally:
        await bell.stop()


@pytest.mark.timeout(60)
async def test_a_house_whose_every_bell_is_lost_is_slower_and_never_wrong(
    store: PostgresStore, migrated_url: str, tmp_path: Path
) -> None:
    settings = replace(unhurried(tmp_path, migrated_url), nats_url=SILENT, heartbeat_s=0.2, poll_s=0.1)
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(settings))
        told = await stack.enter_async_context(story(house, balance_micros=BALANCE_MICROS))
        parts = [replace(settings, role=role) for role in ("web", "web", "worker")]
        urls = [(await stack.enter_async_context(serving(part))).url for part in parts]
        await play_to_the_last_cent(house, told, socket_at=urls[0], sends_at=[urls[1]])


@pytest.mark.timeout(90)
async def test_a_rolling_restart_under_load_loses_and_doubles_nothing(
    store: PostgresStore, migrated_url: str, tmp_path: Path
) -> None:
    settings = replace(unhurried(tmp_path, migrated_url), poll_s=0.2)
    async with open_house(settings) as house, story(house, balance_micros=10**9) as told:
        async with process(settings, "--workers", "2") as parent:
            url = await url_of(parent)
            listening = asyncio.create_task(told.phone.live(url))
            before = children(parent.pid)
            sending = asyncio.create_task(told.send(url, [str(number) for number in range(ROLLING_SENDS)]))
            for number, child in enumerate(before, 1):
                await told.progress.until(partial(told.has_accepted, number * ROLLING_SENDS // 5))
                child.terminate()
            await told.progress.until(partial(told.has_accepted, 4 * ROLLING_SENDS // 5))
            killed_and_started_again = children(parent.pid)
            parent.send_signal(signal.SIGUSR1)
            await sending
            assert told.refused == []
            await told.phone.until(lambda: len(told.phone.messages) >= ROLLING_SENDS)
            await told.receiver.until(lambda: told.receiver.delivered() >= set(told.accepted.values()))
            after = await replaced(parent.pid, killed_and_started_again)
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        assert len(set(told.accepted.values())) == ROLLING_SENDS == len(told.phone.messages)
        assert told.receiver.delivered() == set(told.accepted.values())
        assert (await wallet(house, told))[1] == 0
        assert (await audit(house)).findings == ()
    assert len(before) == 3
    assert not {child.pid for child in before} & {child.pid for child in after}


async def replaced(pid: int, old: list[psutil.Process]) -> list[psutil.Process]:
    """The processes below *pid* once none of *old* is among them and there are as many."""
    async with asyncio.timeout(COMES_S):
        while len(now := children(pid)) < len(old) or set(now) & set(old):  # noqa: ASYNC110 - the parent tells nobody
            await asyncio.sleep(0)
    return now


def children(pid: int) -> list[psutil.Process]:
    """The processes that do the work of the parent *pid*; one that ends while it is looked at is none."""
    found = []
    for child in psutil.Process(pid).children():
        with suppress(psutil.NoSuchProcess):
            found += [child] if "process" in child.cmdline() else []
    return found


@pytest.mark.parametrize(
    ("settings", "roles"),
    [
        (Settings(workers=2), ["web", "web", "worker"]),
        (Settings(workers=2, role="web"), ["web", "web"]),
        (Settings(workers=3, role="worker"), ["worker"] * 3),
        (Settings(workers=21), ["web"] * 21 + ["worker"]),
        (Settings(workers=40, database_url="postgresql://elsewhere"), ["web"] * 40 + ["worker"]),
    ],
)
def test_each_process_has_its_role(settings: Settings, roles: list[str]) -> None:
    assert roles_of(settings) == roles


@pytest.mark.parametrize(
    "settings",
    [
        Settings(workers=2, role="king"),
        Settings(workers=0),
        Settings(workers=2, sandbox=True),
        Settings(workers=22),
    ],
    ids=["no-such-role", "nobody", "sandbox", "too-many-for-the-embedded-database"],
)
def test_what_cannot_be_several_processes_is_refused(settings: Settings) -> None:
    with pytest.raises(Invalid):
        roles_of(settings)


def test_settings_reach_a_child_as_they_are(tmp_path: Path) -> None:
    settings = replace(unhurried(tmp_path, "postgresql://there"), nats_url="nats://x@y:1", strict_meta=True, poll_s=0.5)
    assert Settings.from_environment(settings.environment()) == settings
    assert Settings.from_environment(settings.environment(), poll_s=2.0) == replace(settings, poll_s=2.0)
