"""Behaviour lasts: the chain in continuous time, the shortest bout, and what surrounds a row."""

from __future__ import annotations

import numpy as np
import pytest

from clarine_herd.behaviour import dwell
from clarine_herd.behaviour.recording import Numbers
from clarine_herd.behaviour.surroundings import around

DAY = np.array(["a"] * 6)
STEPS: Numbers = np.arange(6, dtype=np.float64)


def test_the_mean_bout_is_learned_in_seconds_and_a_gap_teaches_nothing() -> None:
    places = np.repeat([0, 1], 300)
    time_s: Numbers = np.arange(600, dtype=np.float64) * 2
    time_s[450:] += 10_000
    learned = dwell.learned(places, time_s=time_s, day=np.array(["a"] * 600), classes=2)
    assert learned.bout_s[0] == pytest.approx((600 + 30) / 1.5)
    assert learned.next_share.tolist() == [[0.0, 1.0], [1.0, 0.0]]


def test_a_doubtful_row_follows_its_neighbours_and_over_a_long_gap_it_does_not() -> None:
    shares = np.array([[0.9, 0.1]] * 3 + [[0.4, 0.6]] + [[0.9, 0.1]] * 2)
    lasting = dwell.Dwell(np.array([60.0, 60.0]), np.array([[0.0, 1.0], [1.0, 0.0]]))
    near = dwell.smoothed(shares, lasting, time_s=STEPS * 2.0, day=DAY, trust=1.0)
    far = dwell.smoothed(shares, lasting, time_s=STEPS * 3600.0, day=DAY, trust=1.0)
    assert near[3].argmax() == 0
    assert far[3].argmax() == 1


def test_a_bout_shorter_than_the_shortest_becomes_what_was_before() -> None:
    places = np.array([0, 0, 0, 1, 0, 0])
    kept = dwell.held(places, time_s=STEPS * 5.0, day=DAY, shortest_s=4.0, gap_s=60.0)
    assert kept.tolist() == [0, 0, 0, 0, 0, 0]


def test_a_bout_is_not_joined_over_a_gap() -> None:
    places, time_s = np.array([0, 0, 0, 1, 1, 1]), np.array([0.0, 5.0, 10.0, 500.0, 505.0, 510.0])
    assert dwell.held(places, time_s=time_s, day=DAY, shortest_s=60.0, gap_s=30.0).tolist() == places.tolist()


def test_surroundings_stay_within_the_radius_and_the_day() -> None:
    values, time_s = np.array([[1.0], [3.0], [100.0]]), np.array([0.0, 5.0, 6.0])
    mean = around(values, time_s=time_s, day=np.array(["a", "a", "b"]), radii_s=(10.0,))[:, 0]
    assert mean.tolist() == pytest.approx([2.0, 2.0, 100.0])
