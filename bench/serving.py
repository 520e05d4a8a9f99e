"""The house under load: a `clarine serve` of its own on a fresh data folder, and what it and its database spend."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import psutil

from bench.machine import cpu_s, cpu_s_of_database
from clarine.adapters.postgres.embedded import EmbeddedPostgres

#: Thousands a second from one number to few people: every limit is checked and counted as always, but set beyond reach.
UNHURRIED = {
    "CLARINE_THROUGHPUT_PER_S": "1000000",
    "CLARINE_PAIR_BURST": "1000000",
    "CLARINE_STARTING_TIER": "TIER_UNLIMITED",
}


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU seconds so far of server, database and generator, and bytes written to the database's log."""

    server_s: float
    database_s: float
    generator_s: float
    wal_bytes: int

    def per(self, count: int, since: Spent) -> dict[str, float]:
        """What one of *count* messages cost since *since*."""
        return {
            "server_us": (self.server_s - since.server_s) * 1e6 / count,
            "database_us": (self.database_s - since.database_s) * 1e6 / count,
            "generator_us": (self.generator_s - since.generator_s) * 1e6 / count,
            "wal_bytes": (self.wal_bytes - since.wal_bytes) / count,
        }


#: Headings of what `Spent.per` and `Served.memory_mib` say.
SPENT = {
    "server_us": "server µs",
    "database_us": "database µs",
    "generator_us": "generator µs",
    "wal_bytes": "WAL bytes",
    "memory_mib": "server MiB",
}


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers at *host*:*port*, over the database *database_url* in *folder*."""

    host: str
    port: int
    database_url: str
    folder: Path
    process: psutil.Process
    connection: asyncpg.Connection

    async def spent(self) -> Spent:
        """CPU and log until now."""
        wal = await self.connection.fetchval("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
        server = sum(cpu_s(each) for each in self._processes())
        return Spent(server, cpu_s_of_database(str(self.folder)), cpu_s(psutil.Process()), int(wal))

    def memory_mib(self) -> float:
        """Resident memory of the server's processes, without the database."""
        return float(sum(each.memory_info().rss for each in self._processes())) / 2**20

    def _processes(self) -> list[psutil.Process]:
        children = [child for child in self.process.children(recursive=True) if child.name() != "postgres"]
        return [self.process, *children]


@asynccontextmanager
async def serve(
    folder: Path, *, environment: Mapping[str, str] | None = None, arguments: tuple[str, ...] = ()
) -> AsyncIterator[Served]:
    """A server on the data in *folder*, stopped when the block ends."""
    command = [sys.executable, "-m", "clarine", "serve", "--data", str(folder), "--port", "0", "--json", *arguments]
    settings = os.environ | UNHURRIED | {"CLARINE_LOG_LEVEL": "warning"} | dict(environment or {})
    database = EmbeddedPostgres(folder / "postgres")
    server = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, env=settings)
    try:
        assert server.stdout is not None
        url = urlsplit(json.loads(await server.stdout.readline())["url"])
        assert url.hostname is not None
        assert url.port is not None
        connection = await asyncpg.connect(database.url)
        try:
            yield Served(url.hostname, url.port, database.url, folder, psutil.Process(server.pid), connection)
        finally:
            await connection.close()
    finally:
        with suppress(ProcessLookupError):  # a bench may have killed it
            server.terminate()
        await server.wait()
        database.leave()
