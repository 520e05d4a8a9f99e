"""Each animal's activity as a part of its normal, worked out once for everybody who looks within two minutes."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from clarine_herd.report.facts import activity_of
from clarine_herd.store.postgres import Store

#: A reading tells of two hours, so nobody misses anything in two minutes.
KEPT = timedelta(minutes=2)


class Shares:
    """The last answer and its time; who asks while it is worked out waits for the same answer."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = asyncio.Lock()
        self._known: tuple[datetime, dict[str, float | None]] | None = None

    async def at(self, now: datetime) -> dict[str, float | None]:
        """As of farm time *now*, or up to KEPT before it."""
        async with self._lock:
            if self._known is None or not self._known[0] <= now < self._known[0] + KEPT:
                self._known = (now, await activity_of(self._store, now))
            return self._known[1]
