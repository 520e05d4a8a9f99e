"""What collars sent is kept once, becomes two-hour readings in the farm's own time, and says since when it is known."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import cbor2
import numpy as np
import pytest
import pytest_asyncio

from clarine_herd.feed import taken_in
from clarine_herd.ingest.arrived import Arrived
from clarine_herd.ingest.decode import decoded
from clarine_herd.ingest.refusals import Reason
from clarine_herd.records import Frames
from clarine_herd.store import minutes
from clarine_herd.store.intake import Intake, Taken, open_intake
from clarine_herd.store.minutes import gather
from clarine_herd.store.postgres import Store
from tests.herd.collars import MINUTE, RECEIVED_US, arrived, chirpstack, frame

LATER = datetime.fromtimestamp(RECEIVED_US / 1e6, UTC) + timedelta(days=1)
DAWN = datetime(2000, 1, 1)  # noqa: DTZ001 — farm time has no zone


@pytest_asyncio.fixture
async def intake(herd_database_url: str) -> AsyncIterator[Intake]:
    pool, opened = await open_intake(herd_database_url)
    yield opened
    await pool.close()


def summary(
    farm: str, minute: int, *, collar: str = "1217", seq: int = 1, received_us: int | None = None, **told: Any
) -> Arrived:
    body = cbor2.dumps({"seq": seq, "frame": frame(minute, **told)})
    at = (minute + 16) * 60_000_000 if received_us is None else received_us
    return arrived(f"herd/v1/{farm}/{collar}/summary", body, at)


def two_hours(farm: str, **told: Any) -> list[Arrived]:
    return [summary(farm, MINUTE + 15 * n, seq=n, **told) for n in range(8)]


async def test_the_same_frames_twice_in_any_order_are_there_once(intake: Intake, farm: str) -> None:
    batch = two_hours(farm)
    assert await intake.take(decoded([*batch[:5], *batch[2:4]])) == Taken(5, 2, 0)
    assert await intake.take(decoded(batch[::-1])) == Taken(3, 5, 0)
    # The collar began to count anew, or sent another frame under a number that it used before.
    assert await intake.take(decoded([summary(farm, MINUTE + 200, seq=0)])) == Taken(1, 0, 0)


async def test_two_hours_of_frames_become_one_reading_in_farm_time(
    intake: Intake, herd_store: Store, farm: str
) -> None:
    await herd_store.set_zone("Asia/Kolkata")
    await intake.take(decoded(two_hours(farm)))
    assert await gather(intake.pool, now=LATER) >= 2
    table = await herd_store.readings(DAWN)
    local = datetime.fromtimestamp(MINUTE * 60, UTC) + timedelta(hours=5, minutes=30)
    assert table["measured_at"].to_list() == [
        local.replace(minute=0, tzinfo=None) - timedelta(hours=n) for n in (1, -1)
    ]
    assert table["heard_min"].to_list() == [30, 90]
    first = table.row(0, named=True)
    budget = ("lying_min", "standing_min", "walking_min", "eating_min", "ruminating_min")
    assert [first[name] for name in budget] == [6, 4, 2, 6, 10]
    assert first["activity"] == 17 * 120
    assert abs(first["temperature_c"] - 38.6) < 0.01
    assert abs(first["angle_deg"] + 30 * 360 / 256) < 0.01


async def test_an_hour_that_is_under_way_is_not_judged_yet(intake: Intake, herd_store: Store, farm: str) -> None:
    await intake.take(decoded(two_hours(farm)[:2]))
    now = datetime.fromtimestamp(MINUTE * 60, UTC) + timedelta(minutes=35)
    await gather(intake.pool, now=now)
    assert (await herd_store.readings(DAWN)).is_empty()


async def test_late_minutes_change_the_reading_and_since_when_it_is_known(
    intake: Intake, herd_store: Store, farm: str
) -> None:
    batch = two_hours(farm)
    await intake.take(decoded(batch[:6]))
    await gather(intake.pool, now=LATER)
    (before,) = (await herd_store.readings(DAWN)).rows(named=True)
    late = RECEIVED_US + 5 * 86_400_000_000
    await intake.take(decoded([summary(farm, MINUTE + 105, seq=7, received_us=late)]))
    await intake.take(decoded(batch[:6]))
    await gather(intake.pool, now=LATER)
    (after,) = (await herd_store.readings(DAWN)).rows(named=True)
    assert (before["heard_min"], after["heard_min"]) == (90, 105)
    assert before["known_since"] < after["known_since"] == datetime.fromtimestamp(late / 1e6, UTC)
    await intake.take(decoded(batch))
    await intake.take(decoded([summary(farm, MINUTE + 105, seq=7, received_us=late + 60_000_000)]))
    await gather(intake.pool, now=LATER)
    (again,) = (await herd_store.readings(DAWN)).rows(named=True)
    assert again["heard_min"] == 120
    assert again["known_since"] == after["known_since"]


async def test_of_two_frames_about_the_same_minutes_the_last_received_counts(
    intake: Intake, herd_store: Store, farm: str
) -> None:
    await intake.take(
        decoded([*two_hours(farm), *two_hours(farm, received_us=RECEIVED_US + 7_300_000_000, activity=[99] * 15)])
    )
    later = [
        summary(farm, MINUTE + 15 * n, seq=100 + n, received_us=RECEIVED_US + 9_000_000_000, activity=[50] * 15)
        for n in range(8)
    ]
    await intake.take(decoded(later))
    await gather(intake.pool, now=LATER)
    (found,) = (await herd_store.readings(DAWN)).rows(named=True)
    assert (found["heard_min"], found["activity"]) == (120, 50 * 120)


async def test_a_collar_that_changes_animals_speaks_for_each_in_its_time(
    intake: Intake, herd_store: Store, farm: str
) -> None:
    start = datetime.fromtimestamp(MINUTE * 60, UTC)
    await intake.take(decoded([*two_hours(farm, collar="c1"), *two_hours(farm, collar="c2")]))
    await herd_store.put_on(
        [("c1", "7", start - timedelta(days=9)), ("c1", "8", start + timedelta(hours=1)), ("c2", "", start)]
    )
    await herd_store.put_on([("c2", "9", start + timedelta(hours=1, minutes=30))])
    await gather(intake.pool, now=LATER)
    table = await herd_store.readings(DAWN)
    assert dict(table.select("animal", "heard_min").iter_rows()) == {"7": 60, "8": 60, "9": 30}


async def test_collars_put_on_after_their_data_came_move_it(intake: Intake, herd_store: Store, farm: str) -> None:
    await intake.take(decoded(two_hours(farm, collar="c1")))
    await gather(intake.pool, now=LATER)
    assert (await herd_store.readings(DAWN))["animal"].to_list() == ["c1"]
    await herd_store.put_on([("c1", "7", datetime.fromtimestamp(MINUTE * 60, UTC) - timedelta(hours=1))])
    await gather(intake.pool, now=LATER)
    assert (await herd_store.readings(DAWN))["animal"].to_list() == ["7"]


async def test_what_is_refused_is_counted_and_kept_and_the_rest_is_taken(
    intake: Intake, herd_store: Store, farm: str
) -> None:
    bad = arrived(f"herd/v1/{farm}/1/summary", b"{nonsense")
    old = summary(farm, MINUTE - 9 * 1440, received_us=RECEIVED_US)
    assert await intake.take(decoded([bad, *two_hours(farm), old, bad])) == Taken(8, 0, 3)
    assert await herd_store.refusals(DAWN.date()) == {Reason.SHAPE: 2, Reason.TOO_OLD: 1}
    letters = await herd_store.dead_letters(10)
    assert [(it.reason, it.body) for it in letters if it.reason == "shape"] == [("shape", b"{nonsense")] * 2


async def test_dead_letters_of_a_farm_are_bounded(intake: Intake, herd_store: Store, farm: str) -> None:
    for _ in range(2):
        await intake.take(decoded([arrived(f"herd/v1/{farm}/1/summary", bytes([n % 256])) for n in range(600)]))
    assert len(await herd_store.dead_letters(5000)) == 1000
    assert (await herd_store.refusals(DAWN.date()))[Reason.SHAPE] == 1200


async def test_what_the_database_will_not_have_is_refused_alone(intake: Intake, herd_store: Store, farm: str) -> None:
    nul = arrived(f"herd/v1/{farm}/1/status", b'{"detail": "a\\u0000b"}')
    taken = await taken_in(intake, [*two_hours(farm), nul, *two_hours(farm, collar="2")], partition=-1)
    assert sum(it.new for it in taken) == 16
    assert await herd_store.refusals(DAWN.date()) == {Reason.SHAPE: 1}


async def test_processes_that_take_the_same_frames_at_once_keep_them_once(herd_database_url: str, farm: str) -> None:
    batch = [it for collar in range(30) for it in two_hours(farm, collar=f"c{collar}")]
    pools = [await open_intake(herd_database_url) for _ in range(3)]
    dice = np.random.default_rng(1)
    shuffled = [[batch[n] for n in dice.permutation(len(batch))] for _ in pools]
    taken = await asyncio.gather(*(own.take(decoded(part)) for (_, own), part in zip(pools, shuffled, strict=True)))
    assert sum(it.new for it in taken) == len(batch)
    assert sum(it.known for it in taken) == 2 * len(batch)
    for pool, _ in pools:
        await pool.close()


def test_no_frames_are_no_rows() -> None:
    assert len(Frames.joined([Frames.empty(), Frames.empty()])) == 0


async def test_the_farms_air_comes_in_by_its_topic_or_a_sensors_codec_on_the_farms_clock(
    intake: Intake, farm: str, herd_store: Store
) -> None:
    await herd_store.set_zone("Asia/Kolkata")
    at = datetime.fromtimestamp(RECEIVED_US / 1e6, UTC)
    by_topic = arrived(f"herd/v1/{farm}/shed/climate", b'{"temperature_c": 31.5, "humidity_pct": 74}')
    told = {"temperature_c": 33, "humidity_pct": 60, "at": (at - timedelta(minutes=30)).isoformat()}
    uplink = arrived("application/x/device/70b3d57ed0000001/event/up", chirpstack(data=b"\x99", object=told, farm=farm))
    wrong = [
        arrived(f"herd/v1/{farm}/shed/climate", body)
        for body in (b'{"temperature_c": 31.5}', b'{"temperature_c": 31.5, "humidity_pct": 140}')
    ]
    old = arrived(f"herd/v1/{farm}/shed/climate", b'{"temperature_c": 1, "humidity_pct": 1, "at": 1000000000}')
    for _ in range(2):
        taken = await intake.take(decoded([by_topic, uplink, *wrong, old]))
        assert (taken.air, taken.refused, taken.is_news) == (2, 3, True)
    local = at.astimezone(ZoneInfo("Asia/Kolkata")).replace(tzinfo=None)
    table = await herd_store.climate(local - timedelta(days=1))
    assert table["measured_at"].to_list() == [local - timedelta(minutes=30), local]
    assert table["temperature_c"].to_list() == [33.0, 31.5]


async def test_a_long_outage_is_gathered_to_its_end_at_once(
    intake: Intake, farm: str, herd_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minutes, "HOURS_MAX", 2)
    await intake.take(decoded([summary(farm, MINUTE + 60 * hour, seq=hour) for hour in range(12)]))
    await gather(intake.pool, now=LATER, farm_ids=await herd_store.farm_ids())
    assert (await herd_store.readings(DAWN))["heard_min"].sum() == 12 * 15
