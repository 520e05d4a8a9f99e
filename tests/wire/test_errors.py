"""The table of errors and its page say the same, and every entry can be reached."""

from __future__ import annotations

import pytest

from clarine.domain.errors import ClarineError, Conflict, Denied, Invalid, NotFound, Overloaded, TooMany, Unavailable
from clarine.domain.magic import LATER
from clarine.domain.policy import AT_ONCE, Reason
from clarine.edge.graph.errors import CODE_OF_ERROR, CODE_OF_REASON, SUBCODES, TABLE, ApiError, of_domain, refused
from tests.wire.pages import ERRORS, SANDBOX, acted, errors_page, sandbox_page


def test_the_pages_are_made_of_the_table() -> None:
    assert ERRORS.read_text(encoding="utf-8") == errors_page(), "run make pages"
    assert SANDBOX.read_text(encoding="utf-8") == sandbox_page(), "run make pages"


def test_what_policy_tells_later_the_sandbox_tells_later_too() -> None:
    later = {CODE_OF_REASON[reason][0] for reason in Reason if reason not in AT_ONCE | {Reason.TEMPLATE_STOPPED}}
    assert later == {code for code in LATER if not acted(TABLE[code])}


def test_every_subcode_has_its_meaning() -> None:
    used = {subcode for code, subcode, _ in CODE_OF_ERROR.values() if code == 100 and subcode is not None}
    assert used | {33, 2593002} == set(SUBCODES)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_of_policy_has_its_error(reason: Reason) -> None:
    assert refused(reason).row.code == CODE_OF_REASON[reason][0]


def test_what_a_person_decided_about_blocking_is_not_told() -> None:
    assert CODE_OF_REASON[Reason.BLOCKED] == CODE_OF_REASON[Reason.NOT_A_PERSON]


@pytest.mark.parametrize("code", CODE_OF_ERROR)
def test_every_error_of_the_house_has_a_row_in_the_table(code: str) -> None:
    assert of_domain(Invalid("it is so", code=code)).row.code in TABLE


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (Invalid("x"), 100, 400),
        (NotFound("x"), 100, 400),
        (Conflict("x"), 100, 400),
        (Denied("x"), 10, 403),
        (Overloaded("x"), 130429, 429),
        (TooMany("x", retry_after_s=7), 130429, 429),
        (Unavailable("x"), 131016, 500),
        (ClarineError("x"), 131000, 500),
    ],
)
def test_an_error_without_a_code_of_its_own_goes_by_its_kind(error: ClarineError, code: int, status: int) -> None:
    found = of_domain(error)
    assert (found.row.code, found.row.status) == (code, status)


def test_only_what_passes_by_itself_says_when_to_come_back() -> None:
    assert of_domain(Unavailable("x")).retry_after_s == 1
    assert of_domain(TooMany("x", retry_after_s=7)).retry_after_s == 7
    assert of_domain(Invalid("x")).retry_after_s is None


def test_each_error_has_a_trace_of_its_own() -> None:
    assert ApiError(100).body() != ApiError(100).body()
