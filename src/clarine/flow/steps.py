"""The steps of the workers, so that they can also be run to their end on demand and never twice at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Final

from clarine.flow.worker import Worker

Step = Callable[[], Awaitable[int]]

#: More than this means that a step never ends, or that two make work for each other for ever.
ROUNDS_MAX: Final = 20_000


class Steps:
    """Steps by name; each answers how much it did, and 0 when there is nothing left."""

    def __init__(self, steps: Mapping[str, Step]) -> None:
        self._steps = dict(steps)
        self._turns = {name: asyncio.Lock() for name in self._steps}

    def one(self, name: str) -> Step:
        """The step *name*, for a worker: whoever comes second waits."""

        async def step() -> int:
            async with self._turns[name]:
                return await self._steps[name]()

        return step

    async def settle(self, *names: str) -> int:
        """Run *names* (or all) until none has anything left; how much was done."""
        done = 0
        for _ in range(ROUNDS_MAX):
            before = done
            for name in names or self._steps:
                step = self.one(name)
                for _ in range(ROUNDS_MAX):
                    if not (handled := await step()):
                        break
                    done += handled
            if done == before:
                break
        return done

    async def alone(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do *work* while no step runs."""
        async with AsyncExitStack() as stack:
            for turn in self._turns.values():
                await stack.enter_async_context(turn)
            await work()


def steps_of(workers: Sequence[Worker]) -> Steps:
    """The steps of *workers*, which take their turns with whoever settles from now on."""
    steps = Steps({worker.name: worker.step for worker in workers})
    for worker in workers:
        worker.step = steps.one(worker.name)
    return steps
