"""What every room of the store stands on: a pool, the farm it speaks for, and named queries from ``queries/*.sql``."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from functools import cache
from importlib.resources import files
from typing import Any

VALUE_MAX = 1024
#: In the order in which they are made.
ROOMS = ("readings", "collars", "episodes", "messages", "inbound", "people", "events", "keys")


class Tables:
    """One farm's rows; a room of the store adds the verbs of its own tables to this."""

    def __init__(self, pool: Any, farm: str) -> None:
        self.pool = pool
        self.farm = farm

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        """A connection inside a transaction; what is written counts when the block ends."""
        async with self.pool.acquire() as connection, connection.transaction():
            yield connection

    async def fetch(self, name: str, *arguments: Any) -> list[Any]:
        """The rows of a named query, whose $1 is the farm."""
        found: list[Any] = await self.pool.fetch(query(name), self.farm, *arguments)
        return found

    async def execute(self, name: str, *arguments: Any) -> None:
        """Run a named query, whose $1 is the farm."""
        await self.pool.execute(query(name), self.farm, *arguments)


async def make_tables(pool: Any) -> None:
    """Make the tables that are missing (``schema/*.sql``)."""
    async with pool.acquire() as connection, connection.transaction():
        # Two processes that start together must not make the same table twice.
        await connection.execute("SELECT pg_advisory_xact_lock(hashtext('clarine_herd.schema'))")
        await connection.execute("CREATE SCHEMA IF NOT EXISTS clarine_herd")
        for room in ROOMS:
            await connection.execute((files(__package__) / "schema" / f"{room}.sql").read_text())


def query(name: str) -> str:
    """The text of a named query."""
    return _queries()[name]


@cache
def _queries() -> dict[str, str]:
    texts = (found.read_text() for found in (files(__package__) / "queries").iterdir() if found.name.endswith(".sql"))
    parts = (part.partition("\n") for text in texts for part in text.split("-- name: ")[1:])
    return {name.strip(): body.strip() for name, _, body in parts}
