"""Rows of ports/people_rows.py."""

from __future__ import annotations

from clarine.adapters.postgres.connected import Connected


class PeopleQueries(Connected):
    """Implements ports.people_rows.PeopleRows."""
