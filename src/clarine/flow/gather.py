"""Single calls become batches: while one batch commits, the next gathers; there is no timer, so a lone call waits for nobody."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from clarine.domain.errors import Overloaded

Item = TypeVar("Item")
Result = TypeVar("Result")

#: The time of a batch is averaged over about so many.
LATELY = 4


class Gather(Generic[Item, Result]):
    """Runs *verb* over batches of at most *items_max*; each caller is answered after its own batch's commit.

    *observe* hears the size of each batch.
    Raises Overloaded to the caller when *queue_max* items wait already, or when more than one batch waits and the caller
    would be answered later than in *wait_s_max*, as fast as batches end now: who is refused at once can do something else.
    *now* gives seconds. An error of the verb reaches every caller of
    that batch: nothing of it was written.
    """

    def __init__(
        self,
        verb: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]],
        *,
        items_max: int,
        queue_max: int,
        wait_s_max: float = math.inf,
        now: Callable[[], float] = time.monotonic,
        observe: Callable[[int], None] = lambda items: None,
    ) -> None:
        self._verb = verb
        self._items_max = items_max
        self._queue_max = queue_max
        self._wait_s_max = wait_s_max
        self._now = now
        self._batch_s = 0.0  # how long a batch takes lately
        self._observe = observe
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._runner: asyncio.Task[None] | None = None
        self._came_at = float("-inf")

    async def __call__(self, item: Item) -> Result:
        if self._full():
            raise Overloaded("too much is waiting already; try again in a second")
        loop = asyncio.get_running_loop()
        self._came_at = loop.time()
        answer: asyncio.Future[Result] = loop.create_future()
        self._waiting.append((item, answer))
        if self._runner is None:
            self._runner = asyncio.create_task(self._run())
        return await answer

    def _full(self) -> bool:
        waiting = len(self._waiting)
        late = waiting >= self._items_max and waiting / self._items_max * self._batch_s > self._wait_s_max
        return late or waiting >= self._queue_max

    def idle_s(self) -> float:
        """How long ago the last item came."""
        return asyncio.get_running_loop().time() - self._came_at

    async def drain(self) -> None:
        """Wait until everything that was submitted is answered."""
        while self._runner is not None:
            await asyncio.wait([self._runner])

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._items_max], self._waiting[self._items_max :]
                began = self._now()
                await self._answer(batch)
                self._batch_s += (self._now() - began - self._batch_s) / LATELY
        finally:
            self._runner = None

    async def _answer(self, batch: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        self._observe(len(batch))
        try:
            results = await self._verb([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - handed to the callers, who know what they asked for
            for _, answer in batch:
                if not answer.done():
                    answer.set_exception(error)
            return
        assert len(results) == len(batch)
        for (_, answer), result in zip(batch, results, strict=True):
            if not answer.done():  # a caller may have hung up meanwhile; its message is stored all the same
                answer.set_result(result)
