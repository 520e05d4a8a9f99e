"""One house in several processes: a parent holds the port, the embedded database and the bell; its children do all the work.

No child is special: any may end at any time, and is started again. The parent never touches a message.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from clarine.adapters.nats_server import nats_server
from clarine.adapters.postgres.database import open_database
from clarine.adapters.postgres.embedded import EmbeddedPostgres
from clarine.adapters.processes import Kept, Program, lifeline
from clarine.build import check_role, listen, serving, settle_memory, until_signal, url_of
from clarine.config import Settings
from clarine.domain.errors import Conflict, Invalid

log = logging.getLogger(__name__)

#: The embedded database takes 100 connections; some are left for commands beside the server.
EMBEDDED_CONNECTIONS: Final = 88
CONNECTIONS_MIN: Final = 4


@dataclass(frozen=True, slots=True)
class Family:
    """A house served by several processes at *url* (empty for workers only)."""

    url: str
    children: tuple[Kept, ...]
    bell: Kept | None

    async def replace(self) -> None:
        """A rolling restart: for one child after the other a new one starts, and the old one stops when it is ready."""
        for child in self.children:
            await child.replace()


@asynccontextmanager
async def serving_family(settings: Settings) -> AsyncIterator[Family]:
    """Serve with ``settings.workers`` processes of ``settings.role``, and for the role *all* one more for the work behind.

    SIGUSR1 is a rolling restart. Raises Invalid when the settings do not allow several processes, Conflict when the port is
    taken or a process does not start.
    """
    roles = roles_of(settings)
    async with AsyncExitStack() as stack:
        listener = None if settings.role == "worker" else stack.enter_context(listen(settings))
        settings.data.mkdir(parents=True, exist_ok=True)
        connections = settings.database_connections_max
        if not settings.database_url:
            # The parent holds the server; children come and go without waiting for each other at its door.
            embedded = EmbeddedPostgres(settings.data / "postgres")
            stack.callback(embedded.leave)
            connections = min(connections, EMBEDDED_CONNECTIONS // len(roles))
            settings = replace(settings, database_url=embedded.url)
        settings = replace(settings, database_connections_max=connections)
        async with open_database(settings):
            pass  # the schema is up to date before any child works
        bell = None
        if not settings.nats_url:
            folder = stack.enter_context(TemporaryDirectory(prefix="clarine-bell-"))
            server = nats_server(Path(folder))
            settings = replace(settings, nats_url=server.url)
            bell = Kept(Program("bell", server.command))
            stack.push_async_callback(bell.stop)
            await bell.start()
        url = url_of(settings, listener) if listener is not None else ""
        children = tuple(Kept(_child(settings, role, listener, number)) for number, role in enumerate(roles, 1))
        stack.push_async_callback(_all, [child.stop for child in children])
        await _all([child.start for child in children])
        family = Family(url, children, bell)
        async with _replaced_on_signal(family):
            yield family


def roles_of(settings: Settings) -> list[str]:
    """The role of each child. Raises Invalid."""
    check_role(settings)
    if settings.sandbox:
        raise Invalid("a sandbox is one process, which does everything", field="workers")
    if settings.workers < 1:
        raise Invalid("there is at least one process", field="workers")
    match settings.role:
        case "all":
            roles = ["web"] * settings.workers + ["worker"]
        case role:
            roles = [role] * settings.workers
    if not settings.database_url and EMBEDDED_CONNECTIONS // len(roles) < CONNECTIONS_MIN:
        raise Invalid(
            f"the embedded database has room for {EMBEDDED_CONNECTIONS // CONNECTIONS_MIN} processes; name a larger one with "
            "DATABASE_URL",
            field="workers",
        )
    return roles


def _child(settings: Settings, role: str, listener: socket.socket | None, number: int) -> Program:
    own = replace(settings, role=role, workers=1)
    port = listener.fileno() if listener is not None and role != "worker" else 0
    return Program(
        f"{role} {number}",
        (sys.executable, "-m", "clarine", "process", str(port)),
        own.environment(),
        inherits=(port,) if port else (),
        lifeline=True,
    )


async def _all(calls: Sequence[Callable[[], Awaitable[None]]]) -> None:
    """Every one of *calls* beside the others; when all have ended, the first error."""
    for result in await asyncio.gather(*(call() for call in calls), return_exceptions=True):
        if isinstance(result, BaseException):
            raise result


@asynccontextmanager
async def _replaced_on_signal(family: Family) -> AsyncIterator[None]:
    asked = asyncio.Event()

    async def obey() -> None:
        while True:
            await asked.wait()
            asked.clear()
            try:
                await family.replace()
            except Conflict as error:
                log.error(error.details, extra={"action": "replace"})

    obeying = asyncio.create_task(obey())
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, asked.set)
    try:
        yield
    finally:
        asyncio.get_running_loop().remove_signal_handler(signal.SIGUSR1)
        obeying.cancel()
        with suppress(asyncio.CancelledError):
            await obeying


async def serve_child(settings: Settings, *, port: int, line: int) -> None:
    """What a child does until it is told to stop or its parent is gone. *port* and *line* are inherited descriptors: the
    listening socket (0 for none) and the line to the parent."""
    stopped = asyncio.Event()
    listener = socket.socket(fileno=port) if port else None
    async with serving(settings, listener=listener), lifeline(line, stopped.set):
        settle_memory()
        await until_signal(stopped)
