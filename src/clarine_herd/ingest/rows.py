"""Readings as JSON, for collars that speak HTTP: ``{"readings": [{"animal", "measured_at", "activity", …}]}``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import polars as pl

from clarine_herd.readings import MEASURED, SCHEMA, shaped

BODY_BYTES_MAX = 2_000_000
ROWS_MAX = 10_000

Number = Annotated[float, msgspec.Meta(ge=0, le=1_000_000)]
Index = Annotated[float, msgspec.Meta(ge=-100, le=100)]
Minutes = Annotated[int, msgspec.Meta(ge=0, le=1440)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One reading; a time without an offset is the farm's own wall clock."""

    animal: Name
    measured_at: datetime
    activity: Number | None = None
    activity_index: Index | None = None
    lactation_days: Annotated[int, msgspec.Meta(ge=0, le=5_000)] | None = None
    lactation_status: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    heard_min: Minutes | None = None
    lying_min: Minutes | None = None
    standing_min: Minutes | None = None
    walking_min: Minutes | None = None
    eating_min: Minutes | None = None
    ruminating_min: Minutes | None = None
    temperature_c: Annotated[float, msgspec.Meta(ge=20, le=50)] | None = None


class Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One POST: 1 to 10,000 readings."""

    readings: Annotated[tuple[Row, ...], msgspec.Meta(min_length=1, max_length=ROWS_MAX)]


class RefusedRowsError(Exception):
    """The body is not a batch of readings; the message says where and why."""


def table_of(body: bytes, zone: ZoneInfo) -> pl.DataFrame:
    """A POST's body as readings.SCHEMA, times moved to the farm's *zone*. Raises RefusedRowsError."""
    try:
        batch = msgspec.json.decode(body, type=Batch)
    except msgspec.MsgspecError as reason:
        raise RefusedRowsError(str(reason)) from reason
    columns = {name: [getattr(row, name) for row in batch.readings] for name in Row.__struct_fields__}
    columns["measured_at"] = [_farm_time(row.measured_at, zone) for row in batch.readings]
    table = pl.DataFrame(columns, schema_overrides={name: SCHEMA[name] for name in columns})
    bare = table.select(pl.all_horizontal(pl.col(name).is_null() for name in MEASURED).arg_true())
    if not bare.is_empty():
        raise RefusedRowsError(f"None of {', '.join(MEASURED)} - at `$.readings[{bare.item(0, 0)}]`")
    return shaped(table)


def _farm_time(at: datetime, zone: ZoneInfo) -> datetime:
    return at if at.tzinfo is None else at.astimezone(zone).replace(tzinfo=None)
