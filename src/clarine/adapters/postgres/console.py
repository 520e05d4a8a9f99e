"""Rows of ports/console_rows.py."""

from __future__ import annotations

from clarine.adapters.postgres.connected import Connected


class ConsoleQueries(Connected):
    """Implements ports.console_rows.ConsoleRows."""
