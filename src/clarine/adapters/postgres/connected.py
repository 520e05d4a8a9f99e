"""What the parts of a transaction share: one connection, inside one transaction, and the named queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from clarine.adapters.postgres.sql import SQL


class Record(Protocol):
    """A row of asyncpg: by position and by name."""

    def __getitem__(self, key: str | int) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def keys(self) -> Iterable[str]: ...


class Connection(Protocol):
    """What is used of an asyncpg connection."""

    async def fetch(self, query: str, *args: Any) -> list[Record]: ...
    async def fetchrow(self, query: str, *args: Any) -> Record | None: ...
    async def fetchval(self, query: str, *args: Any) -> Any: ...
    async def execute(self, query: str, *args: Any) -> str: ...


class Line(Connection, Protocol):
    """A connection that may keep writes back (gathering.Gathering)."""

    async def later(self, name: str, *arguments: Any) -> None: ...
    async def flush(self) -> None: ...


class Connected:
    """Base of the row classes."""

    sql = SQL

    def __init__(self, connection: Line) -> None:
        self.connection = connection

    async def look_at_all(self) -> None:
        """The rest of this transaction asks about whole tables: plan each statement for itself, scans allowed."""
        await self.connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        await self.connection.execute("SET LOCAL enable_seqscan = on")


def columns(rows: Iterable[Sequence[Any]], width: int) -> list[list[Any]]:
    """*rows* turned into *width* columns, as ``unnest`` wants them."""
    turned = [list(column) for column in zip(*rows, strict=True)]
    return turned or [[] for _ in range(width)]


def shaped(rows: Sequence[tuple[Any, ...]], width: int, *, own: int) -> list[list[Any]]:
    """*rows* of *width* values as *own* columns of the first ones, a column of numbers from 1, and the columns of what differs
    in the rest, to which the numbers point.

    Most of what a batch writes is the same from row to row, and asyncpg takes 0.4 µs to look at each value.
    """
    shapes: dict[tuple[Any, ...], int] = {}
    numbers = [shapes.setdefault(row[own:], len(shapes) + 1) for row in rows]
    return [*columns([row[:own] for row in rows], own), numbers, *columns(shapes, width - own)]
