"""Frames to the two-hour readings that rules judge: what was touched is gathered anew as a whole, so twice is once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from clarine_herd.records import FRAME_MINUTES, MINUTE_BYTES, NO_TEMPERATURE, Behaviour, minutes_of
from clarine_herd.store.tables import query

BIN_H = 2
#: Fewer heard minutes than this say nothing about two hours.
HEARD_MIN = 30
#: Of farms and hours at once: with a hundred animals a farm, some 40,000 frames.
HOURS_MAX = 100

BUDGET = {
    "lying_min": Behaviour.LYING,
    "standing_min": Behaviour.STANDING,
    "walking_min": Behaviour.WALKING,
    "eating_min": Behaviour.EATING,
    "ruminating_min": Behaviour.RUMINATING,
}


async def gather(pool: Any, *, now: datetime, farm_ids: list[int] | None = None) -> int:
    """Bring the readings of farms (None: all) up to *now*: only hours that are over; gives how many readings changed.

    A transaction for each HOURS_MAX. A reading's ``known_since`` is the receipt of the newest frame in it.
    """
    changed = 0
    while (found := await _gather_some(pool, now=now, farm_ids=farm_ids)) is not None:
        changed += found
    return changed


async def _gather_some(pool: Any, *, now: datetime, farm_ids: list[int] | None) -> int | None:
    before = int(now.timestamp() // 3600)
    async with pool.acquire() as connection, connection.transaction():
        hours = await connection.fetch(query("touched_hours"), before, farm_ids, HOURS_MAX)
        if not hours:
            return None
        bins = _bins(hours, await connection.fetch(query("farms_by_id"), sorted({row["farm_id"] for row in hours})))
        frames = await connection.fetch(query("frames_between"), *_ranges(bins))
        worn = await connection.fetch(query("devices_of"), sorted(set(bins["farm_id"])))
        table = _readings(minutes_table(frames), bins, worn)
        await connection.execute(query("stage_binned"))
        rows = table.rows()
        await connection.copy_records_to_table("staged_binned", records=rows, columns=table.columns)
        await connection.execute(query("drop_binned"), bins["farm"].to_list(), bins["start"].to_list())
        merged = await connection.execute(query("merge_binned"))
        return int(merged.rpartition(" ")[2])


async def touch_since(connection: Any, farm: str, device: str, since: datetime) -> None:
    """Gather anew what *device* told since then, because another animal wore it."""
    await connection.execute(query("touch_since"), farm, device, int(since.timestamp() // 60))


def _bins(hours: list[Any], farms: list[Any]) -> pl.DataFrame:
    """The two farm-time hours around each touched one: farm_id, farm, start (farm time), first and last minute in UTC."""
    zones = {row["id"]: (row["farm"], row["zone"]) for row in farms}
    parts = []
    for zone in {zone for _, zone in zones.values()}:
        ours = [(row["farm_id"], row["hour"]) for row in hours if zones[row["farm_id"]][1] == zone]
        local = pl.DataFrame(ours, schema={"farm_id": pl.Int32, "hour": pl.Int64}, orient="row").select(
            "farm_id", pl.from_epoch(pl.col("hour") * 3600, time_unit="s").dt.replace_time_zone("UTC").alias("at")
        )
        # An hour of ours may lie in two bins of a farm whose clock is half an hour off.
        both = pl.concat([local, local.with_columns(pl.col("at") + timedelta(minutes=59))])
        parts.append(
            both.with_columns(start=_bin_start(zone))
            .unique(["farm_id", "start"])
            .select("farm_id", "start", zone=pl.lit(zone), first=_minute(zone, 0), last=_minute(zone, BIN_H))
        )
    names = pl.DataFrame(
        [(number, farm) for number, (farm, _) in zones.items()],
        schema={"farm_id": pl.Int32, "farm": pl.String},
        orient="row",
    )
    return pl.concat(parts).join(names, on="farm_id").sort("farm_id", "first")


def _minute(zone: str, hours: int) -> pl.Expr:
    """The minute since 1970 that is so many farm hours after start; of an hour that is skipped, the one after it."""

    def found(after: int) -> pl.Expr:
        local = pl.col("start") + timedelta(hours=after)
        return local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null").dt.epoch("s") // 60

    return pl.coalesce(found(hours), found(hours + 1))


def _ranges(bins: pl.DataFrame) -> list[list[int]]:
    """farm_ids, first and last minutes such that every frame of the bins lies in one range and in no two."""
    ranges: list[list[int]] = []
    for farm_id, first, last in bins.select("farm_id", pl.col("first") - FRAME_MINUTES + 1, "last").iter_rows():
        if ranges and ranges[-1][0] == farm_id and first <= ranges[-1][2]:
            ranges[-1][2] = last
        else:
            ranges.append([farm_id, first, last])
    return [list(column) for column in zip(*ranges, strict=True)]


def _bin_start(zone: str) -> pl.Expr:
    return pl.col("at").dt.convert_time_zone(zone).dt.replace_time_zone(None).dt.truncate(f"{BIN_H}h")


def minutes_table(frames: list[Any]) -> pl.DataFrame:
    """Rows of frames_between as minutes, one a device and minute: of two that tell of the same, the one received last."""
    names = ("farm_id", "device_id", "minute", "temperature", "received_at")
    columns = {name: [row[name] for row in frames] for name in names}
    whole = FRAME_MINUTES * MINUTE_BYTES
    padded = b"".join([row["body"].ljust(whole, b"\xf0") for row in frames])
    body = np.frombuffer(padded, np.uint8).reshape(-1, FRAME_MINUTES, MINUTE_BYTES)
    owner, table = minutes_of(body, np.array(columns["minute"], np.int64))
    kinds: dict[str, Any] = {
        "farm_id": pl.Int32,
        "device_id": pl.Int32,
        "temperature": pl.Int16,
        "received_at": pl.Datetime("us", "UTC"),
    }
    told = pl.DataFrame({name: columns[name] for name in kinds}, schema=kinds)
    warm = pl.col("temperature").cast(pl.Float64).replace(NO_TEMPERATURE, None) / 100
    rows = pl.concat([told[owner], table], how="horizontal").with_columns(temperature_c=warm)
    key = ["device_id", "minute"]
    if rows.select(pl.struct(key).n_unique()).item() == len(rows):
        return rows
    return rows.sort("received_at").unique(key, keep="last", maintain_order=True)


def _readings(minutes: pl.DataFrame, bins: pl.DataFrame, worn: list[Any]) -> pl.DataFrame:
    """Minutes to the readings of *bins*; minutes outside them or of a collar on nobody are left out."""
    zones = bins.select("farm_id", "farm", "zone").unique()
    placed = worn_by(minutes, worn)
    parts = [
        placed.join(zones.filter(zone=zone), on="farm_id")
        .with_columns(pl.col("minute").alias("at"))
        .with_columns(start=_bin_start(zone))
        for zone in zones["zone"].unique()
    ]
    binned = pl.concat(parts).join(bins.select("farm_id", "start"), on=["farm_id", "start"], how="semi")
    heard = pl.len().cast(pl.Int16)
    behaviour = pl.col("behaviour")
    activity = (pl.col("activity").mean() * BIN_H * 60).round(1)
    return (
        binned.group_by("farm", "animal", "start")
        .agg(
            activity.alias("activity"),
            heard.alias("heard_min"),
            *((behaviour == kind).sum().cast(pl.Int16).alias(name) for name, kind in BUDGET.items()),
            pl.col("temperature_c").median(),
            _mean_angle().alias("angle_deg"),
            pl.col("received_at").max().alias("known_since"),
        )
        .with_columns(pl.when(pl.col("heard_min") >= HEARD_MIN).then("activity").alias("activity"))
        .rename({"start": "measured_at"})
        .sort("farm", "animal", "measured_at")
    )


def _mean_angle() -> pl.Expr:
    """The mean direction, because angles go round; degrees."""
    turn = pl.col("angle") * (2 * np.pi / 256)
    return pl.arctan2(turn.sin().mean(), turn.cos().mean()).degrees()


def worn_by(minutes: pl.DataFrame, worn: list[Any]) -> pl.DataFrame:
    """Minutes with the animal that wore the device then; those of a collar on nobody are left out."""
    time = pl.Datetime("us", "UTC")
    kinds: dict[str, Any] = {
        "farm_id": pl.Int32,
        "device_id": pl.Int32,
        "device": pl.String,
        "animal": pl.String,
        "from_at": time,
        "until_at": time,
    }
    told = [
        (row["farm_id"], row["id"], row["device"], row["animal"] or row["device"], row["from_at"], row["until_at"])
        for row in worn
    ]
    return minutes.join(pl.DataFrame(told, schema=kinds, orient="row"), on=["farm_id", "device_id"]).filter(
        pl.col("from_at").is_null() | (pl.col("minute") >= pl.col("from_at")),
        pl.col("until_at").is_null() | (pl.col("minute") < pl.col("until_at")),
    )
