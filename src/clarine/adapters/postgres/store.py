"""The store: a pool of connections; a verb borrows one for one transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import asyncpg

from clarine.adapters.postgres.gathering import Gathering
from clarine.adapters.postgres.reaching import SESSION, SESSION_OF_TRANSACTION, SILENCE_S, Hosts, reaching
from clarine.adapters.postgres.replica import Replica
from clarine.adapters.postgres.transaction import PostgresTransaction


class PostgresStore:
    """Implements ports.store.Store."""

    def __init__(self, pool: Any, replica: Replica | None = None, *, pooled: bool = False) -> None:
        self._pool = pool
        self._replica = replica
        self._pooled = pooled

    @classmethod
    async def open(cls, url: str, *, connections_max: int, replica_url: str = "", pooled: bool = False) -> Self:
        """Connect; raises Unavailable when there is no server. A replica need not be there yet.

        *pooled*: both URLs lead to a pooler that lends a connection for one transaction.
        """
        with reaching():
            pool = await _pool(url, connections=(0 if pooled else 2, connections_max), pooled=pooled)
        if not replica_url:
            return cls(pool, pooled=pooled)
        replica = await _pool(replica_url, connections=(0, connections_max), pooled=pooled)
        return cls(pool, Replica(replica, leader=pool), pooled=pooled)

    @asynccontextmanager
    async def transaction(self, *, durable: bool = True, lagging: bool = False) -> AsyncIterator[PostgresTransaction]:
        with reaching():
            lent = self._replica.lend() if lagging and self._replica is not None else self._pool.acquire()
            async with lent as connection:
                await connection.execute(self._begin(durable=durable, lagging=lagging))
                line = Gathering(connection)
                try:
                    yield PostgresTransaction(line)
                    await line.flush()
                except BaseException:
                    if not connection.is_closed():
                        await connection.execute("ROLLBACK")
                    raise
                await connection.execute("COMMIT")

    @asynccontextmanager
    async def single(self) -> AsyncIterator[PostgresTransaction]:
        if self._pooled:  # the session's settings come with the transaction
            async with self.transaction() as tx:
                yield tx
            return
        with reaching():
            async with self._pool.acquire() as connection:
                line = Gathering(connection)
                yield PostgresTransaction(line)
                await line.flush()

    def _begin(self, *, durable: bool, lagging: bool) -> str:
        """What opens a transaction, in one round trip."""
        begin = "BEGIN READ ONLY" if lagging else "BEGIN"
        session = f"; {SESSION_OF_TRANSACTION}" if self._pooled else ""
        return begin + session + ("" if durable else "; SET LOCAL synchronous_commit = off")

    async def close(self) -> None:
        if self._replica is not None:
            await self._replica.close()
        await self._pool.close()


async def _pool(url: str, *, connections: tuple[int, int], pooled: bool) -> Any:
    settings = {"application_name": "clarine"} if pooled else {"application_name": "clarine", **SESSION}
    return await asyncpg.create_pool(
        url,
        min_size=connections[0],
        max_size=connections[1],
        connect=Hosts(url).connect,
        reset=_nothing_to_reset,
        command_timeout=SILENCE_S,
        server_settings=settings,
        **({"statement_cache_size": 0} if pooled else {}),
    )


async def _nothing_to_reset(_: Any) -> None:
    """Nothing is ever set on a session but for one transaction: asking for RESET ALL after each would cost a round trip."""
