"""Posting a webhook, as a door: the real one goes over the network, the tests' one records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver said; *status* is None when it said nothing, then *error* says why. *took_ms* in milliseconds.

    *said* is how the body begins when it is a refusal: the receiver's own reason.
    """

    status: int | None
    error: str | None
    took_ms: int
    said: str | None = None

    @property
    def acknowledged(self) -> bool:
        """Any 2xx acknowledges (Cloud API: webhooks)."""
        return self.status is not None and 200 <= self.status < 300


class Http(Protocol):
    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """POST *body*; never raises for what the receiver does."""
        ...

    async def get(self, url: str, query: dict[str, str]) -> tuple[int | None, bytes]:
        """GET *url* with *query*: (status or None, at most 64 KiB of body)."""
        ...
