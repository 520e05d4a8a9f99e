"""One of three NATS servers is killed under load: bells may be lost, messages not, and the processes find another server."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from clarine.adapters.nats_bus import open_nats_bus
from clarine.adapters.nats_server import program
from clarine.build import open_house
from tests.failover.database import AFTER_S, BALANCE_MICROS, BEFORE_S, kept
from tests.failover.load import Load, accounts
from tests.failover.programs import free_ports, passes, running, until
from tests.simulation.network import story, unhurried
from tests.simulation.test_processes import process, url_of

SERVERS = 3
MEETS_S = 30
#: Nobody looks by itself: what comes within this time was heard of.
LOOKS_S = 20.0


async def lose_a_bell(folder: Path) -> dict[str, Any]:
    """Play it; what was seen, and whether it is what was promised (``kept``)."""
    async with AsyncExitStack() as stack:
        ports = free_ports(2 * SERVERS)
        clients, routes = ports[:SERVERS], ports[SERVERS:]
        servers = [
            await stack.enter_async_context(_server(folder, number, clients, routes)) for number in range(SERVERS)
        ]
        urls = [f"nats://127.0.0.1:{port}" for port in clients]
        await until(lambda: _one_cluster(urls), within_s=MEETS_S, what="one cluster of three servers")
        settings = replace(unhurried(folder / "data"), nats_url=",".join(urls), poll_s=LOOKS_S, heartbeat_s=LOOKS_S)
        async with AsyncExitStack() as inner:
            parent = await inner.enter_async_context(process(settings, "--workers", "2"))
            url = await url_of(parent)
            house = await inner.enter_async_context(open_house(settings))
            told = await inner.enter_async_context(story(house, balance_micros=BALANCE_MICROS))
            load = Load(told, url)
            tasks = [asyncio.create_task(told.phone.live(url)), asyncio.create_task(load.run())]
            started_at = time.monotonic()
            await passes(BEFORE_S)
            killed_at = time.monotonic()
            await servers[0].kill()  # the one that every process was on: it is the first in the list
            await passes(AFTER_S)
            load.end()
            await tasks[1]
            seen = await accounts(house, load)
            settled_after_s = time.monotonic() - load.at[-1]
            tasks[0].cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    seen |= {
        "what": "the NATS server that every process was connected to was killed",
        "sends_per_s_before": round(load.rate_before(killed_at, started_at)),
        "back_after_s": round(load.back_after_s(killed_at), 1),
        "told_of_everything_after_s": round(settled_after_s, 1),
        "answers": dict(load.answers),
    }
    return seen | {"kept": kept(seen)}


def _server(folder: Path, number: int, clients: list[int], routes: list[int]) -> Any:
    settings = {
        "server_name": f"bell{number + 1}",
        "host": "127.0.0.1",
        "port": clients[number],
        "cluster": {
            "name": "clarine",
            "listen": f"127.0.0.1:{routes[number]}",
            "routes": [f"nats://127.0.0.1:{port}" for place, port in enumerate(routes) if place != number],
        },
    }
    path = folder / f"bell{number + 1}.json"
    path.write_text(json.dumps(settings))
    return running([program(), "-c", path], folder / f"bell{number + 1}.log")


async def _one_cluster(urls: list[str]) -> bool:
    """Whether a ring at each server is heard at the next."""
    for one, next_one in zip(urls, [*urls[1:], urls[0]], strict=True):
        heard = asyncio.Event()
        async with (
            open_nats_bus(one, subject="clarine.probe") as rings,
            open_nats_bus(next_one, subject="clarine.probe") as hears,
        ):
            hears.listen(lambda _, heard=heard: heard.set())  # type: ignore[misc]
            rings.ring(people=[1])
            try:
                async with asyncio.timeout(1):
                    await heard.wait()
            except TimeoutError:
                return False
    return True
