"""Herd is killed in the middle of a replay, between the API's answer and its own note: nothing is lost, nothing is told twice."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from clarine_herd.listening import listening
from tests.herd.stub_cloud import FARMER, PHONE, SECRET, WABA, StubCloud

#: The messages at whose acceptance Herd is killed, and the count at which the replay has told enough.
KILLED_AT, ENOUGH = (2,), 4
#: Farm seconds a second: four weeks are over in a minute.
SPEED = 40_000


@dataclass
class KillingCloud(StubCloud):
    """It takes a message, and now and then kills the sender before the answer is out."""

    victim: asyncio.subprocess.Process | None = None
    killed: int = 0

    async def _messages(self, request: Request) -> Response:
        answer = await super()._messages(request)
        if self.killed < len(KILLED_AT) and len(self.sent) >= KILLED_AT[self.killed] and self.victim is not None:
            self.killed += 1
            os.kill(self.victim.pid, signal.SIGKILL)
        return answer

    async def _status(self, item: dict[str, Any]) -> None:
        # A status for somebody who is dead by now is lost here; the original posts it again.
        with contextlib.suppress(httpx.TransportError):
            await super()._status(item)


@contextlib.asynccontextmanager
async def herd(cloud: KillingCloud, base: str, url: str, farm: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A farm as a process of its own."""
    command = [
        "run",
        "--api-base",
        f"{base}/v23.0",
        "--phone-number-id",
        PHONE,
        "--waba-id",
        WABA,
        "--token",
        "EAAtoken",
    ]
    command += ["--farmer", f"+{FARMER}", "--farm", farm, "--simulate", "--animals", "20", "--speed", str(SPEED)]
    secrets = {"HERD_APP_SECRET": SECRET, "HERD_DATABASE_URL": url}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from clarine_herd.cli import main; main()", *command),
        env=os.environ | secrets,
        stderr=asyncio.subprocess.DEVNULL,
    )
    cloud.victim = process
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def test_a_herd_that_is_killed_while_it_tells_loses_and_doubles_nothing(herd_database_url: str) -> None:
    cloud, farm = KillingCloud(), uuid.uuid4().hex
    app: Starlette = cloud.app
    async with listening(app, host="127.0.0.1", port=0) as base:
        for _ in KILLED_AT:
            async with herd(cloud, base, herd_database_url, farm) as process, asyncio.timeout(60):
                assert await process.wait() == -signal.SIGKILL
        async with herd(cloud, base, herd_database_url, farm), asyncio.timeout(60):
            while len(cloud.sent) < ENOUGH:
                await cloud.said.wait()
                cloud.said.clear()
        await cloud.quiet()
    connection = await asyncpg.connect(herd_database_url)
    try:
        rows = await connection.fetch(
            "SELECT key, state, episodes, wamid, due_at FROM clarine_herd.messages WHERE farm = $1", farm
        )
    finally:
        await connection.close()
    accepted = {row["wamid"] for row in rows if row["state"] == "accepted"}
    # The last process may have been ended between an answer and its note, as the others were.
    noted = {wamid for wamid in cloud.sent if wamid in accepted}
    assert accepted <= set(cloud.sent)
    assert len(cloud.sent) - len(noted) <= 1
    told = Counter(episode for row in rows for episode in row["episodes"])
    assert set(told.values()) == {1}
    first_unsent = min((row["due_at"] for row in rows if row["state"] == "queued"), default=None)
    sent_up_to = max(row["due_at"] for row in rows if row["state"] == "accepted")
    assert first_unsent is None or first_unsent >= sent_up_to
    assert {row["state"] for row in rows} <= {"accepted", "queued", "expired"}
