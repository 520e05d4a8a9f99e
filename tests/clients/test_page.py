"""The table of clients: a wrong outcome is seen, and the same outcomes make the same page."""

from __future__ import annotations

import re

import pytest

from tests.clients.clients import CLIENTS
from tests.clients.guides import PAGES
from tests.clients.page import NO_CALL, written
from tests.clients.play import PLAY
from tests.clients.steps import matches

KEPT = PAGES.parents[1] / "reference" / "compatibility.md"


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ({"body": "hi"}, {"body": "ho"}),
        ({"body": "hi"}, {}),
        ({"buttons": [{"id": "yes"}]}, {"buttons": []}),
        ({"buttons": [{"id": "yes"}]}, {"buttons": [{"id": "no"}]}),
        ([1, 2], [2, 1]),
    ],
)
def test_an_outcome_that_is_not_what_was_expected_is_seen(expected: object, found: object) -> None:
    with pytest.raises(AssertionError):
        matches(expected, found)


def test_an_outcome_may_hold_more_than_was_expected() -> None:
    matches({"content": [{"id": "yes"}]}, {"content": [{"id": "yes", "title": "Yes"}], "seq": 5})


def test_every_step_and_every_client_has_its_place_in_the_page_once() -> None:
    cells = {(step.key, client.title): f"{step.key} by {client.title}" for step in PLAY for client in CLIENTS}
    page = written(CLIENTS, PLAY, cells)
    assert page == written(CLIENTS, PLAY, dict(reversed(cells.items())))
    for cell in cells.values():
        assert page.count(f"| {cell} |") == 1


def test_the_page_that_is_kept_has_every_step_and_no_failure() -> None:
    kept = KEPT.read_text(encoding="utf-8")
    rows = {tuple(row.split(" | ")[:2]) for row in re.findall(r"^\| (.*) \|$", kept, re.MULTILINE)}
    assert {(step.call, step.what) for step in PLAY} <= rows
    assert "FAILS" not in kept
    assert all(client.title in kept for client in CLIENTS)
    assert NO_CALL in kept
