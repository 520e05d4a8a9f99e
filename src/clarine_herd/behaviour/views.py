"""A recording cut into what is classified: windows of a fast collar, single rows of a slow one, each with its features."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from clarine_herd.behaviour.features import sample_features, window_features
from clarine_herd.behaviour.posture import gravity_aligned, unit
from clarine_herd.behaviour.recording import Numbers, Places, Recording, RecordingError, Texts, stretches
from clarine_herd.behaviour.surroundings import around

#: Below this there is no rhythm to be seen in a window, and every row is classified in what surrounds it.
FAST_HZ_MIN = 4.0
#: How far a row of a portable model looks around.
PORTABLE_RADII_S = (15.0, 60.0)
RATE_HZ_MAX = 200.0
SAMPLES_PER_WINDOW_MIN = 16
#: A row's own posture is smoothed over these seconds to either side, where there are rows.
SLOW_GRAVITY_S = (10.0,)


@dataclass(frozen=True, slots=True)
class Cut:
    """How a recording is cut; chosen from the rate and kept with the model.

    ``window_s`` and ``step_s`` count for fast collars, ``radii_s`` is how far a slow collar's row looks around: the widest
    sees that a cow chews in sessions of half an hour.
    ``portable`` keeps of a slow collar's row only what does not depend on how the collar hangs: for another make of it.
    """

    rate_hz: float
    window_s: float = 5.0
    step_s: float = 2.5
    radii_s: tuple[float, ...] = (6.0, 15.0, 60.0, 300.0, 1200.0)
    portable: bool = False

    @property
    def fast(self) -> bool:
        """Whether windows are cut; otherwise every row is one."""
        return self.rate_hz >= FAST_HZ_MIN and not self.portable


@dataclass(frozen=True, slots=True)
class View:
    """What is classified, sorted by group and time: ``features`` (n, features), ``down`` (n, 3) unit vectors of gravity.

    ``time_s`` (n,) is the middle, ``label`` (n,) is empty where nobody watched.
    """

    features: Numbers
    down: Numbers
    time_s: Numbers
    group: Texts
    day: Texts
    label: Texts

    def of(self, chosen: NDArray[np.bool_]) -> View:
        """The rows that *chosen* (n,) marks."""
        return View(*(getattr(self, name)[chosen] for name in self.__slots__))


def cut_for(rate_hz: float, *, portable: bool = False) -> Cut:
    """The usual cut for a collar of *rate_hz* samples a second. RecordingError where a portable one cannot be made."""
    if not portable:
        return Cut(rate_hz)
    if rate_hz >= FAST_HZ_MIN:
        raise RecordingError(f"a portable model takes fewer than {FAST_HZ_MIN:g} samples a second: thin them first")
    return Cut(rate_hz, radii_s=PORTABLE_RADII_S, portable=True)


def rate_of(recording: Recording) -> float:
    """Samples per second: one over the median step in time."""
    steps = np.diff(recording.time_s)[recording.group[1:] == recording.group[:-1]]
    steps = steps[steps > 0]
    if not len(steps):
        raise RecordingError("the recording has no two samples at different times")
    return float(1.0 / np.median(steps))


def view_of(recording: Recording, cut: Cut, *, by_label: bool) -> View:
    """The recording as a View. *by_label* cuts at every change of label, so that each window has one. RecordingError."""
    if cut.rate_hz > RATE_HZ_MAX:
        raise RecordingError(f"{cut.rate_hz:.0f} samples a second are more than {RATE_HZ_MAX:.0f}: thin them first")
    return _fast(recording, cut, by_label=by_label) if cut.fast else _slow(recording, cut)


def _fast(recording: Recording, cut: Cut, *, by_label: bool) -> View:
    places = _places(recording, cut, by_label=by_label)
    if not len(places):
        raise RecordingError(f"no stretch of the recording is {cut.window_s:g} seconds long without a gap")
    aligned = gravity_aligned(recording.acceleration, recording.day)
    middle = places[:, places.shape[1] // 2]
    extra = recording.extra[places]
    return View(
        np.hstack(
            [window_features(aligned[places], cut.rate_hz), extra.mean(axis=1), np.log(extra.std(axis=1) + 0.01)]
        ),
        unit(recording.acceleration[places].mean(axis=1)),
        recording.time_s[middle],
        recording.group[middle],
        recording.day[middle],
        recording.label[middle],
    )


def _places(recording: Recording, cut: Cut, *, by_label: bool) -> Places:
    """(windows, samples) of indices."""
    length, step = round(cut.window_s * cut.rate_hz), max(1, round(cut.step_s * cut.rate_hz))
    if length < SAMPLES_PER_WINDOW_MIN:
        raise RecordingError(f"a window of {length} samples is shorter than {SAMPLES_PER_WINDOW_MIN}")
    keys = (recording.day, recording.label) if by_label else (recording.day,)
    runs = stretches(*keys, time_s=recording.time_s, gap_s=1.5 / cut.rate_hz)
    starts = np.concatenate([np.arange(start, end - length + 1, step) for start, end in runs]).astype(np.int64)
    return starts[:, None] + np.arange(length)


def _slow(recording: Recording, cut: Cut) -> View:
    aligned = gravity_aligned(recording.acceleration, recording.day)
    starts = np.r_[1.0, (recording.day[1:] != recording.day[:-1]).astype(float)]
    own = np.hstack([sample_features(aligned, starts)[:, 3 if cut.portable else 0 :], recording.extra])
    surrounded = partial(around, time_s=recording.time_s, day=recording.day)
    smoothed = surrounded(recording.acceleration, radii_s=SLOW_GRAVITY_S)[:, :3]
    return View(
        np.hstack([own, surrounded(own, radii_s=cut.radii_s)]),
        unit(smoothed),
        recording.time_s,
        recording.group,
        recording.day,
        recording.label,
    )
