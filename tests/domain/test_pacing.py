"""Pacing: the simulation that chose the rule, and what holds for every sender."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarine.domain.message import Category
from clarine.domain.pacing import FEEDBACK, GATES, LONGEST, TRUSTED, Pace, Verdict, first_pace, verdict
from clarine.domain.quality import Counts

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
SENDERS = 20_000


def stopped_after(rate: float, *, seed: int) -> list[int | None]:
    """For each of many senders whom *rate* of people complain about: the messages delivered when it stopped, or None."""
    random = np.random.default_rng(seed)
    steps = [gate - before for before, gate in zip((0, *GATES), GATES, strict=False)]
    complaints = np.cumsum([random.binomial(step, rate, SENDERS) for step in steps], axis=0)
    return [_stop(list(map(int, column))) for column in complaints.T]


def _stop(complaints: list[int]) -> int | None:
    pace = Pace()
    for gate, heard in zip(GATES, complaints, strict=True):
        assert pace.room is not None
        pace = pace.taken(pace.room, NOW)
        if verdict(pace, Counts(gate, 0, heard), NOW + FEEDBACK) is Verdict.STOP:
            return gate
        pace = pace.opened()
    assert pace.room is None
    return None


def test_bad_senders_are_all_stopped_and_good_ones_hardly_ever() -> None:
    bad, good = stopped_after(0.03, seed=7), stopped_after(0.003, seed=7)
    stops = [gate for gate in bad if gate is not None]
    assert len(stops) == SENDERS
    assert median(stops) == 100
    wrongly = sum(gate is not None for gate in good) / SENDERS
    assert wrongly == pytest.approx(0.0034, abs=0.001)


@given(st.lists(st.integers(1, 60), max_size=120))
def test_no_more_leave_before_a_look_than_its_gate_says(asked: list[int]) -> None:
    pace, left = Pace(), 0
    for count in asked:
        room = pace.room
        assert room is not None
        going = min(count, room)
        pace, left = pace.taken(going, NOW), left + going
        assert left <= GATES[0]
        assert (pace.full_at is not None) is (left == GATES[0])


@given(st.integers(0, 120), st.integers(0, 6), st.integers(0, 90))
def test_a_look_waits_for_people_and_ends_in_time(delivered: int, complaints: int, minutes: int) -> None:
    pace = Pace().taken(100, NOW)
    found = verdict(pace, Counts(delivered, 0, complaints), NOW + timedelta(minutes=minutes))
    if minutes < 10:
        assert found is Verdict.WAIT
    elif timedelta(minutes=minutes) >= LONGEST or delivered >= 100:
        assert found in (Verdict.OPEN, Verdict.STOP)
    else:
        assert found is Verdict.WAIT
    if found is Verdict.STOP:
        assert complaints >= 3


def test_a_group_with_room_is_not_judged() -> None:
    assert verdict(Pace().taken(99, NOW), Counts(99, 0, 50), NOW + LONGEST) is Verdict.WAIT


def test_only_advertising_is_new_to_people() -> None:
    assert first_pace(Category.MARKETING) == Pace()
    for category in (Category.UTILITY, Category.AUTHENTICATION):
        assert first_pace(category) is TRUSTED
    assert TRUSTED.room is None
    assert TRUSTED.taken(5, NOW) is TRUSTED
