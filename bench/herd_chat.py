"""From a collar's uplink to the farmer's chat, at the pace of real farms: Herd as a process of its own, time not sped up."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import httpx
import numpy as np
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bench.frame import Bench, Row
from clarine_herd.listening import listening
from clarine_herd.normal import BIN
from clarine_herd.simulate import CURVE
from clarine_herd.store.embedded import Embedded

COWS, STILL = 100, 20
DAYS = 14
START_S, TOLD_S = 60.0, 60.0
PHONE, WABA, TOKEN = "106540352242922", "102290129340398", "collar-token"
_FIRST_NUMBER = re.compile(r"\d+")


@dataclass
class Cloud:
    """A Cloud API that only notes when which cow was told of; ``told`` is cow → seconds."""

    told: dict[str, float] = field(default_factory=dict)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    #: How many cows are to be told of, and the bell when they were.
    expected: int = STILL
    done: asyncio.Event = field(default_factory=asyncio.Event)
    callback: str = ""

    @property
    def app(self) -> Starlette:
        """The routes that Herd calls."""
        return Starlette(
            routes=[
                Route(f"/v23.0/{PHONE}/messages", self._message, methods=["POST"]),
                Route(f"/v23.0/{WABA}/message_templates", self._templates, methods=["GET", "POST"]),
                Route(f"/v23.0/{WABA}/subscribed_apps", self._subscribe, methods=["POST"]),
            ]
        )

    async def _message(self, request: Request) -> Response:
        body = await request.json()
        text = body["template"]["components"][0]["parameters"][0]["text"]
        found = _FIRST_NUMBER.search(text)
        assert found is not None
        self.told.setdefault(found.group(), time.monotonic())
        if len(self.told) >= self.expected:
            self.done.set()
        return JSONResponse({"messages": [{"id": f"wamid.{len(self.told)}"}], "contacts": [{"wa_id": "1"}]})

    async def _templates(self, request: Request) -> Response:
        if request.method == "GET":
            return JSONResponse({"data": [], "paging": {}})
        return JSONResponse({"id": "1", "status": "APPROVED", "category": "UTILITY"})

    async def _subscribe(self, request: Request) -> Response:
        self.callback = (await request.json())["override_callback_uri"]
        self.ready.set()
        return JSONResponse({"success": True})


async def measure(folder: Path, seconds: float) -> list[Row]:
    """A hundred cows tell of the two hours that just ended, spread over *seconds*; twenty of them lie still."""
    zone, cloud = _daytime(), Cloud()
    table, last = _herd(datetime.now(ZoneInfo(zone)).replace(tzinfo=None))
    async with contextlib.AsyncExitStack() as stack:
        url = await stack.enter_async_context(Embedded(folder))
        base = await stack.enter_async_context(listening(cloud.app, host="127.0.0.1", port=0))
        async with _herding(base, url, zone), httpx.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}) as http:
            async with asyncio.timeout(START_S):
                await cloud.ready.wait()
            door = cloud.callback.replace("webhook", "readings")
            past = [row for row in table if row["measured_at"] != last]
            for first in range(0, len(past), 8_000):
                await _post(http, door, past[first : first + 8_000])
            sent: dict[str, float] = {}
            for row in [row for row in table if row["measured_at"] == last]:
                await asyncio.sleep(seconds / COWS)
                sent[row["animal"]] = time.monotonic()
                await _post(http, door, [row])
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TOLD_S):
                    await cloud.done.wait()
    waits = sorted(cloud.told[cow] - sent[cow] for cow in cloud.told)
    return [
        {
            "what": f"{STILL} of {COWS} cows lie still",
            "told": len(waits),
            "p50_s": statistics.median(waits),
            "p95_s": waits[int(0.95 * (len(waits) - 1))],
            "max_s": waits[-1],
        }
    ]


def run(seconds: float) -> list[Row]:
    """Measure in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return asyncio.run(measure(Path(folder), seconds))


def _daytime() -> str:
    """A zone in which it is about noon: at night the alerts of this run would not be expected."""
    return f"Etc/GMT{(datetime.now(UTC).hour - 13):+d}"


def _herd(now: datetime) -> tuple[list[dict[str, Any]], str]:
    """Two weeks of a calm herd up to the last whole bin, in which every fifth cow lies still as in the one before."""
    end = now.replace(hour=now.hour - now.hour % 2, minute=0, second=0, microsecond=0)
    start = (end - timedelta(days=DAYS)).replace(hour=0)
    dice, bins = np.random.default_rng(3), int((end - start) / BIN)
    times = [start + number * BIN for number in range(bins)]
    usual = np.resize(CURVE, bins)
    table = []
    for number in range(COWS):
        counts = np.maximum(usual + dice.normal(0, 4, bins), 1.0)
        if number % (COWS // STILL) == 0:
            counts[-2:] = 0.0
        cow = str(1201 + number)
        rows = zip(times, counts, strict=True)
        table += [{"animal": cow, "measured_at": at.isoformat(), "activity": float(count)} for at, count in rows]
    return table, times[-1].isoformat()


async def _post(http: httpx.AsyncClient, door: str, rows: list[dict[str, Any]]) -> None:
    answer = await http.post(door, content=json.dumps({"readings": rows}), timeout=60)
    answer.raise_for_status()


@contextlib.asynccontextmanager
async def _herding(base: str, url: str, zone: str) -> AsyncIterator[None]:
    command = ["run", "--api-base", f"{base}/v23.0", "--phone-number-id", PHONE, "--waba-id", WABA, "--token", "x"]
    command += ["--farmer", "+919876543210", "--timezone", zone, "--farm", "bench"]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from clarine_herd.cli import main; main()", *command),
        env=os.environ | {"HERD_DATABASE_URL": url, "HERD_READINGS_TOKEN": TOKEN, "HERD_APP_SECRET": "s"},
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


BENCH: Final = Bench(
    name="herd_chat",
    title="Herd: from the uplink to the chat",
    about=(
        "A hundred cows' collars post their last two hours one after the other, at real pace; with it, some are seen to lie\n"
        "still. Counted from the POST of that reading until the alert's request is at the Cloud API."
    ),
    columns={"what": "what", "told": "told", "p50_s": "p50 s", "p95_s": "p95 s", "max_s": "max s"},
    run=run,
)
