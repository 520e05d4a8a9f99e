"""Writes of one transaction gather and go in one statement: each of them is a round trip, and most tell nothing back."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from clarine.adapters.postgres.connected import Connection, Record
from clarine.adapters.postgres.sql import queries

_PARAMETER = re.compile(r"\$(\d+)")


class Gathering:
    """A connection that keeps writes back until the next question or the commit; an error of theirs is raised there.

    Every write is a statement of its own in the ``.sql`` files, and touches rows that no other of the transaction
    touches: together they run under one snapshot, in no order.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._kept: dict[str, tuple[Any, ...]] = {}

    async def later(self, name: str, *arguments: Any) -> None:
        """The write *name*, when it is time; at once what stands in its way: a write of the same rows."""
        if name in self._kept:
            await self.flush()
        self._kept[name] = arguments

    async def flush(self) -> None:
        """Write what was kept."""
        if self._kept:
            kept, self._kept = self._kept, {}
            counts = tuple((name, len(arguments)) for name, arguments in kept.items())
            await self._connection.execute(_together(counts), *(each for many in kept.values() for each in many))

    async def fetch(self, query: str, *args: Any) -> list[Record]:
        await self.flush()
        return await self._connection.fetch(query, *args)

    async def fetchrow(self, query: str, *args: Any) -> Record | None:
        await self.flush()
        return await self._connection.fetchrow(query, *args)

    async def fetchval(self, query: str, *args: Any) -> Any:
        await self.flush()
        return await self._connection.fetchval(query, *args)

    async def execute(self, query: str, *args: Any) -> str:
        await self.flush()
        return await self._connection.execute(query, *args)


@lru_cache(maxsize=256)
def _together(counts: tuple[tuple[str, int], ...]) -> str:
    """One statement of several: all but the last as common table expressions, their parameters numbered on."""
    statements, before = [], 0
    for name, parameters in counts:
        statements.append(_PARAMETER.sub(lambda found, by=before: f"${int(found[1]) + by}", queries()[name]))  # type: ignore[misc]
        before += parameters
    *first, last = statements
    expressions = ",\n".join(f"{name} AS (\n{text}\n)" for (name, _), text in zip(counts, first, strict=False))
    return f"WITH {expressions}\n{last}" if expressions else last
