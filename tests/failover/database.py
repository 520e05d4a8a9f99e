"""The leader of three databases loses its power under load: nothing acknowledged is lost, nothing doubled, and it is back soon."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from clarine.build import open_house
from clarine.config import Settings
from tests.failover.cluster import Cluster, cluster
from tests.failover.load import Load, accounts
from tests.failover.programs import passes, until
from tests.simulation.network import story, unhurried
from tests.simulation.test_processes import process, url_of

BALANCE_MICROS = 10**11
BEFORE_S = 6
AFTER_S = 8
BACK_WITHIN_S = 15.0
ELECTED_S = 60


async def lose_the_leader(folder: Path) -> dict[str, Any]:
    """Play it; what was seen, and whether it is what was promised (``kept``)."""
    async with cluster(folder) as databases:
        settings = replace(unhurried(folder / "data", databases.url), poll_s=0.5, heartbeat_s=2.0)
        return await _play(databases, settings)


async def _play(databases: Cluster, settings: Settings) -> dict[str, Any]:
    async with (
        open_house(settings) as house,
        story(house, balance_micros=BALANCE_MICROS) as told,
        process(settings, "--workers", "2") as server,
    ):
        url = await url_of(server)
        load = Load(told, url)
        tasks = [asyncio.create_task(told.phone.live(url)), asyncio.create_task(load.run())]
        started_at = time.monotonic()
        await passes(BEFORE_S)
        old = await databases.leader()
        assert old is not None, "somebody leads"
        killed_at = time.monotonic()
        await old.kill()

        async def elected() -> bool:
            new = await databases.leader()
            return new is not None and new is not old

        await until(elected, within_s=ELECTED_S, what="another leader")
        elected_after_s = time.monotonic() - killed_at
        await until(lambda: _acknowledges(load, killed_at), within_s=ELECTED_S, what="an acknowledgement")
        await passes(AFTER_S)
        load.end()
        await tasks[1]
        new = await databases.leader()
        seen = await accounts(house, load)
        tasks[0].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    seen |= {
        "what": "the leader's Patroni and PostgreSQL were killed",
        "leader": [old.name, new.name if new is not None else None],
        "sends_per_s_before": round(load.rate_before(killed_at, started_at)),
        "elected_after_s": round(elected_after_s, 1),
        "back_after_s": round(load.back_after_s(killed_at), 1),
        "answers": dict(load.answers),
        **await databases.versions(),
    }
    return seen | {"kept": kept(seen) and seen["back_after_s"] <= BACK_WITHIN_S}


async def _acknowledges(load: Load, killed_at: float) -> bool:
    """Whether something that was sent after the kill is acknowledged: the last moments before it do not count."""
    return bool(load.at) and load.at[-1] > killed_at + 1.0


def kept(seen: dict[str, Any]) -> bool:
    """Whether nothing was lost, doubled or charged wrongly."""
    nothing = ("acknowledged_but_lost", "doubled", "held_micros", "audit_findings")
    whole = ("delivered_to_the_phone", "told_by_webhook")
    return (
        bool(seen["wallet_exact"])
        and all(seen[name] == 0 for name in nothing)
        and all(seen[name] == seen["acknowledged"] for name in whole)
    )
