"""What a message costs: dated price lists (how much) and dated rules (whether at all), in integer micros.

The price and its ``rate_version`` are pinned when a message is accepted; a later list or rule never changes them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Literal

from clarine.domain.errors import Invalid
from clarine.domain.message import Category

PricingType = Literal["regular", "free_customer_service", "free_entry_point"]

#: A country that no market names pays this market's price.
OTHER = "Other"

#: Service messages that each number may send free of charge in a calendar month (UTC), since RULES_SERVICE_BILLED.
FREE_SERVICE_MESSAGES = 1_000

#: Templates billed per delivered message; service free; utility free inside the 24-hour window.
RULES_PER_MESSAGE = date(2025, 7, 1)

#: Service billed at the market's utility price after the free ones; utility billed inside the window too.
RULES_SERVICE_BILLED = date(2026, 10, 1)

_MICROS = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """What one message costs once it is delivered, and how a status says so (Cloud API: webhooks, statuses.pricing)."""

    micros: int
    billable: bool
    pricing_type: PricingType
    rate_version: str


@dataclass(frozen=True, slots=True)
class PriceList:
    """The prices in force from *starts* (00:00 UTC); *micros* holds every market × billed category."""

    version: str
    starts: date
    micros: Mapping[tuple[str, Category], int]


@dataclass(frozen=True, slots=True)
class PriceBook:
    """All price lists of one *currency*, oldest first, and the market of each country."""

    currency: str
    lists: tuple[PriceList, ...]
    market_of: Mapping[str, str]

    def __post_init__(self) -> None:
        starts = [each.starts for each in self.lists]
        assert starts, "a price book needs a price list"
        assert starts == sorted(set(starts)), "price lists stand in the order of their dates"
        for each in self.lists:
            markets = {market for market, _ in each.micros}
            unpriced = {*self.market_of.values(), OTHER} - markets
            assert not unpriced, f"{each.version} has no price for {sorted(unpriced)}"

    def market(self, country: str) -> str:
        """The market of *country* (ISO alpha-2); OTHER when no market names it."""
        return self.market_of.get(country, OTHER)

    def rate_micros(self, country: str, category: Category, at: datetime) -> tuple[int, str]:
        """The list price of one *category* message to *country* at *at* (aware), and the list's version.

        A service message has no price of its own: its rate is the utility one. Raises Invalid (``no_price_list``)
        before the first list: prices before July 2025 were per conversation, which this book cannot express.
        """
        day = at.astimezone(UTC).date()
        if category is Category.SERVICE:
            category = Category.UTILITY
        for each in reversed(self.lists):
            if each.starts <= day:
                return each.micros[self.market(country), category], each.version
        raise Invalid(f"The price list begins on {self.lists[0].starts}", code="no_price_list")


def price(
    book: PriceBook, *, category: Category, country: str, at: datetime, window_open: bool, free_service_left: int
) -> Price:
    """The price of a message accepted at *at* for a person in *country* (Cloud API: pricing, per-message).

    *free_service_left*: how many of the number's FREE_SERVICE_MESSAGES of this month are unused; it is read only for
    service messages, and only since RULES_SERVICE_BILLED. Raises Invalid (``no_price_list``) before the first list.
    """
    micros, version = book.rate_micros(country, category, at)
    rules = RULES_SERVICE_BILLED if at.astimezone(UTC).date() >= RULES_SERVICE_BILLED else RULES_PER_MESSAGE
    rate_version = f"{version}/rules_{rules}"
    if _is_free(category, rules=rules, window_open=window_open, free_service_left=free_service_left):
        return Price(0, False, "free_customer_service", rate_version)
    return Price(micros, True, "regular", rate_version)


def spends_free_service(category: Category, at: datetime) -> bool:
    """Whether a message of *category* accepted at *at* counts against the number's free service messages."""
    return category is Category.SERVICE and at.astimezone(UTC).date() >= RULES_SERVICE_BILLED


def _is_free(category: Category, *, rules: date, window_open: bool, free_service_left: int) -> bool:
    match category:
        case Category.SERVICE:
            return rules < RULES_SERVICE_BILLED or free_service_left > 0
        case Category.UTILITY:
            return rules < RULES_SERVICE_BILLED and window_open
        case Category.MARKETING | Category.AUTHENTICATION:
            return False


def parse_price_list(lines: Iterable[str], *, version: str, starts: date) -> PriceList:
    """The price list in CSV *lines* (``market,marketing,utility,authentication,…`` in units of the currency).

    Lines that begin with ``#`` are comments. Raises Invalid, naming the market, for a price that is missing, negative
    or finer than a micro.
    """
    billed = (Category.MARKETING, Category.UTILITY, Category.AUTHENTICATION)
    micros: dict[tuple[str, Category], int] = {}
    for row in csv.DictReader(_without_comments(lines)):
        for category in billed:
            key = row["market"], category
            if key in micros:
                raise Invalid(f"{version} prices {row['market']} twice", code="price_list")
            micros[key] = parse_micros(row[category.value], what=f"{version}, {row['market']}, {category.value}")
    return PriceList(version, starts, micros)


def parse_markets(lines: Iterable[str]) -> dict[str, str]:
    """Country → market from CSV *lines* (``country,market``; lines that begin with ``#`` are comments)."""
    return {row["country"]: row["market"] for row in csv.DictReader(_without_comments(lines))}


def parse_micros(text: str, *, what: str) -> int:
    """The decimal amount *text* in micros, exactly; raises Invalid, naming *what*, when it is no such amount."""
    try:
        amount = Decimal(text) * _MICROS
    except InvalidOperation:
        raise Invalid(f"{what}: {text!r} is not an amount", code="amount") from None
    if not amount.is_finite() or amount < 0 or amount != amount.to_integral_value():
        raise Invalid(f"{what}: {text!r} is not an amount in whole micros", code="amount")
    return int(amount)


def _without_comments(lines: Iterable[str]) -> Iterable[str]:
    return (line for line in lines if not line.startswith("#"))
