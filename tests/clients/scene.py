"""One client on stage: its driver's process, the business it acts for, the person it writes to, and what each has seen."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.clients.device import PATIENCE_S, Device, Noticed
from tests.clients.house import RunningHouse


class Refusal(AssertionError):
    """The client was refused by the API: right where a refusal is wanted, wrong everywhere else."""

    def __init__(self, code: int, shown_as: str) -> None:
        super().__init__(f"the client was refused: {code}, which it shows as {shown_as}")
        self.code = code


@dataclass
class Driver:
    """A driver's process: *offers* are the steps it can do, *hears* what its client makes of webhooks."""

    process: Process
    offers: frozenset[str] = frozenset()
    hears: frozenset[str] = frozenset()
    webhook: str = ""
    heard: Noticed = field(default_factory=Noticed)
    broken: list[str] = field(default_factory=list)
    _answers: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)

    async def call(self, step: str, given: dict[str, Any]) -> Any:
        """Do a step. Raises Refusal, or AssertionError when the client breaks or hangs."""
        await self.write({"step": step, "given": given})
        try:
            async with asyncio.timeout(PATIENCE_S * 2):
                answer = await self._answers.get()
        except TimeoutError:
            raise AssertionError("the client did not answer") from None
        if "refused" in answer:
            raise Refusal(answer["refused"]["code"], answer["refused"]["shown_as"])
        assert "done" in answer, f"the client broke: {answer.get('broken')}\n{answer.get('trace', '')}"
        return answer["done"]

    async def write(self, line: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(line).encode() + b"\n")
        await self.process.stdin.drain()

    async def read(self) -> None:
        """Take lines until the process ends."""
        assert self.process.stdout is not None
        async for raw in self.process.stdout:
            line = json.loads(raw)
            match line:
                case {"heard": heard}:
                    await self.heard.add(heard)
                case {"broken_webhook": trace}:
                    self.broken.append(f"{trace}\n{line.get('body', '')}")
                case {"offers": offers, "hears": hears, "webhook": webhook}:
                    self.offers, self.hears, self.webhook = frozenset(offers), frozenset(hears), webhook
                    await self._answers.put({"done": None})
                case _:
                    await self._answers.put(line)
        await self._answers.put({"broken": f"the driver ended with {await self.process.wait()}"})

    async def begun(self, acting: dict[str, Any]) -> None:
        """Hand over the business and wait for the driver's introduction."""
        await self.write(acting)
        async with asyncio.timeout(PATIENCE_S * 2):
            answer = await self._answers.get()
        assert "done" in answer, answer


@dataclass(frozen=True)
class Sent:
    """A message that arrived: its id for the business, its place in the person's stream."""

    id: str
    seq: int
    content: dict[str, Any]


@dataclass
class Scene:
    """Everything a step may use."""

    house: RunningHouse
    keys: dict[str, Any]
    person: dict[str, Any]
    device: Device
    driver: Driver
    folder: Path
    api: httpx.AsyncClient
    sent: dict[str, Sent] = field(default_factory=dict)
    inbound: dict[str, str] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def business_id(self) -> str:
        return str(self.keys["business"])

    async def call(self, step: str, **given: Any) -> Any:
        """One step of the driver."""
        return await self.driver.call(step, {**self.given, **given})

    async def hear(self, kind: str, **expected: Any) -> dict[str, Any]:
        """The webhook of that kind in which everything the client shows is as *expected*."""

        def is_it(heard: dict[str, Any]) -> bool:
            return heard["kind"] == kind and all(
                heard[name] == value for name, value in expected.items() if name in heard
            )

        return await self.driver.heard.take(is_it, what=f"the webhook {kind} {expected}")


@asynccontextmanager
async def open_driver(command: list[str | Path], environment: dict[str, str], cwd: Path) -> AsyncIterator[Driver]:
    """A driver's process; it ends when its input does."""
    process = await asyncio.create_subprocess_exec(
        *map(str, command), stdin=PIPE, stdout=PIPE, stderr=sys.stderr, env=environment, cwd=cwd, limit=2**20
    )
    driver = Driver(process)
    reading = asyncio.create_task(driver.read())
    try:
        yield driver
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(5):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
        await reading
