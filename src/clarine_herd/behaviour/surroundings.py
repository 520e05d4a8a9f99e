"""What stood around a window in time: means and spreads within a radius, over the same collar-day only."""

from __future__ import annotations

import numpy as np

from clarine_herd.behaviour.recording import Numbers, Texts

SPREAD_FLOOR = 0.01


def around(values: Numbers, *, time_s: Numbers, day: Texts, radii_s: tuple[float, ...]) -> Numbers:
    """(n, 2 × channels × radii): mean and log spread of *values* (n, channels) within each radius.

    Sorted by day and time. Only features are averaged, never labels, so nothing of the answer comes along.
    """
    parts: list[Numbers] = [np.empty((len(values), 0))]
    for radius in radii_s:
        mean, spread = np.empty_like(values), np.empty_like(values)
        for one in np.unique(day):
            mine = np.flatnonzero(day == one)
            mean[mine], spread[mine] = _within(values[mine], time_s[mine], radius)
        parts += [mean, np.log(spread + SPREAD_FLOOR)]
    return np.hstack(parts)


def _within(values: Numbers, time_s: Numbers, radius: float) -> tuple[Numbers, Numbers]:
    # Sums from the beginning on: what lies between two places is a difference. Centred first, so that it stays exact.
    centred = values - values.mean(axis=0)
    zero = np.zeros((1, values.shape[1]))
    sums = np.vstack([zero, np.cumsum(centred, axis=0)])
    squares = np.vstack([zero, np.cumsum(centred**2, axis=0)])
    first = np.searchsorted(time_s, time_s - radius)
    last = np.searchsorted(time_s, time_s + radius, side="right")
    count = (last - first)[:, None]
    mean = (sums[last] - sums[first]) / count
    variance = (squares[last] - squares[first]) / count - mean**2
    return mean + values.mean(axis=0), np.sqrt(np.maximum(variance, 0.0))
