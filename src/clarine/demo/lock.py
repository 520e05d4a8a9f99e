"""One story a data folder: a second one would run a second herd on the same farm."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clarine.domain.errors import Conflict


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold *folder* while entered; the system lets go of it when the process ends. Raises Conflict (``data``)."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "demo.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(f"a demo is already running in {folder}", code="data") from None
        yield
