"""The one table that rules judge, whatever the collar: animal, farm time, activity, time budget, index and lactation.

Times are the farm's own wall clock without a zone, because an animal's normal follows the farm's day.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

#: activity: the collar's count for the time up to the next reading; index: the system's own activity change, −100…100.
#: heard_min: how many of the minutes were heard; the budget counts those minutes (chewing the cud is not also lying).
#: angle_deg: the mean posture of the collar, by which one that turned round its neck is found.
#: known_since: our time at which the row had its present values; judged earlier, it was not there. The store sets it.
SCHEMA: dict[str, pl.DataType] = {
    "animal": pl.String(),
    "measured_at": pl.Datetime("us"),
    "activity": pl.Float64(),
    "activity_index": pl.Float64(),
    "lactation_days": pl.Int32(),
    "lactation_status": pl.String(),
    "heard_min": pl.Int16(),
    "lying_min": pl.Int16(),
    "standing_min": pl.Int16(),
    "walking_min": pl.Int16(),
    "eating_min": pl.Int16(),
    "ruminating_min": pl.Int16(),
    "temperature_c": pl.Float64(),
    "angle_deg": pl.Float64(),
    "known_since": pl.Datetime("us", "UTC"),
}

KEY = ("animal", "measured_at")
#: A row without any of these says nothing.
MEASURED = ("activity", "activity_index", "heard_min")


def empty() -> pl.DataFrame:
    """No readings, in the right shape."""
    return pl.DataFrame(schema=SCHEMA)


def shaped(table: pl.DataFrame) -> pl.DataFrame:
    """*table* with the columns of SCHEMA in their order; what it does not have is unknown (null)."""
    return pl.concat([empty(), table.select(name for name in SCHEMA if name in table.columns)], how="diagonal")


def merged(tables: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Tables (SCHEMA each) as one, one row per animal and time, sorted by both; the last value that is there wins.

    Rows without activity, index and time budget are left out: silence is the absence of a reading.
    """
    table = pl.concat([empty(), *map(shaped, tables)])
    values = [name for name in SCHEMA if name not in KEY]
    return (
        table.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in MEASURED))
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
