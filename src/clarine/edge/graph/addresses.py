"""The parameters of an address message: country, what is filled in already, addresses to choose from, what was wrong before.

Errors are 131008 (missing) and 131009 (value) (Cloud API: address messages).
"""

from __future__ import annotations

from typing import Any, Final

from clarine.domain.address import FIELDS, problems
from clarine.domain.message import AddressRequest, SavedAddress
from clarine.edge.graph.checking import fits, line
from clarine.edge.graph.errors import missing, wrong

SAVED_MAX: Final = 10
SAVED_ID_CHARACTERS_MAX: Final = 256
PROBLEM_CHARACTERS_MAX: Final = 256
_WHERE: Final = "interactive['action']['parameters']"


def address_request(parameters: dict[str, Any]) -> AddressRequest:
    """What the person is asked for."""
    country = parameters.get("country")
    if country is None:
        raise missing(f"{_WHERE}['country']")
    if country not in FIELDS:
        raise wrong(f"{_WHERE}['country'] must be one of {', '.join(FIELDS)}")
    saved = parameters.get("saved_addresses") or []
    if not isinstance(saved, list) or len(saved) > SAVED_MAX:
        raise wrong(f"{_WHERE}['saved_addresses'] must be a list of at most {SAVED_MAX}")
    found = _texts(parameters.get("validation_errors"), country, f"{_WHERE}['validation_errors']")
    return AddressRequest(
        country,
        _values(parameters.get("values"), country, f"{_WHERE}['values']"),
        tuple(_saved(each, country, f"{_WHERE}['saved_addresses'][{number}]") for number, each in enumerate(saved)),
        {name: fits(text, f"{_WHERE}['validation_errors']", PROBLEM_CHARACTERS_MAX) for name, text in found.items()}
        or None,
    )


def _saved(sent: Any, country: str, where: str) -> SavedAddress:
    if not isinstance(sent, dict):
        raise wrong(f"{where} must be an object")
    values = _values(sent.get("value"), country, f"{where}['value']")
    if not values:
        raise missing(f"{where}['value']")
    return SavedAddress(line(_text(sent.get("id")), f"{where}['id']", SAVED_ID_CHARACTERS_MAX), values)


def _values(sent: Any, country: str, where: str) -> dict[str, str]:
    values = {name: text for name, text in _texts(sent, country, where).items() if text}
    for name, problem in problems(country, values):
        raise wrong(f"{where}['{name}'] {problem}")
    return values


def _texts(sent: Any, country: str, where: str) -> dict[str, str]:
    if sent is not None and not isinstance(sent, dict):
        raise wrong(f"{where} must be an object")
    found = {str(name): _text(value) for name, value in (sent or {}).items() if value is not None}
    if unknown := [name for name in found if name not in FIELDS[country]]:
        raise wrong(f"{where}['{unknown[0]}'] is no field of an address in {country}")
    return {name: text for name, text in found.items() if text is not None}


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, str | int) else None
