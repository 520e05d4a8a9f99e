"""Ratings follow the evidence: a few complaints about little say much, the same about much say little."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarine.domain.quality import Counts, Rating, pause_after, rate, wilson


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_interval_holds_what_was_seen_and_narrows_with_evidence(hits: int, misses: int) -> None:
    of = hits + misses
    low, high = wilson(hits, of)
    assert 0 <= low <= high <= 1
    if of:
        assert low - 1e-9 <= hits / of <= high + 1e-9
        ten_low, ten_high = wilson(10 * hits, 10 * of)
        assert ten_high - ten_low < high - low


def test_the_interval_is_wilsons() -> None:
    assert wilson(10, 100) == pytest.approx((0.0552, 0.1744), abs=1e-4)
    assert wilson(0, 0) == (0, 1)


@pytest.mark.parametrize(
    ("counts", "rating"),
    [
        (Counts(0, 0, 0), Rating.UNKNOWN),
        (Counts(99, 99, 0), Rating.UNKNOWN),
        (Counts(100, 80, 0), Rating.GREEN),
        (Counts(100, 80, 2), Rating.GREEN),
        (Counts(100, 80, 3), Rating.RED),
        (Counts(10, 9, 3), Rating.RED),
        (Counts(0, 0, 3), Rating.RED),
        (Counts(1_000, 800, 10), Rating.YELLOW),
        (Counts(1_000, 800, 4), Rating.GREEN),
        (Counts(1_000, 800, 30), Rating.RED),
        (Counts(10_000, 8_000, 110), Rating.YELLOW),
        (Counts(1_000, 60, 0), Rating.YELLOW),
        (Counts(1_000, 100, 0), Rating.GREEN),
    ],
)
def test_complaints_and_reads_rate_what_was_delivered(counts: Counts, rating: Rating) -> None:
    assert rate(counts) is rating


def test_a_template_rests_three_hours_then_six_then_for_good() -> None:
    assert [pause_after(pauses) for pauses in range(3)] == [timedelta(hours=3), timedelta(hours=6), None]
