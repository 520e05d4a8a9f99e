"""Collars of many farms into one database: the feed, and what makes readings and history of it. Any number may run."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg

from clarine_herd.broker import Broker
from clarine_herd.feed import Feed, prepare
from clarine_herd.settings import Settings
from clarine_herd.store.history import compact, seal
from clarine_herd.store.intake import Intake, Taken, open_intake
from clarine_herd.store.minutes import gather

log = logging.getLogger("clarine_herd")

GATHER_S = 20.0
NOTE_S = 60.0
SEAL_S = 3600.0


@dataclass(slots=True)
class Counts:
    """What came in since the start."""

    new: int = 0
    known: int = 0
    refused: int = 0
    told: int = 0

    def add(self, taken: Taken) -> None:
        """One more batch."""
        self.new += taken.new
        self.known += taken.known
        self.refused += taken.refused

    async def note(self) -> None:
        """A line in the log when something came since the last one."""
        total = self.new + self.known + self.refused
        if total != self.told:
            log.info("Frames: %s new, %s known, %s refused action=feed", self.new, self.known, self.refused)
        self.told = total


async def work(
    database_url: str, nats_url: str, *, partitions: int, mine: Sequence[int], history: Path | None = None
) -> None:
    """Take in partitions *mine* of *partitions* until cancelled; with *history*, seal days that are closed into it."""
    pool, intake = await open_intake(database_url)
    counts = Counts()
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(Feed(nats_url, partitions, intake, counts.add).run(mine))
            group.create_task(_again(GATHER_S, partial(_gather_all, pool)))
            group.create_task(_again(NOTE_S, counts.note))
            if history is not None:
                group.create_task(_again(SEAL_S, partial(_seal_all, pool, history)))
    finally:
        await pool.close()


async def take_in(stack: AsyncExitStack, settings: Settings, intake: Intake, took: Callable[[Taken], None]) -> None:
    """The feed of a farm that runs alone: from the broker that is named, or one of its own; it ends with *stack*."""
    url, partitions = settings.nats_url, settings.partitions
    if settings.mqtt is not None:
        partitions = settings.mqtt.partitions
        broker = Broker(settings.data, settings.mqtt, prepare=partial(prepare, partitions=partitions))
        url = await stack.enter_async_context(broker)
    if not url:
        return
    tasks = [
        asyncio.create_task(Feed(url, partitions, intake, took).run(range(partitions))),
        asyncio.create_task(_again(SEAL_S, partial(_seal_all, intake.pool, settings.history))),
    ]
    stack.push_async_callback(_ended, tasks)


async def _again(pause_s: float, work: Callable[[], Awaitable[None]]) -> None:
    """Do it for ever; a database that is away is tried again."""
    while True:
        try:
            await work()
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            log.warning("It is tried again later action=feed because=%r", error)
        await asyncio.sleep(pause_s)


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _gather_all(pool: Any) -> None:
    await gather(pool, now=datetime.now(UTC))


async def _seal_all(pool: Any, folder: Path) -> None:
    await seal(pool, folder)
    await compact(pool, folder, before=datetime.now(UTC).date())
