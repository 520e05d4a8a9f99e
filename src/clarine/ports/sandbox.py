"""What only the sandbox can do with the world: turn the clock, spoil webhooks, begin the random numbers anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from clarine.domain.webhook_faults import WebhookFaults
from clarine.ports.clock import Clock
from clarine.ports.http import Http


@dataclass(frozen=True, slots=True)
class PostSeen:
    """One webhook POST as the sandbox saw it; *fault* is "", dropped, duplicate or held. *took_ms* in milliseconds."""

    at: datetime
    waba_id: str
    url: str
    body: bytes
    signature: str
    status: int | None
    error: str | None
    took_ms: int
    fault: str


class TurnedTime(Clock, Protocol):
    """A clock that is turned."""

    @property
    def running(self) -> bool:
        """Whether it goes on by itself."""
        ...

    def turn(self, to: datetime, *, running: bool | None = None) -> None:
        """Set the time; *running* says whether it goes on from there (None: as before)."""
        ...

    def reset(self) -> None:
        """The machine's time again, running."""
        ...


class SpoiledHttp(Http, Protocol):
    """Webhooks that go wrong as they are told to."""

    @property
    def seen(self) -> Sequence[PostSeen]:
        """The last POSTs, oldest first."""
        ...

    def spoil(self, waba_id: str, faults: WebhookFaults) -> None:
        """From now on *faults* happen to the webhooks of this account; its POSTs are counted from 0 again."""
        ...

    def faults_of(self, waba_id: str) -> WebhookFaults: ...

    def next_due(self) -> datetime | None:
        """When the next kept POST leaves."""
        ...

    async def release(self) -> int:
        """Post what was kept long enough; how many."""
        ...

    def reset(self) -> None:
        """Forget all faults, all that was kept and all that was seen."""
        ...


class KeptCodes(Protocol):
    """The codes that were sent to telephones."""

    def code_for(self, phone: int) -> str | None:
        """The last code sent to *phone* (E.164 digits)."""
        ...

    def reset(self) -> None:
        """Forget all codes."""
        ...


class SeededBits(Protocol):
    """Random bits that can begin anew."""

    def __call__(self, bits: int) -> int: ...

    def reset(self) -> None:
        """Begin again, when there is a seed."""
        ...
