"""Readings as JSON, for collars that speak HTTP: ``{"readings": [{"animal", "measured_at", "activity", …}]}``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import polars as pl

from clarine_herd.readings import SCHEMA

BODY_BYTES_MAX = 2_000_000
ROWS_MAX = 10_000

Number = Annotated[float, msgspec.Meta(ge=0, le=1_000_000)]
Index = Annotated[float, msgspec.Meta(ge=-100, le=100)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One reading; a time without an offset is the farm's own wall clock."""

    animal: Name
    measured_at: datetime
    activity: Number | None = None
    activity_index: Index | None = None
    lactation_days: Annotated[int, msgspec.Meta(ge=0, le=5_000)] | None = None
    lactation_status: Annotated[str, msgspec.Meta(max_length=64)] | None = None


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
    columns = {name: [getattr(row, name) for row in batch.readings] for name in SCHEMA if name != "measured_at"}
    times = [_farm_time(row.measured_at, zone) for row in batch.readings]
    table = pl.DataFrame(columns | {"measured_at": times}, schema_overrides=SCHEMA).select(*SCHEMA)
    bare = table.select((pl.col("activity").is_null() & pl.col("activity_index").is_null()).arg_true())
    if not bare.is_empty():
        raise RefusedRowsError(f"Neither activity nor activity_index - at `$.readings[{bare.item(0, 0)}]`")
    return table


def _farm_time(at: datetime, zone: ZoneInfo) -> datetime:
    return at if at.tzinfo is None else at.astimezone(zone).replace(tzinfo=None)
