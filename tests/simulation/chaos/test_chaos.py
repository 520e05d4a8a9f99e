"""A fixed time of seeds in every run; `make sim SEEDS=1-500` plays as many as are asked for."""

from __future__ import annotations

import logging
import os
import time

import pytest
from asyncpg import Connection

from clarine.adapters.clock import TurnedClock
from clarine.flow.house import House
from tests.cast import Cast
from tests.simulation.chaos.story import play

#: Two tests side by side make two minutes of one core.
BUDGET_S = 60.0
FIRST_SEEDS = (1, 100_001)
SEEDS = os.environ.get("SEEDS", "")

log = logging.getLogger(__name__)


async def emptied(connection: Connection) -> None:
    """The next story begins in an empty house."""
    names = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    kept = {"house", "schema_migration", "sweep"}
    await connection.execute(";".join(f"DELETE FROM {name}" for (name,) in names if name not in kept))
    await connection.execute("UPDATE sweep SET swept_to = 'epoch'")


def asked(first: int) -> range:
    """The seeds to play: those asked for, else from *first* as far as the time goes."""
    if not SEEDS:
        return range(first, first + 100_000)
    begin, _, end = SEEDS.partition("-")
    return range(int(begin), int(end or begin) + 1) if first == FIRST_SEEDS[0] else range(0)


@pytest.mark.timeout(0 if SEEDS else 180)
@pytest.mark.parametrize("first", FIRST_SEEDS)
async def test_whatever_dies_doubles_or_jumps_nothing_is_lost_and_nothing_counts_twice(
    first: int, house: House, clock: TurnedClock, connection: Connection
) -> None:
    begun, deaths, answered, listed, played = time.monotonic(), 0, 0, 0, 0
    for seed in asked(first):
        await emptied(connection)
        world = await play(seed, house, clock, Cast(house, connection), connection)
        deaths, answered, played = deaths + world.deaths, answered + len(world.answers), played + 1
        listed += len(world.running)
        if not SEEDS and time.monotonic() - begun > BUDGET_S:
            break
    log.info("%s seeds, %s messages answered, %s campaigns, %s deaths", played, answered, listed, deaths)
    if played:
        assert deaths > played, "hardly anybody died: this proved nothing"
        assert answered > played, "hardly anything was sent: this proved nothing"
        assert listed > played, "hardly any campaign ran: this proved nothing"
