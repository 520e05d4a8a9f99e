"""The real exports, where they are: ../shared/data/herd beside the repository. Without them these have no case."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from clarine_herd.gather import Gathered, gathered
from clarine_herd.kinds import Kind, Priority, Rule
from clarine_herd.settings import Settings

HERD = Path(__file__).parents[3] / "shared" / "data" / "herd"
#: Empty where the data is not: pytest then says "got empty parameter set".
FOLDERS = [HERD / "heatime_exports"] if (HERD / "heatime_exports").is_dir() else []

needs_shared_data = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def read(folder: Path) -> Gathered:
    return gathered(Settings("", "", "", herd_data=folder))


@needs_shared_data
def test_all_exports_are_read_and_the_malformed_refused_by_name(folder: Path) -> None:
    found = read(folder)
    files = {item["file"]: item["animals"] for item in found.files_read}
    assert len(files) == 5
    assert {item.file for item in found.files_refused} == {"text_malformed.xlsx", "zero_byte_file.xls"}
    # 97 cows in the weekly exports, 6 of whose collars were never heard, and 10 in the German one.
    assert (found.animals, files["excel_ger.xls"]) == (107, 10)
    assert [herd["animal"].n_unique() for herd in found.herds] == [91, 10]


@needs_shared_data
def test_the_table_agrees_with_the_one_made_from_the_same_exports(folder: Path) -> None:
    known = pl.read_parquet(folder.parent / "heatime_activity_2h.parquet").drop_nulls("Raw Activity Data")
    ours = read(folder).herds[0].drop_nulls("activity")
    assert len(ours) == known.select(pl.struct("Cow Number", "Date", "Time")).n_unique()
    assert ours["activity"].sum() == known["Raw Activity Data"].sum()


@needs_shared_data
def test_heats_agree_with_the_reference_as_far_as_the_rule_can_see_them(folder: Path) -> None:
    heats = (
        pl.read_parquet(folder.parent / "heatime_reference_heats.parquet")
        .filter(pl.col("start_dt_heat").is_not_null() & (pl.col("duration_heat") >= 4))
        .select(pl.col("Cow Number").cast(pl.String), "start_dt_heat", "stop_dt_heat")
    )
    alerts = [alert for alert in read(folder).alerts() if alert.traits.rule is Rule.HEAT]
    found = sum(
        any(a.animal == cow and a.started_at <= stop and a.last_at >= start for a in alerts)
        for cow, start, stop in heats.rows()
    )
    assert len(heats) >= 14
    assert found / len(heats) >= 0.9


@needs_shared_data
def test_the_farm_is_not_drowned_in_alerts(folder: Path) -> None:
    found = read(folder)
    cow_days = sum(herd.select("animal", pl.col("measured_at").dt.date()).n_unique() for herd in found.herds)
    told = [alert for alert in found.alerts() if alert.traits.priority is not Priority.INFORMATIONAL]
    assert {alert.kind for alert in told} == {Kind.HEAT, Kind.ILLNESS, Kind.NO_MOVEMENT}
    assert 100 * len(told) / cow_days < 3


@needs_shared_data
def test_where_the_reference_looks_our_heats_are_its_heats(folder: Path) -> None:
    reference = pl.read_parquet(folder.parent / "heatime_reference_heats.parquet").with_columns(
        pl.col("Cow Number").cast(pl.String)
    )
    heats = reference.drop_nulls("start_dt_heat").select("Cow Number", "start_dt_heat", "stop_dt_heat").rows()
    cows = set(reference["Cow Number"])
    days = reference["max_dim_heat"].max()
    assert isinstance(days, float)
    ours = [
        alert
        for alert in read(folder).alerts()
        if alert.traits.rule is Rule.HEAT and alert.animal in cows and (alert.days_since_calving or 0) <= days
    ]
    right = sum(
        any(a.animal == cow and a.started_at <= stop and a.last_at >= start for cow, start, stop in heats) for a in ours
    )
    assert len(ours) >= 12
    assert right / len(ours) >= 0.9
