"""Codes that the sandbox would send by SMS: kept, so that a test reads them, and handed on."""

from __future__ import annotations

from clarine.ports.sender import Sender


class SandboxSender:
    """Implements ports.sender.Sender and ports.sandbox.KeptCodes over another Sender."""

    def __init__(self, inner: Sender) -> None:
        self._inner = inner
        self.reset()

    def reset(self) -> None:
        self._codes: dict[int, str] = {}

    def code_for(self, phone: int) -> str | None:
        return self._codes.get(phone)

    async def send_code(self, phone: int, code: str, *, language: str) -> None:
        self._codes[phone] = code
        await self._inner.send_code(phone, code, language=language)
