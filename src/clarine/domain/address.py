"""The fields of an address message by country, and what may stand in them (Cloud API: address messages)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from clarine.domain.errors import ClarineError
from clarine.domain.phone import parse_phone

#: From country to its fields, in the order in which a person fills them in.
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "IN": (
        "name", "phone_number", "in_pin_code", "house_number", "floor_number", "tower_number", "building_name", "address",
        "landmark_area", "city", "state",
    ),
    "SG": ("name", "phone_number", "sg_post_code", "unit_number", "address", "city"),
}  # fmt: skip
VALUE_CHARACTERS_MAX: Final = 256
_CODE: Final = re.compile(r"\d{6}")
_CODES: Final = ("in_pin_code", "sg_post_code")


def problems(country: str, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(field, what is wrong with it) of each of *values*; an empty value is a field that was left out."""
    for name, value in values.items():
        if name not in FIELDS[country]:
            yield name, f"is no field of an address in {country}"
        elif len(value) > VALUE_CHARACTERS_MAX:
            yield name, f"has over {VALUE_CHARACTERS_MAX} characters"
        elif value and name in _CODES and not _CODE.fullmatch(value):
            yield name, "must be 6 digits"
        elif value and name == "phone_number" and not _is_phone(value, country):
            yield name, "must be a phone number"


def _is_phone(value: str, country: str) -> bool:
    try:
        parse_phone(value, default_country=country)
    except ClarineError:
        return False
    return True
