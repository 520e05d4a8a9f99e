"""Figures of merit on cases that can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from clarine_herd.behaviour.scores import (
    accuracy,
    area_under_curve,
    average_precision,
    by_class,
    confusion,
    interval,
    interval_of_counts,
    macro_f1,
)


def test_macro_f1_is_the_mean_over_the_classes_that_are_there() -> None:
    classes = np.array(list("abc"))
    counts = confusion(np.array(list("aabb")), np.array(list("aabc")), classes)
    assert counts.tolist() == [[2, 0, 0], [0, 1, 1], [0, 0, 0]]
    assert macro_f1(counts) == pytest.approx((1.0 + 2 / 3) / 2)
    assert accuracy(counts) == 0.75
    assert [(line.label, line.rows, line.precision) for line in by_class(counts, classes)] == [
        ("a", 2, 1.0),
        ("b", 2, 1.0),
        ("c", 0, 0.0),
    ]


def test_average_precision_takes_equal_scores_together() -> None:
    assert average_precision(np.array([True, False, True]), np.array([3.0, 2.0, 1.0])) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(np.array([True, False, False, True]), np.zeros(4)) == pytest.approx(0.5)


def test_the_area_under_the_curve_counts_equal_scores_half() -> None:
    assert area_under_curve(np.array([True, False, True, False]), np.array([4.0, 3.0, 2.0, 1.0])) == pytest.approx(0.75)
    assert area_under_curve(np.array([True, False]), np.zeros(2)) == pytest.approx(0.5)


def test_the_interval_draws_animals_not_rows() -> None:
    group = np.repeat(["good", "bad"], 500)
    right = group == "good"
    figure = interval(lambda rows: float(right[rows].mean()), group)
    assert (figure.value, figure.low, figure.high) == (0.5, 0.0, 1.0)
    counts = np.array([[[500, 0], [0, 0]], [[0, 500], [0, 0]]])
    assert interval_of_counts(accuracy, counts) == figure
