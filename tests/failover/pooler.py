"""A real pgbouncer in transaction mode between the server and PostgreSQL: a whole story plays, and nothing needed a session."""

from __future__ import annotations

import asyncio
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg

from clarine.adapters.postgres.embedded import EmbeddedPostgres
from clarine.build import open_house
from tests.failover.cluster import give
from tests.failover.database import BALANCE_MICROS, kept
from tests.failover.load import Load, accounts
from tests.failover.programs import free_ports, passes, running, until
from tests.simulation.network import story, unhurried
from tests.simulation.test_processes import process, url_of

PLAYS_S = 8
#: Fewer than the processes of the house open: each transaction takes whichever connection is free.
CONNECTIONS = 4
READY_S = 10


async def play_through_a_pooler(folder: Path) -> dict[str, Any]:
    """Play it; what was seen, and whether it is what was promised (``kept``)."""
    embedded = EmbeddedPostgres(folder / "postgres")
    try:
        (port,) = free_ports(1)
        place = folder / "pooler"
        place.mkdir()
        (place / "pgbouncer.ini").write_text(_settings(embedded.url, place, port))
        # Only the user who owns the embedded database reaches its socket.
        owner = (folder / "postgres").owner()
        give(place, owner)
        program = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin")
        assert program is not None, "pgbouncer is missing; `make test-failover` installs it"
        url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        async with running([program, place / "pgbouncer.ini"], place / "log", user=owner):
            await until(lambda: _answers(url), within_s=READY_S, what="pgbouncer's answer")
            return await _play(folder, url, port)
    finally:
        embedded.leave()


async def _play(folder: Path, url: str, port: int) -> dict[str, Any]:
    settings = replace(unhurried(folder / "data", url), database_pooled=True, poll_s=0.5, heartbeat_s=2.0)
    async with (
        open_house(settings) as house,
        story(house, balance_micros=BALANCE_MICROS) as told,
        process(settings, "--workers", "2") as server,
    ):
        load = Load(told, await url_of(server))
        tasks = [asyncio.create_task(told.phone.live(load.url)), asyncio.create_task(load.run())]
        started_at = time.monotonic()
        await passes(PLAYS_S)
        load.end()
        await tasks[1]
        seen = await accounts(house, load)
        seen["sends_per_s"] = round(load.rate_before(load.at[-1], started_at))
        seen["server_connections"] = await _server_connections(port)
        tasks[0].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    seen |= {"what": f"pgbouncer in transaction mode, {CONNECTIONS} connections", "answers": dict(load.answers)}
    return seen | {"kept": kept(seen) and set(load.answers) == {"200"} and seen["server_connections"] <= CONNECTIONS}


def _settings(database_url: str, place: Path, port: int) -> str:
    host = parse_qs(urlsplit(database_url).query)["host"][0]
    return "\n".join(
        [
            "[databases]",
            f"postgres = host={host} user=postgres dbname=postgres",
            "[pgbouncer]",
            f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir = {place}",
            "auth_type = any\nadmin_users = postgres",
            f"pool_mode = transaction\ndefault_pool_size = {CONNECTIONS}\nmax_client_conn = 200",
            "",
        ]
    )


async def _answers(url: str) -> bool:
    try:
        connection = await asyncpg.connect(url, statement_cache_size=0, timeout=2)
    except (OSError, asyncpg.PostgresError):
        return False
    await connection.close()
    return True


async def _server_connections(port: int) -> int:
    """How many connections pgbouncer holds to PostgreSQL, as it says itself."""
    url = f"postgresql://postgres@127.0.0.1:{port}/pgbouncer"
    admin = await asyncio.create_subprocess_exec(
        "psql", url, "--tuples-only", "--no-align", "--command", "SHOW SERVERS", stdout=asyncio.subprocess.PIPE
    )
    answer, _ = await admin.communicate()
    return len([line for line in answer.decode().splitlines() if "|postgres|" in line])
