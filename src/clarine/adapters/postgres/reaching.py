"""Reaching a database: its hosts in turn, through a pooler or not; and what it looks like when it cannot be reached."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from clarine.domain.errors import Overloaded, Unavailable

#: How long one host may take to let us in; one that is gone without a word must not hold up the next.
HOST_S: Final = 2.0
LOCK_TIMEOUT_MS: Final = 10_000
STATEMENT_TIMEOUT_MS: Final = 60_000
#: A server that does not even say that a statement took too long is given up.
SILENCE_S: Final = STATEMENT_TIMEOUT_MS / 1000 + 10

#: Every statement is short and comes again and again: compiling it, or planning it anew each time (which arrays as
#: parameters invite), costs more than running it. Plans made while tables were still empty must not scan them later,
#: when they are not.
SESSION: Final = {
    "lock_timeout": str(LOCK_TIMEOUT_MS),
    "statement_timeout": str(STATEMENT_TIMEOUT_MS),
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
}
#: The same for one transaction: a pooler gives the session to somebody else after it.
SESSION_OF_TRANSACTION: Final = "; ".join(f"SET LOCAL {name} = '{value}'" for name, value in SESSION.items())

#: There is no server, none that may write, or the one we spoke with is gone.
LOST: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.InsufficientResourcesError,  # no connection, no disk or no memory is left
    asyncpg.ReadOnlySQLTransactionError,  # it was the leader a moment ago
    # No host may write (TargetServerAttributeNotMatched), or a server's goodbye came between two statements and the line is
    # not closed yet.
    asyncpg.InternalClientError,
    asyncpg.SerializationError,  # a replica had to play what was just being read; nothing here is serializable
    OSError,  # a TimeoutError is one
)


@contextmanager
def reaching() -> Iterator[None]:
    """Raises Unavailable when the database is lost inside (whether a commit under way was kept is then not known), and
    Overloaded when a lock does not come in time (then nothing was done)."""
    try:
        yield
    except LOST as error:
        raise _unavailable(error) from error
    except asyncpg.LockNotAvailableError as error:
        raise Overloaded("too much waits for the same person or business; try again in a second") from error
    except asyncpg.InterfaceError as error:
        if "closed" not in str(error):
            raise
        raise _unavailable(error) from error


def _unavailable(error: BaseException) -> Unavailable:
    return Unavailable(f"the database cannot be reached for the moment ({type(error).__name__}); try again in a second")


class Hosts:
    """The hosts of one URL; the one that let us in last is asked first."""

    def __init__(self, url: str) -> None:
        self._urls = urls_of(url)

    async def connect(self, *_: Any, **options: Any) -> Any:
        """A connection to the first host that lets us in. Raises the last one's error when none does."""
        failed: BaseException | None = None
        for url in tuple(self._urls):
            try:
                connection = await asyncpg.connect(url, **{**options, "timeout": HOST_S})
            except LOST as error:
                failed = error
                continue
            self._urls.sort(key=lambda each: each != url)
            _notice_silence(connection)
            return connection
        assert failed is not None, "a URL has a host"
        raise failed


def urls_of(url: str) -> list[str]:
    """*url* with each of its hosts alone: ``postgresql://a:b@one:5432,two/db`` is two."""
    parts = urlsplit(url)
    who, at, hosts = parts.netloc.rpartition("@")
    return [urlunsplit(parts._replace(netloc=f"{who}{at}{host}")) for host in hosts.split(",")]


async def connect(url: str) -> Any:
    """One plain connection that a pooler may stand behind: nothing on it outlives its transaction."""
    return await Hosts(url).connect(statement_cache_size=0)


def _notice_silence(connection: Any) -> None:
    """A machine that loses its power says no goodbye: ask whether it is there after 5 s, and give it up after 10."""
    found = connection._transport.get_extra_info("socket")
    if found is None or found.family not in (socket.AF_INET, socket.AF_INET6):
        return
    with socket.socket(fileno=os.dup(found.fileno())) as line, suppress(OSError, AttributeError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in (
            ("TCP_KEEPIDLE", 5),
            ("TCP_KEEPINTVL", 2),
            ("TCP_KEEPCNT", 3),
            ("TCP_USER_TIMEOUT", 10_000),
        ):
            line.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
