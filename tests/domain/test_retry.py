"""Webhook retries: quick at first, never more often later, and over after seven days."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clarine.domain.retry import RETRIES_END_S, RETRIES_MAX, next_delay_s


def delays(jitter: float) -> list[float]:
    found = (next_delay_s(attempt, jitter=jitter) for attempt in range(1, RETRIES_MAX + 1))
    return [delay for delay in found if delay is not None]


@given(st.floats(0, 1))
def test_retries_last_for_days_and_never_beyond_seven(jitter: float) -> None:
    assert len(delays(jitter)) == RETRIES_MAX
    assert 5 * 86_400 < sum(delays(jitter)) <= RETRIES_END_S


@given(st.floats(0, 1))
def test_retries_fall_in_frequency_down_to_one_in_four_hours(jitter: float) -> None:
    found = delays(jitter)
    assert found == sorted(found)
    assert found[0] <= 1
    assert found[-1] <= 4 * 3_600


def test_after_the_last_retry_there_is_none() -> None:
    assert next_delay_s(RETRIES_MAX, jitter=0) is not None
    assert next_delay_s(RETRIES_MAX + 1, jitter=0) is None
    assert next_delay_s(10**6, jitter=0.5) is None


@given(st.integers(1, RETRIES_MAX), st.floats(0, 1))
def test_jitter_takes_at_most_a_quarter_off(attempt: int, jitter: float) -> None:
    longest, found = next_delay_s(attempt, jitter=0), next_delay_s(attempt, jitter=jitter)
    assert longest is not None
    assert found is not None
    assert 0.75 * longest <= found <= longest
