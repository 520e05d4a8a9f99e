"""The classifier of behaviour: where does it graze, how far is the neck from there, what does it do, and for how long.

A first ridge sees movement alone. Where it thinks that an animal grazes, the animal's head posture becomes the zero of its
neck angle, and a second ridge sees movement and angle. What is chosen (penalty, sharpness) is chosen on animals that the
candidates were not trained on, all inside ``fitted``: whoever leaves an animal out of it has left it out of everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clarine_herd.behaviour import dwell, ridge
from clarine_herd.behaviour.dwell import Dwell
from clarine_herd.behaviour.posture import ANGLE_HINGE, neck_angle
from clarine_herd.behaviour.recording import UNLABELLED, Numbers, Texts
from clarine_herd.behaviour.ridge import Ridge
from clarine_herd.behaviour.scores import confusion, macro_f1
from clarine_herd.behaviour.surroundings import around
from clarine_herd.behaviour.views import Cut, View

PENALTIES = (30.0, 100.0, 300.0, 1000.0, 3000.0)
SHARPNESSES = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
#: Below this probability the answer is "unsure": it says nothing rather than something wrong.
SURE = 0.6
UNSURE = "unsure"
ANIMALS_MIN = 3
#: How often a portable model looks again for where an animal grazes.
AGAIN = 2


class TrainingError(ValueError):
    """This data cannot train a classifier; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned. ``grazing`` is the label whose posture is the neck's zero, empty when there is none."""

    cut: Cut
    grazing: str
    movement: Ridge
    posture: Ridge
    sharpness: float
    penalty: float
    dwell: Dwell
    sure: float = SURE

    @property
    def classes(self) -> Texts:
        """The labels, in the order of every probability's columns."""
        return self.posture.classes


@dataclass(frozen=True, slots=True)
class Answer:
    """For each row of a view: ``shares`` (n, classes) adds up to 1 per row, ``label`` (n,) is its largest.

    ``sure`` (n,) is False where the largest is below the model's threshold: there the label is a guess.
    """

    shares: Numbers
    label: Texts
    sure: NDArray[np.bool_]


def fitted(view: View, cut: Cut, *, grazing: str = "") -> Model:
    """A model of the labelled rows of *view*, at least three animals. Raises TrainingError."""
    view = view.of(view.label != UNLABELLED)
    _check(view, grazing)
    first = _chosen(view, view.features)
    left_out = _left_out(view, view.features, penalty=first.penalty)
    full = _full(view, _label(left_out, first.classes) == grazing, cut)
    if cut.portable:
        # Without the collar's own axes the first guess of where it grazes is poor: with the neck's angle it is better.
        left_out = _left_out(view, full, penalty=_chosen(view, full).penalty)
        full = _full(view, _label(left_out, first.classes) == grazing, cut)
    second = _chosen(view, full)
    places = np.searchsorted(second.classes, view.label)
    return Model(
        cut,
        grazing,
        ridge.fitted(view.features, view.label, penalty=first.penalty),
        ridge.fitted(full, view.label, penalty=second.penalty),
        second.sharpness,
        second.penalty,
        dwell.learned(places, time_s=view.time_s, day=view.day, classes=len(second.classes)),
    )


def answered(model: Model, view: View) -> Answer:
    """What the model says about every row of *view*, whatever its labels are."""
    moves = _label(model.movement.scores(view.features), model.classes)
    full = _full(view, moves == model.grazing, model.cut)
    for _ in range(AGAIN if model.cut.portable else 0):
        moves = _label(model.posture.scores(full), model.classes)
        full = _full(view, moves == model.grazing, model.cut)
    alone = ridge.shares(model.posture.scores(full), model.sharpness)
    trust = model.cut.step_s / model.cut.window_s if model.cut.fast else 1.0
    shares = dwell.smoothed(alone, model.dwell, time_s=view.time_s, day=view.day, trust=trust)
    return Answer(shares, _label(shares, model.classes), shares.max(axis=1) >= model.sure)


@dataclass(frozen=True, slots=True)
class _Choice:
    classes: Texts
    penalty: float
    sharpness: float


def _check(view: View, grazing: str) -> None:
    animals = len(np.unique(view.group))
    if animals < ANIMALS_MIN:
        raise TrainingError(f"{animals} labelled animals are too few: {ANIMALS_MIN} at least, better ten")
    classes = np.unique(view.label)
    if len(classes) < 2:
        raise TrainingError("there is one label only")
    if grazing and grazing not in classes:
        raise TrainingError(f"no row is labelled {grazing}; there are {', '.join(classes)}")


def _full(view: View, grazes: NDArray[np.bool_], cut: Cut) -> Numbers:
    full = np.hstack([view.features, _neck(view, grazes, cut)])
    if not cut.portable:
        return full
    # Few features that carry over need their products to say as much as the many that do not.
    one, other = np.triu_indices(full.shape[1])
    return np.hstack([full, full[:, one] * full[:, other]])


def _neck(view: View, grazes: NDArray[np.bool_], cut: Cut) -> Numbers:
    angle = neck_angle(view.down, grazes, day=view.day, group=view.group)
    both = np.column_stack([angle, np.maximum(angle - ANGLE_HINGE, 0.0)])
    radii = () if cut.fast else cut.radii_s
    return np.hstack([both, around(both, time_s=view.time_s, day=view.day, radii_s=radii)])


def _label(scores: Numbers, classes: Texts) -> Texts:
    best: Texts = classes[scores.argmax(axis=1)]
    return best


def _folds(view: View) -> Iterator[NDArray[np.bool_]]:
    """Each animal's rows in turn, where the others still show two classes."""
    for animal in np.unique(view.group):
        out = view.group == animal
        if len(np.unique(view.label[~out])) >= 2:
            yield out


def _left_out(view: View, features: Numbers, *, penalty: float) -> Numbers:
    """(n, classes) scores of each animal by a ridge that never saw it; −1 for a class that only it has."""
    scores: Numbers = _left_out_each(view, features, (penalty,))[0]
    return scores


def _left_out_each(view: View, features: Numbers, penalties: tuple[float, ...]) -> Numbers:
    classes = np.unique(view.label)
    scores = np.full((len(penalties), len(view.label), len(classes)), -1.0)
    for out in _folds(view):
        for at, one in enumerate(ridge.fitted_each(features[~out], view.label[~out], penalties=penalties)):
            scores[at][np.ix_(out, np.isin(classes, one.classes))] = one.scores(features[out])
    return scores


def _chosen(view: View, features: Numbers) -> _Choice:
    """The penalty with the best macro-F1 and the sharpness with the least surprise, on animals left out."""
    classes = np.unique(view.label)
    scores = _left_out_each(view, features, PENALTIES)
    best = int(np.argmax([macro_f1(confusion(view.label, _label(one, classes), classes)) for one in scores]))
    places = np.searchsorted(classes, view.label)
    surprise = [_surprise(ridge.shares(scores[best], sharp), places) for sharp in SHARPNESSES]
    return _Choice(classes, PENALTIES[best], SHARPNESSES[int(np.argmin(surprise))])


def _surprise(shares: Numbers, places: NDArray[np.int64]) -> float:
    return float(-np.log(np.maximum(shares[np.arange(len(places)), places], 1e-6)).mean())
