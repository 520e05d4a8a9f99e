"""The farm's collars: who is heard, who is silent, whose battery ends, and which hangs the wrong way round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import polars as pl

from clarine_herd.kinds import Kind
from clarine_herd.known import DeviceFact

INTERVAL_MIN = 15
SILENT = timedelta(hours=12)
#: A collar that has been silent for this long may have been taken off, and is no witness of the gateway.
GONE = timedelta(days=2)
GATEWAY_SHARE, GATEWAY_DEVICES_MIN = 0.5, 4
BATTERY_LOW_PERCENT = 15.0
#: A collar that turned round its neck hangs by this much more than it did in the week before.
LOOSE_DEG = 60.0
LOOSE_BINS = 3
LOOSE_PAST = timedelta(days=7)


class Silence(StrEnum):
    """Since when nothing came from a collar."""

    HEARD = "heard"
    #: For more than two of its intervals.
    LATE = "late"
    #: For more than twelve hours.
    SILENT = "silent"
    #: Late together with more than half of the farm: the gateway, not the collar.
    GATEWAY = "gateway"


@dataclass(frozen=True, slots=True)
class Collar:
    """One device as it is now; ``heard_at`` is when its newest minutes ended, None when it sent none for eight days."""

    device: str
    animal: str
    heard_at: datetime | None
    interval_min: int
    battery_percent: float | None
    rssi_dbm: int | None
    silence: Silence = Silence.HEARD


def with_silence(collars: Sequence[Collar], now: datetime) -> list[Collar]:
    """Tell late and silent collars apart from a gateway that is down: more than half of four or more late together."""
    late = {it.device for it in collars if it.heard_at is None or now - it.heard_at > 2 * _interval(it)}
    witnesses = [it for it in collars if it.heard_at is not None and now - it.heard_at < GONE]
    lost = len([it for it in witnesses if it.device in late])
    gateway = len(witnesses) >= GATEWAY_DEVICES_MIN and lost > GATEWAY_SHARE * len(witnesses)
    among = {it.device for it in witnesses} if gateway else set()
    return [_told(it, now, late=it.device in late, gateway=it.device in among) for it in collars]


def battery_facts(collars: Sequence[Collar], zone: ZoneInfo) -> list[DeviceFact]:
    """Collars whose battery ends soon, since they were last heard; once a day at most, since it does not change by the hour."""
    return [
        DeviceFact(
            it.animal,
            Kind.BATTERY,
            it.heard_at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None),
            it.battery_percent,
        )
        for it in collars
        if it.heard_at is not None and it.battery_percent is not None and it.battery_percent <= BATTERY_LOW_PERCENT
    ]


def loose_facts(table: pl.DataFrame) -> list[DeviceFact]:
    """Collars that hang LOOSE_DEG otherwise in each of their last readings (readings.SCHEMA) than in the week before."""
    told = table.drop_nulls("angle_deg").sort("animal", "measured_at")
    if told.is_empty():
        return []
    last = told.group_by("animal", maintain_order=True).tail(LOOSE_BINS)
    since = last.group_by("animal").agg(pl.col("measured_at").min().alias("since"), pl.len().alias("bins"))
    before = told.join(since.filter(pl.col("bins") == LOOSE_BINS), on="animal").filter(
        pl.col("measured_at") < pl.col("since"), pl.col("measured_at") >= pl.col("since") - LOOSE_PAST
    )
    turn = pl.col("angle_deg").radians()
    usual = before.group_by("animal").agg(
        pl.arctan2(turn.sin().mean(), turn.cos().mean()).degrees().alias("usual"), pl.len().alias("past")
    )
    away = ((pl.col("angle_deg") - pl.col("usual") + 540) % 360 - 180).abs()
    found = (
        last.join(usual.filter(pl.col("past") >= LOOSE_BINS), on="animal")
        .group_by("animal")
        .agg(away.min().alias("away"), pl.col("measured_at").min().alias("since"))
        .filter(pl.col("away") > LOOSE_DEG)
        .sort("animal")
    )
    return [
        DeviceFact(row["animal"], Kind.LOOSE_COLLAR, row["since"], row["away"]) for row in found.iter_rows(named=True)
    ]


def _interval(collar: Collar) -> timedelta:
    return timedelta(minutes=collar.interval_min)


def _told(collar: Collar, now: datetime, *, late: bool, gateway: bool) -> Collar:
    if not late:
        return collar
    silent = collar.heard_at is None or now - collar.heard_at > SILENT
    silence = Silence.GATEWAY if gateway else Silence.SILENT if silent else Silence.LATE
    return Collar(
        collar.device,
        collar.animal,
        collar.heard_at,
        collar.interval_min,
        collar.battery_percent,
        collar.rssi_dbm,
        silence,
    )
