"""Prices: the published numbers to the micro, and rules that change on their day and never before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from importlib.resources import files
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarine.adapters.rates import load_price_book
from clarine.domain.errors import Invalid
from clarine.domain.message import Category
from clarine.domain.pricing import (
    Price,
    PriceBook,
    PriceFacts,
    parse_micros,
    parse_price_list,
    price,
    pricing_model,
    spends_free_service,
)

BOOK = load_price_book()
AUTUMN_2025 = datetime(2025, 9, 1, tzinfo=UTC)
SUMMER_2026 = datetime(2026, 8, 1, tzinfo=UTC)
AUTUMN_2026 = datetime(2026, 11, 1, tzinfo=UTC)

COUNTRIES = st.sampled_from(sorted(BOOK.market_of))
CATEGORIES = st.sampled_from(list(Category))
TIMES = st.integers(1, 900 * 24).map(lambda hours: datetime(2025, 7, 1, tzinfo=UTC) + timedelta(hours=hours))


def priced(category: Category, country: str, at: datetime, *, window_open: bool = False, left: int = 0) -> Price:
    return price(BOOK, PriceFacts(category, country, at, window_open=window_open, free_service_left=left))


@pytest.mark.parametrize(
    ("country", "category", "at", "micros"),
    [
        ("FR", Category.MARKETING, AUTUMN_2025, 143_200),
        ("FR", Category.MARKETING, SUMMER_2026, 85_900),
        ("IN", Category.MARKETING, SUMMER_2026, 11_800),
        ("IN", Category.UTILITY, SUMMER_2026, 1_400),
        ("CO", Category.UTILITY, AUTUMN_2025, 200),
        ("PK", Category.AUTHENTICATION, AUTUMN_2025, 22_800),
        ("PK", Category.UTILITY, SUMMER_2026, 10_000),
        ("US", Category.MARKETING, SUMMER_2026, 25_000),
        ("CA", Category.UTILITY, SUMMER_2026, 3_400),
        ("KE", Category.MARKETING, SUMMER_2026, 22_500),
        ("BD", Category.UTILITY, SUMMER_2026, 11_300),
        ("PL", Category.UTILITY, SUMMER_2026, 21_200),
        ("UY", Category.MARKETING, SUMMER_2026, 74_000),
        ("QA", Category.UTILITY, SUMMER_2026, 9_100),
        ("SE", Category.UTILITY, SUMMER_2026, 17_100),
        ("IS", Category.MARKETING, SUMMER_2026, 60_400),
        ("ZZ", Category.UTILITY, SUMMER_2026, 7_700),
    ],
)
def test_templates_cost_what_the_list_of_their_day_says(
    country: str, category: Category, at: datetime, micros: int
) -> None:
    found = priced(category, country, at)
    assert (found.micros, found.billable, found.pricing_type) == (micros, True, "regular")


def test_the_book_holds_32_markets_and_two_lists() -> None:
    assert BOOK.currency == "USD"
    assert [(each.version, each.starts) for each in BOOK.lists] == [
        ("usd_2025-07-01", date(2025, 7, 1)),
        ("usd_2026-06-28", date(2026, 6, 28)),
    ]
    for each in BOOK.lists:
        assert len({market for market, _ in each.micros}) == 32


def test_every_country_that_a_phone_number_can_have_has_a_market() -> None:
    assert set(phonenumbers.SUPPORTED_REGIONS) <= set(BOOK.market_of)
    assert len(BOOK.market_of) >= 249


def test_a_list_begins_at_midnight_utc_of_its_day() -> None:
    begins = datetime(2026, 6, 28, tzinfo=UTC)
    before = BOOK.rate_micros("FR", Category.MARKETING, begins - timedelta(seconds=1))
    after = BOOK.rate_micros("FR", Category.MARKETING, begins)
    assert before == (143_200, "usd_2025-07-01")
    assert after == (85_900, "usd_2026-06-28")
    # The same instant told in another zone is the same instant.
    assert BOOK.rate_micros("FR", Category.MARKETING, begins.astimezone(timezone(timedelta(hours=-5)))) == after


def test_before_the_first_list_there_is_no_price() -> None:
    with pytest.raises(Invalid) as refused:
        priced(Category.UTILITY, "IN", datetime(2025, 6, 30, 23, 59, 59, tzinfo=UTC))
    assert refused.value.code == "no_price_list"


def test_until_october_2026_service_is_free_and_so_is_utility_inside_the_window() -> None:
    last_moment = datetime(2026, 9, 30, 23, 59, 59, tzinfo=UTC)
    free = Price(0, False, "free_customer_service", "usd_2026-06-28/rules_2025-07-01")
    assert priced(Category.SERVICE, "IN", last_moment, window_open=True) == free
    assert priced(Category.UTILITY, "IN", last_moment, window_open=True) == free
    assert priced(Category.UTILITY, "IN", last_moment, window_open=False).micros == 1_400
    assert priced(Category.MARKETING, "IN", last_moment, window_open=True).micros == 11_800
    assert priced(Category.AUTHENTICATION, "IN", last_moment, window_open=True).micros == 1_400


def test_since_october_2026_utility_costs_inside_the_window_and_service_after_the_free_ones() -> None:
    first_moment = datetime(2026, 10, 1, tzinfo=UTC)
    version = "usd_2026-06-28/rules_2026-10-01"
    billed = Price(1_400, True, "regular", version)
    assert priced(Category.UTILITY, "IN", first_moment, window_open=True) == billed
    assert priced(Category.SERVICE, "IN", first_moment, window_open=True, left=0) == billed
    free = Price(0, False, "free_customer_service", version)
    assert priced(Category.SERVICE, "IN", first_moment, window_open=True, left=1) == free
    assert spends_free_service(Category.SERVICE, first_moment)
    assert not spends_free_service(Category.UTILITY, first_moment)
    assert not spends_free_service(Category.SERVICE, first_moment - timedelta(seconds=1))


@given(CATEGORIES, COUNTRIES, TIMES, st.booleans(), st.integers(0, 2))
def test_a_price_is_whole_micros_and_costs_exactly_when_it_is_billable(
    category: Category, country: str, at: datetime, window_open: bool, left: int
) -> None:
    found = priced(category, country, at, window_open=window_open, left=left)
    assert type(found.micros) is int
    assert (found.micros > 0) == found.billable == (found.pricing_type == "regular")
    if found.billable:
        assert (found.micros, found.rate_version.partition("/")[0]) == BOOK.rate_micros(country, category, at)


@given(CATEGORIES, COUNTRIES, TIMES, st.integers(0, 2))
def test_an_open_window_never_makes_a_message_dearer(category: Category, country: str, at: datetime, left: int) -> None:
    outside = priced(category, country, at, window_open=False, left=left)
    assert priced(category, country, at, window_open=True, left=left).micros <= outside.micros


@given(st.sampled_from([Category.MARKETING, Category.AUTHENTICATION]), COUNTRIES, TIMES, st.booleans())
def test_marketing_and_authentication_are_never_free(
    category: Category, country: str, at: datetime, window_open: bool
) -> None:
    assert priced(category, country, at, window_open=window_open, left=1_000).billable


@given(st.integers(0, 10**12))
def test_amounts_are_read_exactly(micros: int) -> None:
    assert parse_micros(f"{micros // 10**6}.{micros % 10**6:06d}", what="test") == micros


@pytest.mark.parametrize("text", ["", "free", "-0.01", "0.0000001", "NaN", "Infinity"])
def test_what_is_no_amount_in_micros_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_micros(text, what="test")


def test_a_market_priced_twice_is_refused() -> None:
    lines = ["market,marketing,utility,authentication", "India,0.1,0.1,0.1", "India,0.2,0.1,0.1"]
    with pytest.raises(Invalid):
        parse_price_list(lines, version="usd_2030-01-01", starts=date(2030, 1, 1))


#: A market of its own in every era: the shipped list, a list of before July 2025, and one with steps.
OLD = PriceBook(
    "USD",
    (
        parse_price_list(
            ["market,marketing,utility,authentication,service", "India,0.01,0.002,0.003,0.004", "Other,1,1,1,1"],
            version="usd_2023-06-01",
            starts=date(2023, 6, 1),
        ),
        parse_price_list(
            ["market,marketing,utility,authentication", "India,0.02,0.002,0.003", "Other,1,1,1"],
            version="usd_2025-07-01",
            starts=date(2025, 7, 1),
            tiers=["market,category,after,price", "India,utility,2,0.0015", "India,utility,4,0.001"],
        ),
    ),
    {"IN": "India"},
)
SPRING_2024 = datetime(2024, 3, 1, tzinfo=UTC)
SPRING_2025 = datetime(2025, 3, 1, tzinfo=UTC)


def once(category: Category, at: datetime, *, left: int = 0, **more: Any) -> Price:
    return price(OLD, PriceFacts(category, "IN", at, window_open=True, free_service_left=left, **more))


def test_before_july_2025_the_first_message_of_a_conversation_pays_for_all() -> None:
    for category, micros in ((Category.MARKETING, 10_000), (Category.UTILITY, 2_000), (Category.AUTHENTICATION, 3_000)):
        first, next_one = once(category, SPRING_2025), once(category, SPRING_2025, conversation_open=True)
        assert (first.micros, next_one.micros) == (micros, 0)
        assert first.billable
        assert next_one.billable
        assert pricing_model(first.rate_version) == "CBP"


def test_service_conversations_were_free_up_to_a_thousand_then_billed_then_free() -> None:
    assert once(Category.SERVICE, SPRING_2024, left=1).pricing_type == "free_customer_service"
    assert once(Category.SERVICE, SPRING_2024, left=0).micros == 4_000
    assert once(Category.SERVICE, SPRING_2024, left=0, conversation_open=True).micros == 0
    assert once(Category.SERVICE, SPRING_2025, left=0).pricing_type == "free_customer_service"
    assert spends_free_service(Category.SERVICE, SPRING_2024)
    assert not spends_free_service(Category.SERVICE, SPRING_2025)


@given(CATEGORIES, st.sampled_from([SPRING_2024, SPRING_2025, AUTUMN_2025, SUMMER_2026, AUTUMN_2026]), st.booleans())
def test_inside_a_free_entry_point_everything_is_free_in_every_era(
    category: Category, at: datetime, known: bool
) -> None:
    found = once(category, at, entry_open=True, conversation_open=known)
    assert (found.micros, found.billable, found.pricing_type) == (0, False, "free_entry_point")
    assert pricing_model(found.rate_version) == ("CBP" if at < AUTUMN_2025 else "PMP")


def test_each_message_has_the_price_of_the_step_it_falls_into() -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    assert [once(Category.UTILITY, at, counted=count).micros for count in range(6)] == [
        2_000,
        2_000,
        1_500,
        1_500,
        1_000,
        1_000,
    ]
    assert once(Category.SERVICE, at, counted=5).micros == 2_000
    assert once(Category.AUTHENTICATION, at, counted=5).micros == 3_000


@given(st.lists(st.integers(0, 5), max_size=3))
def test_more_volume_never_makes_a_message_dearer(counts: list[int]) -> None:
    prices = [once(Category.UTILITY, AUTUMN_2026, counted=count).micros for count in sorted(counts)]
    assert prices == sorted(prices, reverse=True)


def test_a_day_without_rules_or_list_says_so() -> None:
    for at in (datetime(2023, 5, 31, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)):
        with pytest.raises(Invalid) as refused:
            once(Category.UTILITY, at)
        assert refused.value.code == "no_price_list"


def test_an_operators_list_stands_beside_ours_and_replaces_one_of_its_day(tmp_path: Path) -> None:
    ours = files("clarine").joinpath("data", "rates", "usd_2025-07-01.csv").read_text(encoding="utf-8")
    (tmp_path / "usd_2024-01-01.csv").write_text(ours, encoding="utf-8")
    (tmp_path / "usd_2025-07-01.csv").write_text(ours.replace("India,0.0107", "India,0.5"), encoding="utf-8")
    (tmp_path / "usd_2025-07-01.tiers.csv").write_text("market,category,after,price\nIndia,utility,10,0.001\n")
    book = load_price_book(folder=str(tmp_path))
    assert [each.version for each in book.lists] == ["usd_2024-01-01", "usd_2025-07-01", "usd_2026-06-28"]
    assert book.rate_micros("IN", Category.SERVICE, SPRING_2024)[0] == 4_000
    assert book.rate_micros("IN", Category.MARKETING, AUTUMN_2025)[0] == 500_000
    assert book.steps("IN", Category.UTILITY, AUTUMN_2025) == (10,)
    with pytest.raises(Invalid):
        load_price_book(folder=str(tmp_path / "nothing"))
    for name, text in (
        ("usd_soon.csv", ours),
        ("usd_2024-02-01.csv", "a,b\n1,2\n"),
        ("usd_2024-02-01.csv", "market\n"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(Invalid):
            load_price_book(folder=str(tmp_path))
        (tmp_path / name).unlink()
