"""The registry tells a silent collar from a gateway that is down, and sees batteries and collars that turned."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from clarine_herd.ingest.arrived import Decoded, Report
from clarine_herd.ingest.decode import decoded
from clarine_herd.kinds import Kind
from clarine_herd.known import DeviceFact
from clarine_herd.readings import shaped
from clarine_herd.registry import Collar, Silence, battery_facts, loose_facts, with_silence
from clarine_herd.store.intake import Intake
from clarine_herd.store.postgres import Store
from tests.herd.collars import arrived, chirpstack, frame

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAWN = datetime(2026, 11, 20)  # noqa: DTZ001 — farm time has no zone


def collar(name: str, minutes_ago: float | None, *, interval_min: int = 15, battery: float | None = 80) -> Collar:
    heard = None if minutes_ago is None else NOW - timedelta(minutes=minutes_ago)
    return Collar(name, name, heard, interval_min, battery, -97)


def silences(*collars: Collar) -> list[str]:
    return [it.silence for it in with_silence(collars, NOW)]


def test_a_collar_is_late_after_two_of_its_intervals_and_silent_after_twelve_hours() -> None:
    herd = [collar(f"h{n}", 5) for n in range(6)]
    found = silences(collar("a", 30), collar("b", 31), collar("c", 31, interval_min=60), collar("d", 721), *herd)
    assert found[:4] == [Silence.HEARD, Silence.LATE, Silence.HEARD, Silence.SILENT]
    assert set(found[4:]) == {Silence.HEARD}


def test_when_more_than_half_are_late_together_it_is_the_gateway() -> None:
    heard, late = [collar(f"h{n}", 5) for n in range(3)], [collar(f"l{n}", 90) for n in range(4)]
    assert silences(*heard, *late) == [Silence.HEARD] * 3 + [Silence.GATEWAY] * 4
    assert silences(*heard, *late[:3]) == [Silence.HEARD] * 3 + [Silence.LATE] * 3
    assert silences(*late[:3]) == [Silence.LATE] * 3, "three collars are no witnesses"


def test_collars_in_a_drawer_are_no_witnesses_of_the_gateway() -> None:
    drawer = [collar(f"d{n}", 3 * 1440) for n in range(20)] + [collar("never", None)]
    herd = [collar(f"h{n}", 5) for n in range(4)]
    assert set(silences(*herd, *drawer)) == {Silence.HEARD, Silence.SILENT}


def test_a_battery_that_ends_is_a_fact_of_the_day() -> None:
    found = battery_facts(
        [collar("a", 5, battery=15), collar("b", 5, battery=16), collar("c", 5, battery=None)], ZoneInfo("Asia/Kolkata")
    )
    assert found == [DeviceFact("a", Kind.BATTERY, datetime(2026, 11, 23), 15)]  # noqa: DTZ001


def angles(animal: str, *values: float) -> pl.DataFrame:
    times = [DAWN + timedelta(hours=2 * n) for n in range(len(values))]
    return shaped(
        pl.DataFrame({"animal": [animal] * len(values), "measured_at": times, "angle_deg": values}).with_columns(
            pl.col("measured_at").cast(pl.Datetime("us"))
        )
    )


def test_a_collar_that_turned_round_the_neck_is_loose_and_one_that_looks_down_to_graze_is_not() -> None:
    table = pl.concat(
        [
            angles("turned", *[-30.0] * 30, 150.0, 160.0, -170.0),
            angles("grazing", *[-30.0, 10.0] * 15, -60.0, -70.0, 20.0),
            angles("over the edge", *[175.0] * 30, -175.0, -170.0, 178.0),
            angles("back again", *[-30.0] * 30, 150.0, 160.0, -28.0),
            angles("new", 150.0, 10.0),
        ]
    )
    assert [(it.animal, it.kind, it.since) for it in loose_facts(table)] == [
        ("turned", Kind.LOOSE_COLLAR, DAWN + timedelta(hours=60))
    ]
    assert loose_facts(table.head(0)) == []


async def test_the_registry_knows_animal_battery_signal_and_when_a_collar_was_last_heard(
    herd_store: Store, farm: str
) -> None:
    minute = int(time.time() // 60) - 45
    intake = Intake(herd_store.pool)
    for n in range(2):
        body = chirpstack("70b3", counter=n, data=frame(minute + 15 * n, battery_percent=60), farm=farm)
        await intake.take(decoded([arrived("application/x/device/70b3/event/up", body, (minute + 31) * 60_000_000)]))
    now = datetime.fromtimestamp((minute + 46) * 60, UTC)
    await herd_store.put_on([("70b3", "1217", now - timedelta(days=30))])
    await intake.take(
        Decoded(reports=[Report(farm, "gone", "status", (minute + 1) * 60_000_000, battery_percent=9, rssi_dbm=-120)])
    )
    heard = datetime.fromtimestamp((minute + 30) * 60, UTC)
    assert await herd_store.collars(now) == [
        Collar("70b3", "1217", heard, 15, 60, -97),
        Collar("gone", "gone", None, 15, 9, -120, Silence.SILENT),
    ]
