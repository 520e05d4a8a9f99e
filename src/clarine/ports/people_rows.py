"""The store's door for signing in, devices and what the people's app lists."""

from __future__ import annotations

from typing import Protocol


class PeopleRows(Protocol):
    """Every method takes a batch or a page; none reads row by row."""
