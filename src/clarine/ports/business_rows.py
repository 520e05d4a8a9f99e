"""The store's door for businesses, their numbers, tokens, templates, media, subscriptions and wallets."""

from __future__ import annotations

from typing import Protocol


class BusinessRows(Protocol):
    """Every method takes a batch or a page; none reads row by row."""
