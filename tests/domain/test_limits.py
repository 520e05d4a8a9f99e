"""The bucket never gives more than it has, tiers rise when earned and fall when people complain, and a person's caps hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarine.domain.errors import Invalid
from clarine.domain.limits import (
    Bucket,
    MarketingSent,
    Standing,
    Tier,
    higher,
    marketing_capped,
    tier_after,
    tier_named,
)

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
PAIR = Bucket(timedelta(seconds=6), 45)
US, OTHER, THIRD, FOURTH = 1, 2, 3, 4


def taken(bucket: Bucket, times: list[datetime]) -> list[datetime]:
    """The times at which there was a token."""
    paid_until: datetime | None = None
    found: list[datetime] = []
    for now in times:
        after = bucket.take(paid_until, now)
        if after is not None:
            paid_until, found = after, [*found, now]
    return found


@given(st.lists(st.integers(0, 3_000), max_size=400).map(sorted))
def test_in_no_stretch_of_time_more_than_45_and_one_each_6_seconds(tenths: list[int]) -> None:
    found = taken(PAIR, [NOW + timedelta(seconds=tenth / 10) for tenth in tenths])
    for first in range(len(found)):
        for last in range(first, len(found)):
            assert last - first + 1 <= 45 + (found[last] - found[first]) / PAIR.interval


@given(st.lists(st.integers(0, 40), max_size=60).map(sorted), st.integers(1, 4), st.integers(1, 5))
def test_a_token_is_refused_only_when_the_promise_would_break(seconds: list[int], burst: int, interval: int) -> None:
    bucket = Bucket(timedelta(seconds=interval), burst)
    paid_until: datetime | None = None
    found: list[datetime] = []
    for second in seconds:
        now = NOW + timedelta(seconds=second)
        after = bucket.take(paid_until, now)
        too_many = any(
            len(found) - index + 1 > burst + (now - found[index]) / bucket.interval for index in range(len(found))
        )
        assert (after is None) == too_many
        if after is not None:
            paid_until, found = after, [*found, now]


def test_the_45_are_paid_back_one_each_6_seconds() -> None:
    assert len(taken(PAIR, [NOW] * 50)) == 45
    paid_until = NOW + 45 * PAIR.interval
    assert PAIR.wait_s(paid_until, NOW) == 6
    assert PAIR.take(paid_until, NOW + timedelta(seconds=5, milliseconds=999)) is None
    assert PAIR.take(paid_until, NOW + timedelta(seconds=6)) is not None
    assert len(taken(PAIR, [NOW] * 45 + [NOW + timedelta(seconds=270)] * 50)) == 90


def sent(*ago: tuple[int, timedelta]) -> list[MarketingSent]:
    return [MarketingSent(business, NOW - since) for business, since in ago]


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("got", "capped"),
    [
        (sent((US, HOUR)), False),
        (sent((OTHER, HOUR), (THIRD, HOUR)), True),
        (sent((OTHER, HOUR), (THIRD, DAY)), False),
        (sent((US, 2 * DAY), (US, 3 * DAY)), True),
        (sent((US, 2 * DAY), (US, 7 * DAY)), False),
        (sent(*[(OTHER + day, day * DAY) for day in range(1, 6)]), False),
        (sent(*[(OTHER + day, day * DAY) for day in range(1, 7)]), True),
        (sent(*[(OTHER + day, day * DAY) for day in range(2, 8)]), False),
    ],
)
def test_two_a_day_six_a_week_and_two_a_week_from_one(got: list[MarketingSent], capped: bool) -> None:
    assert marketing_capped(got, US, now=NOW, window_open=False) is capped
    assert not marketing_capped(got, US, now=NOW, window_open=True)


NEW = Standing(
    verified=False, reached_7_days=0, reached_30_days=0, delivered_30_days=0, low=False, red_since=None
)  # fmt: skip


@pytest.mark.parametrize(
    ("tier", "standing", "after"),
    [
        (Tier.TIER_250, NEW, Tier.TIER_250),
        (Tier.TIER_250, replace(NEW, verified=True), Tier.TIER_2K),
        (Tier.TIER_250, replace(NEW, reached_30_days=2_000, delivered_30_days=1_999), Tier.TIER_250),
        (Tier.TIER_250, replace(NEW, reached_30_days=2_000, delivered_30_days=2_000), Tier.TIER_2K),
        (Tier.TIER_250, replace(NEW, verified=True, low=True), Tier.TIER_250),
        (Tier.TIER_2K, replace(NEW, verified=True), Tier.TIER_2K),
        (Tier.TIER_2K, replace(NEW, reached_7_days=999), Tier.TIER_2K),
        (Tier.TIER_2K, replace(NEW, reached_7_days=1_000), Tier.TIER_10K),
        (Tier.TIER_10K, replace(NEW, reached_7_days=5_000, low=True), Tier.TIER_10K),
        (Tier.TIER_10K, replace(NEW, reached_7_days=5_000), Tier.TIER_100K),
        (Tier.TIER_100K, replace(NEW, reached_7_days=50_000), Tier.TIER_UNLIMITED),
        (Tier.TIER_UNLIMITED, replace(NEW, reached_7_days=10**9), Tier.TIER_UNLIMITED),
    ],
)
def test_a_tier_is_earned(tier: Tier, standing: Standing, after: Tier) -> None:
    assert tier_after(tier, standing, floor=Tier.TIER_250, now=NOW) is after


def test_a_day_of_red_costs_one_tier_and_never_goes_below_the_floor() -> None:
    red = replace(NEW, verified=True, reached_7_days=10**6, low=True, red_since=NOW - DAY)
    assert tier_after(Tier.TIER_10K, red, floor=Tier.TIER_250, now=NOW) is Tier.TIER_2K
    assert tier_after(Tier.TIER_10K, red, floor=Tier.TIER_250, now=NOW - timedelta(seconds=1)) is Tier.TIER_10K
    assert tier_after(Tier.TIER_250, red, floor=Tier.TIER_250, now=NOW) is Tier.TIER_250
    assert tier_after(Tier.TIER_10K, red, floor=Tier.TIER_10K, now=NOW) is Tier.TIER_10K


def test_tiers_are_ordered_by_what_they_allow_not_by_their_names() -> None:
    assert higher(Tier.TIER_2K, Tier.TIER_100K) is Tier.TIER_100K
    assert higher(Tier.TIER_250, Tier.TIER_10K) is Tier.TIER_10K
    assert sorted(Tier, key=lambda tier: tier.people_max or 10**9) == list(Tier)


def test_a_setting_that_names_no_tier_is_refused() -> None:
    assert tier_named("TIER_2K") is Tier.TIER_2K
    with pytest.raises(Invalid, match="TIER_1K"):
        tier_named("TIER_1K")
