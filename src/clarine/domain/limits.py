"""How much a business may send: a token bucket for one person and for one number, tiers of people reached, a person's caps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Final

from clarine.domain.errors import Invalid

#: A person reached outside an open window counts for this long (Cloud API: messaging limits).
REACHED_S: Final = 86_400
DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)

#: Marketing that one person gets: over all businesses in a day and in a week, and from one business in a week.
MARKETING_DAY_MAX: Final = 2
MARKETING_WEEK_MAX: Final = 6
MARKETING_WEEK_OF_ONE_MAX: Final = 2

#: What lifts an unverified business from the first tier (Cloud API: messaging limits, increasing).
PROMOTION_PEOPLE: Final = 2_000
#: The share of the limit that must be used in a week for the next tier.
PROMOTION_SHARE: Final = 0.5
#: How long a number may be RED before its business goes down one tier.
RED_MAX: Final = timedelta(hours=24)


class Tier(StrEnum):
    """People a business may reach outside an open window in a rolling 24 hours, over all of its numbers."""

    TIER_250 = "TIER_250"  #: a business nobody verified
    TIER_2K = "TIER_2K"
    TIER_10K = "TIER_10K"
    TIER_100K = "TIER_100K"
    TIER_UNLIMITED = "TIER_UNLIMITED"

    @property
    def people_max(self) -> int | None:
        """The number in the name; None for no limit."""
        return _PEOPLE_MAX[self]

    def __ge__(self, other: str) -> bool:
        return _ORDER.index(self) >= _ORDER.index(Tier(other))

    def __gt__(self, other: str) -> bool:
        return _ORDER.index(self) > _ORDER.index(Tier(other))


_PEOPLE_MAX: Final[Mapping[Tier, int | None]] = {
    Tier.TIER_250: 250,
    Tier.TIER_2K: 2_000,
    Tier.TIER_10K: 10_000,
    Tier.TIER_100K: 100_000,
    Tier.TIER_UNLIMITED: None,
}
_ORDER: Final = tuple(_PEOPLE_MAX)


def tier_named(name: str) -> Tier:
    """The tier of that name. Raises Invalid."""
    try:
        return Tier(name)
    except ValueError:
        raise Invalid(f"{name!r} is no messaging limit; there are {', '.join(_ORDER)}", field="starting_tier") from None


@cache
def higher(one: Tier, other: Tier) -> Tier:
    """The one that allows more."""
    return one if one >= other else other


@dataclass(frozen=True, slots=True)
class Bucket:
    """One token each *interval*, at most *burst* saved up; its whole state is the time until which it is paid for.

    In any stretch of time t at most ``burst + t / interval`` are taken, and what was taken at once is paid back.
    """

    interval: timedelta
    burst: int
    ahead: timedelta = field(init=False)  #: a token is there while it is paid for at most so far ahead

    def __post_init__(self) -> None:
        object.__setattr__(self, "ahead", self.interval * (self.burst - 1))

    def take(self, paid_until: datetime | None, now: datetime) -> datetime | None:
        """*paid_until* after one more token, or None when there is none now."""
        if paid_until is None or paid_until <= now:
            return now + self.interval
        return paid_until + self.interval if paid_until - now <= self.ahead else None

    def wait_s(self, paid_until: datetime | None, now: datetime) -> float:
        """How long until a token is there; 0 when one is."""
        if paid_until is None or paid_until - now <= self.ahead:
            return 0.0
        return (paid_until - now - self.ahead).total_seconds()

    def left(self, paid_until: datetime | None, now: datetime) -> int:
        """How many tokens are there now."""
        if paid_until is None or paid_until <= now:
            return self.burst
        return max(0, (self.ahead - (paid_until - now)) // self.interval + 1)

    def take_many(self, paid_until: datetime | None, now: datetime, count: int) -> datetime:
        """*paid_until* after *count* more tokens, which are there (see `left`)."""
        assert count <= self.left(paid_until, now)
        return max(paid_until or now, now) + self.interval * count


@dataclass(frozen=True, slots=True)
class MarketingSent:
    """A marketing message that a person got."""

    business_id: int
    at: datetime


def marketing_capped(sent: Iterable[MarketingSent], business_id: int, *, now: datetime, window_open: bool) -> bool:
    """Whether one more marketing message from *business_id* would pass the person's caps; an open window lifts them."""
    week = [each for each in sent if each.at > now - WEEK]
    return counted_capped(
        day=sum(each.at > now - DAY for each in week),
        week=len(week),
        week_of_one=sum(each.business_id == business_id for each in week),
        window_open=window_open,
    )


def counted_capped(*, day: int, week: int, week_of_one: int, window_open: bool) -> bool:
    """As marketing_capped, for marketing that was counted already: in a day, in a week, and from this business in a week."""
    if window_open:
        return False
    return week >= MARKETING_WEEK_MAX or day >= MARKETING_DAY_MAX or week_of_one >= MARKETING_WEEK_OF_ONE_MAX


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides a business's tier: *reached_…* are unique people, *delivered_30_days* messages, *low* a RED number."""

    verified: bool
    reached_7_days: int
    reached_30_days: int
    delivered_30_days: int
    low: bool
    red_since: datetime | None


def tier_after(tier: Tier, standing: Standing, *, floor: Tier, now: datetime) -> Tier:
    """The tier that a business has from now on: one up, one down, or as it was; never below *floor*."""
    tier = higher(tier, floor)
    if standing.red_since is not None and now - standing.red_since >= RED_MAX:
        below = _ORDER[max(0, _ORDER.index(tier) - 1)]
        return higher(below, floor)
    if standing.low or tier is Tier.TIER_UNLIMITED:
        return tier
    return _ORDER[_ORDER.index(tier) + 1] if _earned(tier, standing) else tier


def _earned(tier: Tier, standing: Standing) -> bool:
    if tier is Tier.TIER_250:
        delivered = min(standing.reached_30_days, standing.delivered_30_days)
        return standing.verified or delivered >= PROMOTION_PEOPLE
    assert tier.people_max is not None
    return standing.reached_7_days >= tier.people_max * PROMOTION_SHARE
