"""Figures of merit and their uncertainty: macro-F1, average precision, area under the curve, bootstrap over animals.

Animals are what a herd has more of, so intervals draw animals, not windows: windows of one animal are no new evidence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clarine_herd.behaviour.recording import Numbers, Places, Texts

Counts = Places

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


def confusion(true: Texts, said: Texts, classes: Texts) -> Counts:
    """(classes, classes): how many rows of each true class (down) were called what (across). *classes* is sorted."""
    places = np.searchsorted(classes, true) * len(classes) + np.searchsorted(classes, said)
    return np.bincount(places, minlength=len(classes) ** 2).reshape(len(classes), len(classes))


def f1_scores(counts: Counts) -> Numbers:
    """(classes,) of a confusion; 0 for a class that is neither true nor said."""
    either: Numbers = np.maximum(counts.sum(axis=0) + counts.sum(axis=1), 1)
    scores: Numbers = 2 * np.diag(counts) / either
    return scores


def macro_f1(counts: Counts) -> float:
    """The mean F1 of the classes that occur; a class that is only said costs the others."""
    return float(f1_scores(counts)[counts.sum(axis=1) > 0].mean())


def accuracy(counts: Counts) -> float:
    """The part of a confusion's rows that are right."""
    return float(np.trace(counts) / max(counts.sum(), 1))


def by_class(counts: Counts, classes: Texts) -> list[ClassFigures]:
    """One line for each class of a confusion."""
    right, rows, called = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    return [
        ClassFigures(str(label), int(rows[at]), right[at] / max(called[at], 1), right[at] / max(rows[at], 1), float(f1))
        for at, (label, f1) in enumerate(zip(classes, f1_scores(counts), strict=True))
    ]


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


def interval(figure: Callable[[Places], float], group: Texts) -> Figure:
    """*figure* of row numbers, for all rows, with its interval when animals are drawn with replacement."""
    rows = [np.flatnonzero(group == one) for one in np.unique(group)]
    drawn = [figure(np.concatenate([rows[at] for at in animals])) for animals in _draws(len(rows))]
    return _figure(figure(np.arange(len(group))), drawn)


def interval_of_counts(figure: Callable[[Counts], float], counts: Counts) -> Figure:
    """*figure* of a confusion, for *counts* (animals, classes, classes) added up, with its interval over animals."""
    drawn = [figure(counts[animals].sum(axis=0)) for animals in _draws(len(counts))]
    return _figure(figure(counts.sum(axis=0)), drawn)


def _draws(animals: int) -> Places:
    """(draws, animals): the same for every figure, so that figures can be compared."""
    return np.random.default_rng(0).integers(animals, size=(DRAWS, animals))


def _figure(value: float, drawn: list[float]) -> Figure:
    low, high = np.nanquantile(drawn, (0.025, 0.975))
    return Figure(value, float(low), float(high))
