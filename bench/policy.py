"""The rules alone: facts become a verdict and a price, in memory, for a batch at a time."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from bench.frame import Bench, Row
from clarine.adapters.rates import load_price_book
from clarine.domain.message import Category
from clarine.domain.policy import Facts, judge
from clarine.domain.pricing import PriceFacts, price

BATCH: Final = 500
COUNTRIES: Final = ("IN", "BR", "DE", "US", "NG")


def facts() -> list[Facts]:
    """BATCH people of every kind: each is known, and blocks, stops, agrees, writes and reaches limits in turn."""
    turns = itertools.product((False, True), (False, True), (True, False), (None, False), (False, True), Category)
    kinds = [
        Facts(
            known=True,
            blocked=blocked,
            stopped=stopped,
            marketing_consent=consent,
            utility_consent=utility,
            window_open=window,
            category=category,
        )
        for blocked, stopped, consent, utility, window, category in turns
    ]
    return list(itertools.islice(itertools.cycle(kinds), BATCH))


def run(seconds: float) -> list[Row]:
    """Verdicts, then verdicts with prices."""
    batch, book, now = facts(), load_price_book(), datetime.now(UTC)
    countries = list(itertools.islice(itertools.cycle(COUNTRIES), BATCH))

    def verdicts() -> None:
        for each in batch:
            judge(each)

    def priced() -> None:
        for each, country in zip(batch, countries, strict=True):
            if judge(each) is None:
                price(
                    book,
                    PriceFacts(each.category, country, now, window_open=each.window_open, free_service_left=1),
                )

    return [
        {"what": "facts → verdict", "us": _us(verdicts, seconds)},
        {"what": "facts → verdict → price", "us": _us(priced, seconds)},
    ]


def _us(batch: Callable[[], None], seconds: float) -> float:
    """CPU microseconds a message."""
    began, until, batches = time.process_time(), time.perf_counter() + seconds, 0
    while time.perf_counter() < until:
        batch()
        batches += 1
    return (time.process_time() - began) * 1e6 / (batches * BATCH)


BENCH: Final = Bench(
    name="policy",
    title="The rules alone",
    about=(
        f"CPU of one process for each message of a batch of {BATCH} over people of every kind (blocked, stopped, agreed, inside\n"
        "the window or not, all four categories), with the facts in memory: what policy and pricing add to a message."
    ),
    columns={"what": "what", "us": "µs a message"},
    run=run,
)
