"""Waiting for something to become true without asking again and again: whoever changes something rings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from clarine.domain.errors import ClarineError


class Late(ClarineError):
    """Something that the story waits for did not happen in time."""

    code = "late"


class Watch:
    """One bell for the whole story."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Something changed."""
        self._rung.set()
        self._rung = asyncio.Event()

    async def until(self, holds: Callable[[], bool], *, within_s: float, what: str) -> None:
        """Return once *holds* is true. Raises Late, naming *what*, after *within_s* seconds."""
        try:
            async with asyncio.timeout(within_s):
                while not holds():
                    await self._rung.wait()
        except TimeoutError:
            raise Late(f"{what} did not happen within {within_s:g} seconds") from None
