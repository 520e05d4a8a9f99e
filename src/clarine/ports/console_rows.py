"""The store's door for what the consoles and the audit ask: lists, logs, sign-in of staff."""

from __future__ import annotations

from typing import Protocol


class ConsoleRows(Protocol):
    """Every method takes a batch or a page; none reads row by row."""
