"""The 24-hour window, to the microsecond on both sides of its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from clarine.domain.conversation import WINDOW, Relation
from clarine.domain.message import Category
from clarine.domain.policy import Facts, Reason, judge

WROTE = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # clocks go back that night in many places
KNOWN = Facts(
    known=True,
    blocked=False,
    stopped=False,
    marketing_consent=True,
    utility_consent=None,
    window_open=False,
    category=Category.SERVICE,
)


@given(st.timedeltas(min_value=WINDOW - timedelta(seconds=1), max_value=WINDOW + timedelta(seconds=1)))
@example(WINDOW - timedelta(seconds=1))
@example(WINDOW)
@example(WINDOW + timedelta(microseconds=1))
@example(WINDOW + timedelta(seconds=1))
def test_free_form_messages_are_allowed_for_24_hours_and_templates_always(later: timedelta) -> None:
    is_open = Relation(window_until=WROTE + WINDOW).window_open(WROTE + later)
    assert is_open is (later <= timedelta(hours=24))
    facts = replace(KNOWN, window_open=is_open)
    assert judge(facts) is (None if is_open else Reason.WINDOW_CLOSED)
    assert judge(replace(facts, category=Category.UTILITY)) is None
