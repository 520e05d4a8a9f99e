"""Gathering: a lone call waits for nobody, a crowd shares a transaction, an error is everyone's own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from clarine.domain.errors import Overloaded
from clarine.flow.gather import LATELY, Gather


async def test_calls_that_come_during_a_batch_share_the_next_one() -> None:
    batches: list[list[int]] = []
    gate, began = asyncio.Event(), asyncio.Event()

    async def verb(items: Sequence[int]) -> list[int]:
        batches.append(list(items))
        began.set()
        await gate.wait()
        return [item * 10 for item in items]

    gather = Gather(verb, items_max=3, queue_max=100)
    first = asyncio.create_task(gather(0))
    await began.wait()
    others = [asyncio.create_task(gather(number)) for number in range(1, 6)]
    await asyncio.sleep(0)
    gate.set()
    assert await asyncio.gather(first, *others) == [0, 10, 20, 30, 40, 50]
    assert batches == [[0], [1, 2, 3], [4, 5]]


async def test_beyond_the_queue_a_caller_is_told_at_once() -> None:
    gate = asyncio.Event()

    async def verb(items: Sequence[int]) -> list[int]:
        await gate.wait()
        return list(items)

    gather = Gather(verb, items_max=1, queue_max=1)
    kept = [asyncio.create_task(gather(0))]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    kept.append(asyncio.create_task(gather(1)))
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await gather(2)
    gate.set()
    assert await asyncio.gather(*kept) == [0, 1]


async def test_an_error_reaches_every_caller_of_its_batch_and_the_next_batch_runs() -> None:
    async def verb(items: Sequence[int]) -> list[int]:
        if 13 in items:
            raise ValueError("unlucky")
        return list(items)

    gather = Gather(verb, items_max=2, queue_max=10)
    answers = await asyncio.gather(gather(13), gather(1), gather(2), return_exceptions=True)
    assert [type(answer) for answer in answers] == [ValueError, ValueError, int]


async def test_a_caller_that_hangs_up_does_not_disturb_the_others() -> None:
    gate = asyncio.Event()

    async def verb(items: Sequence[int]) -> list[int]:
        await gate.wait()
        return list(items)

    gather = Gather(verb, items_max=10, queue_max=10)
    gone, stays = asyncio.create_task(gather(1)), asyncio.create_task(gather(2))
    await asyncio.sleep(0)
    gone.cancel()
    gate.set()
    assert await stays == 2
    await gather.drain()


async def test_who_would_wait_too_long_is_told_at_once_but_one_batch_may_always_wait() -> None:
    clock, gate = [0.0], asyncio.Event()

    async def verb(items: Sequence[int]) -> list[int]:
        await gate.wait()
        clock[0] += 10 * LATELY  # so that ten seconds are expected of the next
        return list(items)

    gather = Gather(verb, items_max=2, queue_max=100, wait_s_max=12.0, now=lambda: clock[0])
    gate.set()
    assert await gather(0) == 0
    gate.clear()
    kept = [asyncio.create_task(gather(1))]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    kept += [asyncio.create_task(gather(number)) for number in (2, 3, 4)]  # the last is ten seconds behind
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await gather(5)  # fifteen
    gate.set()
    assert await asyncio.gather(*kept) == [1, 2, 3, 4]
