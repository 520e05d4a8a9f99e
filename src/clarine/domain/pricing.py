"""What a message costs: dated price lists (how much) and dated rules (whether at all), in integer micros.

The price and its ``rate_version`` are pinned when a message is accepted; a later list or rule never changes them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Literal

from clarine.domain.errors import Invalid
from clarine.domain.message import Category

PricingType = Literal["regular", "free_customer_service", "free_entry_point"]

#: A country that no market names pays this market's price.
OTHER = "Other"

#: Conversations of 24 hours are billed by their category, at the list's own price for service as well.
RULES_PER_CONVERSATION = date(2023, 6, 1)

#: Service conversations are free; so far only as many a month as FREE_SERVICE_MESSAGES says.
RULES_SERVICE_FREE = date(2024, 11, 1)

#: How long a billed conversation lasts.
CONVERSATION = timedelta(hours=24)

#: Who comes through an advertisement or link is answered within this time, and all is free for that long after the answer.
ENTRY_ANSWER = timedelta(hours=24)
ENTRY = timedelta(hours=72)

#: Service messages that each number may send free of charge in a calendar month (UTC), since RULES_SERVICE_BILLED
#: (and conversations before RULES_SERVICE_FREE).
FREE_SERVICE_MESSAGES = 1_000

#: Templates billed per delivered message; service free; utility free inside the 24-hour window.
RULES_PER_MESSAGE = date(2025, 7, 1)

#: Service billed at the market's utility price after the free ones; utility billed inside the window too.
RULES_SERVICE_BILLED = date(2026, 10, 1)

_RULES = (RULES_PER_CONVERSATION, RULES_SERVICE_FREE, RULES_PER_MESSAGE, RULES_SERVICE_BILLED)
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
    """The prices in force from *starts* (00:00 UTC); *micros* holds every market × billed category.

    *tiers* holds, for a market and category, (after so many billed messages of the month, micros), ascending: graduated, so
    each message has the price of the step that it falls into.
    """

    version: str
    starts: date
    micros: Mapping[tuple[str, Category], int]
    tiers: Mapping[tuple[str, Category], tuple[tuple[int, int], ...]] = field(default_factory=dict)


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
            if unpriced:
                raise Invalid(f"{each.version} has no price for {', '.join(sorted(unpriced))}", code="price_list")

    @property
    def has_steps(self) -> bool:
        """Whether any list counts messages."""
        return any(each.tiers for each in self.lists)

    def market(self, country: str) -> str:
        """The market of *country* (ISO alpha-2); OTHER when no market names it."""
        return self.market_of.get(country, OTHER)

    def rate_micros(self, country: str, category: Category, at: datetime, *, counted: int = 0) -> tuple[int, str]:
        """The list price of one *category* message to *country* at *at* (aware), and the list's version.

        *counted*: how many of this market and category were billed in the month before. A service message has no price of
        its own since RULES_PER_MESSAGE: its rate is the utility one, without steps. Raises Invalid (``no_price_list``) when
        no list covers the day or it has no such price.
        """
        day, market = at.astimezone(UTC).date(), self.market(country)
        stepped = category is not Category.SERVICE
        if category is Category.SERVICE and day >= RULES_PER_MESSAGE:
            category = Category.UTILITY
        for each in reversed(self.lists):
            if each.starts <= day:
                micros = each.micros.get((market, category))
                if micros is None:
                    raise Invalid(f"{each.version} has no price for {category} in {market}", code="no_price_list")
                steps = each.tiers.get((market, category), ()) if stepped else ()
                return next((price for after, price in reversed(steps) if after <= counted), micros), each.version
        raise Invalid(
            f"No price list covers {day}: the first one begins on {self.lists[0].starts}. An operator adds one under CLARINE_RATES",
            code="no_price_list",
        )

    def steps(self, country: str, category: Category, at: datetime) -> tuple[int, ...]:
        """After how many billed messages of a month the price changes; () where it does not."""
        day = at.astimezone(UTC).date()
        found = next((each for each in reversed(self.lists) if each.starts <= day), None)
        steps = found.tiers.get((self.market(country), category), ()) if found is not None else ()
        return tuple(after for after, _ in steps)


def rules_of(at: datetime) -> date:
    """The day of the rules in force at *at*. Raises Invalid (``no_price_list``) before RULES_PER_CONVERSATION."""
    day = at.astimezone(UTC).date()
    if day < RULES_PER_CONVERSATION:
        raise Invalid(f"There are no price rules for {day}", code="no_price_list")
    return max(rules for rules in _RULES if rules <= day)


def per_conversation(at: datetime) -> bool:
    """Whether conversations are billed at *at*, not messages."""
    return rules_of(at) < RULES_PER_MESSAGE


def pricing_model(rate_version: str | None) -> Literal["CBP", "PMP"]:
    """How the API calls the rules that a message was priced by (Cloud API: webhooks, pricing_model)."""
    rules = (rate_version or "").rpartition("rules_")[2]
    return "CBP" if rules and date.fromisoformat(rules) < RULES_PER_MESSAGE else "PMP"


@dataclass(frozen=True, slots=True)
class PriceFacts:
    """What decides the price of one message besides the list.

    *free_service_left*: how many of the number's FREE_SERVICE_MESSAGES of this month are unused. *entry_open*: the person
    came through an advertisement or link, and was answered or is by this message. *conversation_open*: a billed
    conversation that it belongs to (only before RULES_PER_MESSAGE). *counted*: see rate_micros.
    """

    category: Category
    country: str
    at: datetime
    window_open: bool
    free_service_left: int
    entry_open: bool = False
    conversation_open: bool = False
    counted: int = 0


def price(book: PriceBook, facts: PriceFacts) -> Price:
    """The price of a message accepted at facts.at (Cloud API: pricing). Raises Invalid (``no_price_list``)."""
    rules = rules_of(facts.at)
    micros, version = book.rate_micros(facts.country, facts.category, facts.at, counted=facts.counted)
    rate_version = f"{version}/rules_{rules}"
    if facts.entry_open:
        return Price(0, False, "free_entry_point", rate_version)
    if _is_free(facts, rules):
        return Price(0, False, "free_customer_service", rate_version)
    if rules < RULES_PER_MESSAGE and facts.conversation_open:
        return Price(0, True, "regular", rate_version)  # the message that opened the conversation paid for it
    return Price(micros, True, "regular", rate_version)


def spends_free_service(category: Category, at: datetime) -> bool:
    """Whether a free message of *category* accepted at *at* counts against the number's free service messages."""
    rules = rules_of(at)
    return category is Category.SERVICE and (rules >= RULES_SERVICE_BILLED or rules < RULES_SERVICE_FREE)


def _is_free(facts: PriceFacts, rules: date) -> bool:
    match facts.category:
        case Category.SERVICE:
            if RULES_SERVICE_FREE <= rules < RULES_SERVICE_BILLED:
                return True
            return facts.free_service_left > 0 and not facts.conversation_open
        case Category.UTILITY:
            return RULES_PER_MESSAGE <= rules < RULES_SERVICE_BILLED and facts.window_open
        case Category.MARKETING | Category.AUTHENTICATION:
            return False


def parse_price_list(lines: Iterable[str], *, version: str, starts: date, tiers: Iterable[str] = ()) -> PriceList:
    """The price list in CSV *lines* (``market,marketing,utility,authentication,…,service`` in units of the currency).

    *tiers* are the lines of its steps (``market,category,after,price``: after so many billed messages in a month).
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
        if service := row.get(Category.SERVICE.value):
            what = f"{version}, {row['market']}, service"
            micros[row["market"], Category.SERVICE] = parse_micros(service, what=what)
    return PriceList(version, starts, micros, _parse_tiers(tiers, version))


def _parse_tiers(lines: Iterable[str], version: str) -> dict[tuple[str, Category], tuple[tuple[int, int], ...]]:
    steps: dict[tuple[str, Category], list[tuple[int, int]]] = {}
    for row in csv.DictReader(_without_comments(lines)):
        what = f"{version}, steps of {row['market']}, {row['category']}"
        if row["category"] not in (Category.UTILITY, Category.AUTHENTICATION) or not str(row["after"]).isdecimal():
            raise Invalid(
                f"{what}: only utility and authentication have steps, after a number of messages", code="price_list"
            )
        key = row["market"], Category(row["category"])
        steps.setdefault(key, []).append((int(row["after"]), parse_micros(row["price"], what=what)))
    return {key: tuple(sorted(found)) for key, found in steps.items()}


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
