"""A ridge classifier in closed form: every class weighs the same, whatever its share of the data, and it has no chance in it.

It was chosen because it carries over to animals it has not seen (docs/decisions/0012-behaviour-by-a-ridge.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clarine_herd.behaviour.recording import Numbers, Texts

#: A feature this many spreads away says no more than one at this distance.
FAR = 8.0


@dataclass(frozen=True, slots=True)
class Ridge:
    """Scores (n, classes) = clipped, standardised features (n, features) times ``weights`` plus ``offset``."""

    classes: Texts
    mean: Numbers
    spread: Numbers
    center: Numbers
    weights: Numbers
    offset: Numbers

    def scores(self, features: Numbers) -> Numbers:
        """(n, classes): about +1 for the class and −1 for the others."""
        return (_standard(features, self.mean, self.spread) - self.center) @ self.weights + self.offset


def fitted(features: Numbers, labels: Texts, *, penalty: float) -> Ridge:
    """A ridge on *features* (n, features) for *labels* (n,), each class of equal weight. Two classes at least."""
    return fitted_each(features, labels, penalties=(penalty,))[0]


def fitted_each(features: Numbers, labels: Texts, *, penalties: tuple[float, ...]) -> list[Ridge]:
    """One ridge per penalty; the costly product of the features with themselves is made once."""
    classes, places = np.unique(labels, return_inverse=True)
    assert len(classes) >= 2, "a classifier needs two classes"
    weight = (len(labels) / (len(classes) * np.bincount(places)))[places][:, None]
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    standard = _standard(features, mean, spread)
    center = (weight * standard).sum(axis=0) / weight.sum()
    standard -= center
    targets = np.where(np.arange(len(classes)) == places[:, None], 1.0, -1.0)
    offset = (weight * targets).sum(axis=0) / weight.sum()
    square = (weight * standard).T @ standard
    right = (weight * standard).T @ (targets - offset)
    ridges = []
    for penalty in penalties:
        weights = np.linalg.solve(square + penalty * np.eye(len(square)), right)
        ridges.append(Ridge(classes, mean, spread, center, weights, offset))
    return ridges


def shares(scores: Numbers, sharpness: float) -> Numbers:
    """Scores (n, classes) as probabilities: softmax of *sharpness* times the score."""
    raised = np.exp(sharpness * (scores - scores.max(axis=1, keepdims=True)))
    total: Numbers = raised.sum(axis=1, keepdims=True)
    parts: Numbers = raised / total
    return parts


def _standard(features: Numbers, mean: Numbers, spread: Numbers) -> Numbers:
    clipped: Numbers = np.clip((features - mean) / spread, -FAR, FAR)
    return clipped
