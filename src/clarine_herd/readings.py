"""The one table that every collar ends in, whatever it came from: animal, farm time, activity, index and lactation.

Times are the farm's own wall clock without a zone, because an animal's normal follows the farm's day.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

#: activity: the collar's count for the time up to the next reading; index: the system's own activity change, −100…100.
SCHEMA: dict[str, pl.DataType] = {
    "animal": pl.String(),
    "measured_at": pl.Datetime("us"),
    "activity": pl.Float64(),
    "activity_index": pl.Float64(),
    "lactation_days": pl.Int32(),
    "lactation_status": pl.String(),
}

KEY = ("animal", "measured_at")


def empty() -> pl.DataFrame:
    """No readings, in the right shape."""
    return pl.DataFrame(schema=SCHEMA)


def merged(tables: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Tables (SCHEMA each) as one, one row per animal and time, sorted by both; the last value that is there wins.

    Rows without activity and index are left out: silence is the absence of a reading.
    """
    table = pl.concat([empty(), *tables])
    values = [name for name in SCHEMA if name not in KEY]
    return (
        table.filter(pl.col("activity").is_not_null() | pl.col("activity_index").is_not_null())
        .group_by(KEY, maintain_order=True)
        .agg(pl.col(name).drop_nulls().last() for name in values)
        .sort(KEY)
    )


def herds(tables: list[pl.DataFrame]) -> list[pl.DataFrame]:
    """Tables that share an animal belong to one herd; each herd merged, in the order of its first table.

    Herds are told apart because each has its own clock and its own gateway.
    """
    groups: list[tuple[set[str], list[pl.DataFrame]]] = []
    for table in tables:
        animals = set(table["animal"].unique())
        kin = [group for group in groups if group[0] & animals]
        groups = [group for group in groups if group not in kin]
        members = [member for group in kin for member in group[1]]
        groups.append((animals.union(*(group[0] for group in kin)), [*members, table]))
    return [merged(members) for _, members in groups]
