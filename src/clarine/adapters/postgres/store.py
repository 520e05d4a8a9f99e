"""The store: a pool of connections; a verb borrows one for one transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import asyncpg

from clarine.adapters.postgres.transaction import PostgresTransaction

LOCK_TIMEOUT_MS = 10_000
STATEMENT_TIMEOUT_MS = 60_000


class PostgresStore:
    """Implements ports.store.Store."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    @classmethod
    async def open(cls, url: str, *, connections_max: int) -> Self:
        """Connect; raises what asyncpg raises when there is no server."""
        return cls(
            await asyncpg.create_pool(
                url,
                min_size=2,
                max_size=connections_max,
                server_settings={
                    "application_name": "clarine",
                    "lock_timeout": str(LOCK_TIMEOUT_MS),
                    "statement_timeout": str(STATEMENT_TIMEOUT_MS),
                    # Every statement is short and comes again and again: compiling it, or planning it anew each time
                    # (which arrays as parameters invite), costs more than running it. Plans made while tables were
                    # still empty must not scan them later, when they are not.
                    "jit": "off",
                    "plan_cache_mode": "force_generic_plan",
                    "enable_seqscan": "off",
                },
            )
        )

    @asynccontextmanager
    async def transaction(self, *, durable: bool = True) -> AsyncIterator[PostgresTransaction]:
        async with self._pool.acquire() as connection, connection.transaction():
            if not durable:
                await connection.execute("SET LOCAL synchronous_commit = off")
            yield PostgresTransaction(connection)

    async def close(self) -> None:
        await self._pool.close()
