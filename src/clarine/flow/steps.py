"""The steps of the workers, so that they can also be run to their end on demand and never twice at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

Step = Callable[[], Awaitable[int]]

#: More rounds than this means that two steps make work for each other for ever.
ROUNDS_MAX: Final = 10_000


class Steps:
    """Steps by name; each answers how much it did, and 0 when there is nothing left."""

    def __init__(self, steps: Mapping[str, Step]) -> None:
        self._steps = dict(steps)
        self._turn = asyncio.Lock()

    def one(self, name: str) -> Step:
        """The step *name*, for a worker: it waits while everything is being settled."""

        async def step() -> int:
            async with self._turn:
                return await self._steps[name]()

        return step

    async def settle(self, *names: str) -> int:
        """Run *names* (or all) until none has anything left; how much was done."""
        done = 0
        async with self._turn:
            for _ in range(ROUNDS_MAX):
                handled = 0
                for name in names or self._steps:
                    handled += await self._steps[name]()
                if not handled:
                    break
                done += handled
        return done

    async def alone(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do *work* while no step runs."""
        async with self._turn:
            await work()
