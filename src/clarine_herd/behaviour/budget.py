"""From rows to minutes to time budgets: what an animal did, how long, and how much of the time nobody can say.

A minute belongs to the behaviour with most of its seconds; the budget's columns are those of Herd's readings when the
labels are lying, standing, walking, eating and ruminating.
"""

from __future__ import annotations

import polars as pl

from clarine_herd.behaviour.dwell import held
from clarine_herd.behaviour.model import UNSURE, Answer, Model
from clarine_herd.behaviour.recording import Numbers
from clarine_herd.behaviour.views import View

#: No behaviour that counts in a day's budget is shorter; what looks like it is a doubt.
SHORTEST_S = 10.0
#: The longest time that a slow collar's row speaks for.
ROW_S_MAX = 30.0
#: With less of a minute heard than this, the minute was not heard.
HEARD_S_MIN = 20.0
PERIODS_MIN = (1, 5, 10, 15, 30, 60, 120)


def minutes_of(model: Model, view: View, answer: Answer) -> pl.DataFrame:
    """One row per animal and minute heard: ``animal``, ``measured_at`` (its start), ``behaviour`` or "unsure", ``share``."""
    places = answer.shares.argmax(axis=1)
    gap_s = model.cut.window_s if model.cut.fast else ROW_S_MAX
    kept = held(places, time_s=view.time_s, day=view.day, shortest_s=SHORTEST_S, gap_s=gap_s)
    rows = pl.DataFrame(
        {
            "animal": view.group,
            "measured_at": pl.Series((view.time_s * 1e6).astype("int64")).cast(pl.Datetime("us")).dt.truncate("1m"),
            "behaviour": model.classes[kept],
            "sure": answer.sure,
            "share": answer.shares.max(axis=1),
            "seconds": _seconds(model, view),
        }
    ).with_columns(behaviour=pl.when("sure").then("behaviour").otherwise(pl.lit(UNSURE)))
    key = ["animal", "measured_at"]
    by_behaviour = rows.group_by(*key, "behaviour").agg(pl.col("seconds").sum(), pl.col("share").mean())
    return (
        by_behaviour.with_columns(heard=pl.col("seconds").sum().over(key))
        .filter(pl.col("heard") >= HEARD_S_MIN)
        .sort(*key, "seconds", "behaviour", descending=[False, False, True, False])
        .group_by(key, maintain_order=True)
        .first()
        .select(*key, "behaviour", "share")
    )


def budgets_of(minutes: pl.DataFrame, *, labels: list[str], period_min: int) -> pl.DataFrame:
    """Minutes (as above) per period: ``animal``, ``measured_at``, ``heard_min``, one ``…_min`` per label, ``unsure_min``.

    Periods begin at midnight; *period_min* is one of PERIODS_MIN. Unsure minutes are not heard: nothing is known of them.
    """
    assert period_min in PERIODS_MIN
    counted = [(pl.col("behaviour") == label).sum().cast(pl.Int16).alias(f"{label}_min") for label in [*labels, UNSURE]]
    return (
        minutes.group_by("animal", pl.col("measured_at").dt.truncate(f"{period_min}m"))
        .agg((pl.col("behaviour") != UNSURE).sum().cast(pl.Int16).alias("heard_min"), *counted)
        .sort("animal", "measured_at")
    )


def _seconds(model: Model, view: View) -> Numbers | float:
    if model.cut.fast:
        return model.cut.step_s
    own = pl.DataFrame({"day": view.day, "at": view.time_s})
    ahead = pl.col("at").shift(-1).over("day") - pl.col("at")
    return own.select(ahead.fill_null(1.0 / model.cut.rate_hz).clip(0.0, ROW_S_MAX)).to_series().to_numpy()
