"""A streaming replica that answers for history: what it says may be a little old, so only reads that allow it come here."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import asyncpg

from clarine.adapters.postgres.reaching import LOST

log = logging.getLogger(__name__)

#: How far it may be behind, and how long it is believed (or left alone) before it is asked again.
LAG_MAX_S: Final = 10.0
BELIEVED_S: Final = 1.0
LEFT_ALONE_S: Final = 5.0
#: It is not there, or it had to play what a query was just reading.
GONE: Final = (*LOST, asyncpg.InterfaceError, asyncpg.SerializationError)

#: Whether it receives from its leader and has played what it received, or played something lately; one that was
#: promoted is no replica any more, and right.
_FRESH: Final = """
SELECT NOT pg_is_in_recovery() OR (
    EXISTS (SELECT FROM pg_stat_wal_receiver)
    AND (pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn()
         OR now() - pg_last_xact_replay_timestamp() < $1 * interval '1 second')
)
"""


class Replica:
    """Lends connections of *pool* while the replica is there and not far behind, else those of its *leader*."""

    def __init__(self, pool: Any, *, leader: Any) -> None:
        self._pool = pool
        self._leader = leader
        self._fresh = False
        self._ask_again_at = 0.0

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[Any]:
        """A connection for one transaction that only reads. What is lost in the middle is lost; the next asks the leader."""
        connection = await self._borrow()
        if connection is None:
            async with self._leader.acquire() as connection:
                yield connection
            return
        try:
            yield connection
        except GONE as error:
            self._leave_alone(error)
            raise
        finally:
            await self._pool.release(connection)

    async def _borrow(self) -> Any | None:
        """A connection to a replica that is fresh, or None."""
        asks = time.monotonic() >= self._ask_again_at
        if not asks and not self._fresh:
            return None
        connection = None
        try:
            connection = await self._pool.acquire()
            if asks:
                self._fresh = await connection.fetchval(_FRESH, LAG_MAX_S)
                self._ask_again_at = time.monotonic() + BELIEVED_S
                assert self._fresh, "it is behind"
            return connection
        except (*GONE, AssertionError) as error:
            self._leave_alone(error)
            if connection is not None:
                await self._pool.release(connection)
            return None

    def _leave_alone(self, error: BaseException) -> None:
        self._fresh, self._ask_again_at = False, time.monotonic() + LEFT_ALONE_S
        fields = {"action": "replica", "because": str(error) or type(error).__name__}
        log.warning("the replica is left alone for a while; the leader answers", extra=fields)

    async def close(self) -> None:
        """Close its connections."""
        await self._pool.close()
