"""Bringing a sign-in code to a telephone, as a door: printed on the terminal, or handed to an SMS carrier."""

from __future__ import annotations

from typing import Protocol


class Sender(Protocol):
    async def send_code(self, phone: int, code: str, *, language: str) -> None:
        """Bring the six digits *code* to *phone* (E.164 digits). Raises Overloaded when it cannot be sent now."""
        ...
