"""Will she calve tomorrow? Days of activity, rumination and lying against the cow's own days before, each cow left out."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import polars as pl

from clarine_herd.behaviour import ridge
from clarine_herd.behaviour.recording import Numbers, Texts
from clarine_herd.behaviour.scores import area_under_curve, interval

FILE = "calving_day.parquet"
MEASURES = ("mtotalmotion", "mtotalsteps", "mhourslying", "mlyingbouts", "mrumination", "mactivity")
DAYS_BACK = 7
PENALTY = 30.0
#: The start values of the rule (docs/reference/herd-alerts.md): the part of normal from which a point is given.
POINTS = (("mrumination", -1, (0.85, 0.7)), ("mlyingbouts", 1, (1.3, 1.6)), ("mactivity", 1, (1.15, 1.4)))
SURE_D = 2


def lines(folder: Path) -> list[str]:
    """Markdown table rows: figure, reached, target."""
    days = pl.read_parquet(folder / FILE).sort("cow", "lactation_number_in_data", "daysprior")
    features, points, tomorrow, cow = _rows(days)
    trained = _left_out(features, tomorrow, cow)
    rows = []
    for name, score, target in (
        ("a ridge on the cow's days, trained with each cow left out", trained, "≥ .86"),
        ("the rule's start values, which were trained on nothing", points, "–"),
    ):
        area = interval(lambda chosen, score=score: area_under_curve(tomorrow[chosen], score[chosen]), cow)  # type: ignore[misc]
        rows.append(
            f"| Calves tomorrow ({int(tomorrow.sum())} calvings): area under the curve, {name} | {area} | {target} |"
        )
    return rows


def _rows(days: pl.DataFrame) -> tuple[Numbers, Numbers, np.ndarray, Texts]:
    """Features (n, 27), points (n,), whether she calves tomorrow (n,), and the cow (n,); the day itself is left out."""
    features, points, tomorrow, cows = [], [], [], []
    for (cow, _), own in days.group_by("cow", "lactation_number_in_data", maintain_order=True):
        values = own.select(MEASURES).to_numpy().astype(np.float64)
        for at, (prior, due, parity) in enumerate(own.select("daysprior", "predictedcalving", "parity").iter_rows()):
            if prior < 0:
                now, before = values[at], values[max(0, at - DAYS_BACK) : at]
                features.append([*_features(now, before), due, min(due, 3), parity == "primiparous"])
                points.append(_points(now, before, due))
                tomorrow.append(prior == -1)
                cows.append(f"{cow:.0f}")
    return np.array(features, dtype=np.float64), np.array(points), np.array(tomorrow), np.array(cows)


def _normal(before: Numbers) -> Numbers:
    with warnings.catch_warnings():
        # A cow without days before has no normal, and NaN says so.
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.nanmedian(before, axis=0) if len(before) >= 2 else np.full(len(MEASURES), np.nan)


def _features(now: Numbers, before: Numbers) -> list[float]:
    today, normal = np.log(np.maximum(now, 0.01)), np.log(np.maximum(_normal(before), 0.01))
    yesterday = np.log(np.maximum(before[-1], 0.01)) if len(before) else np.full(len(MEASURES), np.nan)
    return [*today, *(today - normal), *(today - yesterday), *((today + yesterday) / 2 - normal)]


def _points(now: Numbers, before: Numbers, due: float) -> float:
    part = dict(zip(MEASURES, now / np.maximum(_normal(before), 0.01), strict=True))
    signs = sum(sign * part[name] >= sign * level for name, sign, levels in POINTS for level in levels)
    return float(signs) + (due <= SURE_D)


def _left_out(features: Numbers, tomorrow: np.ndarray, cow: Texts) -> Numbers:
    score = np.zeros(len(cow))
    for one in np.unique(cow):
        out = cow == one
        middle = np.nanmedian(features[~out], axis=0)
        known = np.where(np.isnan(features), middle, features)
        learned = ridge.fitted(known[~out], tomorrow[~out].astype(np.str_), penalty=PENALTY)
        score[out] = learned.scores(known[out])[:, 1]
    return score
