"""What stands in a business's catalogue: prices in all their spellings, whether a product can be ordered, its limits.

The limits and spellings are the Catalog API's (product items).
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Final

from clarine.domain.errors import Invalid

MICROS: Final = 1_000_000
NAME_CHARACTERS_MAX: Final = 200
DESCRIPTION_CHARACTERS_MAX: Final = 5000
RETAILER_ID_CHARACTERS_MAX: Final = 100
URL_CHARACTERS_MAX: Final = 2000
PRICE_MICROS_MAX: Final = 10**15
PRODUCTS_MAX: Final = 10_000
CATALOGUES_MAX: Final = 20
#: A message names at most so many products in so many sections (Cloud API: multi-product messages).
SHELF_PRODUCTS_MAX: Final = 30
SHELF_SECTIONS_MAX: Final = 10
#: An order names at most so many kinds of things, and so many of each.
ORDER_ITEMS_MAX: Final = 50
ORDER_QUANTITY_MAX: Final = 999
ORDER_TEXT_CHARACTERS_MAX: Final = 1024

AVAILABILITIES: Final = ("in stock", "out of stock", "preorder", "available for order", "discontinued")
_FOR_SALE: Final = frozenset({"in stock", "preorder", "available for order"})
#: Currencies whose smallest coin is not a hundredth (ISO 4217).
_COINS: Final = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF",
                     "XOF", "XPF"), 1),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 1000),
}  # fmt: skip
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_AMOUNT: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([A-Z]{3})")


def is_for_sale(availability: str) -> bool:
    """Whether a person may order it now."""
    return availability in _FOR_SALE


def of_coins(coins: int, currency: str) -> int:
    """Micros of *coins*, the smallest of *currency*: 999 USD is 9.99. Raises Invalid."""
    currency = checked_currency(currency)
    return _in_range(Decimal(coins) / _COINS.get(currency, 100))


def of_text(text: str) -> tuple[int, str]:
    """(micros, currency) of ``9.99 USD``. Raises Invalid."""
    found = _AMOUNT.fullmatch(text.strip().upper())
    if found is None:
        raise Invalid("price must be an amount and a currency, such as 9.99 USD", field="price")
    try:
        return _in_range(Decimal(found[1])), checked_currency(found[2])
    except InvalidOperation:
        raise Invalid("price is no number", field="price") from None


def in_text(price_micros: int, currency: str) -> str:
    """``9.99 USD``."""
    coins = _COINS.get(currency, 100)
    places = len(str(coins)) - 1
    return f"{Decimal(price_micros) / MICROS:.{places}f} {currency}"


def checked_currency(currency: str) -> str:
    """Three capitals. Raises Invalid."""
    if not _CURRENCY.fullmatch(currency.upper()):
        raise Invalid("currency must be three letters, such as USD", field="currency")
    return currency.upper()


def amount(price_micros: int) -> int | float:
    """A price as webhooks show it: a whole number where it is one."""
    return price_micros // MICROS if price_micros % MICROS == 0 else price_micros / MICROS


def _in_range(value: Decimal) -> int:
    micros = int(value * MICROS)
    if not 0 <= micros <= PRICE_MICROS_MAX:
        raise Invalid("price is out of range", field="price")
    return micros
