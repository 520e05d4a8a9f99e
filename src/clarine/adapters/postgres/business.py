"""Rows of ports/business_rows.py."""

from __future__ import annotations

from clarine.adapters.postgres.connected import Connected


class BusinessQueries(Connected):
    """Implements ports.business_rows.BusinessRows."""
