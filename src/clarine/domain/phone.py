"""Phone numbers: any spelling in, one E.164 number and its country out.

Numbers need only be possible, not assigned: the Cloud API's own test numbers (+1 555 …) are not assigned to anybody.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from clarine.domain.errors import Invalid

_SPELLING_CHARACTERS_MAX = 64
_SEPARATORS = frozenset("()[]./-~")


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """*digits* is the E.164 number without its plus (the Cloud API's ``wa_id``), *country* is ISO 3166 alpha-2."""

    digits: int
    country: str


def parse_phone(text: str, *, default_country: str | None = None) -> PhoneNumber:
    """The number that *text* spells, with separators, ``+`` or ``00``, and in the digits of any script; raises Invalid.

    Without ``+`` or ``00`` the digits are read as an international number when they are an assignable one, else as a
    number of *default_country*, and last as any possible international number (Cloud API: messages, ``to``).

    One person has one number, so spellings that changed over the years meet: Mexico's 52 1 … becomes 52 …, an
    eight-digit Brazilian mobile gets its ninth digit, Argentina's 0 … 15 … becomes 54 9 …. Argentina's 54 … without
    the 9 stays as it is: that is a fixed line, another telephone.
    """
    return _parse(text, default_country)


def display(digits: int) -> str:
    """The E.164 number *digits* as people write it internationally: ``+55 11 98765-4321``."""
    return _display(digits)


@lru_cache(maxsize=1 << 16)
def _parse(text: str, default_country: str | None) -> PhoneNumber:
    if len(text) > _SPELLING_CHARACTERS_MAX:
        raise Invalid("A phone number is much shorter than that", code="phone", field="phone")
    international, digits = _read_spelling(text)
    if international:
        number = _possible("+" + digits, None)
    else:
        number = _assignable("+" + digits, None) or _assignable(digits, default_country)
        number = number or _possible(digits, default_country if digits[:1] == "0" else None)
        number = number or _possible("+" + digits, None) or _possible(digits, default_country)
    if number is None:
        raise Invalid("This is not a phone number in international format", code="phone", field="phone")
    number = _one_spelling(number)
    country = _country(number)
    if country is None:
        raise Invalid("This number belongs to no country", code="phone", field="phone")
    return PhoneNumber(int(phonenumbers.format_number(number, PhoneNumberFormat.E164)[1:]), country)


@lru_cache(maxsize=1 << 14)
def _display(digits: int) -> str:
    try:
        number = phonenumbers.parse(f"+{digits}")
    except NumberParseException:
        return f"+{digits}"
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def _read_spelling(text: str) -> tuple[bool, str]:
    """Whether *text* begins with ``+`` or ``00``, and the digits after it in ASCII; raises Invalid."""
    plus, digits = False, []
    for character in unicodedata.normalize("NFKC", text):
        if character.isdecimal():
            digits.append(str(unicodedata.decimal(character)))
        elif character == "+" and not digits and not plus:
            plus = True
        elif character not in _SEPARATORS and unicodedata.category(character) not in ("Zs", "Cf", "Pd"):
            raise Invalid("A phone number has only digits, spaces, +, - and parentheses", code="phone", field="phone")
    read = "".join(digits)
    if not plus and read.startswith("00"):
        return True, read[2:]
    return plus, read


def _possible(spelling: str, country: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(spelling, country)
    except NumberParseException:
        return None
    number = _one_spelling(number)
    # "Possible" alone would also take seven-digit local numbers, which nobody can reach from outside their town.
    reason = phonenumbers.is_possible_number_with_reason(number)
    return number if reason == ValidationResult.IS_POSSIBLE else None


def _assignable(spelling: str, country: str | None) -> phonenumbers.PhoneNumber | None:
    number = _possible(spelling, country)
    return number if number is not None and phonenumbers.is_valid_number(number) else None


def _one_spelling(number: phonenumbers.PhoneNumber) -> phonenumbers.PhoneNumber:
    """*number* in today's numbering plan, for the two plans that changed under people's old contacts."""
    national = str(number.national_number)
    match number.country_code:
        case 52 if len(national) == 11 and national[0] == "1":
            national = national[1:]
        case 55 if len(national) == 10 and national[2] in "6789":
            national = f"{national[:2]}9{national[2:]}"
        case _:
            return number
    return phonenumbers.PhoneNumber(country_code=number.country_code, national_number=int(national))


def _country(number: phonenumbers.PhoneNumber) -> str | None:
    """The ISO country of *number*: by prefix, else the main one of its calling code; None for numbers of the world."""
    country = phonenumbers.region_code_for_number(number)
    if country is None and number.country_code is not None:
        country = phonenumbers.region_code_for_country_code(number.country_code)
    return country if country is not None and country.isalpha() and country != "ZZ" else None
