"""Is it right about an animal that it has never seen? Leave one out, each in turn; and the random split, which flatters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clarine_herd.behaviour.model import Model, answered, fitted
from clarine_herd.behaviour.recording import UNLABELLED, Numbers, Texts
from clarine_herd.behaviour.scores import (
    ClassFigures,
    Figure,
    accuracy,
    by_class,
    confusion,
    interval_of_counts,
    macro_f1,
)
from clarine_herd.behaviour.views import Cut, View

RANDOM_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Trial:
    """Every labelled row answered by a model that was not trained on it (n rows)."""

    classes: Texts
    group: Texts
    true: Texts
    said: Texts
    shares: Numbers
    sure: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a trial comes to. ``coverage`` is the part of rows with an answer, ``sure_accuracy`` how many of those are right."""

    rows: int
    animals: int
    macro_f1: Figure
    accuracy: Figure
    worst_animal: tuple[str, float]
    coverage: float
    sure_accuracy: float
    classes: tuple[ClassFigures, ...]


def animals_left_out(view: View, cut: Cut, *, grazing: str = "") -> Trial:
    """Each animal (or collar record) of *view* by a model of the others; nothing of it is used but its unlabelled rows.

    Its unlabelled rows turn gravity down and find its grazing posture, as a collar that has been worn for days can.
    """
    view = view.of(view.label != UNLABELLED)
    folds = [view.group == animal for animal in np.unique(view.group)]
    return _tried(view, cut, folds, grazing)


def random_split(view: View, cut: Cut, *, grazing: str = "", seed: int = 0) -> Trial:
    """Rows drawn at random into five folds: neighbours in time fall on both sides, so this flatters. For comparison only."""
    view = view.of(view.label != UNLABELLED)
    fold = np.random.default_rng(seed).integers(RANDOM_FOLDS, size=len(view.label))
    return _tried(view, cut, [fold == at for at in range(RANDOM_FOLDS)], grazing)


def carried_over(model: Model, view: View) -> Trial:
    """A model on another herd's labelled rows. Labels must have the same words."""
    view = view.of(np.isin(view.label, model.classes))
    answer = answered(model, view)
    return Trial(model.classes, view.group, view.label, answer.label, answer.shares, answer.sure)


def verdict(trial: Trial) -> Verdict:
    """The figures of a trial, with intervals over animals."""
    animals = np.unique(trial.group)
    mine = [trial.group == animal for animal in animals]
    counts = np.stack([confusion(trial.true[rows], trial.said[rows], trial.classes) for rows in mine])
    worst = min(range(len(animals)), key=lambda at: accuracy(counts[at]))
    right = (trial.true == trial.said)[trial.sure]
    return Verdict(
        len(trial.true),
        len(animals),
        interval_of_counts(macro_f1, counts),
        interval_of_counts(accuracy, counts),
        (str(animals[worst]), accuracy(counts[worst])),
        float(trial.sure.mean()),
        float(right.mean()) if len(right) else 0.0,
        tuple(by_class(counts.sum(axis=0), trial.classes)),
    )


def _tried(view: View, cut: Cut, folds: list[NDArray[np.bool_]], grazing: str) -> Trial:
    classes = np.unique(view.label)
    said, sure = np.empty_like(view.label), np.zeros(len(view.label), dtype=bool)
    shares = np.zeros((len(view.label), len(classes)))
    for out in folds:
        model = fitted(view.of(~out), cut, grazing=grazing)
        answer = answered(model, view.of(out))
        said[out], sure[out] = answer.label, answer.sure
        shares[np.ix_(out, np.isin(classes, model.classes))] = answer.shares
    return Trial(classes, view.group, view.label, said, shares, sure)
