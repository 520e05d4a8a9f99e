"""Senders of sign-in codes for a house without a carrier: one prints them for the operator, one keeps them."""

from __future__ import annotations

from collections.abc import Callable

from clarine.domain.phone import display


class PrintingSender:
    """Prints each code where the operator sees it. A code is a secret: this is for a house on one's own machine."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    async def send_code(self, phone: int, code: str, *, language: str) -> None:
        self._write(f"Sign-in code for {display(phone)}: {code}")


class KeepingSender:
    """Keeps the last code of each number, for the demo and the tests."""

    def __init__(self) -> None:
        self.codes: dict[int, str] = {}

    async def send_code(self, phone: int, code: str, *, language: str) -> None:
        self.codes[phone] = code
