"""Heats: agreement with what another program found in real exports, and heats injected into traces of animals in calf."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from clarine_herd.alerts import Alert, alerts_of
from clarine_herd.ingest.heatime import read_folder
from clarine_herd.kinds import Rule
from clarine_herd.normal import DAYS_MIN, PREGNANT
from clarine_herd.readings import merged

#: An alert belongs to a heat when it begins at most so long before or after it.
NEAR = timedelta(hours=12)
#: Duration in hours and peak of the index, mean and standard deviation (Silper 2015, 111 episodes).
HOURS, PEAK = (14.3, 4.1), (77.3, 19.5)
ROUNDS = 10
#: Spread on the square-root scale of the same exports, by which a peak of the index becomes a count.
COUNT_SD = 0.8
TRACE_DAYS = 12
#: The English exports are one herd's; the German one is another's, from another time.
EXPORTS = "February"

Heat = tuple[str, datetime, datetime]


def lines(folder: Path) -> list[str]:
    """The heat part of the page as Markdown table rows: figure, reached, target."""
    files, _ = read_folder(folder / "heatime_exports")
    table = merged(file.table for file in files if file.file.startswith(EXPORTS)).drop("known_since")
    return [*_agreement(table, folder), *_injected(table)]


def _heats_said(table: pl.DataFrame) -> list[Alert]:
    return [alert for alert in alerts_of(table) if alert.traits.rule is Rule.HEAT]


def _agreement(table: pl.DataFrame, folder: Path) -> list[str]:
    known = pl.read_parquet(folder / "heatime_reference_heats.parquet").drop_nulls("start_dt_heat")
    columns = known.select(pl.col("Cow Number").cast(pl.String), "start_dt_heat", "stop_dt_heat")
    heats = [(cow, first, last) for cow, first, last in columns.iter_rows()]
    start = table["measured_at"].min()
    assert isinstance(start, datetime)
    learnt = [heat for heat in heats if heat[1] >= start + timedelta(days=DAYS_MIN)]
    long = [heat for heat in learnt if heat[2] - heat[1] >= timedelta(hours=4)]
    said = _heats_said(table)
    return [
        f"| {name} | {sum(any(_meets(alert, heat) for alert in said) for heat in some)} of {len(some)} | – |"
        for name, some in (
            ("reference heats found, all", heats),
            (f"reference heats found, after the first {DAYS_MIN} days, which are learnt from", learnt),
            ("of these, heats of 4 h or more between first and last bin", long),
        )
    ]


def _injected(table: pl.DataFrame) -> list[str]:
    # What follows the calving is taken out, and an animal whose calm trace is short is no place for a heat.
    carried = pl.col("lactation_status").str.to_lowercase().is_in(PREGNANT).fill_null(value=False)
    calm = (
        table.filter(carried)
        .group_by("animal")
        .agg(pl.len(), first=pl.col("measured_at").min(), last=pl.col("measured_at").max())
    )
    calm = calm.filter((pl.col("last") - pl.col("first")) >= timedelta(days=TRACE_DAYS)).sort("animal")
    cows = calm["animal"].to_list()
    kept = table.filter(~pl.col("animal").is_in(cows) | carried)
    found = put = said = 0
    for seed in range(ROUNDS):
        dice = np.random.default_rng(seed)
        heats, changed = [], kept
        for cow, _, first, last in calm.iter_rows():
            heat, changed = _with_heat(changed, cow, dice, first, (last - first).days)
            heats.append(heat)
        alerts = [alert for alert in _heats_said(changed) if alert.animal in cows]
        put, said = put + len(heats), said + len(alerts)
        found += sum(any(_meets(alert, heat) for alert in alerts) for heat in heats)
    days = ROUNDS * sum((last - first).days - DAYS_MIN for _, _, first, last in calm.iter_rows())
    return [
        f"| simulated heats: sensitivity, {put} heats in {len(cows)} animals in calf | {found / put:.1%} | ≥ 90 % |",
        f"| simulated heats: PPV | {found / max(said, 1):.1%} | ≥ 85 % |",
        f"| simulated heats: false alerts in 100 cow-days ({days} days) | {100 * (said - found) / days:.2f} | ≤ 0.5 |",
    ]


def _with_heat(
    table: pl.DataFrame, cow: str, dice: np.random.Generator, start: datetime, days: int
) -> tuple[Heat, pl.DataFrame]:
    first = start + timedelta(hours=float(dice.uniform((DAYS_MIN + 3) * 24, (days - 2) * 24)))
    hours = float(np.clip(dice.normal(*HOURS), 4, 26))
    peak = float(np.clip(dice.normal(*PEAK), 30, 100))
    part = ((pl.col("measured_at") - first).dt.total_seconds() / 3600 + 1) / hours
    inside = (pl.col("animal") == cow) & (part > 0) & (part < 1)
    shape = peak * (part.clip(0, 1) * np.pi).sin().sqrt()
    count = (pl.col("activity").sqrt() + shape / 10 * COUNT_SD) ** 2
    index = pl.max_horizontal("activity_index", shape)
    changed = table.with_columns(
        activity=pl.when(inside).then(count).otherwise("activity"),
        activity_index=pl.when(inside & pl.col("activity_index").is_not_null()).then(index).otherwise("activity_index"),
    )
    return (cow, first, first + timedelta(hours=hours)), changed


def _meets(alert: Alert, heat: Heat) -> bool:
    cow, first, last = heat
    return alert.animal == cow and first - NEAR <= alert.started_at <= last + NEAR
