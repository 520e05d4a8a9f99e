"""Windows of aligned acceleration as numbers: level, spread, shape, rhythm and turning of each signal.

A cow's jaw moves about once a second when it chews and bites, so the bands around 1–1.5 Hz tell eating and rumination from
rest; walking has its own rhythm and its own vertical push. Everything is vectorised over windows.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from clarine_herd.behaviour.recording import Numbers

BANDS_HZ = ((0.1, 0.5), (0.5, 1.0), (1.0, 1.5), (1.5, 2.0), (2.0, 3.0), (3.0, 5.01))
LAGS_S = (0.2, 0.4, 0.7, 1.0)
TINY = 1e-4
KURTOSIS_MAX = 15.0


def window_features(windows: Numbers, rate_hz: float) -> Numbers:
    """(windows, features) of *windows* (windows, samples, 3), gravity-aligned, in gravities."""
    signals = _signals(windows, rate_hz)
    parts = [
        column
        for name, signal in signals.items()
        for column in (
            *_levels(signal),
            *_echoes(signal, rate_hz),
            *(_rhythm(signal, rate_hz) if name in {"x", "y", "z", "size", "jerk"} else ()),
        )
    ]
    return np.column_stack([*parts, *_turning(windows)])


def sample_features(acceleration: Numbers, day_starts: Numbers) -> Numbers:
    """(n, 7) of single aligned samples (n, 3): where they point, how far they are from rest, how far from the last one.

    *day_starts* (n,) is 1 where the sample before belongs to something else.
    """
    size = np.linalg.norm(acceleration, axis=1)
    away = np.abs(size - 1.0)
    step = np.linalg.norm(np.diff(acceleration, axis=0, prepend=acceleration[:1]), axis=1) * (1.0 - day_starts)
    return np.column_stack([acceleration, size, away, np.log(away + 0.01), np.log(step + 0.01)])


def _signals(windows: Numbers, rate_hz: float) -> dict[str, Numbers]:
    x, y, z = np.moveaxis(windows, -1, 0)
    moving = windows - windows.mean(axis=1, keepdims=True)
    return {
        "x": x,
        "y": y,
        "z": z,
        "size": np.linalg.norm(windows, axis=2),
        "moving": np.linalg.norm(moving, axis=2),
        "jerk": np.linalg.norm(np.diff(windows, axis=1), axis=2) * rate_hz,
        "pitch": np.arctan2(x, np.hypot(y, z)),
    }


def _levels(signal: Numbers) -> Iterator[Numbers]:
    mean = signal.mean(axis=1)
    spread = signal.std(axis=1) + 1e-6
    centred = signal - mean[:, None]
    low, quarter, middle, three_quarters, high = np.quantile(signal, (0.05, 0.25, 0.5, 0.75, 0.95), axis=1)
    yield from (mean, low, middle, high, np.log(spread), np.log(three_quarters - quarter + TINY))
    yield (centred**3).mean(axis=1) / spread**3
    yield np.minimum((centred**4).mean(axis=1) / spread**4, KURTOSIS_MAX)
    yield np.log(np.abs(np.diff(signal, axis=1)).mean(axis=1) + TINY)
    yield (centred[:, 1:] * centred[:, :-1] < 0).mean(axis=1)


def _echoes(signal: Numbers, rate_hz: float) -> Iterator[Numbers]:
    """How alike the signal is to itself a little later: rhythm shows as an echo."""
    centred = signal - signal.mean(axis=1, keepdims=True)
    power = centred.var(axis=1) + 1e-12
    for lag in (max(1, round(lag_s * rate_hz)) for lag_s in LAGS_S):
        if lag < signal.shape[1] - 2:
            yield (centred[:, lag:] * centred[:, :-lag]).mean(axis=1) / power


def _rhythm(signal: Numbers, rate_hz: float) -> Iterator[Numbers]:
    centred = signal - signal.mean(axis=1, keepdims=True)
    power = np.abs(np.fft.rfft(centred * np.hanning(signal.shape[1]), axis=1)[:, 1:]) ** 2
    frequency = np.fft.rfftfreq(signal.shape[1], 1.0 / rate_hz)[1:]
    part = power / (power.sum(axis=1, keepdims=True) + 1e-12)
    for low, high in BANDS_HZ:
        inside = (frequency >= low) & (frequency < high)
        yield np.log(part[:, inside].sum(axis=1) + TINY)
    yield frequency[power.argmax(axis=1)]
    yield -(part * np.log(part + 1e-12)).sum(axis=1)


def _turning(windows: Numbers) -> Iterator[Numbers]:
    """How the axes move together, and the roll about the animal's length."""
    moving = windows - windows.mean(axis=1, keepdims=True)
    spread = moving.std(axis=1) + 1e-6
    for one, other in ((0, 1), (0, 2), (1, 2)):
        yield (moving[:, :, one] * moving[:, :, other]).mean(axis=1) / (spread[:, one] * spread[:, other])
    roll = np.arctan2(windows[:, :, 1], windows[:, :, 2])
    yield roll.mean(axis=1)
    yield np.log(np.maximum(roll.std(axis=1), TINY))
