"""A worker listens and polls: a bell wakes it at once, a lost bell only delays it, an error does not end it."""

from __future__ import annotations

import asyncio

import pytest

from clarine.flow import worker
from clarine.flow.worker import Worker


async def test_a_bell_that_rings_during_the_step_is_not_lost() -> None:
    runs: list[int] = []
    twice = asyncio.Event()

    async def step() -> int:
        runs.append(1)
        if len(runs) == 1:
            watched.ring()
        else:
            twice.set()
        return 0

    watched = Worker("story", step, poll_s=60)
    task = asyncio.create_task(watched.run())
    async with asyncio.timeout(5):
        await twice.wait()
    task.cancel()


async def test_without_any_bell_it_polls() -> None:
    thrice, runs = asyncio.Event(), []

    async def step() -> int:
        runs.append(1)
        if len(runs) == 3:
            thrice.set()
        return 0

    task = asyncio.create_task(Worker("story", step, poll_s=0.001).run())
    async with asyncio.timeout(5):
        await thrice.wait()
    task.cancel()


async def test_an_error_is_logged_and_the_step_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "RESTART_S", 0)
    again, runs = asyncio.Event(), []

    async def step() -> int:
        runs.append(1)
        if len(runs) == 1:
            raise ValueError("the database went away")
        again.set()
        return 0

    task = asyncio.create_task(Worker("story", step, poll_s=0.001).run())
    async with asyncio.timeout(5):
        await again.wait()
    task.cancel()
    assert "will be tried again" in caplog.text
