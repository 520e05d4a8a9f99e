"""Figures of merit and their uncertainty: macro-F1, average precision, area under the curve, bootstrap over animals.

Animals are what a herd has more of, so intervals draw animals, not windows: windows of one animal are no new evidence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clarine_herd.behaviour.recording import Numbers, Texts

DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its 95 % interval over animals."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}–{self.high:.3f})"


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """How one class is found: how many rows have it, and the parts of the found (precision) and of the true (recall)."""

    label: str
    rows: int
    precision: float
    recall: float
    f1: float


def by_class(true: Texts, said: Texts) -> list[ClassFigures]:
    """One line for each label of *true* (n,) or *said* (n,)."""
    lines = []
    for label in np.unique(np.concatenate([true, said])):
        both = int(((true == label) & (said == label)).sum())
        are, called = int((true == label).sum()), int((said == label).sum())
        lines.append(
            ClassFigures(str(label), are, both / max(called, 1), both / max(are, 1), 2 * both / max(are + called, 1))
        )
    return lines


def macro_f1(true: Texts, said: Texts) -> float:
    """The mean F1 of the labels that occur in *true*; a label that is only said costs the others."""
    return float(np.mean([line.f1 for line in by_class(true, said) if line.rows]))


def accuracy_by_animal(true: Texts, said: Texts, group: Texts) -> dict[str, float]:
    """Animal → part of its rows that are right."""
    return {str(one): float((true == said)[group == one].mean()) for one in np.unique(group)}


def average_precision(true: NDArray[np.bool_], score: Numbers) -> float:
    """The mean precision at each true row, going down the scores; equal scores are taken together."""
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(true[order])
    last = np.r_[np.diff(score[order]) != 0, True]
    found = np.diff(np.r_[0, hits[last]])
    precision = hits[last] / (np.flatnonzero(last) + 1)
    return float((precision * found).sum() / max(true.sum(), 1))


def area_under_curve(true: NDArray[np.bool_], score: Numbers) -> float:
    """The chance that a true row scores above a false one; equal scores count half."""
    values, place = np.unique(score, return_inverse=True)
    counts = np.bincount(place, minlength=len(values))
    rank = np.cumsum(counts) - (counts - 1) / 2
    yes, no = int(true.sum()), int((~true).sum())
    return float((rank[place][true].sum() - yes * (yes + 1) / 2) / max(yes * no, 1))


def over_animals(figure: Callable[[NDArray[np.int64]], float], group: Texts, *, seed: int = 0) -> Figure:
    """*figure* of all rows, with its interval when animals are drawn with replacement. *figure* takes row numbers."""
    rows = [np.flatnonzero(group == one) for one in np.unique(group)]
    chance = np.random.default_rng(seed)
    drawn = [
        figure(np.concatenate([rows[at] for at in chance.integers(len(rows), size=len(rows))])) for _ in range(DRAWS)
    ]
    low, high = np.nanquantile(drawn, (0.025, 0.975))
    return Figure(figure(np.arange(len(group))), float(low), float(high))
