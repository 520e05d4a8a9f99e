"""Magic numbers: the table is whole, in the code and on its page."""

from __future__ import annotations

from pathlib import Path

import pytest

from clarine.domain.magic import FIRST, LATER, PLAYS, Act, Step, act_of, acted_code, acted_reason, number_of
from clarine.domain.phone import parse_phone
from clarine.edge.graph.errors import TABLE

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "sandbox-api.md"


CODES = sorted(TABLE)


@pytest.mark.parametrize("code", CODES)
def test_every_code_of_the_api_has_a_number(code: int) -> None:
    act = act_of(int(number_of(code)), TABLE)
    assert act == (Act(steps=(Step("fail", code=code),)) if code in LATER else Act(at_once=code))


def test_what_is_told_later_is_a_code_of_the_api() -> None:
    assert set(TABLE) >= LATER


def test_every_play_is_on_the_page() -> None:
    page = PAGE.read_text("utf-8")
    for digits, (sentence, _) in PLAYS.items():
        assert f"| `{number_of(digits)}` | {sentence} |" in page


def test_a_magic_number_is_a_number_that_can_be_written_to() -> None:
    assert parse_phone("+1 555 013 1026").digits == FIRST + 131026
    assert act_of(parse_phone("+15550131026").digits, TABLE) == Act(steps=(Step("fail", code=131026),))


@pytest.mark.parametrize(
    ("number", "act"),
    [
        (15550131056, Act(at_once=131056)),
        (15550910060, Act(steps=(Step("deliver", 60),))),
        (15550920005, Act(steps=(Step("deliver"), Step("read", 5)))),
        (15550930007, Act(steps=(Step("fail", 7, code=131026),))),
        (15550900002, Act()),
    ],
)
def test_the_last_six_digits_say_what_happens(number: int, act: Act) -> None:
    assert act_of(number, TABLE) == act


@pytest.mark.parametrize("number", [15550783881, 15550999999, 15551131026, 15549999999, 16505551234])
def test_other_numbers_are_ordinary(number: int) -> None:
    assert act_of(number, TABLE) is None


def test_the_code_of_an_acted_reason_is_found_and_no_other() -> None:
    assert acted_code(acted_reason(131049)) == 131049
    assert acted_code("no_consent") is None
    assert acted_code("acted:") is None
