"""Behaviour lasts: a hidden Markov chain in continuous time, learned from how long labelled bouts are, and a shortest bout.

Steps in time may differ: over a step of t seconds a behaviour with mean bout length m goes on with probability exp(−t/m).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from clarine_herd.behaviour.recording import Numbers, Places, Texts, stretches

#: Labelled neighbours further apart than this say nothing about what happened between them.
GAP_S = 120.0
#: Prior bout of each class, seconds seen and ends seen, so that a class without an end has a length.
PRIOR_S, PRIOR_ENDS = 30.0, 0.5


@dataclass(frozen=True, slots=True)
class Dwell:
    """``bout_s`` (classes,) is the mean length of a bout, ``next_share`` (classes, classes) what follows it."""

    bout_s: Numbers
    next_share: Numbers


def learned(places: Places, *, time_s: Numbers, day: Texts, classes: int) -> Dwell:
    """The dwell of labelled rows, sorted by day and time; *places* (n,) are class numbers."""
    step = np.diff(time_s)
    joined = (day[1:] == day[:-1]) & (step >= 0) & (step < GAP_S)
    changed = joined & (places[1:] != places[:-1])
    seconds, ends = np.full(classes, PRIOR_S), np.full(classes, PRIOR_ENDS)
    follows = np.ones((classes, classes))
    np.add.at(seconds, places[:-1][joined], step[joined])
    np.add.at(ends, places[:-1][changed], 1.0)
    np.add.at(follows, (places[:-1][changed], places[1:][changed]), 1.0)
    np.fill_diagonal(follows, 0.0)
    return Dwell(seconds / ends, follows / follows.sum(axis=1, keepdims=True))


def smoothed(shares: Numbers, dwell: Dwell, *, time_s: Numbers, day: Texts, trust: float) -> Numbers:
    """(n, classes): forward-backward over each collar-day. *trust* below 1 says that neighbouring rows share samples."""
    seen = np.maximum(shares, 1e-6) ** trust
    result = np.empty_like(seen)
    for start, end in stretches(day, time_s=time_s, gap_s=np.inf):
        result[start:end] = _forward_backward(seen[start:end], dwell, np.diff(time_s[start:end]))
    return result


def held(places: Places, *, time_s: Numbers, day: Texts, shortest_s: float, gap_s: float) -> Places:
    """Class numbers (n,) in which a bout shorter than *shortest_s* becomes what was before it (or, at first, after it)."""
    result = places.copy()
    for start, end in stretches(day, time_s=time_s, gap_s=gap_s):
        part = result[start:end]
        edges = [0, *(np.flatnonzero(np.diff(part)) + 1).tolist(), end - start]
        for first, last in pairwise(edges):
            length = time_s[start + last - 1] - time_s[start + first]
            if length < shortest_s and (first > 0 or last < end - start):
                part[first:last] = part[first - 1] if first > 0 else part[last]
    return result


def _forward_backward(seen: Numbers, dwell: Dwell, steps: Numbers) -> Numbers:
    rows, classes = seen.shape
    stay = np.exp(-steps[:, None] / dwell.bout_s)
    moves = stay[:, :, None] * np.eye(classes) + (1.0 - stay)[:, :, None] * dwell.next_share
    forward, backward = np.empty_like(seen), np.ones_like(seen)
    forward[0] = seen[0] / seen[0].sum()
    for row in range(1, rows):
        forward[row] = (forward[row - 1] @ moves[row - 1]) * seen[row]
        forward[row] /= forward[row].sum()
    for row in range(rows - 2, -1, -1):
        backward[row] = moves[row] @ (backward[row + 1] * seen[row + 1])
        backward[row] /= backward[row].sum()
    both = forward * backward
    total: Numbers = both.sum(axis=1, keepdims=True)
    return both / total
