"""Reads the price lists and markets that ship in ``clarine/data``; a new list is one more file there."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

from clarine.domain.pricing import PriceBook, parse_markets, parse_price_list

_DATA = files("clarine").joinpath("data")


def load_price_book(*, currency: str = "usd") -> PriceBook:
    """The price book of *currency* (ISO 4217, lower case) from ``data/rates/<currency>_<first day>.csv``.

    Raises Invalid when a file holds what is no price; AssertionError when a market has none.
    """
    names = (entry.name for entry in _DATA.joinpath("rates").iterdir())
    versions = sorted(name.removesuffix(".csv") for name in names if name.startswith(f"{currency}_"))
    lists = tuple(
        parse_price_list(
            _lines("rates", f"{version}.csv"), version=version, starts=date.fromisoformat(version.partition("_")[2])
        )
        for version in versions
    )
    return PriceBook(currency.upper(), lists, parse_markets(_lines("markets.csv")))


def _lines(*path: str) -> list[str]:
    return _DATA.joinpath(*path).read_text(encoding="utf-8").splitlines()
