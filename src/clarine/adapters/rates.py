"""Reads the price lists and markets that ship in ``clarine/data``, and an operator's own beside them."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from clarine.domain.errors import Invalid
from clarine.domain.pricing import PriceBook, parse_markets, parse_price_list

_DATA: Final = files("clarine").joinpath("data")
_TIERS: Final = ".tiers.csv"


def load_price_book(*, currency: str = "usd", folder: str = "") -> PriceBook:
    """The price book of *currency* (ISO 4217, lower case) from ``data/rates/<currency>_<first day>.csv``.

    Lists in *folder* are named alike and replace ours of the same day; ``<currency>_<first day>.tiers.csv`` beside a list
    has its steps. Raises Invalid when there is no such folder, or a file holds what is no price list.
    """
    found = _lists(_DATA.joinpath("rates"), currency)
    if folder:
        if not Path(folder).is_dir():
            raise Invalid(f"there is no folder {folder} with price lists", field="rates")
        found |= _lists(Path(folder), currency)
    lists = []
    for version, (lines, tiers) in sorted(found.items()):
        try:
            starts = date.fromisoformat(version.partition("_")[2])
            lists.append(parse_price_list(lines, version=version, starts=starts, tiers=tiers))
        except (KeyError, ValueError, TypeError):
            raise Invalid(f"{version}.csv is no price list of a day", code="price_list", field="rates") from None
    return PriceBook(currency.upper(), tuple(lists), parse_markets(_read(_DATA.joinpath("markets.csv"))))


def _lists(folder: Traversable, currency: str) -> dict[str, tuple[list[str], list[str]]]:
    """From version to the lines of the list and of its steps."""
    named = {entry.name: entry for entry in folder.iterdir() if entry.name.startswith(f"{currency}_")}
    return {
        name.removesuffix(".csv"): (_read(entry), _read(named.get(name.removesuffix(".csv") + _TIERS)))
        for name, entry in named.items()
        if name.endswith(".csv") and not name.endswith(_TIERS)
    }


def _read(entry: Traversable | None) -> list[str]:
    return entry.read_text(encoding="utf-8").splitlines() if entry is not None else []
