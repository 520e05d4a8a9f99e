"""A status moves forward only; what a message can say is one closed union."""

from __future__ import annotations

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from clarine.domain.message import CONTENT_OF_TYPE, Content, Status, may_move

statuses = st.sampled_from(Status)


@given(st.lists(statuses, max_size=8))
def test_whatever_is_reported_in_whatever_order_the_status_never_goes_back(reported: list[Status]) -> None:
    current, billed, seen = Status.SENT, 0, [Status.SENT]
    for status in reported:
        if may_move(current, status):
            billed += current < Status.DELIVERED <= status < Status.FAILED
            current = status
            seen.append(status)
    assert seen == sorted(seen)
    assert billed == (1 if any(status in (Status.DELIVERED, Status.READ) for status in seen) else 0)
    assert not (Status.FAILED in seen and (Status.DELIVERED in seen or Status.READ in seen))


def test_nothing_follows_a_failure_and_nothing_fails_after_delivery() -> None:
    assert not any(may_move(Status.FAILED, status) for status in Status)
    assert not may_move(Status.DELIVERED, Status.FAILED)
    assert may_move(Status.SENT, Status.FAILED)


def test_every_content_kind_can_be_read_back() -> None:
    assert set(CONTENT_OF_TYPE.values()) == set(get_args(Content))
