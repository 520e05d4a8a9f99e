"""Hashing passwords, as a door: the real one is slow on purpose, the tests' one is not."""

from __future__ import annotations

from typing import Protocol


class Passwords(Protocol):
    """Both calls take their time and hold no lock, so callers run them beside the event loop."""

    def hashed(self, password: str) -> str:
        """*password* as it is stored, with its own salt."""
        ...

    def fits(self, password: str, stored: str) -> bool:
        """Whether *stored* was made from *password*; takes as long when it was not."""
        ...
