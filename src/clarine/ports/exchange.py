"""Asking a business's own endpoint, as a door: flows exchange their data through it."""

from __future__ import annotations

from typing import Protocol


class Exchange(Protocol):
    async def ask(
        self, url: str, body: bytes, headers: dict[str, str], *, timeout_s: float
    ) -> tuple[int | None, bytes]:
        """POST *body* to a public address: (status, at most 1 MiB of answer); (None, b"") when there is no answer in time.

        Never raises for what the endpoint does; redirects are not followed.
        """
        ...
