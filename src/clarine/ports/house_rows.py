"""The store's door for what an operator asks about the database itself."""

from __future__ import annotations

from typing import Protocol


class HouseRows(Protocol):
    async def migrations(self) -> list[str]:
        """The names of the migrations that ran, oldest first."""
        ...

    async def server_version(self) -> str: ...

    async def durable(self) -> bool:
        """Whether a commit that was answered survives a crash of the machine (fsync and synchronous_commit are on)."""
        ...
