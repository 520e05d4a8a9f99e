"""Listen and poll: a worker runs its step when the bell rings and every so often anyway, so a lost bell costs seconds, not work."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from clarine.domain.errors import Unavailable

log = logging.getLogger(__name__)

RESTART_S = 1.0


class Worker:
    """Runs *step* until it did less than *full*, which means that nothing is left, then waits for the bell or *poll_s*.

    An error of the step is logged and the step is tried again: what it had to do still stands in the store.
    """

    def __init__(self, name: str, step: Callable[[], Awaitable[int]], *, poll_s: float, full: int = 1) -> None:
        self.name = name
        self.step = step
        self._poll_s = poll_s
        self._full = full
        self._bell = asyncio.Event()
        self._stopping = False

    def ring(self) -> None:
        """There may be work."""
        self._bell.set()

    def stop(self) -> None:
        """Finish the step that is under way, and then end."""
        self._stopping = True
        self._bell.set()

    async def run(self) -> None:
        """Work until stopped or cancelled."""
        while not self._stopping:
            self._bell.clear()
            if await self._once() >= self._full or self._stopping:
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._poll_s):
                    await self._bell.wait()

    async def _once(self) -> int:
        try:
            return await self.step()
        except Unavailable as error:  # said in one line: every worker says so once a second until it is there again
            log.warning(error.details, extra={"action": self.name})
            await asyncio.sleep(RESTART_S)
            return 0
        except Exception:  # the runner records and goes on; nothing else catches everything
            log.exception("a step failed and will be tried again", extra={"action": self.name})
            await asyncio.sleep(RESTART_S)
            return 0
